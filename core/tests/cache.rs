//! A token that is remembered gets the answer that it would get without.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

mod history;

use std::any::Any;
use std::sync::Arc;

use history::{History, NOTES, Random, START, jwks, signed, tokens};
use mcpauth_core::{Allow, Answer, Engine, Gate, Portable, Time};
use serde_json::json;

const NOW: Time = Time::from_unix_seconds(START);

#[test]
fn the_answer_is_the_one_without_the_cache() {
    let tokens = tokens();
    let mut hits = 0;
    for seed in 0..150 {
        let mut history = History::new(Random(Box::new(numbers(seed))));
        for _ in 0..120 {
            history.step(&tokens);
        }
        hits += history.hits;
    }
    assert!(hits > 700, "only {hits} tokens were remembered");
}

#[test]
fn no_more_tokens_are_remembered_than_configured() {
    let (mut engine, gate) = guarded(3);
    let mut kept = Vec::new();
    for number in 0..50 {
        let host: Arc<dyn Any + Send + Sync> = Arc::new(number);
        kept.push(Arc::downgrade(&host));
        let remember = checked(&engine, &gate, number).remember.unwrap();
        drop(engine.remember(remember, Some(host)));
        let alive = kept.iter().filter(|host| host.strong_count() > 0).count();
        assert_eq!(alive, kept.len().min(3));
        // One that is always in use stays.
        assert!(checked(&engine, &gate, 0).event.cached);
    }
    drop(engine.update(&configuration(3)).unwrap());
    assert!(kept.iter().all(|host| host.strong_count() == 0));
}

#[test]
fn what_another_engine_has_verified_is_not_remembered() {
    let ((one, gate), (mut other, _)) = (guarded(3), guarded(3));
    drop(other.remember(checked(&one, &gate, 0).remember.unwrap(), None));
    assert!(!checked(&other, &gate, 0).event.cached);
}

#[test]
fn the_host_gets_back_what_it_has_stored() {
    let (mut engine, gate) = guarded(3);
    let first = checked(&engine, &gate, 0);
    assert!(first.host.is_none());
    drop(engine.remember(first.remember.unwrap(), Some(Arc::new("stored"))));
    let again = checked(&engine, &gate, 0);
    assert_eq!(*again.host.unwrap().downcast::<&str>().unwrap(), "stored");
    assert!(again.remember.is_none());
    assert!(Arc::ptr_eq(&first.caller.unwrap(), &again.caller.unwrap()));
}

fn guarded(token_cache_size: usize) -> (Engine, Gate) {
    let engine = Engine::new(&configuration(token_cache_size), &Portable).unwrap();
    let gate = engine.gate(&json!({"resource": NOTES}).to_string());
    (engine, gate.unwrap())
}

fn configuration(token_cache_size: usize) -> String {
    let server = json!({"issuer": "https://as.example", "jwks": jwks(&[1])});
    let metadata = json!({"resource": NOTES, "authorization_servers": [server]});
    let configuration = json!({
        "protected_resources": {"metadata": metadata},
        "token_cache_size": token_cache_size,
    });
    configuration.to_string()
}

/// What is said of the token of this number.
fn checked(engine: &Engine, gate: &Gate, number: usize) -> Allow {
    let claims = json!({
        "iss": "https://as.example", "sub": number.to_string(), "aud": NOTES, "exp": START + 60,
    });
    let token = signed(1, &json!({}), &claims);
    match engine.check_token(gate, &token, None, NOW) {
        Answer::Allow(allow) => allow,
        other => panic!("{other:?}"),
    }
}

/// Numbers that are always the same (SplitMix64).
fn numbers(mut state: u64) -> impl FnMut(usize) -> usize {
    move |end| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }
}
