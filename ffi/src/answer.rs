//! Reading an answer.

use mcpauth_core::{Allow, Answer, AuthInfo, Event, Principal};

use crate::{MCPAUTH_OK, mcpauth_event, mcpauth_header, mcpauth_operation, mcpauth_view};

/// Send the response that the answer holds.
pub const MCPAUTH_RESPOND: u32 = 0;
/// Let the request pass. Not 0, so that nothing passes by an oversight.
pub const MCPAUTH_ALLOW: u32 = 1;
/// Fetch a document, supply it, and ask again.
pub const MCPAUTH_FETCH: u32 = 2;
/// Buffer the body, and ask again with it.
pub const MCPAUTH_NEED_BODY: u32 = 3;
/// Verify the token yourself, and ask again with the verdict.
pub const MCPAUTH_NEED_VERDICT: u32 = 4;

/// The issuer of the caller's token; of a refused one only where it is a trusted issuer.
pub const MCPAUTH_ISSUER: u32 = 0;
/// The subject of the caller's token.
pub const MCPAUTH_SUBJECT: u32 = 1;
/// The client that the token was issued to.
pub const MCPAUTH_CLIENT_ID: u32 = 2;
/// The granted scopes, separated by spaces.
pub const MCPAUTH_SCOPES: u32 = 3;
/// The claims as they were signed: JSON.
pub const MCPAUTH_CLAIMS: u32 = 4;
/// The body of the response or of the fetch's request.
pub const MCPAUTH_BODY: u32 = 5;
/// The method of the fetch.
pub const MCPAUTH_METHOD: u32 = 6;
/// The URL to fetch.
pub const MCPAUTH_URL: u32 = 7;
/// The caller's token, or the one to verify.
pub const MCPAUTH_TOKEN: u32 = 8;
/// The identifier of the resource that the request is for; none in authorization-server mode.
pub const MCPAUTH_RESOURCE: u32 = 9;
/// The key that the token's header names; unverified unless the request may pass.
pub const MCPAUTH_KID: u32 = 10;
/// The algorithm that the token's header names.
pub const MCPAUTH_ALGORITHM: u32 = 11;
/// Where refusals are only reported: the line for the log about the one that this would have been.
pub const MCPAUTH_REPORT: u32 = 12;
/// The line for the log about a refusal: code, what was expected and what came; no token.
pub const MCPAUTH_LOG: u32 = 13;

/// Seconds since the epoch at which the token expires; 0 where the verdict does not say.
pub const MCPAUTH_EXPIRES_AT: u32 = 0;
/// The status of the response.
pub const MCPAUTH_STATUS: u32 = 1;
/// The code that says why a request was refused; `MCPAUTH_OK` for metadata and preflights.
pub const MCPAUTH_CODE: u32 = 2;
/// Names the fetch; two fetches of one id are the same, and only one should run.
pub const MCPAUTH_FETCH_ID: u32 = 3;
/// Milliseconds a fetch may take in all.
pub const MCPAUTH_TIMEOUT_MS: u32 = 4;
/// Bytes of the fetched body, or of the request's body, to read at most.
pub const MCPAUTH_MAX_BYTES: u32 = 5;

/// 1 where the token's signature was verified for an earlier request, and only the rest was judged anew; else 0.
pub const MCPAUTH_CACHED: u32 = 6;

/// The decision on a request.
pub struct mcpauth_answer {
    answer: Answer,
    scopes: String,
    log: Option<String>,
}

impl mcpauth_answer {
    pub(crate) fn new(answer: Answer) -> Self {
        let caller = match &answer {
            Answer::Allow(allow) => allow.caller.as_ref(),
            _ => None,
        };
        let scopes = caller
            .map(|caller| caller.scopes.join(" "))
            .unwrap_or_default();
        let log = match &answer {
            Answer::Respond(response) => response.log(),
            _ => None,
        };
        Self {
            answer,
            scopes,
            log,
        }
    }

    /// What a listener is told; `None` where nothing was decided about a caller.
    pub(crate) fn event(&self) -> Option<mcpauth_event> {
        let (code, event) = match &self.answer {
            Answer::Allow(allow) => (MCPAUTH_OK, &allow.event),
            Answer::Respond(response) => (response.code?.number(), &response.event),
            _ => return None,
        };
        let text = |field| told(event, field).map_or(mcpauth_view::NONE, mcpauth_view::of);
        let log = self.text(MCPAUTH_LOG).or_else(|| self.text(MCPAUTH_REPORT));
        Some(mcpauth_event {
            code,
            issuer: text(MCPAUTH_ISSUER),
            kid: text(MCPAUTH_KID),
            algorithm: text(MCPAUTH_ALGORITHM),
            resource: text(MCPAUTH_RESOURCE),
            log: log.map_or(mcpauth_view::NONE, mcpauth_view::of),
            cached: event.cached.into(),
        })
    }

