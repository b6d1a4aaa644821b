//! Keys as C people hold them.

use mcpauth_core::algorithm::{Algorithm, KeyKind};
use mcpauth_core::signature::PortableKey;
use mcpauth_core::spki::{self, SpkiError};

use crate::codes::*;
use crate::{bytes, coded, give, mcpauth_embedded_view, utf8};

/// A key for ES256: an uncompressed point of P-256, 65 bytes.
pub const MCPAUTH_EMBEDDED_ES256: u32 = 1;
/// A key for ES384: an uncompressed point of P-384, 97 bytes.
pub const MCPAUTH_EMBEDDED_ES384: u32 = 2;
/// A key for EdDSA: an Ed25519 key, 32 bytes.
pub const MCPAUTH_EMBEDDED_EDDSA: u32 = 3;

/// A public key of the issuer. It holds pointers alone: what they point to must live, and not change, for as long as it
/// is used. A key of zeros is none. `mcpauth-keys` writes constant tables of them.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct mcpauth_embedded_key {
    /// Its name, which a token's header must have where that names one.
    pub kid: mcpauth_embedded_view,
    /// An uncompressed point (SEC 1 section 2.3.3), or an Ed25519 key (RFC 8032 section 5.1.5).
    pub bytes: mcpauth_embedded_view,
    /// The one algorithm that it verifies, such as `MCPAUTH_EMBEDDED_ES256`.
    pub algorithm: u32,
    /// 1 where names are not compared, because you have chosen this key for the tokens yourself; else 0.
    pub any_kid: u32,
}

/// A key from an uncompressed point: `04`, x, y as in SEC 1 section 2.3.3. 65 bytes are of P-256 and for ES256, 97 of
/// P-384 and for ES384. `MCPAUTH_MALFORMED_KEY` for another length or form, `MCPAUTH_REFUSED_KEY` where the point is not on
/// the curve. `any_kid` is 1; set `kid` and `any_kid` yourself to change that.
///
/// # Safety
/// `point` is readable; `key` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_embedded_key_from_sec1(
    point: mcpauth_embedded_view,
    key: *mut mcpauth_embedded_key,
) -> u32 {
    // SAFETY: the caller keeps the rules above.
    coded(|| unsafe {
        let bytes = bytes(point)?;
        let kind = match *bytes {
            [4, ..] if bytes.len() == 65 => KeyKind::P256,
            [4, ..] if bytes.len() == 97 => KeyKind::P384,
            _ => return Err(MCPAUTH_MALFORMED_KEY),
        };
        check(kind, bytes)?;
        give(of(kind, bytes)?, key)
    })
}

/// A key from the 32 bytes of an Ed25519 key (RFC 8032 section 5.1.5). `MCPAUTH_MALFORMED_KEY` for another length,
/// `MCPAUTH_REFUSED_KEY` for what is no point, is not written as it must be, or is of small order. `any_kid` is 1.
///
/// # Safety
/// `bytes` is readable; `key` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_embedded_key_from_ed25519(
    raw: mcpauth_embedded_view,
    key: *mut mcpauth_embedded_key,
) -> u32 {
    // SAFETY: the caller keeps the rules above.
    coded(|| unsafe {
        let bytes = bytes(raw)?;
        if bytes.len() != 32 {
            return Err(MCPAUTH_MALFORMED_KEY);
        }
        check(KeyKind::Ed25519, bytes)?;
        give(of(KeyKind::Ed25519, bytes)?, key)
    })
}

/// A key from DER of SubjectPublicKeyInfo, which is what a PEM "PUBLIC KEY" holds in base64: P-256 and P-384 (RFC 5480,
/// named curve, uncompressed point) or Ed25519 (RFC 8410). The codes are those of the two functions above, and
/// `MCPAUTH_UNKNOWN_KEY_KIND` for another kind of key, such as RSA or a compressed point. `any_kid` is 1.
///
/// # Safety
/// `der` is readable; `key` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_embedded_key_from_spki(
    der: mcpauth_embedded_view,
    key: *mut mcpauth_embedded_key,
) -> u32 {
    // SAFETY: the caller keeps the rules above.
    coded(|| unsafe {
        let (kind, bytes) = read_spki(bytes(der)?)?;
        check(kind, bytes)?;
        give(of(kind, bytes)?, key)
    })
}

