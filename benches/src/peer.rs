//! The peer: the crate `jsonwebtoken` on the same family of pure-Rust signatures.

use std::str::FromStr;

use jsonwebtoken::errors::Error;
use jsonwebtoken::{Algorithm, DecodingKey, TokenData, Validation, decode};
use serde::Deserialize;

use crate::cases::{Cases, Token};

/// A key it has prepared, and the checks that it offers of those that the engine makes.
pub(crate) struct Peer {
    key: DecodingKey,
    validation: Validation,
}

/// What it gives the application: the same as our `AuthInfo`.
#[derive(Deserialize)]
#[expect(dead_code, reason = "it is read for the cost of reading it")]
pub(crate) struct Claims {
    iss: String,
    sub: String,
    aud: String,
    exp: u64,
    client_id: Option<String>,
    scope: Option<String>,
}

impl Peer {
    /// Prepares the key of a token.
    pub(crate) fn new(cases: &Cases, token: &Token) -> Self {
        let jwk = serde_json::from_str(token.jwk.get()).expect("it is a JWK");
        let algorithm = Algorithm::from_str(&token.algorithm).expect("it has this algorithm");
        let mut validation = Validation::new(algorithm);
        validation.leeway = cases.leeway;
        validation.validate_nbf = true;
        validation.set_issuer(&[&cases.issuer]);
        validation.set_audience(&[&cases.resource]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        Self {
            key: DecodingKey::from_jwk(&jwk).expect("it reads this key"),
            validation,
        }
    }

    /// Verifies a token and reads its claims.
    pub(crate) fn decode(&self, token: &[u8]) -> Result<TokenData<Claims>, Error> {
        decode(token, &self.key, &self.validation)
    }
}
