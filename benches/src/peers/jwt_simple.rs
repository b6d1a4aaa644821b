//! The crate `jwt-simple`.

use std::collections::HashSet;
use std::hint::black_box;

use jwt_simple::prelude::*;

use crate::cases::{Algorithm, Cases};
use crate::race::Candidate;

enum Key {
    Rs256(RS256PublicKey),
    Ps256(PS256PublicKey),
    Es256(ES256PublicKey),
    Es384(ES384PublicKey),
    EdDsa(Ed25519PublicKey),
}

/// What it gives the application beside the registered claims.
#[derive(Deserialize, Serialize)]
struct Own {
    client_id: Option<String>,
    scope: Option<String>,
}

/// Verifies, and reads its claims.
pub(crate) fn candidate<'c>(cases: &'c Cases, algorithm: &'c Algorithm) -> Candidate<'c> {
    let options = VerificationOptions {
        allowed_issuers: Some(HashSet::from([cases.issuer.clone()])),
        allowed_audiences: Some(HashSet::from([cases.resource.clone()])),
        time_tolerance: Some(Duration::from_secs(cases.leeway)),
        ..Default::default()
    };
    let read = |token: &'c crate::cases::Token| {
        let key = Key::read(&algorithm.name, token.jwk.get()).expect("it reads this key");
        (key, token.token.as_str())
    };
    let tokens: Vec<_> = algorithm.tokens.iter().map(read).collect();
    Candidate::new("jwt-simple", move |call| {
        let (key, token) = &tokens[call % tokens.len()];
        let verified = black_box(key.verify(token, options.clone()));
        verified.expect("the token is good");
    })
}

impl Key {
    fn read(name: &str, jwk: &str) -> Result<Self, jwt_simple::Error> {
        Ok(match name {
            "RS256" => Self::Rs256(RS256PublicKey::from_jwk(jwk)?),
            "PS256" => Self::Ps256(PS256PublicKey::from_jwk(jwk)?),
            "ES256" => Self::Es256(ES256PublicKey::from_jwk(jwk)?),
            "ES384" => Self::Es384(ES384PublicKey::from_jwk(jwk)?),
            _ => Self::EdDsa(Ed25519PublicKey::from_jwk(jwk)?),
        })
    }

    fn verify(
        &self,
        token: &str,
        options: VerificationOptions,
    ) -> Result<JWTClaims<Own>, jwt_simple::Error> {
        let options = Some(options);
        match self {
            Self::Rs256(key) => key.verify_token(token, options),
            Self::Ps256(key) => key.verify_token(token, options),
            Self::Es256(key) => key.verify_token(token, options),
            Self::Es384(key) => key.verify_token(token, options),
            Self::EdDsa(key) => key.verify_token(token, options),
        }
    }
}