    pub(crate) fn principal(&self) -> Option<Principal<'_>> {
        match &self.answer {
            Answer::Allow(allow) => allow.caller.as_deref().map(AuthInfo::principal),
            _ => None,
        }
    }

    fn text(&self, field: u32) -> Option<&[u8]> {
        match &self.answer {
            Answer::Allow(Allow { event, .. })
                if [MCPAUTH_RESOURCE, MCPAUTH_KID, MCPAUTH_ALGORITHM].contains(&field) =>
            {
                told(event, field)
            }
            Answer::Allow(allow) if field == MCPAUTH_REPORT => {
                allow.report.as_ref().map(String::as_bytes)
            }
            Answer::Allow(allow) if field == MCPAUTH_TOKEN => {
                allow.token.as_ref().map(String::as_bytes)
            }
            Answer::Allow(allow) => {
                let caller = allow.caller.as_ref()?;
                Some(match field {
                    MCPAUTH_ISSUER => caller.issuer.as_bytes(),
                    MCPAUTH_SUBJECT => caller.subject.as_bytes(),
                    MCPAUTH_CLIENT_ID => caller.client_id.as_ref()?.as_bytes(),
                    MCPAUTH_SCOPES => self.scopes.as_bytes(),
                    MCPAUTH_CLAIMS => &caller.claims,
                    _ => return None,
                })
            }
            Answer::Respond(response) if field == MCPAUTH_BODY => Some(&response.body),
            Answer::Respond(_) if field == MCPAUTH_LOG => self.log.as_ref().map(String::as_bytes),
            Answer::Respond(response) => told(&response.event, field),
            Answer::Fetch(fetch) => match field {
                MCPAUTH_METHOD => Some(fetch.method.as_bytes()),
                MCPAUTH_URL => Some(fetch.url.as_bytes()),
                MCPAUTH_BODY => Some(&fetch.body),
                _ => None,
            },
            Answer::NeedVerdict(need) => (field == MCPAUTH_TOKEN).then_some(need.token.as_bytes()),
            Answer::NeedBody { .. } => None,
        }
    }

    fn operation(&self, index: usize) -> Option<&(String, Option<String>)> {
        match &self.answer {
            Answer::Allow(allow) => allow.operations.get(index),
            _ => None,
        }
    }

    fn audience(&self, index: usize) -> Option<&str> {
        match &self.answer {
            Answer::Allow(allow) => allow
                .caller
                .as_ref()?
                .audience
                .get(index)
                .map(String::as_str),
            _ => None,
        }
    }

    fn number(&self, field: u32) -> u64 {
        match (&self.answer, field) {
            (Answer::Allow(allow), MCPAUTH_EXPIRES_AT) => {
                let caller = allow.caller.as_ref();
                caller.and_then(|caller| caller.expires_at).unwrap_or(0)
            }
            (Answer::Allow(allow), MCPAUTH_CACHED) => allow.event.cached.into(),
            (Answer::Respond(response), MCPAUTH_CACHED) => response.event.cached.into(),
            (Answer::Respond(response), MCPAUTH_STATUS) => response.status.into(),
            (Answer::Respond(response), MCPAUTH_CODE) => {
                response.code.map_or(0, |code| code.number().into())
            }
            (Answer::Fetch(fetch), MCPAUTH_FETCH_ID) => fetch.id,
            (Answer::Fetch(fetch), MCPAUTH_TIMEOUT_MS) => fetch.timeout_ms.into(),
            (Answer::Fetch(fetch), MCPAUTH_MAX_BYTES) => fetch.max_bytes as u64,
            (Answer::NeedBody { max }, MCPAUTH_MAX_BYTES) => *max as u64,
            _ => 0,
        }
    }

    fn headers(&self) -> &[(&'static str, String)] {
        match &self.answer {
            Answer::Allow(allow) => &allow.headers,
            Answer::Respond(response) => &response.headers,
            Answer::Fetch(fetch) => &fetch.headers,
            Answer::NeedBody { .. } | Answer::NeedVerdict(_) => &[],
        }
    }
}

