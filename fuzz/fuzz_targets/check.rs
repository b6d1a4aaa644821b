//! Any credential and any body get an answer; nothing unsigned is ever let in.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mcpauth_core::{Answer, Engine, Portable, Request, Time};

const CONFIGURATION: &str = r#"{"protected_resources":{"metadata":{"resource":"https://rs.example/mcp","authorization_servers":
    [{"issuer":"https://issuer.example","jwks":{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a",
    "x":"z57G-W32wBqYfiG3Ez3leTzhdkYqOU2oRpzs7QJ0NcM"}]}}]}}}"#;
const OPTIONS: &str = r#"{"resource":"https://rs.example/mcp","operations":{"tools/call":{"x":["a"]},"ping":"anonymous"}}"#;
const CUSTOM: &str =
    r#"{"resource":"https://rs.example/mcp","required_scopes":["a"],"verify":"custom"}"#;

fuzz_target!(|input: (&[u8], &[u8], &[u8])| {
    let (credential, method, body) = input;
    let engine = Engine::new(CONFIGURATION, &Portable).expect("it is valid");
    let gate = engine.gate(OPTIONS).expect("it is valid");
    let headers: &[(&[u8], &[u8])] = &[(b"authorization", credential), (b"mcp-method", method)];
    let request = Request {
        method: "POST",
        target: "/mcp",
        headers,
        body: Some(body),
    };
    match engine.check(&gate, &request, Time::from_unix_seconds(1_800_000_000)) {
        Answer::Allow(allow) => assert!(allow.caller.is_none(), "nobody has signed this"),
        Answer::Respond(response) => assert!((400..500).contains(&response.status)),
        Answer::Fetch(_) | Answer::NeedBody { .. } | Answer::NeedVerdict(_) => {}
    }
    // A verdict, whatever it is, lets nobody in whom the policy does not.
    let custom = engine.gate(CUSTOM).expect("it is valid");
    if let Ok(verdict) = str::from_utf8(body) {
        let now = Time::from_unix_seconds(1_800_000_000);
        match engine.check_token(&custom, "t", Some(verdict), now) {
            Answer::Allow(allow) => {
                let caller = allow.caller.expect("nothing is anonymous here");
                assert_eq!(caller.issuer, "https://issuer.example");
                assert!(caller.scopes.iter().any(|scope| scope == "a"));
            }
            Answer::Respond(response) => assert!((401..=500).contains(&response.status)),
            other => panic!("a verdict decides, but: {other:?}"),
        }
    }
});
