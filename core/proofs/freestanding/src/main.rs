//! `freestanding NOW AUTHORIZATION JWKS`: writes the metadata document and ends with 0 when the token is good, else
//! writes the challenge too and ends with the number of the code. No std, no libc, no heap, no threads.
#![no_std]
#![no_main]
#![no_builtins] // Or the loops of `memory` would be compiled into calls to themselves.

use core::ffi::{CStr, c_char};
use core::panic::PanicInfo;

use mcpauth_core::Time;

#[path = "../../ground.rs"]
mod ground;
mod kernel;
mod memory;

/// An argument is missing or is not what it should be.
const USAGE: u32 = 2;

/// Where the kernel's first instruction leads.
///
/// # Safety
/// `stack` is what the kernel has left there: the count of arguments, then the arguments.
#[unsafe(no_mangle)]
unsafe extern "C" fn start(stack: *const usize) -> ! {
    // SAFETY: by the psABI (section 3.4.1) the count is there, and so many strings that end in a zero.
    let arguments =
        unsafe { core::slice::from_raw_parts(stack.add(1).cast::<*const c_char>(), *stack) };
    let argument = |at: usize| {
        // SAFETY: as above.
        arguments
            .get(at)
            .map(|&text| unsafe { CStr::from_ptr(text) }.to_bytes())
    };
    let now = argument(1).and_then(|text| core::str::from_utf8(text).ok()?.parse().ok());
    kernel::exit(match (now, argument(2), argument(3)) {
        (Some(now), Some(authorization), Some(jwks)) => {
            serve(Time::from_unix_seconds(now), authorization, jwks)
        }
        _ => USAGE,
    })
}

fn serve(now: Time, authorization: &[u8], jwks: &[u8]) -> u32 {
    let resource = ground::Resource {
        jwks,
        scopes: &["mcp:read"],
        leeway: 60,
    };
    let mut out = heapless::String::<1024>::new();
    let written = resource.metadata(&mut out);
    let mut buffer = [0; 4096];
    let (written, status) = match resource.admit::<256, 512>(authorization, now, &mut buffer) {
        Ok(_) => (written, 0),
        Err(code) => {
            let refused = out.push('\n').map_err(|_| core::fmt::Error);
            (
                written.and(refused).and(resource.challenge(code, &mut out)),
                code.number(),
            )
        }
    };
    kernel::write(out.as_bytes());
    written.map_or(USAGE, |()| status)
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    kernel::exit(101)
}

/// The installed core was compiled to unwind and names these two. Nothing here unwinds.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

/// See `rust_eh_personality`.
#[unsafe(no_mangle)]
extern "C" fn _Unwind_Resume() -> ! {
    kernel::exit(101)
}
