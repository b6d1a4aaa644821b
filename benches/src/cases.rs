//! What `cases.py` has made: one configuration, tokens to admit and inputs to refuse.

use std::fs;

use base64ct::{Base64, Encoding};
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
    pub(crate) tokens: Vec<Token>,
    pub(crate) refusals: Vec<Refusal>,
}

/// A good token.
#[derive(Deserialize)]
pub(crate) struct Token {
    pub(crate) algorithm: String,
    pub(crate) jwk: Box<RawValue>,
    pub(crate) token: String,
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
}

impl Refusal {
    /// The inputs as they stand behind `Bearer `.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = Vec<u8>> {
        let decode = |input: &String| Base64::decode_vec(input).expect("it is base64");
        self.inputs.iter().map(decode)
    }
}
