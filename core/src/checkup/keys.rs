//! Judging a JWK Set by what verifies access tokens (RFC 7517).

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::subject::Subject;
use crate::algorithm::{Algorithm, KeyKind};
use crate::json::{Object, Value};
use crate::jwk::{Jwk, UnusableKey};
use crate::limits;
use crate::signature::{Portable, SignatureProvider};

/// A key that verifies.
pub(super) struct UsableKey {
    pub(super) kid: Option<String>,
    kind: KeyKind,
    pub(super) algorithm: Algorithm,
}

/// Judges the keys of a set and gives those that verify.
pub(super) fn judge(set: &Object<'_>, subject: &mut Subject) -> Vec<UsableKey> {
    let Some(Value::Array(list)) = set.find("keys") else {
        subject.found_at("keys_malformed", "/keys", None);
        return Vec::new();
    };
    let (mut usable, mut count) = (Vec::new(), 0);
    for element in list.elements() {
        match read(element.ok()) {
            Ok(key) => usable.push(key),
            Err(UnusableKey::NotPublic) => {
                subject.found_at("private_key_published", &format!("/keys/{count}"), None);
            }
            // RFC 7517 section 5: a key that is not understood is ignored.
            Err(_) => {}
        }
        count += 1;
    }
    if count > limits::JWKS_KEYS {
        subject.found_at("keys_malformed", "/keys", Some(&format!("{count} keys")));
        return Vec::new();
    }
    if usable.is_empty() {
        subject.found_at("no_usable_keys", "/keys", Some(&format!("{count} keys")));
        return usable;
    }
    subject.found_at("keys_usable", "/keys", Some(&summary(&usable, count)));
    if is_ambiguous(&usable) {
        subject.found_at("kid_ambiguous", "/keys", None);
    }
    usable
}

fn read(element: Option<Value<'_>>) -> Result<UsableKey, UnusableKey> {
    let Some(Value::Object(nested)) = element else {
        return Err(UnusableKey::Malformed);
    };
    let object: Object<'_> = nested.object().map_err(|_| UnusableKey::Malformed)?;
    let jwk = Jwk::read(&object)?;
    Portable.prepare(&jwk)?;
    let algorithm = jwk.algorithm().unwrap_or(match jwk.kind() {
        KeyKind::Rsa => Algorithm::Rs256,
        KeyKind::P256 => Algorithm::Es256,
        KeyKind::P384 => Algorithm::Es384,
        KeyKind::P521 => Algorithm::Es512,
        KeyKind::Ed25519 => Algorithm::EdDsa,
    });
    Ok(UsableKey {
        kid: jwk.kid().map(|kid| kid.to_owned()),
        kind: jwk.kind(),
        algorithm,
    })
}

/// Whether some header would fit two keys, or none for the lack of a `kid`.
fn is_ambiguous(keys: &[UsableKey]) -> bool {
    keys.iter().enumerate().any(|(index, key)| {
        keys[..index]
            .iter()
            .any(|other| other.kind == key.kind && other.kid == key.kid)
    })
}

fn summary(usable: &[UsableKey], count: usize) -> String {
    let mut algorithms: Vec<&str> = usable.iter().map(|key| key.algorithm.name()).collect();
    algorithms.sort_unstable();
    algorithms.dedup();
    format!(
        "{} of {count} keys, for {}",
        usable.len(),
        algorithms.join(" ")
    )
}
