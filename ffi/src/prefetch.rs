//! What a host does before the first request: fetch documents, learn routes.

use mcpauth_core::{Answer, Time};

use crate::{
    MCPAUTH_NULL_ARGUMENT, give, give_if_any, guarded, mcpauth_answer, mcpauth_engine, mcpauth_text,
};

/// The next document that some issuer lacks or should renew at a time in Unix seconds, as an answer of the kind
/// `MCPAUTH_FETCH`. `*answer` becomes NULL where there is none, or no attempt may be made now. Fetch it, supply it, and
/// ask again.
///
/// # Safety
/// `engine` is alive; `answer` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_engine_pending(
    engine: *const mcpauth_engine,
    now: u64,
    answer: *mut *mut mcpauth_answer,
) -> u32 {
    guarded(|| {
        // SAFETY: the caller keeps the rules above.
        let engine = unsafe { engine.as_ref().ok_or(MCPAUTH_NULL_ARGUMENT)? };
        let fetch = engine.read().pending(Time::from_unix_seconds(now));
        // SAFETY: the caller keeps the rules above.
        unsafe { give_if_any(fetch.map(Answer::Fetch), answer) }
    })
}

/// Whether every issuer has keys that may serve at a time in Unix seconds: 1 or 0, and 0 for NULL.
///
/// # Safety
/// `engine` is alive or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_engine_is_ready(engine: *const mcpauth_engine, now: u64) -> u32 {
    // SAFETY: the caller keeps the rule above.
    unsafe { engine.as_ref() }.map_or(0, |engine| {
        engine.read().is_ready(Time::from_unix_seconds(now)).into()
    })
}

/// The paths under which `mcpauth_engine_metadata` answers, one a line, for a host that lists its routes. An update of
/// the engine may change them.
///
/// # Safety
/// `engine` is alive; `paths` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_engine_metadata_paths(
    engine: *const mcpauth_engine,
    paths: *mut *mut mcpauth_text,
) -> u32 {
    guarded(|| {
        // SAFETY: the caller keeps the rules above.
        let engine = unsafe { engine.as_ref().ok_or(MCPAUTH_NULL_ARGUMENT)? };
        let lines = engine.read().metadata_paths().join("\n");
        // SAFETY: the caller keeps the rules above.
        unsafe { give(mcpauth_text(lines), paths) }
    })
}
