//! What compiled code calls and a C library would supply. Plain loops: the proof needs no speed.

/// # Safety
/// As in C: `length` bytes at `from` and at `to`, which do not overlap.
#[unsafe(no_mangle)]
unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, length: usize) -> *mut u8 {
    for at in 0..length {
        // SAFETY: the caller keeps the rule above.
        unsafe { *to.add(at) = *from.add(at) };
    }
    to
}

/// # Safety
/// As in C: `length` bytes at `from` and at `to`.
#[unsafe(no_mangle)]
unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, length: usize) -> *mut u8 {
    if to.addr() <= from.addr() {
        // SAFETY: the caller keeps the rule above, and no byte is read after it was written.
        return unsafe { memcpy(to, from, length) };
    }
    for at in (0..length).rev() {
        // SAFETY: the caller keeps the rule above.
        unsafe { *to.add(at) = *from.add(at) };
    }
    to
}

/// # Safety
/// As in C: `length` bytes at `to`.
#[unsafe(no_mangle)]
unsafe extern "C" fn memset(to: *mut u8, byte: i32, length: usize) -> *mut u8 {
    for at in 0..length {
        // SAFETY: the caller keeps the rule above.
        unsafe { *to.add(at) = byte as u8 };
    }
    to
}

/// # Safety
/// As in C: `length` bytes at `one` and at `other`.
#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(one: *const u8, other: *const u8, length: usize) -> i32 {
    for at in 0..length {
        // SAFETY: the caller keeps the rule above.
        let (one, other) = unsafe { (*one.add(at), *other.add(at)) };
        if one != other {
            return i32::from(one) - i32::from(other);
        }
    }
    0
}

/// # Safety
/// As `memcmp`.
#[unsafe(no_mangle)]
unsafe extern "C" fn bcmp(one: *const u8, other: *const u8, length: usize) -> i32 {
    // SAFETY: the caller keeps the rule.
    unsafe { memcmp(one, other, length) }
}

/// # Safety
/// As in C: a zero stands behind the text.
#[unsafe(no_mangle)]
unsafe extern "C" fn strlen(text: *const u8) -> usize {
    let mut length = 0;
    // SAFETY: the caller keeps the rule above.
    while unsafe { *text.add(length) } != 0 {
        length += 1;
    }
    length
}
