//! One token, from its bytes to its caller.

use core::ffi::c_void;

use mcpauth_core::Code;
use mcpauth_core::algorithm::Algorithm;
use mcpauth_core::json::Text;
use mcpauth_core::jwk::{fits, only};
use mcpauth_core::signature::{BadSignature, PreparedKey};
use mcpauth_core::time::Time;
use mcpauth_core::token::{CallerPlaces, Token};

use crate::codes::*;
use crate::key::Key;
use crate::policy::terms;
use crate::{
    MCPAUTH_EMBEDDED_EDDSA, MCPAUTH_EMBEDDED_ES256, MCPAUTH_EMBEDDED_ES384, bytes, coded, give,
    items, mcpauth_embedded_key, mcpauth_embedded_policy, mcpauth_embedded_view,
};

/// The time of a clock that was not set: no token is valid then.
pub const MCPAUTH_EMBEDDED_NO_TIME: u64 = 0;

/// What a signature function returns where the signature holds. Anything else is a bad signature; a value that does not
/// come by accident.
pub const MCPAUTH_EMBEDDED_SIGNATURE_HOLDS: i32 = 0x5a5a;

/// Members that the token's header or payload, or any object in them, may have; with more it is too large.
pub const MCPAUTH_EMBEDDED_MEMBERS: usize = 32;

/// Who calls. Views point into the work buffer, the issuer's into the policy; their bytes are UTF-8 and may be any
/// characters, NUL among them.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct mcpauth_embedded_caller {
    /// `iss`
    pub issuer: mcpauth_embedded_view,
    /// `sub`
    pub subject: mcpauth_embedded_view,
    /// The client that the token was issued to; NULL data where the token does not say.
    pub client_id: mcpauth_embedded_view,
    /// The granted scopes, each once, separated by single spaces.
    pub scopes: mcpauth_embedded_view,
    /// Seconds since 1970 at which the token expires.
    pub expires_at: u64,
}

/// The platform's own verification of signatures.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct mcpauth_embedded_signatures {
    /// Returns `MCPAUTH_EMBEDDED_SIGNATURE_HOLDS` where the signature of the message holds. `algorithm` is the key's, such
    /// as `MCPAUTH_EMBEDDED_ES256`, and `key` its bytes; that they are a point of the curve is for this function to check.
    /// The signature is the two numbers r and s behind each other, 64 bytes for ES256 and 96 for ES384 (RFC 7518 section
    /// 3.4), or the 64 bytes of Ed25519. The message is not hashed yet.
    pub verify: Option<
        unsafe extern "C" fn(
            userdata: *mut c_void,
            algorithm: u32,
            key: mcpauth_embedded_view,
            message: mcpauth_embedded_view,
            signature: mcpauth_embedded_view,
        ) -> i32,
    >,
    /// Handed to it.
    pub userdata: *mut c_void,
}

/// How many bytes of work buffer a token of so many bytes needs at most.
#[unsafe(no_mangle)]
pub extern "C" fn mcpauth_embedded_buffer_length(token_length: usize) -> usize {
    token_length / 4 * 3 + token_length % 4
}

/// Decides on a token at a time in Unix seconds: `MCPAUTH_OK` where it may pass, or the code that says why not. Of the keys
/// exactly one must fit the token's header by `kid` and algorithm; there is no trial. `*caller` is written on `MCPAUTH_OK`
/// alone; what is in the buffer after anything else is of no use.
///
/// # Safety
/// `policy`, `keys` and what they point to are readable, and `token`; `buffer` is writable and apart from all of them;
/// `caller` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_embedded_verify(
    policy: *const mcpauth_embedded_policy,
    keys: *const mcpauth_embedded_key,
    key_count: usize,
    token: mcpauth_embedded_view,
    now: u64,
    buffer: *mut u8,
    buffer_length: usize,
    caller: *mut mcpauth_embedded_caller,
) -> u32 {
    // SAFETY: the caller keeps the rules above.
    coded(|| unsafe {
        let work = Work::new(
            policy,
            keys,
            key_count,
            token,
            buffer,
            buffer_length,
            caller,
        )?;
        give(work.decide(now, |key| key.prepare())?, caller)
    })
}

/// The same with the platform's own verification of signatures. Linked into a program that calls nothing else, none of
/// this library's own is.
///
/// # Safety
/// As for `mcpauth_embedded_verify`; `signatures` is readable and its function can be called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_embedded_verify_with(
    signatures: *const mcpauth_embedded_signatures,
    policy: *const mcpauth_embedded_policy,
    keys: *const mcpauth_embedded_key,
    key_count: usize,
    token: mcpauth_embedded_view,
    now: u64,
    buffer: *mut u8,
    buffer_length: usize,
    caller: *mut mcpauth_embedded_caller,
) -> u32 {
    // SAFETY: the caller keeps the rules above.
    coded(|| unsafe {
        let signatures = signatures.as_ref().ok_or(MCPAUTH_NULL_ARGUMENT)?;
        let verify = signatures.verify.ok_or(MCPAUTH_NULL_ARGUMENT)?;
        let work = Work::new(
            policy,
            keys,
            key_count,
            token,
            buffer,
            buffer_length,
            caller,
        )?;
        let platform = |key: &Key<'_>| {
            Ok(Platform {
                verify,
                userdata: signatures.userdata,
                algorithm: key.algorithm,
                key: mcpauth_embedded_view::of(key.bytes),
            })
        };
        give(work.decide(now, platform)?, caller)
    })
}

/// The arguments of a call, each of them looked at.
struct Work<'a> {
    policy: &'a mcpauth_embedded_policy,
    keys: &'a [mcpauth_embedded_key],
    token: &'a [u8],
    buffer: &'a mut [u8],
}

