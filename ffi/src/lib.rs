//! The C interface. It carries bytes to the engine and back, and decides nothing.

#![allow(non_camel_case_types, reason = "these are the names that C sees")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::{ptr, slice};

use mcpauth_core::{Answer, ConfigurationError, Engine, Gate, Reply, Request, Time};

mod answer;
mod application;
mod codes;
mod event;
mod prefetch;
mod validation;
mod version;

pub use answer::*;
pub use application::*;
pub use codes::*;
pub use event::*;
pub use prefetch::*;
pub use validation::*;
pub use version::*;

/// Bytes that live in another object. `data` is not terminated by a zero.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct mcpauth_view {
    /// The first byte; NULL where there is nothing.
    pub data: *const u8,
    /// How many bytes.
    pub length: usize,
}

/// One header line of a request or a fetched document.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct mcpauth_header {
    /// The name, in any case.
    pub name: mcpauth_view,
    /// The value.
    pub value: mcpauth_view,
}

/// A JSON-RPC message.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct mcpauth_operation {
    /// Its method, such as `tools/call`.
    pub method: mcpauth_view,
    /// The tool, prompt or resource it names; NULL data where it names none.
    pub name: mcpauth_view,
}

/// An HTTP request to a protected resource.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct mcpauth_request {
    /// The method, as sent.
    pub method: mcpauth_view,
    /// Path and query as on the request line, still percent-encoded.
    pub target: mcpauth_view,
    /// Every header line in order, duplicates included.
    pub headers: *const mcpauth_header,
    /// How many header lines.
    pub header_count: usize,
    /// The body where the engine has asked for it, else NULL data.
    pub body: mcpauth_view,
    /// What you say of the token where the engine has asked for it, as the JSON text that `docs/configuration.md`
    /// describes, else NULL data.
    pub verdict: mcpauth_view,
}

/// Protected resources, the issuers they trust, and those issuers' keys.
pub struct mcpauth_engine(Arc<Shared>);

/// What an engine and its gates share.
struct Shared {
    engine: RwLock<Engine>,
    listener: RwLock<Option<Arc<Listener>>>,
}

/// What one protected route asks of its callers. It keeps the engine that made it alive.
pub struct mcpauth_gate {
    engine: mcpauth_engine,
    gate: Gate,
}

/// A text that is yours.
pub struct mcpauth_text(String);

/// Builds an engine from its JSON configuration. On `MCPAUTH_INVALID_CONFIGURATION`, `*problems` (if
/// `problems` is not NULL) is JSON that names every problem with a JSON pointer and what to write instead.
///
/// # Safety
/// `configuration` is readable; `engine` and `problems` (or NULL) are writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_engine_new(
    configuration: mcpauth_view,
    engine: *mut *mut mcpauth_engine,
    problems: *mut *mut mcpauth_text,
) -> u32 {
    guarded(|| {
        // SAFETY: the caller keeps the rules above.
        let text = unsafe { utf8(configuration)? };
        let built = Engine::new(text, mcpauth_accel::provider()).map(mcpauth_engine::new);
        // SAFETY: the caller keeps the rules above.
        unsafe { give_or_explain(built, engine, problems) }
    })
}

/// Puts another configuration in the place of an engine's present one. Problems are reported as by
/// `mcpauth_engine_new`, and then nothing has changed. Issuers whose options stay the same keep their keys; gates find
/// their resource again by its identifier, and answer with 500 where it is gone.
///
/// # Safety
/// `engine` is alive; `configuration` is readable; `problems` (or NULL) is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_engine_update(
    engine: *const mcpauth_engine,
    configuration: mcpauth_view,
    problems: *mut *mut mcpauth_text,
) -> u32 {
    guarded(|| {
        // SAFETY: the caller keeps the rules above.
        let (engine, text) = unsafe {
            (
                engine.as_ref().ok_or(MCPAUTH_NULL_ARGUMENT)?,
                utf8(configuration)?,
            )
        };
        let updated = engine.write().update(text).map(drop);
        // SAFETY: the caller keeps the rules above.
        unsafe { explained(updated, problems) }
    })
}

