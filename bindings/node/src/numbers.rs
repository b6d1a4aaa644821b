//! The numbers by which JavaScript knows the callers of remembered tokens.

use std::any::Any;
use std::mem;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Gives each remembered token a number. An object of JavaScript belongs to one thread, and the engine to none; so the
/// engine keeps a number, and the object stays where it was made.
#[derive(Default)]
pub(crate) struct Numbers {
    given: AtomicU32,
    forgotten: Arc<Mutex<Vec<u32>>>,
}

/// What the engine keeps with a token.
struct Number {
    number: u32,
    forgotten: Arc<Mutex<Vec<u32>>>,
}

impl Numbers {
    /// One that no token has.
    pub(crate) fn next(&self) -> (u32, Arc<dyn Any + Send + Sync>) {
        // Should they ever be used up, the first ones are long forgotten.
        let number = self.given.fetch_add(1, Ordering::Relaxed);
        let forgotten = Arc::clone(&self.forgotten);
        (number, Arc::new(Number { number, forgotten }))
    }

    /// Those whose tokens are no longer remembered, each told once.
    pub(crate) fn forgotten(&self) -> Vec<u32> {
        let mut forgotten = self
            .forgotten
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        mem::take(&mut forgotten)
    }
}

/// The number that is kept with a token.
pub(crate) fn number(host: &(dyn Any + Send + Sync)) -> Option<u32> {
    host.downcast_ref::<Number>().map(|kept| kept.number)
}

impl Drop for Number {
    fn drop(&mut self) {
        let mut forgotten = self
            .forgotten
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        forgotten.push(self.number);
    }
}
