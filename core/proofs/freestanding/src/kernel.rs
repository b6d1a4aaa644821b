//! The entry point and the two system calls of Linux on x86-64.

use core::arch::{asm, global_asm};

// The kernel leaves the arguments where the stack begins; a function expects an aligned stack (psABI section 3.2.2).
global_asm!(
    ".globl _start",
    "_start:",
    "xor ebp, ebp",
    "mov rdi, rsp",
    "and rsp, -16",
    "call start",
);

/// Writes to the standard output.
pub(crate) fn write(bytes: &[u8]) {
    // SAFETY: write(1, data, length) reads the bytes and changes nothing of ours.
    unsafe {
        asm!("syscall", inlateout("rax") 1_usize => _, in("rdi") 1, in("rsi") bytes.as_ptr(), in("rdx") bytes.len(),
            lateout("rcx") _, lateout("r11") _, options(nostack, readonly));
    }
}

/// Ends the program. The kernel keeps the low eight bits.
pub(crate) fn exit(status: u32) -> ! {
    // SAFETY: exit(status) does not return.
    unsafe { asm!("syscall", in("rax") 60, in("edi") status, options(noreturn, nostack)) }
}