impl<'a> Work<'a> {
    /// # Safety
    /// As for `mcpauth_embedded_verify`, for as long as the result is used.
    unsafe fn new(
        policy: *const mcpauth_embedded_policy,
        keys: *const mcpauth_embedded_key,
        key_count: usize,
        token: mcpauth_embedded_view,
        buffer: *mut u8,
        buffer_length: usize,
        caller: *mut mcpauth_embedded_caller,
    ) -> Result<Self, u32> {
        // SAFETY: the caller keeps the rules above.
        let (policy, keys, token) = unsafe {
            (
                policy.as_ref().ok_or(MCPAUTH_NULL_ARGUMENT)?,
                items(keys, key_count)?,
                bytes(token)?,
            )
        };
        // SAFETY: the caller keeps the rules above.
        unsafe { keys.iter().try_for_each(|key| Key::read(key).map(drop))? };
        let end = buffer.addr().checked_add(buffer_length);
        let is_apart = token.is_empty()
            || end.is_some_and(|end| end <= token.as_ptr().addr())
            || token.as_ptr_range().end.addr() <= buffer.addr();
        if buffer.is_null() || caller.is_null() || buffer_length > isize::MAX as usize || !is_apart
        {
            return Err(MCPAUTH_NULL_ARGUMENT);
        }
        // SAFETY: the caller keeps the rules above; nothing else that is used until the end of the call is in there.
        let buffer = unsafe { core::slice::from_raw_parts_mut(buffer, buffer_length) };
        Ok(Self {
            policy,
            keys,
            token,
            buffer,
        })
    }

    /// # Safety
    /// As for [`Self::new`].
    unsafe fn decide<K: PreparedKey>(
        self,
        now: u64,
        prepare: impl FnOnce(&Key<'a>) -> Result<K, u32>,
    ) -> Result<mcpauth_embedded_caller, u32> {
        // SAFETY: the caller keeps the rules above.
        let terms = unsafe { terms(self.policy)? };
        let mut unusable = None;
        let places = {
            let address = self.buffer.as_ptr().addr();
            let token = core::str::from_utf8(self.token).map_err(|_| MCPAUTH_MALFORMED_TOKEN)?;
            let token =
                Token::<MCPAUTH_EMBEDDED_MEMBERS>::read::<{ MCPAUTH_EMBEDDED_MEMBERS * 2 }>(
                    token,
                    self.buffer,
                )
                .map_err(Code::number)?;
            let admitted = terms.admit(
                &token,
                |header| {
                    let key = only(self.keys.iter().filter_map(|key| {
                        // SAFETY: the caller keeps the rules above.
                        let key = unsafe { Key::read(key).ok()? };
                        let kid = if key.any_kid {
                            header.kid()
                        } else {
                            key.kid.map(Text::plain)
                        };
                        let kind = key.algorithm.key_kind();
                        fits(header, kid, kind, Some(key.algorithm)).then_some(key)
                    }))?;
                    prepare(&key).map_err(|code| {
                        unusable = Some(code);
                        Code::KeyNotFound
                    })
                },
                Time::from_unix_seconds(now),
            );
            admitted.map(|claims| CallerPlaces::find(&claims, address))
        };
        let places = places.map_err(|code| unusable.unwrap_or(code.number()))?;
        let caller = places.write_out(self.buffer);
        let caller = caller.ok_or(MCPAUTH_INTERNAL_ERROR)?;
        let view = |text: &str| mcpauth_embedded_view::of(text.as_bytes());
        Ok(mcpauth_embedded_caller {
            issuer: self.policy.issuer,
            subject: view(caller.subject),
            client_id: caller.client_id.map_or(mcpauth_embedded_view::NONE, view),
            scopes: view(caller.scopes),
            expires_at: caller.expires_at.unix_seconds(),
        })
    }
}

/// A key that the platform verifies with.
struct Platform {
    verify: unsafe extern "C" fn(
        *mut c_void,
        u32,
        mcpauth_embedded_view,
        mcpauth_embedded_view,
        mcpauth_embedded_view,
    ) -> i32,
    userdata: *mut c_void,
    algorithm: Algorithm,
    key: mcpauth_embedded_view,
}

// SAFETY: it is made, used and dropped within one call, on one thread; nothing hands it to another.
unsafe impl Send for Platform {}
// SAFETY: as above.
unsafe impl Sync for Platform {}

impl PreparedKey for Platform {
    fn signature_len(&self, algorithm: Algorithm) -> Option<usize> {
        match algorithm {
            Algorithm::Es256 | Algorithm::EdDsa if algorithm == self.algorithm => Some(64),
            Algorithm::Es384 if algorithm == self.algorithm => Some(96),
            _ => None,
        }
    }

    fn verify(
        &self,
        algorithm: Algorithm,
        signing_input: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        let algorithm = match algorithm {
            Algorithm::Es256 => MCPAUTH_EMBEDDED_ES256,
            Algorithm::Es384 => MCPAUTH_EMBEDDED_ES384,
            _ => MCPAUTH_EMBEDDED_EDDSA,
        };
        // SAFETY: whoever gave the function has promised that it can be called; the views live through the call.
        let said = unsafe {
            (self.verify)(
                self.userdata,
                algorithm,
                self.key,
                mcpauth_embedded_view::of(signing_input),
                mcpauth_embedded_view::of(signature),
            )
        };
        if said == MCPAUTH_EMBEDDED_SIGNATURE_HOLDS {
            Ok(())
        } else {
            Err(BadSignature)
        }
    }
}
