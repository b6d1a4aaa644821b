//! The options of a verifier that stands alone.

use alloc::format;
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

use super::issuer::{KeySource, is_key_set};
use super::{Place, Reader};
use crate::algorithm::{Algorithm, Algorithms};
use crate::json::Value;
use crate::limits;
use crate::signature::symmetric::SymmetricAlgorithm;

/// A verifier as configured.
pub(crate) struct VerifierOptions {
    /// `None` where a key comes with each token.
    pub(crate) source: Option<KeySource>,
    pub(crate) algorithms: Algorithms,
    pub(crate) symmetric: Vec<SymmetricAlgorithm>,
    pub(crate) leeway: u64,
}

impl VerifierOptions {
    pub(crate) fn read(reader: &mut Reader, root: &Place<'_>) -> Self {
        reader.only_members(root, &["jwks_uri", "jwks", "algorithms", "leeway"]);
        let (algorithms, symmetric) = algorithms(reader, root);
        Self {
            source: source(reader, root),
            algorithms,
            symmetric,
            leeway: reader
                .seconds(root, "leeway", 0..=limits::LEEWAY)
                .unwrap_or(limits::LEEWAY_DEFAULT),
        }
    }
}

fn source(reader: &mut Reader, root: &Place<'_>) -> Option<KeySource> {
    let jwks_uri = reader.string(root, "jwks_uri");
    match (jwks_uri, root.object.find("jwks")) {
        (Some(_), Some(_)) => {
            let message = "cannot stand beside jwks; write one of the two";
            reader.problem(&root.at("jwks_uri"), message);
            None
        }
        (Some(jwks_uri), None) => {
            reader.check_url(&root.at("jwks_uri"), &jwks_uri);
            Some(KeySource::Url(jwks_uri))
        }
        (None, Some(jwks)) => {
            if !is_key_set(&jwks) {
                let message = "must be a JWK Set: an object whose \"keys\" is a list of keys";
                reader.problem(&root.at("jwks"), message);
            }
            Some(KeySource::Document(jwks.to_string()))
        }
        (None, None) => None,
    }
}

/// Those for public keys, and those for a secret. Without the option a secret is for HS256 alone.
fn algorithms(reader: &mut Reader, root: &Place<'_>) -> (Algorithms, Vec<SymmetricAlgorithm>) {
    let pointer = root.at("algorithms");
    let names = match root.object.find("algorithms") {
        None => return (Algorithms::DEFAULT, vec![SymmetricAlgorithm::Hs256]),
        Some(Value::Array(list)) => reader.strings(&pointer, &list),
        Some(_) => Vec::new(),
    };
    let (mut public, mut symmetric) = (Algorithms::NONE, Vec::new());
    for (index, name) in names.iter().enumerate() {
        if let Some(algorithm) = Algorithm::from_name(|known| known == name) {
            public = public.with(algorithm);
        } else if let Some(algorithm) = SymmetricAlgorithm::from_name(|known| known == name) {
            symmetric.push(algorithm);
        } else {
            let public = Algorithm::NAMES.iter().map(|(name, _)| *name);
            let all = public.chain(SymmetricAlgorithm::NAMES.iter().map(|(name, _)| *name));
            let all: Vec<&str> = all.collect();
            let message = format!("must be one of {}", all.join(", "));
            reader.problem(&format!("{pointer}/{index}"), message);
        }
    }
    if names.is_empty() {
        reader.problem(&pointer, "must be a list with at least one algorithm");
    }
    (public, symmetric)
}
