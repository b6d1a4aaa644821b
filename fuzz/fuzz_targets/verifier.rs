//! Whatever stands in a token and in a key, the verifier goes on, and lets nothing pass that nobody has signed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mcpauth_core::{Answer, JwtVerifier, Portable, Time, VerificationKey};

fuzz_target!(|input: (&str, &str, &str, &str)| {
    let (header, payload, signature, key) = input;
    let verifier = JwtVerifier::new("{}", &Portable).expect("they are valid");
    let now = Time::from_unix_seconds(1_800_000_000);
    let token = format!("{header}.{payload}.{signature}");
    let _ = verifier.header(&token);
    for key in [
        VerificationKey::Own,
        VerificationKey::Jwk(key),
        VerificationKey::Secret(key.as_bytes()),
    ] {
        let answer = verifier.check(&token, key, now);
        assert!(matches!(answer, Answer::Respond(_)));
    }
    let _ = JwtVerifier::new(key, &Portable);
});
