//! graviola, which runs on CPUs with certain instructions only.

use std::hint::black_box;

use graviola::hashing::{Sha256, Sha384};
use graviola::signing::{ecdsa, eddsa, rsa};

use crate::cases::{Algorithm, Token};
use crate::race::Candidate;

enum Key {
    Rsa(rsa::VerifyingKey),
    Pss(rsa::VerifyingKey),
    P256(ecdsa::VerifyingKey<ecdsa::P256>),
    P384(ecdsa::VerifyingKey<ecdsa::P384>),
    Ed25519(eddsa::Ed25519VerifyingKey),
}

/// Its verifying keys; nothing where the CPU is not for it.
pub(crate) fn candidate(algorithm: &Algorithm) -> Option<Candidate<'_>> {
    graviola::util::is_cpu_supported().then(|| {
        let read = |token| {
            (
                Key::read(&algorithm.name, token),
                token.signing_input(),
                token.signature(),
            )
        };
        let signed: Vec<_> = algorithm.tokens.iter().map(read).collect();
        Candidate::new("graviola", move |call| {
            let (key, message, signature) = &signed[call % signed.len()];
            black_box(key.verify(message, signature)).expect("the signature is good");
        })
    })
}

impl Key {
    fn read(name: &str, token: &Token) -> Self {
        let raw = token.raw();
        let key = match name {
            "RS256" => rsa::VerifyingKey::from_pkcs1_der(&raw).map(Self::Rsa),
            "PS256" => rsa::VerifyingKey::from_pkcs1_der(&raw).map(Self::Pss),
            "ES256" => ecdsa::VerifyingKey::from_x962_uncompressed(&raw).map(Self::P256),
            "ES384" => ecdsa::VerifyingKey::from_x962_uncompressed(&raw).map(Self::P384),
            _ => eddsa::Ed25519VerifyingKey::from_bytes(&raw).map(Self::Ed25519),
        };
        key.expect("it reads this key")
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), graviola::Error> {
        match self {
            Self::Rsa(key) => key.verify_pkcs1_sha256(signature, message),
            Self::Pss(key) => key.verify_pss_sha256(signature, message),
            Self::P256(key) => key.verify::<Sha256>(&[message], signature),
            Self::P384(key) => key.verify::<Sha384>(&[message], signature),
            Self::Ed25519(key) => key.verify(signature, message),
        }
    }
}
