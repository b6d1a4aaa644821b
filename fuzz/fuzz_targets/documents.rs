//! Whatever an authorization server, an operator or a proxy sends, the engine goes on.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mcpauth_core::{Answer, Discovery, Engine, Portable, Reply, Request, ServerType, Time};

const CONFIGURATION: &str = r#"{"protected_resources":{"metadata":{"resource":"https://rs.example/mcp","authorization_servers":
    [{"issuer":"https://issuer.example","jwks_uri":"https://issuer.example/jwks"}]}}}"#;
const TOKEN: &[u8] =
    b"Bearer eyJhbGciOiJFUzI1NiIsImtpZCI6ImsxIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIn0.AA";

fuzz_target!(|input: (&[u8], &[u8])| {
    let (body, cache_control) = input;
    let headers: &[(&[u8], &[u8])] = &[(b"cache-control", cache_control)];
    let reply = Reply::Document {
        status: 200,
        headers,
        body,
    };
    let mut discovery =
        Discovery::new("https://issuer.example", ServerType::Oidc).expect("it is a URL");
    discovery.supply(reply);

    let mut engine = Engine::new(CONFIGURATION, &Portable).expect("it is valid");
    let gate = engine
        .gate(r#"{"resource":"https://rs.example/mcp"}"#)
        .expect("it is valid");
    let headers: &[(&[u8], &[u8])] = &[(b"authorization", TOKEN)];
    let request = Request {
        method: "GET",
        target: "/",
        headers,
        body: None,
    };
    let now = Time::from_unix_seconds(1_800_000_000);
    let Answer::Fetch(fetch) = engine.check(&gate, &request, now) else {
        panic!("keys are needed first")
    };
    engine.supply(fetch.id, reply, now);
    assert!(!matches!(
        engine.check(&gate, &request, now),
        Answer::Allow(_)
    ));
    if let Ok(text) = std::str::from_utf8(body) {
        let _ = Engine::new(text, &Portable);
        let _ = engine.gate(text);
    }
});
