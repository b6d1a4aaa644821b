//! The crate `jsonwebtoken`, with each of its providers of signatures.

use std::hint::black_box;
use std::str::FromStr;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use jsonwebtoken::crypto::{CryptoProvider, rust_crypto};
use jsonwebtoken::errors::Error;
use jsonwebtoken::{Algorithm, DecodingKey, TokenData, Validation, decode};
use serde::Deserialize;

use crate::cases::{self, Cases, Token};
use crate::race::Candidate;

/// Which provider the next token is verified with. The crate keeps one for the whole process; this one passes on to
/// either, for the price of a load.
static AWS_LC: AtomicBool = AtomicBool::new(false);

fn both() -> CryptoProvider {
    CryptoProvider {
        signer_factory: rust_crypto::DEFAULT_PROVIDER.signer_factory,
        verifier_factory: |algorithm, key| {
            #[cfg(feature = "aws-lc-rs")]
            if AWS_LC.load(Ordering::Relaxed) {
                return (jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.verifier_factory)(
                    algorithm, key,
                );
            }
            (rust_crypto::DEFAULT_PROVIDER.verifier_factory)(algorithm, key)
        },
        key_utils: rust_crypto::DEFAULT_PROVIDER.key_utils.clone(),
    }
}

/// A key it has prepared, and the checks that it offers of those that the engine makes.
struct Peer {
    key: DecodingKey,
    validation: Validation,
}

/// What it gives the application: the same as our `AuthInfo`.
#[derive(Deserialize)]
#[expect(dead_code, reason = "it is read for the cost of reading it")]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    exp: u64,
    client_id: Option<String>,
    scope: Option<String>,
}

/// One candidate for each provider.
pub(crate) fn candidates<'c>(
    cases: &'c Cases,
    algorithm: &'c cases::Algorithm,
) -> Vec<Candidate<'c>> {
    let providers: &[(&str, bool)] = match cfg!(feature = "aws-lc-rs") {
        true => &[
            ("jsonwebtoken aws_lc_rs", true),
            ("jsonwebtoken rust_crypto", false),
        ],
        false => &[("jsonwebtoken rust_crypto", false)],
    };
    let candidate = |&(name, aws_lc): &(&str, bool)| {
        let new = |token| {
            (
                Peer::new(cases, &algorithm.name, token),
                token.token.as_bytes(),
            )
        };
        let tokens: Vec<_> = algorithm.tokens.iter().map(new).collect();
        Candidate::new(name, move |call| {
            AWS_LC.store(aws_lc, Ordering::Relaxed);
            let (peer, token) = &tokens[call % tokens.len()];
            black_box(peer.decode(token)).expect("the token is good");
        })
    };
    providers.iter().map(candidate).collect()
}

/// A candidate that refuses an input, in Rust alone.
pub(crate) fn refuser<'c>(cases: &'c Cases, input: &'c [u8]) -> Candidate<'c> {
    let peer = Peer::new(cases, "ES256", &cases.algorithm("ES256").tokens[0]);
    assert!(peer.decode(input).is_err());
    Candidate::new("jsonwebtoken rust_crypto", move |_| {
        AWS_LC.store(false, Ordering::Relaxed);
        drop(black_box(peer.decode(black_box(input))));
    })
}

impl Peer {
    /// Prepares the key of a token.
    fn new(cases: &Cases, algorithm: &str, token: &Token) -> Self {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(|| {
            Box::leak(Box::new(both()))
                .install_default()
                .expect("nobody else installs one")
        });
        let jwk = serde_json::from_str(token.jwk.get()).expect("it is a JWK");
        let algorithm = Algorithm::from_str(algorithm).expect("it has this algorithm");
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
    fn decode(&self, token: &[u8]) -> Result<TokenData<Claims>, Error> {
        decode(token, &self.key, &self.validation)
    }
}
