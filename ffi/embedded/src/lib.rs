//! The C interface for devices: one token, judged with keys and a policy of the caller's, in the caller's memory. No
//! heap, no globals, no operating system. It carries bytes to core and back, and decides nothing.
#![no_std]
#![allow(non_camel_case_types, reason = "these are the names that C sees")]

use core::{ptr, slice};

use mcpauth_core::Request;
use mcpauth_core::credentials::bearer_token;

#[cfg(not(test))]
mod bare;
#[path = "../../src/codes.rs"]
mod codes;
mod key;
mod own;
mod policy;
mod verify;

pub use codes::*;
pub use key::*;
pub use own::*;
pub use policy::*;
pub use verify::*;

/// Bytes that live elsewhere. `data` is not terminated by a zero.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct mcpauth_embedded_view {
    /// The first byte; NULL where there is nothing.
    pub data: *const u8,
    /// How many bytes.
    pub length: usize,
}

impl mcpauth_embedded_view {
    const NONE: Self = Self {
        data: ptr::null(),
        length: 0,
    };

    fn of(bytes: &[u8]) -> Self {
        Self {
            data: bytes.as_ptr(),
            length: bytes.len(),
        }
    }
}

/// Takes the token out of the value of an `Authorization` header (RFC 6750 section 2.1). `*token` points into the value.
///
/// # Safety
/// `authorization` is readable; `token` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_embedded_bearer(
    authorization: mcpauth_embedded_view,
    token: *mut mcpauth_embedded_view,
) -> u32 {
    // SAFETY: the caller keeps the rules above.
    coded(|| unsafe {
        let value = bytes(authorization)?;
        let headers = [(b"authorization".as_slice(), value)];
        let request = Request {
            method: "POST",
            target: "/",
            headers: &headers,
            body: None,
        };
        let found = bearer_token(&request).map_err(|code| code.number())?;
        give(mcpauth_embedded_view::of(found.as_bytes()), token)
    })
}

/// The spelling of a code, such as `expired`; empty for a number that is no code. It lives for ever.
#[unsafe(no_mangle)]
pub extern "C" fn mcpauth_embedded_code_name(code: u32) -> mcpauth_embedded_view {
    mcpauth_embedded_view::of(described(code).0.as_bytes())
}

/// What a code means, for a person; empty for a number that is no code. It lives for ever.
#[unsafe(no_mangle)]
pub extern "C" fn mcpauth_embedded_strerror(code: u32) -> mcpauth_embedded_view {
    mcpauth_embedded_view::of(described(code).1.as_bytes())
}

/// The code of what was tried.
fn coded(inside: impl FnOnce() -> Result<(), u32>) -> u32 {
    inside().err().unwrap_or(MCPAUTH_OK)
}

/// Writes a result.
///
/// # Safety
/// `out` is NULL or writable.
unsafe fn give<T>(result: T, out: *mut T) -> Result<(), u32> {
    if out.is_null() {
        return Err(MCPAUTH_NULL_ARGUMENT);
    }
    // SAFETY: it is not NULL, and the caller keeps the rule above.
    unsafe { out.write(result) };
    Ok(())
}

/// # Safety
/// `count` of them are readable at `first` for as long as the result is used.
unsafe fn items<'a, T>(first: *const T, count: usize) -> Result<&'a [T], u32> {
    match (first.is_null(), count) {
        (_, 0) => Ok(&[]),
        (true, _) => Err(MCPAUTH_NULL_ARGUMENT),
        // No object is larger than half the address space, so such a count is a mistake.
        (false, count) if count > isize::MAX as usize / size_of::<T>() => {
            Err(MCPAUTH_NULL_ARGUMENT)
        }
        // SAFETY: the caller keeps the rule above.
        (false, count) => Ok(unsafe { slice::from_raw_parts(first, count) }),
    }
}

/// # Safety
/// The view's bytes are readable for as long as the result is used.
unsafe fn bytes<'a>(view: mcpauth_embedded_view) -> Result<&'a [u8], u32> {
    // SAFETY: the caller keeps the rule above.
    unsafe { items(view.data, view.length) }
}

/// # Safety
/// As for [`bytes`].
unsafe fn utf8<'a>(view: mcpauth_embedded_view) -> Result<&'a str, u32> {
    // SAFETY: the caller keeps the rule above.
    core::str::from_utf8(unsafe { bytes(view)? }).map_err(|_| MCPAUTH_NOT_UTF8)
}
