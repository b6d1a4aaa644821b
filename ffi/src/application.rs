//! What an application asks of its gate beside the check of a request.

use mcpauth_core::{Answer, Request, Response};

use crate::{
    MCPAUTH_NULL_ARGUMENT, give_decision, give_if_any, guarded, mcpauth_answer, mcpauth_gate,
    mcpauth_operation, mcpauth_request, mcpauth_view, utf8, with_request,
};

/// Refuses a caller who does not hold these scopes, with a challenge that names all that are needed. `*answer` becomes
/// NULL where all are held. `held` is NULL for an anonymous caller, who holds none.
///
/// # Safety
/// `gate` and everything in `request` are alive; the views are readable; `answer` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_gate_require(
    gate: *const mcpauth_gate,
    request: *const mcpauth_request,
    held: *const mcpauth_view,
    held_count: usize,
    scopes: *const mcpauth_view,
    scope_count: usize,
    answer: *mut *mut mcpauth_answer,
) -> u32 {
    guarded(|| {
        // SAFETY: the caller keeps the rules above.
        unsafe {
            let (held, scopes) = (texts(held, held_count)?, texts(scopes, scope_count)?);
            let scopes = scopes.unwrap_or_default();
            ask(gate, request, answer, |gate, request| {
                let engine = gate.engine.read();
                engine.require(&gate.gate, request, held.as_deref(), &scopes)
            })
        }
    })
}

/// Answers a request that your own policy refuses: 403 without a challenge.
///
/// # Safety
/// `gate` and everything in `request` are alive; `answer` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_gate_deny(
    gate: *const mcpauth_gate,
    request: *const mcpauth_request,
    answer: *mut *mut mcpauth_answer,
) -> u32 {
    // SAFETY: the caller keeps the rules above.
    guarded(|| unsafe {
        ask(gate, request, answer, |gate, request| {
            Some(gate.gate.deny(request))
        })
    })
}

/// Answers a request that you failed to judge: 500.
///
/// # Safety
/// `gate` and everything in `request` are alive; `answer` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_gate_failure(
    gate: *const mcpauth_gate,
    request: *const mcpauth_request,
    answer: *mut *mut mcpauth_answer,
) -> u32 {
    // SAFETY: the caller keeps the rules above.
    guarded(|| unsafe {
        ask(gate, request, answer, |gate, request| {
            Some(gate.gate.failure(request))
        })
    })
}

/// Writes 1 where a caller with these scopes may use the name under the method, else 0, for the filtering of lists.
/// `held` is NULL for an anonymous caller, who holds none.
///
/// # Safety
/// `gate` is alive; the views are readable; `visible` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_gate_visible(
    gate: *const mcpauth_gate,
    held: *const mcpauth_view,
    held_count: usize,
    method: mcpauth_view,
    name: mcpauth_view,
    visible: *mut u32,
) -> u32 {
    guarded(|| {
        // SAFETY: the caller keeps the rules above.
        let (gate, held, method, name, out) = unsafe {
            (
                gate.as_ref(),
                texts(held, held_count)?,
                utf8(method)?,
                utf8(name)?,
                visible.as_mut(),
            )
        };
        let (Some(gate), Some(out)) = (gate, out) else {
            return Err(MCPAUTH_NULL_ARGUMENT);
        };
        let names = [name.to_owned()];
        let engine = gate.engine.read();
        let left = engine.visible(&gate.gate, held.as_deref(), method, &names);
        *out = u32::from(!left.is_empty());
        Ok(())
    })
}

/// One of the tools, prompts and resources that the gate's `operations` name, with its method; NULL data behind the
/// last one.
///
/// # Safety
/// `gate` is alive or NULL, for as long as the views are used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_gate_declared(
    gate: *const mcpauth_gate,
    index: usize,
) -> mcpauth_operation {
    // SAFETY: the caller keeps the rule above.
    let declared =
        unsafe { gate.as_ref() }.and_then(|gate| gate.gate.declared().get(index).copied());
    declared.map_or(mcpauth_operation::NONE, |(method, name)| {
        mcpauth_operation::of(method, Some(name))
    })
}

/// # Safety
/// `gate` and everything in `request` are alive or NULL; `answer` is NULL or writable.
unsafe fn ask(
    gate: *const mcpauth_gate,
    request: *const mcpauth_request,
    answer: *mut *mut mcpauth_answer,
    run: impl FnOnce(&mcpauth_gate, &Request<'_>) -> Option<Response>,
) -> Result<(), u32> {
    // SAFETY: the caller keeps the rules above.
    unsafe {
        let (Some(gate), Some(request)) = (gate.as_ref(), request.as_ref()) else {
            return Err(MCPAUTH_NULL_ARGUMENT);
        };
        match with_request(request, |request| run(gate, request))? {
            Some(response) => give_decision(gate, Answer::Respond(response), answer),
            None => give_if_any(None, answer),
        }
    }
}

/// The texts; `None` for NULL.
///
/// # Safety
/// The views and what they point to are readable.
unsafe fn texts(views: *const mcpauth_view, count: usize) -> Result<Option<Vec<String>>, u32> {
    if views.is_null() {
        return if count == 0 {
            Ok(None)
        } else {
            Err(MCPAUTH_NULL_ARGUMENT)
        };
    }
    if count > isize::MAX as usize / size_of::<mcpauth_view>() {
        return Err(MCPAUTH_NULL_ARGUMENT);
    }
    // SAFETY: it is not NULL, and the caller keeps the rule above.
    let views = unsafe { std::slice::from_raw_parts(views, count) };
    // SAFETY: the caller keeps the rule above.
    let owned = views
        .iter()
        .map(|view| unsafe { utf8(*view) }.map(str::to_owned));
    owned.collect::<Result<_, _>>().map(Some)
}
