//! What an operator reads: the policy in force, and lines of the log. They tell what to mend, and no token.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use mcpauth_core::{Answer, Engine, Portable, Request, Response, Time};

const SERVER: &str = r#"{"issuer": "https://as.example", "jwks_uri": "https://as.example/jwks"}"#;
const TOKEN: &str = "opaque-secret";

fn engine() -> Engine {
    let configuration = format!(r#"{{"server": {SERVER}}}"#);
    Engine::new(&configuration, &Portable).unwrap()
}

fn check(gate: &str, verdict: Option<&str>) -> Answer {
    let engine = engine();
    let gate = engine.gate(gate).unwrap();
    let authorization = format!("Bearer {TOKEN}");
    let request = Request {
        method: "GET",
        target: "/",
        headers: &[(b"authorization", authorization.as_bytes())],
        body: None,
    };
    let now = Time::from_unix_seconds(1_800_000_000);
    engine.check_with_verdict(&gate, &request, verdict, now)
}

fn refused(verdict: &str) -> Response {
    match check(r#"{"verify": "custom"}"#, Some(verdict)) {
        Answer::Respond(response) => response,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_policy_says_what_is_relaxed() {
    let policy = |options: &str| engine().gate(options).unwrap().policy().to_owned();
    let plain = policy("{}");
    assert!(plain.starts_with("authorization-server mode: audience not expected; "));
    assert!(!plain.contains("REPORT ONLY") && !plain.contains("by the application"));
    let relaxed = policy(r#"{"report_only": true, "verify": "custom", "audience": "notes"}"#);
    assert!(relaxed.contains("audience notes; "));
    assert!(relaxed.contains("; tokens are verified by the application"));
    assert!(relaxed.ends_with("; REPORT ONLY: nothing is refused"));
}

#[test]
fn a_verdict_that_cannot_be_used_is_logged_by_its_member() {
    for (verdict, expected) in [
        (
            r#"{"auth_info": {"issuer": "https://as.example", "subject": 1}}"#,
            ": /auth_info/subject must be a string that is not empty)",
        ),
        (
            r#"{"auth_info": {"issuer": "https://as.example", "subject": "a", "claims": 1}}"#,
            "/auth_info/claims must be an object",
        ),
        (
            r#"{"error": "no_such_code"}"#,
            "/error is none of the documented codes",
        ),
        ("{}", ": it must have one of auth_info and error"),
    ] {
        let log = refused(verdict).log().unwrap();
        assert!(log.starts_with("500 application_failure: "), "{log}");
        assert!(log.contains(expected), "{log}");
    }
}

#[test]
fn neither_a_log_nor_a_debug_output_has_the_token() {
    for verdict in [
        None,
        Some(r#"{"auth_info": null}"#),
        Some(r#"{"auth_info": 1}"#),
    ] {
        let answer = check(r#"{"verify": "custom"}"#, verdict);
        assert!(!format!("{answer:?}").contains(TOKEN));
        if let Answer::Respond(response) = answer {
            assert!(!response.log().unwrap().contains(TOKEN));
        }
    }
}
