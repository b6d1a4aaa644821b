//! Events: who listens to the decisions of an engine's gates.

use std::ffi::c_void;
use std::sync::{Arc, PoisonError};

use crate::{MCPAUTH_NULL_ARGUMENT, guarded, mcpauth_answer, mcpauth_engine, mcpauth_view};

/// A decision of a gate, for metrics and logs. It never holds a token. Its views live until the listener returns; NULL
/// data is what was not known yet.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct mcpauth_event {
    /// Why the request was refused; `MCPAUTH_OK` where it may pass.
    pub code: u32,
    /// The trusted issuer that the token names. Unless the request may pass, anyone may have made the token.
    pub issuer: mcpauth_view,
    /// The key that the token names. Unless the request may pass it is anyone's text: no label for a metric.
    pub kid: mcpauth_view,
    /// The algorithm that the token names.
    pub algorithm: mcpauth_view,
    /// The identifier of the resource that the request is for.
    pub resource: mcpauth_view,
    /// The line for the log: of a refusal, or of the one that this would have been where they are only reported.
    pub log: mcpauth_view,
    /// 1 where the token's signature was verified for an earlier request, and only the rest was judged anew; else 0.
    pub cached: u32,
}

/// Takes an event. It runs in the thread that asked the gate, in several at once, before that call returns. No lock is
/// held, so it may call any function of this library. It must return: no exception, no `longjmp`.
pub type mcpauth_on_event =
    Option<unsafe extern "C" fn(event: *const mcpauth_event, userdata: *mut c_void)>;

/// Gives up what a listener was given.
pub type mcpauth_release = Option<unsafe extern "C" fn(userdata: *mut c_void)>;

/// A function of the application and what it was given.
pub(crate) struct Listener {
    call: unsafe extern "C" fn(*const mcpauth_event, *mut c_void),
    release: mcpauth_release,
    userdata: *mut c_void,
}

// SAFETY: who sets a listener says that it may run in any thread with its userdata, in several at once.
unsafe impl Send for Listener {}
// SAFETY: as above.
unsafe impl Sync for Listener {}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: nobody else has the listener any more, and it is dropped once.
            unsafe { release(self.userdata) }
        }
    }
}

/// Sets who hears of the decisions of all gates of an engine, in place of the one before; NULL thrice for nobody. `userdata` is
/// handed to every call. `release` (or NULL) is called once with it when no call uses it any more and none will: after
/// another listener was set, or the engine and its gates were freed. That may be in the thread of a call that was still
/// under way. Where this function fails, `userdata` stays yours.
///
/// # Safety
/// `engine` is alive; `on_event` and `release` may run in any thread with `userdata`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_engine_on_event(
    engine: *const mcpauth_engine,
    on_event: mcpauth_on_event,
    userdata: *mut c_void,
    release: mcpauth_release,
) -> u32 {
    guarded(|| {
        // SAFETY: the caller keeps the rules above.
        let engine = unsafe { engine.as_ref().ok_or(MCPAUTH_NULL_ARGUMENT)? };
        if on_event.is_none() && (release.is_some() || !userdata.is_null()) {
            return Err(MCPAUTH_NULL_ARGUMENT);
        }
        let listener = on_event.map(|call| {
            Arc::new(Listener {
                call,
                release,
                userdata,
            })
        });
        let lock = &engine.0.listener;
        let mut place = lock.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *place, listener);
        drop(place);
        // Only here, for `release` may call back.
        drop(before);
        Ok(())
    })
}

impl mcpauth_engine {
    /// Tells the listener of a decision.
    pub(crate) fn tell(&self, answer: &mcpauth_answer) {
        let lock = &self.0.listener;
        let listener = lock.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(listener) = listener
            && let Some(event) = answer.event()
        {
            // SAFETY: the application keeps the rules of `mcpauth_engine_on_event`.
            unsafe { (listener.call)(&raw const event, listener.userdata) }
        }
    }
}