/// What a decision was about.
fn told(event: &Event, field: u32) -> Option<&[u8]> {
    let text = match field {
        MCPAUTH_ISSUER => event.issuer.as_deref()?,
        MCPAUTH_KID => event.kid.as_deref()?,
        MCPAUTH_ALGORITHM => event.algorithm?,
        MCPAUTH_RESOURCE => event.resource.as_deref()?,
        _ => return None,
    };
    Some(text.as_bytes())
}

/// `MCPAUTH_ALLOW`, `MCPAUTH_RESPOND`, `MCPAUTH_FETCH`, `MCPAUTH_NEED_BODY` or `MCPAUTH_NEED_VERDICT`. NULL gives
/// `MCPAUTH_RESPOND`, never `MCPAUTH_ALLOW`.
///
/// # Safety
/// `answer` is alive or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_answer_kind(answer: *const mcpauth_answer) -> u32 {
    // SAFETY: the caller keeps the rule above.
    match unsafe { answer.as_ref() }.map(|answer| &answer.answer) {
        Some(Answer::Allow(_)) => MCPAUTH_ALLOW,
        Some(Answer::Fetch(_)) => MCPAUTH_FETCH,
        Some(Answer::NeedBody { .. }) => MCPAUTH_NEED_BODY,
        Some(Answer::NeedVerdict(_)) => MCPAUTH_NEED_VERDICT,
        Some(Answer::Respond(_)) | None => MCPAUTH_RESPOND,
    }
}

/// One of the values of the caller's `aud`; NULL data behind the last one.
///
/// # Safety
/// `answer` is alive or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_answer_audience(
    answer: *const mcpauth_answer,
    index: usize,
) -> mcpauth_view {
    // SAFETY: the caller keeps the rule above.
    let audience = unsafe { answer.as_ref() }.and_then(|answer| answer.audience(index));
    audience.map_or(mcpauth_view::NONE, |audience| {
        mcpauth_view::of(audience.as_bytes())
    })
}

/// One of the JSON-RPC messages of the request, where the engine has read them; NULL data behind the last one.
///
/// # Safety
/// `answer` is alive or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_answer_operation(
    answer: *const mcpauth_answer,
    index: usize,
) -> mcpauth_operation {
    // SAFETY: the caller keeps the rule above.
    let operation = unsafe { answer.as_ref() }.and_then(|answer| answer.operation(index));
    operation.map_or(mcpauth_operation::NONE, |(method, name)| {
        mcpauth_operation::of(method, name.as_deref())
    })
}

/// A text of the answer, by `MCPAUTH_ISSUER` to `MCPAUTH_LOG`; NULL data where it has none.
///
/// # Safety
/// `answer` is alive or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_answer_text(
    answer: *const mcpauth_answer,
    field: u32,
) -> mcpauth_view {
    // SAFETY: the caller keeps the rule above.
    let text = unsafe { answer.as_ref() }.and_then(|answer| answer.text(field));
    text.map_or(mcpauth_view::NONE, mcpauth_view::of)
}

/// A number of the answer, by `MCPAUTH_EXPIRES_AT` to `MCPAUTH_MAX_BYTES`; 0 where it has none.
///
/// # Safety
/// `answer` is alive or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_answer_number(answer: *const mcpauth_answer, field: u32) -> u64 {
    // SAFETY: the caller keeps the rule above.
    unsafe { answer.as_ref() }.map_or(0, |answer| answer.number(field))
}

/// A header line of the response, of the fetch's request, or to add to the application's response; NULL data
/// behind the last one.
///
/// # Safety
/// `answer` is alive or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_answer_header(
    answer: *const mcpauth_answer,
    index: usize,
) -> mcpauth_header {
    // SAFETY: the caller keeps the rule above.
    let line = unsafe { answer.as_ref() }.and_then(|answer| answer.headers().get(index));
    match line {
        Some((name, value)) => {
            let (name, value) = (
                mcpauth_view::of(name.as_bytes()),
                mcpauth_view::of(value.as_bytes()),
            );
            mcpauth_header { name, value }
        }
        None => mcpauth_header {
            name: mcpauth_view::NONE,
            value: mcpauth_view::NONE,
        },
    }
}

/// Frees an answer. NULL is allowed.
///
/// # Safety
/// `answer` came from this library, was not freed, and no view into it is used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mcpauth_answer_free(answer: *mut mcpauth_answer) {
    // SAFETY: the caller keeps the rule above.
    unsafe { crate::free(answer) }
}
