//! What a program without an operating system has to bring along.

use core::panic::PanicInfo;

/// A panic is a defect of this library, and there is nobody to tell: the processor's own trap, which a device answers as
/// it answers any other fault.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    // SAFETY: an instruction that is not defined touches no memory.
    #[cfg(any(target_arch = "arm", target_arch = "aarch64"))]
    unsafe {
        core::arch::asm!("udf #0", options(nomem, nostack));
    }
    // SAFETY: as above.
    #[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
    unsafe {
        core::arch::asm!("unimp", options(nomem, nostack));
    }
    // SAFETY: as above.
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    unsafe {
        core::arch::asm!("ud2", options(nomem, nostack));
    }
    loop {
        core::hint::spin_loop();
    }
}
