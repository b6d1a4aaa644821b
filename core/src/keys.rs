//! A JWK Set with its keys prepared (RFC 7517 section 5).

use alloc::boxed::Box;
use alloc::string::String;
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
    prepared: Box<dyn PreparedKey>,
}

impl KeySet {
    /// Reads a document and prepares its keys. One that cannot be used is passed over, so that an odd key
    /// does not take the others down (RFC 7517 section 5). The number is one that was not given out before.
    pub(crate) fn read(
        document: &[u8],
        number: u64,
        provider: &dyn SignatureProvider,
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
            if let Ok(prepared) = provider.prepare(&jwk) {
                let kid = jwk.kid().map(|kid| kid.to_owned());
                keys.push(Key {
                    kid,
                    kind: jwk.kind(),
                    algorithm: jwk.algorithm(),
                    prepared,
                });
            }
        }
        Ok(Self { number, keys })
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