/// Frees an engine. Its gates and answers stay usable. NULL is allowed.
///
/// # Safety
/// `engine` came from `mcpauth_engine_new`, was not freed, and no call uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_engine_free(engine: *mut mcpauth_engine) {
    // SAFETY: the caller keeps the rule above.
    unsafe { free(engine) }
}

/// Makes a gate from its JSON options. Problems are reported as by `mcpauth_engine_new`.
///
/// # Safety
/// `engine` is alive; `options` is readable; `gate` and `problems` (or NULL) are writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_gate_new(
    engine: *const mcpauth_engine,
    options: mcpauth_view,
    gate: *mut *mut mcpauth_gate,
    problems: *mut *mut mcpauth_text,
) -> u32 {
    guarded(|| {
        // SAFETY: the caller keeps the rules above.
        let (engine, text) = unsafe {
            (
                engine.as_ref().ok_or(MCPAUTH_NULL_ARGUMENT)?,
                utf8(options)?,
            )
        };
        let owner = mcpauth_engine(Arc::clone(&engine.0));
        let made = engine.read().gate(text).map(|gate| mcpauth_gate {
            engine: owner,
            gate,
        });
        // SAFETY: the caller keeps the rules above.
        unsafe { give_or_explain(made, gate, problems) }
    })
}

/// The policy in force, in one line for the log: audience, scopes, leeway, issuers and what else was chosen. It lives as
/// long as the gate.
///
/// # Safety
/// `gate` is alive or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_gate_policy(gate: *const mcpauth_gate) -> mcpauth_view {
    // SAFETY: the caller keeps the rule above.
    let policy = unsafe { gate.as_ref() }.map(|gate| gate.gate.policy());
    policy.map_or(mcpauth_view::NONE, |policy| {
        mcpauth_view::of(policy.as_bytes())
    })
}

/// Frees a gate. NULL is allowed.
///
/// # Safety
/// `gate` came from `mcpauth_gate_new`, was not freed, and no call uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_gate_free(gate: *mut mcpauth_gate) {
    // SAFETY: the caller keeps the rule above.
    unsafe { free(gate) }
}

/// Decides on a request at a time in Unix seconds. A refused request is no error: the answer says how to
/// respond to it.
///
/// # Safety
/// `gate` and everything in `request` are alive; `answer` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_gate_check(
    gate: *const mcpauth_gate,
    request: *const mcpauth_request,
    now: u64,
    answer: *mut *mut mcpauth_answer,
) -> u32 {
    guarded(|| {
        // SAFETY: the caller keeps the rules above.
        let (gate, request) = unsafe { (gate.as_ref(), request.as_ref()) };
        let (Some(gate), Some(request)) = (gate, request) else {
            return Err(MCPAUTH_NULL_ARGUMENT);
        };
        let now = Time::from_unix_seconds(now);
        // SAFETY: the caller keeps the rules above.
        let decided = unsafe {
            let verdict = optional_utf8(request.verdict)?;
            with_request(request, |request| {
                let engine = gate.engine.read();
                engine.check_with_verdict(&gate.gate, request, verdict, now)
            })?
        };
        // SAFETY: the caller keeps the rules above.
        unsafe { give_decision(gate, decided, answer) }
    })
}

/// Decides on a token alone, outside any request: no operation and no session is judged. `verdict` has NULL data unless
/// the engine has asked for it.
///
/// # Safety
/// `gate` is alive; `token` and `verdict` are readable; `answer` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_gate_check_token(
    gate: *const mcpauth_gate,
    token: mcpauth_view,
    verdict: mcpauth_view,
    now: u64,
    answer: *mut *mut mcpauth_answer,
) -> u32 {
    guarded(|| {
        // SAFETY: the caller keeps the rules above.
        let (gate, token, verdict) = unsafe {
            (
                gate.as_ref().ok_or(MCPAUTH_NULL_ARGUMENT)?,
                utf8(token)?,
                optional_utf8(verdict)?,
            )
        };
        let now = Time::from_unix_seconds(now);
        let engine = gate.engine.read();
        let decided = engine.check_token(&gate.gate, token, verdict, now);
        drop(engine);
        // SAFETY: the caller keeps the rules above.
        unsafe { give_decision(gate, decided, answer) }
    })
}

