//! The same decisions as the freestanding program's, on a microcontroller. It ends with success when each is as
//! expected, and prints how much of the stack they have taken.
#![no_std]
#![no_main]

use core::fmt::Write;
use core::panic::PanicInfo;

use cortex_m_rt::{ExceptionFrame, entry, exception};
use cortex_m_semihosting::{debug, hio};
use mcpauth_core::{Code, Time};

#[path = "../../ground.rs"]
mod ground;
mod stack;

const JWKS: &[u8] = include_bytes!("../../../../ffi/tests/data/jwks.json");
const TOKEN: &[u8] = include_bytes!("../../../../ffi/tests/data/token.txt");
const NOW: u64 = 1_800_000_000;

#[entry]
fn main() -> ! {
    let mut header = heapless::Vec::<u8, 1024>::new();
    let token = TOKEN.trim_ascii();
    let ready = header
        .extend_from_slice(b"Bearer ")
        .and(header.extend_from_slice(token));
    // The first character of the signature; the last has bits that must be zero.
    let changed = token
        .iter()
        .rposition(|&byte| byte == b'.')
        .map(|at| b"Bearer ".len() + at + 1);
    let (Ok(()), Some(changed)) = (ready, changed) else {
        fail()
    };
    let mut right = decides(&header, NOW, None) & decides(&header, NOW + 360, Some(Code::Expired));
    header[changed] ^= 1;
    right &= decides(&header, NOW, Some(Code::BadSignature));
    if let Ok(mut out) = hio::hstdout() {
        right &= writeln!(out, "stack {} bytes", stack::used()).is_ok();
    }
    if !right {
        fail()
    }
    finish(debug::EXIT_SUCCESS)
}

/// Whether the decision at that time is the expected one. Prints it with the bytes that a host would send.
fn decides(authorization: &[u8], now: u64, expected: Option<Code>) -> bool {
    let resource = ground::Resource {
        jwks: JWKS,
        scopes: &["mcp:read"],
        leeway: 60,
    };
    let mut buffer = [0; 1024];
    let mut out = heapless::String::<512>::new();
    let decision =
        resource.admit::<32, 64>(authorization, Time::from_unix_seconds(now), &mut buffer);
    let (name, written) = match decision {
        Ok(_) => ("admitted", resource.metadata(&mut out)),
        Err(code) => (code.name(), resource.challenge(code, &mut out)),
    };
    let printed = hio::hstdout().is_ok_and(|mut host| writeln!(host, "{name}: {out}").is_ok());
    written.is_ok() && printed && decision.err() == expected
}

fn finish(status: debug::ExitStatus) -> ! {
    loop {
        debug::exit(status);
    }
}

fn fail() -> ! {
    finish(debug::EXIT_FAILURE)
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    fail()
}

// A stack that grows below the RAM ends here.
#[exception]
unsafe fn HardFault(_: &ExceptionFrame) -> ! {
    fail()
}
