use std::sync::Arc;

use mcpauth_core as core;
use napi::bindgen_prelude::{Buffer, Either3, Result};
use napi_derive::napi;

use crate::allow::{self, Kept};

/// What the engine wants done with a request that it does not let pass, as a plain object that `kind` tells apart.
#[napi(
    discriminant = "kind",
    discriminant_case = "camelCase",
    object_from_js = false
)]
pub enum Answer {
    /// Answer it with these bytes.
    Respond {
        /// The status code.
        status: u16,
        /// Name, value, name, value.
        headers: Vec<String>,
        /// The body.
        body: Buffer,
        /// The name of the reason; empty when nothing is wrong.
        code: String,
        /// The public text of the reason; empty when nothing is wrong.
        text: String,
        /// The `error` of the challenge.
        challenge_error: Option<String>,
        /// The `error` of the body.
        body_error: Option<String>,
        /// Whether something on our side is wrong, not the request.
        is_server_error: bool,
        /// The trusted issuer that the token names; like the members below, absent when it is not known.
        issuer: Option<String>,
        /// The key that the token's header names, unverified.
        kid: Option<String>,
        /// What the token claims to be signed with.
        algorithm: Option<String>,
        /// Whether the token's signature was verified for an earlier request.
        cached: bool,
        /// The resource that the gate guards.
        resource: Option<String>,
        /// A line for the log.
        log: Option<String>,
    },
    /// Fetch this document, supply it, and ask again.
    Fetch {
        /// Names the fetch when it is supplied.
        id: i64,
        /// The method.
        method: String,
        /// The URL.
        url: String,
        /// Name, value, name, value.
        headers: Vec<String>,
        /// The body; empty when there is none.
        body: Buffer,
        /// The time for all of it.
        timeout_ms: u32,
        /// The most bytes of a document.
        max_bytes: u32,
    },
    /// Ask again with the body.
    NeedBody {
        /// The most bytes of it.
        max: u32,
    },
    /// Let the application's own function verify the token, and ask again with its verdict.
    NeedVerdict {
        /// The token.
        token: String,
    },
}

/// A JSON-RPC message.
#[napi(object, object_from_js = false)]
pub struct Operation {
    /// Its method.
    pub method: String,
    /// The tool, prompt or resource it names.
    pub name: Option<String>,
}

/// An answer as JavaScript gets it: a number for a caller who may pass as before, a text for whoever else may pass.
/// `lib/answers.js` reads it.
pub(crate) type Told = Either3<u32, String, Answer>;

/// Tells JavaScript what the engine has answered.
pub(crate) fn told(answer: core::Answer, kept: &Kept) -> Result<Told> {
    Ok(match answer {
        core::Answer::Allow(allow) => match allow::only_recalled(&allow) {
            Some(number) => Either3::A(number),
            None => Either3::B(allow::text(&allow, kept)?),
        },
        core::Answer::Respond(response) => Either3::C(response.into()),
        core::Answer::Fetch(fetch) => Either3::C(fetch.into()),
        core::Answer::NeedBody { max } => Either3::C(Answer::NeedBody {
            max: saturated(max),
        }),
        core::Answer::NeedVerdict(core::NeedVerdict { token }) => {
            Either3::C(Answer::NeedVerdict { token })
        }
    })
}

impl From<core::Response> for Answer {
    fn from(response: core::Response) -> Self {
        Self::Respond {
            code: response
                .code
                .map(|code| code.name().to_owned())
                .unwrap_or_default(),
            challenge_error: of_code(&response, core::error::Code::challenge_error),
            body_error: of_code(&response, core::error::Code::body_error),
            is_server_error: response.is_server_error(),
            text: response
                .code
                .map(|code| code.text().to_owned())
                .unwrap_or_default(),
            log: response.log(),
            algorithm: response.event.algorithm.map(str::to_owned),
            cached: response.event.cached,
            issuer: owned(response.event.issuer),
            kid: owned(response.event.kid),
            resource: owned(response.event.resource),
            status: response.status,
            headers: flat(response.headers),
            body: response.body.into(),
        }
    }
}

impl From<core::Fetch> for Answer {
    fn from(fetch: core::Fetch) -> Self {
        Self::Fetch {
            id: fetch.id as i64,
            method: fetch.method.to_owned(),
            url: fetch.url,
            headers: flat(fetch.headers),
            body: fetch.body.into(),
            timeout_ms: fetch.timeout_ms,
            max_bytes: saturated(fetch.max_bytes),
        }
    }
}

fn of_code(
    response: &core::Response,
    error: fn(core::error::Code) -> Option<&'static str>,
) -> Option<String> {
    response.code.and_then(error).map(str::to_owned)
}

fn owned(text: Option<Arc<str>>) -> Option<String> {
    text.map(|text| text.as_ref().to_owned())
}

fn flat(headers: Vec<(&'static str, String)>) -> Vec<String> {
    headers
        .into_iter()
        .flat_map(|(name, value)| [name.to_owned(), value])
        .collect()
}

fn saturated(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
