//! How deep the stack has been: cortex-m-rt has painted it before the program began.

use core::ptr::addr_of;

use cortex_m_rt::STACK_PAINT_VALUE;

unsafe extern "C" {
    // Of link.x: the stack begins at the first and grows down to the second.
    static _stack_start: u32;
    static _stack_end: u32;
}

/// Bytes from the beginning of the stack to the deepest word that was written.
pub(crate) fn used() -> usize {
    let (top, mut word) = (addr_of!(_stack_start), addr_of!(_stack_end));
    // SAFETY: RAM of this device from end to end, read word by word as nothing but numbers.
    while word < top && unsafe { word.read_volatile() } == STACK_PAINT_VALUE {
        word = word.wrapping_add(1);
    }
    top.addr() - word.addr()
}