/// Answers a request for a metadata document (RFC 9728; in authorization-server mode RFC 8414) at a time in Unix
/// seconds. `*answer` becomes NULL where the request is for something else.
///
/// # Safety
/// `engine` and everything in `request` are alive; `answer` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_engine_metadata(
    engine: *const mcpauth_engine,
    request: *const mcpauth_request,
    now: u64,
    answer: *mut *mut mcpauth_answer,
) -> u32 {
    guarded(|| {
        // SAFETY: the caller keeps the rules above.
        let (engine, request) = unsafe { (engine.as_ref(), request.as_ref()) };
        let (Some(engine), Some(request)) = (engine, request) else {
            return Err(MCPAUTH_NULL_ARGUMENT);
        };
        let now = Time::from_unix_seconds(now);
        // SAFETY: the caller keeps the rules above.
        let made =
            unsafe { with_request(request, |request| engine.read().metadata(request, now))? };
        // SAFETY: the caller keeps the rules above.
        unsafe { give_if_any(made, answer) }
    })
}

/// Whether a server stands in place of protected resources in the configuration: 1 or 0, and 0 for NULL.
///
/// # Safety
/// `engine` is alive or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_engine_is_legacy(engine: *const mcpauth_engine) -> u32 {
    // SAFETY: the caller keeps the rule above.
    unsafe { engine.as_ref() }.map_or(0, |engine| engine.read().is_legacy().into())
}

/// Hands over how a fetch ended: its status, headers and body, or status 0 where there was no response or
/// it broke a limit. The answer to an earlier fetch is ignored.
///
/// # Safety
/// `engine`, the headers and the body are alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_engine_supply(
    engine: *const mcpauth_engine,
    fetch_id: u64,
    status: u16,
    headers: *const mcpauth_header,
    header_count: usize,
    body: mcpauth_view,
    now: u64,
) -> u32 {
    guarded(|| {
        // SAFETY: the caller keeps the rules above.
        let engine = unsafe { engine.as_ref().ok_or(MCPAUTH_NULL_ARGUMENT)? };
        // SAFETY: the caller keeps the rules above.
        let (lines, body) = unsafe { (header_lines(headers, header_count)?, bytes(body)?) };
        let reply = match status {
            0 => Reply::Failed,
            _ => Reply::Document {
                status,
                headers: &lines.0,
                body,
            },
        };
        engine
            .write()
            .supply(fetch_id, reply, Time::from_unix_seconds(now));
        Ok(())
    })
}

/// Tells that the application has answered an allowed request with a new session (`Mcp-Session-Id`): from then on
/// another principal's request with it is answered with 404. Without a caller in the answer nothing happens.
///
/// # Safety
/// `engine`, `session` and `answer` are alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_engine_open_session(
    engine: *const mcpauth_engine,
    session: mcpauth_view,
    answer: *const mcpauth_answer,
) -> u32 {
    guarded(|| {
        // SAFETY: the caller keeps the rules above.
        let (engine, answer, session) =
            unsafe { (engine.as_ref(), answer.as_ref(), bytes(session)?) };
        let (Some(engine), Some(answer)) = (engine, answer) else {
            return Err(MCPAUTH_NULL_ARGUMENT);
        };
        if let Some(principal) = answer.principal() {
            engine.write().open_session(session, principal);
        }
        Ok(())
    })
}

/// The bytes of a text.
///
/// # Safety
/// `text` is alive or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_text_view(text: *const mcpauth_text) -> mcpauth_view {
    // SAFETY: the caller keeps the rule above.
    unsafe { text.as_ref() }.map_or(mcpauth_view::NONE, |text| {
        mcpauth_view::of(text.0.as_bytes())
    })
}

/// Frees a text. NULL is allowed.
///
/// # Safety
/// `text` came from this library, was not freed, and no view into it is used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_text_free(text: *mut mcpauth_text) {
    // SAFETY: the caller keeps the rule above.
    unsafe { free(text) }
}

/// The spelling of a code, such as `expired`; empty for a number that is no code. It lives for ever.
#[unsafe(no_mangle)]
pub extern "C" fn mcpauth_code_name(code: u32) -> mcpauth_view {
    mcpauth_view::of(described(code).0.as_bytes())
}

