//! What `cases.py` has made: one configuration, tokens to admit and inputs to refuse.

use std::fs;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The file.
#[derive(Deserialize)]
pub(crate) struct Cases {
    pub(crate) now: u64,
    pub(crate) issuer: String,
    pub(crate) resource: String,
    pub(crate) leeway: u64,
    pub(crate) configuration: Box<RawValue>,
    pub(crate) gate: Box<RawValue>,
    pub(crate) jwks: Box<RawValue>,
    pub(crate) algorithms: Vec<Algorithm>,
    pub(crate) refusals: Vec<Refusal>,
}

/// Good tokens of one algorithm, by several keys.
#[derive(Deserialize)]
pub(crate) struct Algorithm {
    pub(crate) name: String,
    pub(crate) tokens: Vec<Token>,
}

/// A good token and its key in the forms that the peers ask for.
#[derive(Deserialize)]
pub(crate) struct Token {
    pub(crate) token: String,
    pub(crate) jwk: Box<RawValue>,
    #[cfg_attr(
        not(feature = "openssl"),
        expect(dead_code, reason = "only OpenSSL reads it")
    )]
    spki: String,
    #[cfg_attr(
        not(any(feature = "aws-lc-rs", feature = "graviola", feature = "ring")),
        expect(dead_code, reason = "only they read it")
    )]
    raw: String,
}

/// Inputs of one kind, all of which are refused before a signature is looked at.
#[derive(Deserialize)]
pub(crate) struct Refusal {
    pub(crate) name: String,
    /// The names of the codes that may come of it.
    pub(crate) codes: Vec<String>,
    /// In base64, for not all of them are text.
    inputs: Vec<String>,
}

impl Cases {
    /// Reads the file.
    pub(crate) fn read(path: &str) -> Self {
        let text = fs::read_to_string(path).expect("benches/cases.py has written the cases");
        serde_json::from_str(&text).expect("benches/cases.py writes what is read here")
    }

    /// The tokens of one algorithm.
    pub(crate) fn algorithm(&self, name: &str) -> &Algorithm {
        let mut all = self.algorithms.iter();
        all.find(|one| one.name == name).expect("it is there")
    }
}

impl Algorithm {
    /// How many keys have signed them.
    pub(crate) fn keys(&self) -> usize {
        let mut keys: Vec<_> = self.tokens.iter().map(|token| token.jwk.get()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.len()
    }
}

impl Token {
    /// What was signed.
    pub(crate) fn signing_input(&self) -> &[u8] {
        self.token
            .rsplit_once('.')
            .expect("it has parts")
            .0
            .as_bytes()
    }

    /// The signature, as it stands in the token.
    pub(crate) fn signature(&self) -> Vec<u8> {
        let (_, signature) = self.token.rsplit_once('.').expect("it has parts");
        Base64UrlUnpadded::decode_vec(signature).expect("it is base64url")
    }

    /// The key as SubjectPublicKeyInfo in DER.
    #[cfg(feature = "openssl")]
    pub(crate) fn spki(&self) -> Vec<u8> {
        decode(&self.spki)
    }

    /// The key as PKCS #1 in DER (RSA), as an uncompressed point (P-256, P-384) or as 32 bytes (Ed25519).
    #[cfg(any(feature = "aws-lc-rs", feature = "graviola", feature = "ring"))]
    pub(crate) fn raw(&self) -> Vec<u8> {
        decode(&self.raw)
    }
}

impl Refusal {
    /// The inputs as they stand behind `Bearer `.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = Vec<u8>> {
        self.inputs.iter().map(|input| decode(input))
    }
}

fn decode(text: &str) -> Vec<u8> {
    Base64::decode_vec(text).expect("it is base64")
}