/// The same without a look at whether the key is a point of its curve, which takes no code of a curve. Only for
/// `mcpauth_embedded_verify_with`, and only where the platform's function refuses such keys, as PSA and mbedTLS do.
///
/// # Safety
/// `der` is readable; `key` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_embedded_key_from_spki_unchecked(
    der: mcpauth_embedded_view,
    key: *mut mcpauth_embedded_key,
) -> u32 {
    // SAFETY: the caller keeps the rules above.
    coded(|| unsafe {
        let (kind, bytes) = read_spki(bytes(der)?)?;
        give(of(kind, bytes)?, key)
    })
}

/// A key that has been looked at: its algorithm exists and its views can be read.
pub(crate) struct Key<'a> {
    pub(crate) kid: Option<&'a str>,
    pub(crate) any_kid: bool,
    pub(crate) algorithm: Algorithm,
    pub(crate) bytes: &'a [u8],
}

impl<'a> Key<'a> {
    /// # Safety
    /// The key's views are readable for as long as the result is used.
    pub(crate) unsafe fn read(key: &mcpauth_embedded_key) -> Result<Self, u32> {
        let algorithm = match key.algorithm {
            MCPAUTH_EMBEDDED_ES256 => Algorithm::Es256,
            MCPAUTH_EMBEDDED_ES384 => Algorithm::Es384,
            MCPAUTH_EMBEDDED_EDDSA => Algorithm::EdDsa,
            _ => return Err(MCPAUTH_UNKNOWN_KEY_KIND),
        };
        // SAFETY: the caller keeps the rule above.
        let (kid, bytes) = unsafe { (utf8(key.kid)?, bytes(key.bytes)?) };
        let kid = (!key.kid.data.is_null()).then_some(kid);
        if bytes.len() != length(algorithm) {
            return Err(MCPAUTH_MALFORMED_KEY);
        }
        Ok(Self {
            kid,
            any_kid: key.any_kid != 0,
            algorithm,
            bytes,
        })
    }

    /// The key, decoded and checked.
    pub(crate) fn prepare(&self) -> Result<PortableKey, u32> {
        PortableKey::from_bytes(self.algorithm.key_kind(), self.bytes)
            .map_err(|_| MCPAUTH_REFUSED_KEY)
    }
}

const fn length(algorithm: Algorithm) -> usize {
    match algorithm {
        Algorithm::Es256 => 65,
        Algorithm::Es384 => 97,
        _ => 32,
    }
}

fn read_spki(der: &[u8]) -> Result<(KeyKind, &[u8]), u32> {
    spki::read(der).map_err(|error| match error {
        SpkiError::Malformed => MCPAUTH_MALFORMED_KEY,
        SpkiError::UnknownKind => MCPAUTH_UNKNOWN_KEY_KIND,
    })
}

fn check(kind: KeyKind, bytes: &[u8]) -> Result<(), u32> {
    let key = PortableKey::from_bytes(kind, bytes);
    key.map(|_| ()).map_err(|_| MCPAUTH_REFUSED_KEY)
}

fn of(kind: KeyKind, bytes: &[u8]) -> Result<mcpauth_embedded_key, u32> {
    let algorithm = match kind {
        KeyKind::P256 => MCPAUTH_EMBEDDED_ES256,
        KeyKind::P384 => MCPAUTH_EMBEDDED_ES384,
        KeyKind::Ed25519 => MCPAUTH_EMBEDDED_EDDSA,
        KeyKind::P521 | KeyKind::Rsa => return Err(MCPAUTH_UNKNOWN_KEY_KIND),
    };
    Ok(mcpauth_embedded_key {
        kid: mcpauth_embedded_view::NONE,
        bytes: mcpauth_embedded_view::of(bytes),
        algorithm,
        any_kid: 1,
    })
}
