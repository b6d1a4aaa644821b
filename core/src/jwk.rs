//! One JSON Web Key (RFC 7517 section 4) as a public signature key.

use crate::algorithm::{Algorithm, KeyKind};
use crate::base64url;
use crate::error::Code;
use crate::header::Header;
use crate::json::{Object, Text, Value};

/// A key that may verify signatures, not yet decoded.
#[derive(Clone, Copy, Debug)]
pub struct Jwk<'a> {
    kind: KeyKind,
    kid: Option<Text<'a>>,
    algorithm: Option<Algorithm>,
    /// `n` and `e`, or `x` and `y`, or `x` and nothing.
    parts: (Text<'a>, Option<Text<'a>>),
}

/// Why a key of a set is passed over. The set keeps its other keys (RFC 7517 section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnusableKey {
    /// A member is absent or has the wrong type.
    Malformed,
    /// `kty` or `crv` is not one that verifies signatures here.
    UnknownKind,
    /// `alg` is not one of this kind of key, or does not exist here.
    UnknownAlgorithm,
    /// `use` or `key_ops` does not include verification.
    NotForVerification,
    /// A private or symmetric member is present: the publisher has leaked it.
    NotPublic,
    /// The value is no acceptable public key: off the curve, too short, too long.
    Refused,
}

impl<'a> Jwk<'a> {
    /// Reads one element of `keys`.
    pub fn read<const N: usize>(object: &Object<'a, N>) -> Result<Self, UnusableKey> {
        let string = |name| match object.find(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(UnusableKey::Malformed),
        };
        let required = |name| string(name)?.ok_or(UnusableKey::Malformed);
        if ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]
            .iter()
            .any(|name| object.find(name).is_some())
        {
            return Err(UnusableKey::NotPublic);
        }
        let kty = required("kty")?;
        let kind = if kty == *"RSA" {
            KeyKind::Rsa
        } else if kty == *"EC" || kty == *"OKP" {
            let crv = required("crv")?;
            let curves = [
                ("EC", "P-256", KeyKind::P256),
                ("EC", "P-384", KeyKind::P384),
                ("EC", "P-521", KeyKind::P521),
                ("OKP", "Ed25519", KeyKind::Ed25519),
            ];
            let known = curves
                .iter()
                .find(|(family, curve, _)| kty == **family && crv == **curve);
            known.ok_or(UnusableKey::UnknownKind)?.2
        } else {
            return Err(UnusableKey::UnknownKind);
        };
        let parts = match kind {
            KeyKind::Rsa => (required("n")?, Some(required("e")?)),
            KeyKind::Ed25519 => (required("x")?, None),
            KeyKind::P256 | KeyKind::P384 | KeyKind::P521 => (required("x")?, Some(required("y")?)),
        };
        let algorithm = match string("alg")? {
            None => None,
            Some(name) => match Algorithm::from_name(|known| name == *known) {
                Some(algorithm) if algorithm.key_kind() == kind => Some(algorithm),
                _ => return Err(UnusableKey::UnknownAlgorithm),
            },
        };
        if string("use")?.is_some_and(|intended| intended != *"sig")
            || !may_verify(object.find("key_ops"))?
        {
            return Err(UnusableKey::NotForVerification);
        }
        Ok(Self {
            kind,
            kid: string("kid")?,
            algorithm,
            parts,
        })
    }

    /// What `kty` and `crv` say.
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// `kid`
    pub const fn kid(&self) -> Option<Text<'a>> {
        self.kid
    }

    /// `alg`: the only algorithm the key may be used with.
    pub const fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    /// Whether the key is a candidate for a header: by `kid` where the header has one, by type, and by `alg` where
    /// the key has one (RFC 7515 section 4.1.4, RFC 7517 section 4.4). Of a set, exactly one may be.
    pub fn fits(&self, header: &Header<'_>) -> bool {
        fits(header, self.kid, self.kind, self.algorithm)
    }

    /// Everything that a prepared key is made of, so that a key need not be prepared again.
    #[cfg(feature = "alloc")]
    pub(crate) const fn material(
        &self,
    ) -> (KeyKind, Option<Algorithm>, Text<'a>, Option<Text<'a>>) {
        (self.kind, self.algorithm, self.parts.0, self.parts.1)
    }

    /// Decodes `n` or `x`.
    pub fn decode_first<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], UnusableKey> {
        decode(Some(self.parts.0), buffer)
    }

    /// Decodes `e` or `y`.
    pub fn decode_second<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], UnusableKey> {
        decode(self.parts.1, buffer)
    }
}

/// The one key of an issuer that fits a header. There is no trial verification: two that fit are none.
pub fn only<K>(mut candidates: impl Iterator<Item = K>) -> Result<K, Code> {
    let only = candidates.next().ok_or(Code::KeyNotFound)?;
    match candidates.next() {
        None => Ok(only),
        Some(_) => Err(Code::KeyNotFound),
    }
}

/// The rule of [`Jwk::fits`], for whoever keeps the members of a key in another way.
pub fn fits(
    header: &Header<'_>,
    own_kid: Option<Text<'_>>,
    kind: KeyKind,
    own_algorithm: Option<Algorithm>,
) -> bool {
    let algorithm = header.algorithm();
    let same_kid = header.kid().is_none_or(|kid| own_kid == Some(kid));
    let same_algorithm = own_algorithm.is_none_or(|own| own == algorithm);
    same_kid && same_algorithm && kind == algorithm.key_kind()
}

fn decode<'b>(text: Option<Text<'_>>, buffer: &'b mut [u8]) -> Result<&'b [u8], UnusableKey> {
    let plain = text
        .and_then(|text| text.as_plain())
        .ok_or(UnusableKey::Malformed)?;
    base64url::decode(plain.as_bytes(), buffer).map_err(|_| UnusableKey::Refused)
}

/// `key_ops`, if present, must contain `verify` (RFC 7517 section 4.3).
fn may_verify(operations: Option<Value<'_>>) -> Result<bool, UnusableKey> {
    match operations {
        None => Ok(true),
        Some(Value::Array(list)) => {
            let verifies =
                |element| matches!(element, Ok(Value::String(name)) if name == *"verify");
            Ok(list.elements().any(verifies))
        }
        Some(_) => Err(UnusableKey::Malformed),
    }
}
