//! The engine behind three functions. Texts come in through memory that the host has asked for, and are taken back
//! by the function that they are passed to.
#![no_std]

extern crate alloc;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::panic::PanicInfo;
use core::ptr;

use mcpauth_core::{Answer, Code, Engine, Gate, Portable, Request, Time};

#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

/// An engine with its one gate.
pub struct Guard {
    engine: Engine,
    gate: Gate,
}

/// Memory for a text of that many bytes.
#[unsafe(no_mangle)]
pub extern "C" fn allocate(length: usize) -> *mut u8 {
    Box::into_raw(alloc::vec![0_u8; length].into_boxed_slice()).cast()
}

/// Builds an engine and a gate from JSON; NULL where one of them is refused.
///
/// # Safety
/// Both texts come from `allocate` with that length, and are used no more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn build(
    configuration: *mut u8,
    configuration_length: usize,
    gate: *mut u8,
    gate_length: usize,
) -> *mut Guard {
    // SAFETY: the caller keeps the rule above.
    let texts = unsafe {
        (
            take(configuration, configuration_length),
            take(gate, gate_length),
        )
    };
    let guard = || {
        let engine = Engine::new(&String::from_utf8(texts.0).ok()?, &Portable).ok()?;
        let gate = engine.gate(&String::from_utf8(texts.1).ok()?).ok()?;
        Some(Box::into_raw(Box::new(Guard { engine, gate })))
    };
    guard().unwrap_or(ptr::null_mut())
}

/// Decides on a request by its `Authorization` header: 0 admits it, any other number is that of a code.
///
/// # Safety
/// `guard` comes from `build`. The text comes from `allocate` with that length, and is used no more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn check(
    guard: *const Guard,
    authorization: *mut u8,
    length: usize,
    now: u64,
) -> u32 {
    // SAFETY: the caller keeps the rules above, and nobody changes a guard.
    let (Guard { engine, gate }, authorization) = unsafe { (&*guard, take(authorization, length)) };
    let headers = [(b"authorization".as_slice(), authorization.as_slice())];
    let request = Request {
        method: "POST",
        target: "/mcp",
        headers: &headers,
        body: None,
    };
    match engine.check(gate, &request, Time::from_unix_seconds(now)) {
        Answer::Allow(_) => 0,
        Answer::Respond(response) => response.code.unwrap_or(Code::InvalidConfiguration).number(),
        Answer::Fetch(_) => Code::KeysUnavailable.number(),
        Answer::NeedBody { .. } => Code::MalformedBody.number(),
        Answer::NeedVerdict(_) => Code::ApplicationFailure.number(),
    }
}

/// # Safety
/// The text comes from `allocate` with that length, and is used no more.
unsafe fn take(text: *mut u8, length: usize) -> Vec<u8> {
    // SAFETY: the caller keeps the rule above.
    unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(text, length)) }.into_vec()
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
