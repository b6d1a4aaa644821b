//! Verifying a signature, and the proof that it was done: claims are only read from a [`Verified`].
//!
//! Only public data is handled here, so variable time is fine.

use ed25519_dalek::VerifyingKey as Ed25519Key;
#[cfg(feature = "alloc")]
use p521::ecdsa::signature::hazmat::PrehashVerifier;
#[cfg(feature = "alloc")]
use sha2::Digest;

use crate::algorithm::{Algorithm, KeyKind};
use crate::base64url;
use crate::error::Code;
use crate::header::Header;
use crate::jwk::{Jwk, UnusableKey};
use crate::jws::Compact;
use crate::limits;
use crate::payload::Payload;

#[cfg(feature = "alloc")]
mod curve;
#[cfg(feature = "alloc")]
mod ecdsa;
#[cfg(feature = "alloc")]
mod eddsa;
#[cfg(feature = "alloc")]
mod field;
#[cfg(feature = "alloc")]
mod point;
#[cfg(feature = "alloc")]
pub mod rsa;
mod single;
#[cfg(feature = "alloc")]
pub(crate) mod symmetric;
#[cfg(feature = "alloc")]
mod table;

#[cfg(all(test, feature = "alloc"))]
mod numbers;
#[cfg(all(test, feature = "alloc"))]
mod tests;
#[cfg(all(test, feature = "alloc"))]
mod toy;

pub use single::{verify_eddsa, verify_es256, verify_es384};

/// Makes keys ready for use. The engine is given one; nothing is selected by features or installed.
#[cfg(feature = "alloc")]
pub trait SignatureProvider: Send + Sync {
    /// Decodes and checks a key once, when its document is supplied.
    fn prepare(&self, jwk: &Jwk<'_>) -> Result<alloc::boxed::Box<dyn PreparedKey>, UnusableKey>;
}

/// A public key, decoded and checked, ready to verify many signatures.
pub trait PreparedKey: Send + Sync {
    /// Bytes of a signature by this key, or `None` when the algorithm is not one for this key.
    fn signature_len(&self, algorithm: Algorithm) -> Option<usize>;

    /// Verifies a signature of exactly that length.
    fn verify(
        &self,
        algorithm: Algorithm,
        signing_input: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature>;

    /// Bytes that [`tabulate`](Self::tabulate) would keep: 0 where the kind of key has no tables.
    fn table_bytes(&self) -> usize {
        0
    }

    /// Makes tables of multiples of the key and keeps them, so that every later verification is faster. It never changes
    /// a verdict. The owner of a key asks for it once the key has served a few times, within a bound on memory.
    fn tabulate(&self) {}
}

/// The signature does not verify; there is nothing more to say about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadSignature;

/// A payload whose signature holds.
pub struct Verified<'v, 'a, const N: usize = { limits::OBJECT_MEMBERS }> {
    payload: &'v Payload<'a, N>,
}

impl<'v, 'a, const N: usize> Verified<'v, 'a, N> {
    /// Verifies a token's signature with its issuer's key. The length is exact before anything is
    /// decoded (RFC 7518 sections 3.3 to 3.5), so one signature has one spelling.
    pub fn verify(
        jws: &Compact<'_>,
        header: &Header<'_>,
        payload: &'v Payload<'a, N>,
        key: &dyn PreparedKey,
    ) -> Result<Self, Code> {
        let algorithm = header.algorithm();
        let length = key.signature_len(algorithm).ok_or(Code::KeyNotFound)?;
        let mut buffer = [0; LONGEST_SIGNATURE];
        if jws.signature().len() != (length * 8).div_ceil(6) {
            return Err(Code::BadSignature);
        }
        let signature =
            base64url::decode(jws.signature(), &mut buffer).map_err(|_| Code::MalformedToken)?;
        key.verify(algorithm, jws.signing_input(), signature)
            .map_err(|BadSignature| Code::BadSignature)?;
        Ok(Self { payload })
    }

