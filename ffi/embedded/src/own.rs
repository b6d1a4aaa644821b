//! The library's own verification of signatures, each algorithm by itself. Who calls one alone links one alone.

use core::ffi::c_void;

use mcpauth_core::signature::{BadSignature, verify_eddsa, verify_es256, verify_es384};

use crate::{
    MCPAUTH_EMBEDDED_EDDSA, MCPAUTH_EMBEDDED_ES256, MCPAUTH_EMBEDDED_ES384,
    MCPAUTH_EMBEDDED_SIGNATURE_HOLDS, bytes, mcpauth_embedded_view,
};

/// The library's own ES256, as a function for `mcpauth_embedded_signatures`, or for yours to call. It checks the point, and
/// refuses every other algorithm.
///
/// # Safety
/// The views are readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_embedded_es256(
    _userdata: *mut c_void,
    algorithm: u32,
    key: mcpauth_embedded_view,
    message: mcpauth_embedded_view,
    signature: mcpauth_embedded_view,
) -> i32 {
    let own = (MCPAUTH_EMBEDDED_ES256, verify_es256 as Verify);
    // SAFETY: the caller keeps the rule above.
    unsafe { verify(own, algorithm, key, message, signature) }
}

/// The library's own ES384, likewise.
///
/// # Safety
/// The views are readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_embedded_es384(
    _userdata: *mut c_void,
    algorithm: u32,
    key: mcpauth_embedded_view,
    message: mcpauth_embedded_view,
    signature: mcpauth_embedded_view,
) -> i32 {
    let own = (MCPAUTH_EMBEDDED_ES384, verify_es384 as Verify);
    // SAFETY: the caller keeps the rule above.
    unsafe { verify(own, algorithm, key, message, signature) }
}

/// The library's own EdDSA, likewise: Ed25519 as RFC 8032 has it, without keys of small order.
///
/// # Safety
/// The views are readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_embedded_eddsa(
    _userdata: *mut c_void,
    algorithm: u32,
    key: mcpauth_embedded_view,
    message: mcpauth_embedded_view,
    signature: mcpauth_embedded_view,
) -> i32 {
    let own = (MCPAUTH_EMBEDDED_EDDSA, verify_eddsa as Verify);
    // SAFETY: the caller keeps the rule above.
    unsafe { verify(own, algorithm, key, message, signature) }
}

type Verify = fn(&[u8], &[u8], &[u8]) -> Result<(), BadSignature>;

/// # Safety
/// The views are readable.
unsafe fn verify(
    (own, holds): (u32, Verify),
    algorithm: u32,
    key: mcpauth_embedded_view,
    message: mcpauth_embedded_view,
    signature: mcpauth_embedded_view,
) -> i32 {
    // SAFETY: the caller keeps the rule above.
    let (key, message, signature) = unsafe { (bytes(key), bytes(message), bytes(signature)) };
    match (key, message, signature) {
        (Ok(key), Ok(message), Ok(signature))
            if algorithm == own && holds(key, message, signature).is_ok() =>
        {
            MCPAUTH_EMBEDDED_SIGNATURE_HOLDS
        }
        _ => 0,
    }
}
