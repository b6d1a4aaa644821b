//! aws-lc-rs, with parsed keys.

use std::hint::black_box;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey,
    RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, VerificationAlgorithm,
};

use crate::cases::Algorithm;
use crate::race::Candidate;

/// `ParsedPublicKey::verify_sig`.
pub(crate) fn candidate(algorithm: &Algorithm) -> Candidate<'_> {
    let kind: &'static dyn VerificationAlgorithm = match algorithm.name.as_str() {
        "RS256" => &RSA_PKCS1_2048_8192_SHA256,
        "PS256" => &RSA_PSS_2048_8192_SHA256,
        "ES256" => &ECDSA_P256_SHA256_FIXED,
        "ES384" => &ECDSA_P384_SHA384_FIXED,
        _ => &ED25519,
    };
    let signed: Vec<_> = algorithm
        .tokens
        .iter()
        .map(|token| {
            let key = ParsedPublicKey::new(kind, token.raw()).expect("it reads this key");
            (key, token.signing_input(), token.signature())
        })
        .collect();
    Candidate::new("aws-lc-rs", move |call| {
        let (key, message, signature) = &signed[call % signed.len()];
        black_box(key.verify_sig(message, signature)).expect("the signature is good");
    })
}