    pub(crate) const fn payload(&self) -> &'v Payload<'a, N> {
        self.payload
    }
}

/// Bytes of the longest signature: of RSA, and without it of ES512.
const LONGEST_SIGNATURE: usize = if cfg!(feature = "alloc") {
    *limits::RSA_MODULUS_BITS.end() / 8
} else {
    132
};

/// The portable provider: pure Rust, on every target.
#[derive(Clone, Copy, Debug)]
pub struct Portable;

#[cfg(feature = "alloc")]
impl SignatureProvider for Portable {
    fn prepare(&self, jwk: &Jwk<'_>) -> Result<alloc::boxed::Box<dyn PreparedKey>, UnusableKey> {
        match jwk.kind() {
            KeyKind::Rsa => Ok(alloc::boxed::Box::new(rsa::RsaKey::prepare(
                jwk,
                |n, e| rsa::Montgomery::new(rsa::Comba, n, e),
            )?)),
            KeyKind::P256 => Ok(alloc::boxed::Box::new(
                ecdsa::EcdsaKey::<curve::P256, 4>::prepare(jwk)?,
            )),
            KeyKind::P384 => Ok(alloc::boxed::Box::new(
                ecdsa::EcdsaKey::<curve::P384, 6>::prepare(jwk)?,
            )),
            KeyKind::Ed25519 => Ok(alloc::boxed::Box::new(eddsa::EddsaKey::prepare(jwk)?)),
            KeyKind::P521 => Ok(alloc::boxed::Box::new(PortableKey::prepare(jwk)?)),
        }
    }
}

/// A key of a kind that needs no heap: P-256, P-384, Ed25519, and with `alloc` P-521.
pub enum PortableKey {
    /// For ES256
    P256(p256::ecdsa::VerifyingKey),
    /// For ES384
    P384(p384::ecdsa::VerifyingKey),
    /// For ES512
    #[cfg(feature = "alloc")]
    P521(p521::ecdsa::VerifyingKey),
    /// For EdDSA
    Ed25519(Ed25519Key),
}

impl PortableKey {
    /// Decodes a key: exact coordinate length and a point on the curve (RFC 7518 section 6.2.1.2), or a
    /// canonical Ed25519 point that is not of small order (RFC 8032 section 5.1.3).
    pub fn prepare(jwk: &Jwk<'_>) -> Result<Self, UnusableKey> {
        match jwk.kind() {
            KeyKind::P256 => Self::from_bytes(jwk.kind(), &sec1_point::<65>(jwk)?),
            KeyKind::P384 => Self::from_bytes(jwk.kind(), &sec1_point::<97>(jwk)?),
            KeyKind::P521 => Self::from_bytes(jwk.kind(), &sec1_point::<133>(jwk)?),
            KeyKind::Ed25519 => {
                let mut bytes = [0; 32];
                let bytes = jwk.decode_first(&mut bytes)?;
                Self::from_bytes(jwk.kind(), bytes)
            }
            KeyKind::Rsa => Err(UnusableKey::UnknownKind),
        }
    }

    /// Decodes the uncompressed point of an EC key (SEC 1 section 2.3.3) or the 32 bytes of an Ed25519 key (RFC 8032
    /// section 5.1.5), as strictly.
    pub fn from_bytes(kind: KeyKind, bytes: &[u8]) -> Result<Self, UnusableKey> {
        match kind {
            KeyKind::P256 => single::p256(bytes).map(Self::P256),
            KeyKind::P384 => single::p384(bytes).map(Self::P384),
            #[cfg(feature = "alloc")]
            KeyKind::P521 => {
                let point = single::uncompressed::<133>(bytes)?;
                p521::ecdsa::VerifyingKey::from_sec1_bytes(point)
                    .map(Self::P521)
                    .map_err(|_| UnusableKey::Refused)
            }
            KeyKind::Ed25519 => single::ed25519(bytes).map(Self::Ed25519),
            #[cfg(not(feature = "alloc"))]
            KeyKind::P521 => Err(UnusableKey::UnknownKind),
            KeyKind::Rsa => Err(UnusableKey::UnknownKind),
        }
    }
}

impl PreparedKey for PortableKey {
    fn signature_len(&self, algorithm: Algorithm) -> Option<usize> {
        match (self, algorithm) {
            (Self::P256(_), Algorithm::Es256) | (Self::Ed25519(_), Algorithm::EdDsa) => Some(64),
            (Self::P384(_), Algorithm::Es384) => Some(96),
            #[cfg(feature = "alloc")]
            (Self::P521(_), Algorithm::Es512) => Some(132),
            _ => None,
        }
    }

    fn verify(
        &self,
        _: Algorithm,
        signing_input: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        match self {
            Self::P256(key) => single::es256(key, signing_input, signature),
            Self::P384(key) => single::es384(key, signing_input, signature),
            #[cfg(feature = "alloc")]
            Self::P521(key) => p521::ecdsa::Signature::from_slice(signature)
                .and_then(|signature| {
                    key.verify_prehash(&sha2::Sha512::digest(signing_input), &signature)
                })
                .map_err(|_| BadSignature),
            Self::Ed25519(key) => single::eddsa(key, signing_input, signature),
        }
    }
}

/// The uncompressed point (SEC 1 section 2.3.3) of an EC key whose coordinates have the exact length.
fn sec1_point<const N: usize>(jwk: &Jwk<'_>) -> Result<[u8; N], UnusableKey> {
    let mut point = [0; N];
    point[0] = 4;
    let (x, y) = point[1..].split_at_mut(N / 2);
    if jwk.decode_first(x)?.len() != N / 2 || jwk.decode_second(y)?.len() != N / 2 {
        return Err(UnusableKey::Refused);
    }
    Ok(point)
}
