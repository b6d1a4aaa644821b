//! Requests to callgrind, which are nothing at all outside it (valgrind.h, "client requests").

use std::ffi::CString;

/// `VG_USERREQ_TOOL_BASE('C', 'T')` and what callgrind.h numbers from it.
const BASE: usize = (b'C' as usize) << 24 | (b'T' as usize) << 16;
const DUMP_STATS_AT: usize = BASE + 3;
const ZERO_STATS: usize = BASE + 1;

/// Counts from 0 again.
pub(crate) fn zero() {
    request(ZERO_STATS, 0);
}

/// Writes what was counted into a file that says why.
pub(crate) fn dump(why: &str) {
    let why = CString::new(why).expect("it has no zero byte");
    request(DUMP_STATS_AT, why.as_ptr() as usize);
}

#[cfg(target_arch = "x86_64")]
fn request(number: usize, argument: usize) {
    let arguments = [number, argument, 0, 0, 0, 0];
    // SAFETY: four rotations by 128 bits in all leave `rdi` as it was and the exchange of `rbx` with itself does
    // nothing; under valgrind the request reads the six words that `rax` points to and writes `rdx` alone.
    unsafe {
        std::arch::asm!(
            "rol rdi, 3",
            "rol rdi, 13",
            "rol rdi, 61",
            "rol rdi, 51",
            "xchg rbx, rbx",
            in("rax") arguments.as_ptr(),
            inout("rdx") 0_usize => _,
        );
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn request(_: usize, _: usize) {}
