//! The kinds of key that need no heap, each by itself: who uses one links one.

use ed25519_dalek::VerifyingKey as Ed25519Key;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use sha2::{Digest, Sha256, Sha384};

use super::BadSignature;
use crate::jwk::UnusableKey;

/// Verifies a signature of ES256 with an uncompressed point of P-256 (SEC 1 section 2.3.3), which is checked.
pub fn verify_es256(
    key: &[u8],
    signing_input: &[u8],
    signature: &[u8],
) -> Result<(), BadSignature> {
    es256(
        &p256(key).map_err(|_| BadSignature)?,
        signing_input,
        signature,
    )
}

/// Verifies a signature of ES384 with an uncompressed point of P-384, likewise.
pub fn verify_es384(
    key: &[u8],
    signing_input: &[u8],
    signature: &[u8],
) -> Result<(), BadSignature> {
    es384(
        &p384(key).map_err(|_| BadSignature)?,
        signing_input,
        signature,
    )
}

/// Verifies a signature of EdDSA with the 32 bytes of an Ed25519 key (RFC 8032 section 5.1.5), likewise.
pub fn verify_eddsa(
    key: &[u8],
    signing_input: &[u8],
    signature: &[u8],
) -> Result<(), BadSignature> {
    eddsa(
        &ed25519(key).map_err(|_| BadSignature)?,
        signing_input,
        signature,
    )
}

pub(super) fn p256(bytes: &[u8]) -> Result<p256::ecdsa::VerifyingKey, UnusableKey> {
    let point = uncompressed::<65>(bytes)?;
    p256::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(|_| UnusableKey::Refused)
}

pub(super) fn es256(
    key: &p256::ecdsa::VerifyingKey,
    signing_input: &[u8],
    signature: &[u8],
) -> Result<(), BadSignature> {
    p256::ecdsa::Signature::from_slice(signature)
        .and_then(|signature| key.verify_prehash(&Sha256::digest(signing_input), &signature))
        .map_err(|_| BadSignature)
}

pub(super) fn p384(bytes: &[u8]) -> Result<p384::ecdsa::VerifyingKey, UnusableKey> {
    let point = uncompressed::<97>(bytes)?;
    p384::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(|_| UnusableKey::Refused)
}

pub(super) fn es384(
    key: &p384::ecdsa::VerifyingKey,
    signing_input: &[u8],
    signature: &[u8],
) -> Result<(), BadSignature> {
    p384::ecdsa::Signature::from_slice(signature)
        .and_then(|signature| key.verify_prehash(&Sha384::digest(signing_input), &signature))
        .map_err(|_| BadSignature)
}

/// A canonical point that is not of small order.
pub(super) fn ed25519(bytes: &[u8]) -> Result<Ed25519Key, UnusableKey> {
    let bytes = bytes.try_into().map_err(|_| UnusableKey::Refused)?;
    if !is_canonical(bytes) {
        return Err(UnusableKey::Refused);
    }
    let key = Ed25519Key::from_bytes(bytes).map_err(|_| UnusableKey::Refused)?;
    if key.is_weak() {
        return Err(UnusableKey::Refused);
    }
    Ok(key)
}

pub(super) fn eddsa(
    key: &Ed25519Key,
    signing_input: &[u8],
    signature: &[u8],
) -> Result<(), BadSignature> {
    ed25519_dalek::Signature::from_slice(signature)
        .and_then(|signature| key.verify_strict(signing_input, &signature))
        .map_err(|_| BadSignature)
}

/// A point of that length in the uncompressed form, and in no other.
pub(super) fn uncompressed<const N: usize>(bytes: &[u8]) -> Result<&[u8; N], UnusableKey> {
    let point: Result<&[u8; N], _> = bytes.try_into();
    point
        .ok()
        .filter(|point| point.first() == Some(&4))
        .ok_or(UnusableKey::Refused)
}

/// Whether the y coordinate is below the field's prime 2^255 - 19, little-endian.
fn is_canonical(bytes: &[u8; 32]) -> bool {
    let all_ones = bytes[1..31].iter().all(|&byte| byte == 0xff) && bytes[31] & 0x7f == 0x7f;
    !(all_ones && bytes[0] >= 0xed)
}