/// What a code means, for a person; empty for a number that is no code. It lives for ever.
#[unsafe(no_mangle)]
pub extern "C" fn mcpauth_strerror(code: u32) -> mcpauth_view {
    mcpauth_view::of(described(code).1.as_bytes())
}

impl mcpauth_engine {
    fn new(mut engine: Engine) -> Self {
        let mut seed = [0; 16];
        // Without randomness the engine remembers tokens by a hash that needs none.
        if getrandom::fill(&mut seed).is_ok() {
            engine.set_cache_seed(seed);
        }
        Self(Arc::new(Shared {
            engine: RwLock::new(engine),
            listener: RwLock::default(),
        }))
    }

    fn read(&self) -> RwLockReadGuard<'_, Engine> {
        let lock = &self.0.engine;
        lock.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Engine> {
        let lock = &self.0.engine;
        lock.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl mcpauth_view {
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

impl mcpauth_operation {
    const NONE: Self = Self {
        method: mcpauth_view::NONE,
        name: mcpauth_view::NONE,
    };

    fn of(method: &str, name: Option<&str>) -> Self {
        let view = |text: &str| mcpauth_view::of(text.as_bytes());
        Self {
            method: view(method),
            name: name.map_or(mcpauth_view::NONE, view),
        }
    }
}

/// Runs the inside of a function: a panic stops here and becomes a code.
fn guarded(inside: impl FnOnce() -> Result<(), u32>) -> u32 {
    match catch_unwind(AssertUnwindSafe(inside)) {
        Ok(Ok(())) => MCPAUTH_OK,
        Ok(Err(code)) => code,
        Err(_) => MCPAUTH_INTERNAL_ERROR,
    }
}

/// Gives an object to the caller.
///
/// # Safety
/// `out` is NULL or writable.
unsafe fn give<T>(object: T, out: *mut *mut T) -> Result<(), u32> {
    if out.is_null() {
        return Err(MCPAUTH_NULL_ARGUMENT);
    }
    // SAFETY: it is not NULL, and the caller keeps the rule above.
    unsafe { out.write(Box::into_raw(Box::new(object))) };
    Ok(())
}

/// Tells the listener of a decision and gives it to the caller.
///
/// # Safety
/// `out` is NULL or writable.
unsafe fn give_decision(
    gate: &mcpauth_gate,
    mut decided: Answer,
    out: *mut *mut mcpauth_answer,
) -> Result<(), u32> {
    if out.is_null() {
        return Err(MCPAUTH_NULL_ARGUMENT);
    }
    if let Answer::Allow(allow) = &mut decided
        && let Some(remember) = allow.remember.take()
    {
        gate.engine.write().remember(remember, None);
    }
    let answer = mcpauth_answer::new(decided);
    gate.engine.tell(&answer);
    // SAFETY: the caller keeps the rule above.
    unsafe { give(answer, out) }
}

/// Gives an answer to the caller, or NULL.
///
/// # Safety
/// `out` is NULL or writable.
unsafe fn give_if_any(made: Option<Answer>, out: *mut *mut mcpauth_answer) -> Result<(), u32> {
    match made {
        // SAFETY: the caller keeps the rule above.
        Some(made) => unsafe { give(mcpauth_answer::new(made), out) },
        None if out.is_null() => Err(MCPAUTH_NULL_ARGUMENT),
        None => {
            // SAFETY: it is not NULL, and the caller keeps the rule above.
            unsafe { out.write(ptr::null_mut()) };
            Ok(())
        }
    }
}

/// Gives what was built, or the problems.
///
/// # Safety
/// `out` and `problems` are NULL or writable.
unsafe fn give_or_explain<T>(
    built: Result<T, ConfigurationError>,
    out: *mut *mut T,
    problems: *mut *mut mcpauth_text,
) -> Result<(), u32> {
    // SAFETY: the caller keeps the rule above.
    let object = unsafe { explained(built, problems)? };
    // SAFETY: the caller keeps the rule above.
    unsafe { give(object, out) }
}

/// What a configuration gave, or its problems.
///
/// # Safety
/// `problems` is NULL or writable.
unsafe fn explained<T>(
    result: Result<T, ConfigurationError>,
    problems: *mut *mut mcpauth_text,
) -> Result<T, u32> {
    result.map_err(|error| {
        // SAFETY: the caller keeps the rule above; without a place for the problems only the code is told.
        let _ = unsafe { give(mcpauth_text(error.to_json()), problems) };
        MCPAUTH_INVALID_CONFIGURATION
    })
}

/// Takes an object back and drops it.
///
/// # Safety
/// `object` is NULL or came from `give` and was not freed.
unsafe fn free<T>(object: *mut T) {
    if !object.is_null() {
        // SAFETY: the caller keeps the rule above.
        drop(unsafe { Box::from_raw(object) });
    }
}

/// # Safety
/// The view's bytes are readable for as long as the result is used.
unsafe fn bytes<'a>(view: mcpauth_view) -> Result<&'a [u8], u32> {
    match (view.data.is_null(), view.length) {
        (true, 0) => Ok(&[]),
        (true, _) => Err(MCPAUTH_NULL_ARGUMENT),
        // No object is larger than half the address space, so such a length is a mistake.
        (false, length) if length > isize::MAX as usize => Err(MCPAUTH_NULL_ARGUMENT),
        // SAFETY: the caller keeps the rule above.
        (false, length) => Ok(unsafe { slice::from_raw_parts(view.data, length) }),
    }
}

/// # Safety
/// As for [`bytes`].
unsafe fn utf8<'a>(view: mcpauth_view) -> Result<&'a str, u32> {
    // SAFETY: the caller keeps the rule above.
    std::str::from_utf8(unsafe { bytes(view)? }).map_err(|_| MCPAUTH_NOT_UTF8)
}

/// # Safety
/// As for [`bytes`].
unsafe fn optional_bytes<'a>(view: mcpauth_view) -> Result<Option<&'a [u8]>, u32> {
    if view.data.is_null() && view.length == 0 {
        return Ok(None);
    }
    // SAFETY: the caller keeps the rule above.
    unsafe { bytes(view) }.map(Some)
}

/// # Safety
/// As for [`bytes`].
unsafe fn optional_utf8<'a>(view: mcpauth_view) -> Result<Option<&'a str>, u32> {
    // SAFETY: the caller keeps the rule above.
    let bytes = unsafe { optional_bytes(view)? };
    bytes
        .map(|bytes| std::str::from_utf8(bytes).map_err(|_| MCPAUTH_NOT_UTF8))
        .transpose()
}

/// Header lines as the engine takes them.
struct Lines<'a>(Vec<(&'a [u8], &'a [u8])>);

/// # Safety
/// The lines and what they point to are readable for as long as the result is used.
unsafe fn header_lines<'a>(headers: *const mcpauth_header, count: usize) -> Result<Lines<'a>, u32> {
    if headers.is_null() && count > 0 || count > isize::MAX as usize / size_of::<mcpauth_header>() {
        return Err(MCPAUTH_NULL_ARGUMENT);
    }
    if count == 0 {
        return Ok(Lines(Vec::new()));
    }
    // SAFETY: it is not NULL, and the caller keeps the rule above.
    let lines = unsafe { slice::from_raw_parts(headers, count) };
    // SAFETY: the caller keeps the rule above.
    let pair = |line: &mcpauth_header| unsafe { Ok((bytes(line.name)?, bytes(line.value)?)) };
    lines.iter().map(pair).collect::<Result<_, _>>().map(Lines)
}

/// # Safety
/// Everything that the request points to is readable.
unsafe fn with_request<T>(
    request: &mcpauth_request,
    run: impl FnOnce(&Request<'_>) -> T,
) -> Result<T, u32> {
    // SAFETY: the caller keeps the rule above.
    unsafe {
        let headers = header_lines(request.headers, request.header_count)?;
        let body = optional_bytes(request.body)?;
        let (method, target) = (utf8(request.method)?, utf8(request.target)?);
        Ok(run(&Request {
            method,
            target,
            headers: &headers.0,
            body,
        }))
    }
}
