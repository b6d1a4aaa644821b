//! Replays `tests/vectors/verifier/cases.jsonl`. The runner holds no knowledge: what a step expects stands in it.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::fs;
use std::path::Path;

use base64ct::{Base64, Encoding};
use mcpauth_core::{Answer, JwtVerifier, Portable, Reply, Time, VerificationKey};
use serde_json::{Value, json};

#[test]
fn every_case_holds() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/verifier/cases.jsonl");
    let (mut passed, mut failed) = (0, 0);
    for line in fs::read_to_string(path).unwrap().lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        match replay(&case) {
            Ok(()) => passed += 1,
            Err(why) => {
                failed += 1;
                println!("{}: {why}", case["name"]);
            }
        }
    }
    println!("verifier: {passed} passed, {failed} failed");
    assert_eq!(failed, 0);
    assert!(passed >= 50, "only {passed} cases were found");
}

fn replay(case: &Value) -> Result<(), String> {
    let verifier = JwtVerifier::new(&text(&case["options"]), &Portable);
    if let Some(expected) = case.get("expect_options_error") {
        let error = verifier.err().ok_or("it was not refused")?;
        let mut problems = error.problems().iter();
        return match problems.any(|problem| expected["pointer"] == problem.pointer) {
            true => Ok(()),
            false => Err(error.to_string()),
        };
    }
    let mut verifier = verifier.map_err(|error| error.to_string())?;
    let mut fetch = 0;
    for (number, step) in case["steps"].as_array().unwrap().iter().enumerate() {
        let now = Time::from_unix_seconds(step["now"].as_u64().unwrap_or_default());
        let seen = if let Some(check) = step.get("check") {
            let answer = with_key(&check["key"], |key| {
                verifier.check(check["token"].as_str().unwrap(), key, now)
            });
            if let Answer::Fetch(order) = &answer {
                fetch = order.id;
            }
            told(&answer)
        } else if let Some(token) = step.get("header") {
            match verifier.header(token.as_str().unwrap()) {
                Ok(header) => json!({"header": serde_json::from_str::<Value>(&header).unwrap()}),
                Err(code) => json!({"refused": code.name()}),
            }
        } else if let Some(reply) = step.get("supply") {
            let status = reply["status"].as_u64().unwrap() as u16;
            let body = reply["body"].to_string().into_bytes();
            let (headers, body) = (&[][..], &body[..]);
            let reply = Reply::Document {
                status,
                headers,
                body,
            };
            verifier.supply(fetch, reply, now);
            continue;
        } else {
            assert_eq!(step["supply_failure"], true, "no known step: {step}");
            verifier.supply(fetch, Reply::Failed, now);
            continue;
        };
        expect(&seen, &step["expect"]).map_err(|why| format!("step {number}: {why}"))?;
    }
    Ok(())
}

fn with_key<T>(key: &Value, run: impl FnOnce(VerificationKey<'_>) -> T) -> T {
    if let Some(secret) = key.get("secret") {
        let secret = Base64::decode_vec(secret.as_str().unwrap()).unwrap();
        return run(VerificationKey::Secret(&secret));
    }
    match key.get("jwk") {
        Some(jwk) => run(VerificationKey::Jwk(&text(jwk))),
        None => run(VerificationKey::Own),
    }
}

fn told(answer: &Answer) -> Value {
    match answer {
        Answer::Allow(allow) => {
            let caller = allow.caller.as_ref().unwrap();
            json!({"allow": {
                "issuer": caller.issuer, "subject": caller.subject, "client_id": caller.client_id,
                "scopes": caller.scopes, "audience": caller.audience, "expires_at": caller.expires_at,
                "kid": allow.event.kid.as_deref(), "algorithm": allow.event.algorithm,
            }})
        }
        Answer::Respond(response) => json!({"respond": {
            "code": response.code.unwrap().name(), "status": response.status, "issuer": response.event.issuer.as_deref(),
            "kid": response.event.kid.as_deref(), "algorithm": response.event.algorithm,
        }}),
        Answer::Fetch(fetch) => json!({"fetch": {"url": fetch.url}}),
        Answer::NeedBody { .. } => json!("need_body"),
        Answer::NeedVerdict(_) => json!("need_verdict"),
    }
}

/// Every member that is expected is seen.
fn expect(seen: &Value, expected: &Value) -> Result<(), String> {
    let (kind, members) = expected.as_object().unwrap().iter().next().unwrap();
    let same = match (kind.as_str(), members.as_object()) {
        ("header", _) | (_, None) => seen.get(kind) == Some(members),
        (_, Some(members)) => seen.get(kind).is_some_and(|seen| {
            members
                .iter()
                .all(|(name, value)| seen.get(name) == Some(value))
        }),
    };
    if same {
        Ok(())
    } else {
        Err(format!("expected {expected}, saw {seen}"))
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
