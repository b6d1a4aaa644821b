//! ring. It offers no parsed keys.

use std::hint::black_box;

use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};

use crate::cases::Algorithm;
use crate::race::Candidate;

/// `UnparsedPublicKey::verify`.
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
            (
                UnparsedPublicKey::new(kind, token.raw()),
                token.signing_input(),
                token.signature(),
            )
        })
        .collect();
    Candidate::new("ring", move |call| {
        let (key, message, signature) = &signed[call % signed.len()];
        black_box(key.verify(message, signature)).expect("the signature is good");
    })
}
