//! HMAC (RFC 7518 section 3.2), with a secret that an application hands over for one call. Such an algorithm is none of
//! [`Algorithm`](crate::algorithm::Algorithm), and such a key none that a JWK Set can hold: nothing that verifies with
//! a public key comes here, and nothing from here goes there.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha384, Sha512};

use super::Verified;
use crate::base64url;
use crate::error::Code;
use crate::header::Header;
use crate::json::{Bounds, Object};
use crate::jws::Compact;
use crate::payload::Payload;

/// A MAC algorithm (RFC 7518 section 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SymmetricAlgorithm {
    Hs256,
    Hs384,
    Hs512,
}

impl SymmetricAlgorithm {
    /// Every name, with its algorithm.
    pub(crate) const NAMES: [(&'static str, Self); 3] = [
        ("HS256", Self::Hs256),
        ("HS384", Self::Hs384),
        ("HS512", Self::Hs512),
    ];

    /// The algorithm of a name.
    pub(crate) fn from_name(is: impl Fn(&str) -> bool) -> Option<Self> {
        let known = Self::NAMES.iter().find(|(name, _)| is(name));
        known.map(|(_, algorithm)| *algorithm)
    }

    pub(crate) const fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }

    /// Bytes of a signature, and the least of a key.
    const fn len(self) -> usize {
        match self {
            Self::Hs256 => 32,
            Self::Hs384 => 48,
            Self::Hs512 => 64,
        }
    }
}

/// A secret that may be a key. It is never displayed.
#[derive(Clone, Copy)]
pub(crate) struct SymmetricKey<'k>(&'k [u8]);

/// How texts begin that are public keys or hold one: everybody knows such a "secret" (RFC 8725 section 2.1).
const PUBLIC: [&[u8]; 4] = [b"-----BEGIN ", b"ssh-", b"ecdsa-sha2-", b"sk-ssh-"];

impl<'k> SymmetricKey<'k> {
    /// Refuses what is shorter than the algorithm's hash (RFC 7518 section 3.2: MUST), and what reads like a key in
    /// PEM, OpenSSH or JWK form, which is no secret or a mistake.
    pub(crate) fn new(secret: &'k [u8], algorithm: SymmetricAlgorithm) -> Option<Self> {
        let text = secret.trim_ascii_start();
        let is_public = PUBLIC.iter().any(|start| text.starts_with(start)) || is_jwk(text);
        (secret.len() >= algorithm.len() && !is_public).then_some(Self(secret))
    }

    /// Compares in constant time.
    fn verifies<M: Mac + KeyInit>(self, signing_input: &[u8], signature: &[u8]) -> bool {
        let Ok(mac) = <M as KeyInit>::new_from_slice(self.0) else {
            return false;
        };
        mac.chain_update(signing_input)
            .verify_slice(signature)
            .is_ok()
    }
}

impl<'v, 'a> Verified<'v, 'a> {
    /// Verifies a token's signature with a secret.
    pub(crate) fn verify_symmetric(
        jws: &Compact<'_>,
        header: &Header<'_, SymmetricAlgorithm>,
        payload: &'v Payload<'a>,
        key: SymmetricKey<'_>,
    ) -> Result<Self, Code> {
        let algorithm = header.algorithm();
        let mut buffer = [0; 64];
        if jws.signature().len() != (algorithm.len() * 8).div_ceil(6) {
            return Err(Code::BadSignature);
        }
        let signature =
            base64url::decode(jws.signature(), &mut buffer).map_err(|_| Code::MalformedToken)?;
        let verifies = match algorithm {
            SymmetricAlgorithm::Hs256 => SymmetricKey::verifies::<Hmac<Sha256>>,
            SymmetricAlgorithm::Hs384 => SymmetricKey::verifies::<Hmac<Sha384>>,
            SymmetricAlgorithm::Hs512 => SymmetricKey::verifies::<Hmac<Sha512>>,
        };
        if verifies(key, jws.signing_input(), signature) {
            Ok(Self { payload })
        } else {
            Err(Code::BadSignature)
        }
    }
}

fn is_jwk(text: &[u8]) -> bool {
    let object: Result<Object<'_>, _> = Object::parse(text, Bounds::DOCUMENT);
    object.is_ok_and(|object| object.find("kty").is_some())
}
