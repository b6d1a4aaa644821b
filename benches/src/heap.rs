//! Counts what is taken from the heap.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, how often each thread has called it and how many bytes it holds. What the count costs, all
/// candidates pay that use Rust's allocator; a C library has its own.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
    static HELD: Cell<usize> = const { Cell::new(0) };
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many allocations something makes.
pub(crate) fn allocations(run: &mut dyn FnMut()) -> usize {
    let before = COUNT.get();
    run();
    COUNT.get() - before
}

/// Bytes that this thread holds.
pub(crate) fn held() -> usize {
    HELD.get()
}

fn took(layout: Layout) {
    COUNT.set(COUNT.get() + 1);
    HELD.set(HELD.get().wrapping_add(layout.size()));
}

fn gave(layout: Layout) {
    HELD.set(HELD.get().wrapping_sub(layout.size()));
}

// SAFETY: every call goes to `System`, which keeps the contract; counters without a destructor take no heap.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        took(layout);
        // SAFETY: the caller keeps the contract of `alloc`, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        took(layout);
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        took(layout);
        HELD.set(
            HELD.get()
                .wrapping_add(size)
                .wrapping_sub(layout.size())
                .wrapping_sub(layout.size()),
        );
        // SAFETY: as above; the memory came from `System`.
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        gave(layout);
        // SAFETY: as above; the memory came from `System`.
        unsafe { System.dealloc(memory, layout) }
    }
}
