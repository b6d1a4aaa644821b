//! What a program without an operating system has to bring along.

use core::panic::PanicInfo;

/// A panic is a defect of this library, and there is nobody to tell: the processor's own trap, which a device answers as
/// it answers any other fault.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {
        // SAFETY: an instruction that is not defined does not return, and touches no memory.
        #[cfg(target_arch = "arm")]
        unsafe {
            core::arch::asm!("udf #0", options(noreturn, nomem, nostack));
        }
        // SAFETY: as above.
        #[cfg(target_arch = "aarch64")]
        unsafe {
            core::arch::asm!("udf #0", options(noreturn, nomem, nostack));
        }
        // SAFETY: as above.
        #[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
        unsafe {
            core::arch::asm!("unimp", options(noreturn, nomem, nostack));
        }
        // SAFETY: as above.
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        unsafe {
            core::arch::asm!("ud2", options(noreturn, nomem, nostack));
        }
    }
}
