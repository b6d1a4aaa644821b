//! A JWK Set with its keys prepared (RFC 7517 section 5).

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::algorithm::{Algorithm, KeyKind};
use crate::error::Code;
use crate::header::Header;
use crate::json::{Bounds, Object, Text, Value};
use crate::jwk::{Jwk, fits};
use crate::limits;
use crate::signature::{PreparedKey, SignatureProvider};

/// The usable keys of one issuer.
#[derive(Default)]
pub(crate) struct KeySet {
    /// Tells this set from every other one that the engine has had; 0 is a set without keys.
    pub(crate) number: u64,
    keys: Vec<Key>,
}

struct Key {
    kid: Option<String>,
    kind: KeyKind,
    algorithm: Option<Algorithm>,
    /// What it was prepared from: `n` and `e`, or `x` and `y`, or `x`.
    parts: (String, Option<String>),
    prepared: Arc<dyn PreparedKey>,
}

impl KeySet {
    /// Reads a document and prepares its keys. One that cannot be used is passed over, so that an odd key
    /// does not take the others down (RFC 7517 section 5). The number is one that was not given out before. A key that is
    /// in the `previous` set too is taken over from there, with its table.
    pub(crate) fn read(
        document: &[u8],
        number: u64,
        provider: &dyn SignatureProvider,
        previous: Option<&Self>,
    ) -> Result<Self, Code> {
        let object: Object<'_> =
            Object::parse(document, Bounds::DOCUMENT).map_err(|_| Code::MalformedDocument)?;
        let Some(Value::Array(list)) = object.find("keys") else {
            return Err(Code::MalformedDocument);
        };
        let mut keys = Vec::new();
        for (index, element) in list.elements().enumerate() {
            if index == limits::JWKS_KEYS {
                return Err(Code::TooManyKeys);
            }
            let Ok(Value::Object(nested)) = element else {
                continue;
            };
            let Ok(object) = nested.object::<{ limits::OBJECT_MEMBERS }>() else {
                continue;
            };
            let Ok(jwk) = Jwk::read(&object) else {
                continue;
            };
            let known = previous.and_then(|set| set.prepared(&jwk));
            let prepared = known.map_or_else(|| provider.prepare(&jwk).map(Arc::from), Ok);
            if let Ok(prepared) = prepared {
                let (kind, algorithm, first, second) = jwk.material();
                keys.push(Key {
                    kid: jwk.kid().map(|kid| kid.to_owned()),
                    kind,
                    algorithm,
                    parts: (first.to_owned(), second.map(|text| text.to_owned())),
                    prepared,
                });
            }
        }
        Ok(Self { number, keys })
    }

    /// The key that was prepared from the same members, of which `kid` is none.
    fn prepared(&self, jwk: &Jwk<'_>) -> Option<Arc<dyn PreparedKey>> {
        let is_same = |key: &&Key| {
            let (first, second) = &key.parts;
            let (first, second) = (Text::plain(first), second.as_deref().map(Text::plain));
            (key.kind, key.algorithm, first, second) == jwk.material()
        };
        let same = self.keys.iter().find(is_same);
        same.map(|key| key.prepared.clone())
    }

    /// Whether no key of the set can be used.
    pub(crate) const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The one key that fits a header by `kid`, type and algorithm. There is no trial verification: two that
    /// fit are none.
    pub(crate) fn find(&self, header: &Header<'_>) -> Option<&dyn PreparedKey> {
        let mut candidates = self.keys.iter().filter(|key| {
            let kid = key.kid.as_deref().map(Text::plain);
            fits(header, kid, key.kind, key.algorithm)
        });
        let only = candidates.next()?;
        candidates.next().is_none().then_some(&*only.prepared)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

    use alloc::format;

    use super::*;
    use crate::signature::Portable;

    const ONE: &str =
        r#""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;
    const OTHER: &str =
        r#""kty":"OKP","crv":"Ed25519","x":"PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw""#;

    fn set(keys: &str, previous: Option<&KeySet>) -> KeySet {
        KeySet::read(
            format!(r#"{{"keys":[{keys}]}}"#).as_bytes(),
            1,
            &Portable,
            previous,
        )
        .unwrap()
    }

    /// So it keeps its table when its set is fetched again.
    #[test]
    fn a_key_of_the_previous_set_is_taken_over_under_whatever_kid() {
        let first = set(&format!(r#"{{{ONE},"kid":"a"}}"#), None);
        let again = set(&format!(r#"{{{OTHER}}},{{{ONE},"kid":"b"}}"#), Some(&first));
        assert_eq!(again.keys.len(), 2);
        let is_first = |key: &Key| Arc::ptr_eq(&key.prepared, &first.keys[0].prepared);
        assert!(is_first(&again.keys[1]));
        assert!(!is_first(&again.keys[0]));
        // Other members make another key.
        let bound = set(&format!(r#"{{{ONE},"alg":"EdDSA"}}"#), Some(&first));
        assert!(!is_first(&bound.keys[0]));
    }
}
