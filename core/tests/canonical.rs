//! A token has one spelling: what is accepted re-encodes to the same bytes, so that its text can be its identity
//! (in caches, in replay tables, in `ath`).
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::fs;
use std::path::Path;

use base64ct::{Base64UrlUnpadded, Encoding};
use mcpauth_core::{Answer, Engine, Portable, Request, Time};
use serde_json::Value;

#[test]
fn an_accepted_token_re_encodes_to_itself_and_has_no_accepted_neighbour() {
    let mut accepted = 0;
    for path in [
        "tokens-accepted.jsonl",
        "tokens-kind.jsonl",
        "policy.jsonl",
        "options.jsonl",
    ] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../tests/vectors")
            .join(path);
        for line in fs::read_to_string(file).unwrap().lines() {
            accepted += tokens_of(&serde_json::from_str(line).unwrap());
        }
    }
    assert!(accepted >= 50, "only {accepted} tokens were accepted");
}

/// Checks every token that a vector expects to pass, and counts them.
fn tokens_of(vector: &Value) -> usize {
    let (Some(gate), Some(steps)) = (vector.get("gate"), vector["steps"].as_array()) else {
        return 0;
    };
    let engine = Engine::new(&vector["configuration"].to_string(), &Portable).unwrap();
    let gate = engine.gate(&gate.to_string()).unwrap();
    let expected = steps
        .iter()
        .filter(|step| step["expect"].get("allow").is_some());
    let tokens = expected.filter_map(|step| {
        let credential = step["ask"]["headers"][0][1].as_str()?;
        Some((
            credential.strip_prefix("Bearer ")?.trim(),
            step["now"].as_u64()?,
        ))
    });
    let passes = |token: &str, now| {
        let credential = format!("Bearer {token}");
        let headers: &[(&[u8], &[u8])] = &[(b"authorization", credential.as_bytes())];
        let request = Request {
            method: "GET",
            target: "/",
            headers,
            body: None,
        };
        matches!(
            engine.check(&gate, &request, Time::from_unix_seconds(now)),
            Answer::Allow(_)
        )
    };
    let mut count = 0;
    for (token, now) in tokens {
        let canonical: Vec<String> = token
            .split('.')
            .map(|part| {
                Base64UrlUnpadded::encode_string(&Base64UrlUnpadded::decode_vec(part).unwrap())
            })
            .collect();
        assert_eq!(canonical.join("."), token);
        for neighbour in [
            format!("{token}="),
            format!("{token}."),
            format!("{token}A"),
            token[1..].into(),
        ] {
            assert!(!passes(&neighbour, now), "{neighbour}");
        }
        count += usize::from(passes(token, now));
    }
    count
}
