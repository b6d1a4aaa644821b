use std::sync::Arc;

use mcpauth_core as core;
use napi::Error;
use napi::bindgen_prelude::Buffer;
use napi_derive::napi;

/// What the engine wants done with a request, as a plain object that `kind` tells apart.
#[napi(
    discriminant = "kind",
    discriminant_case = "camelCase",
    object_from_js = false
)]
pub enum Answer {
    /// Let it pass; the members about the caller are empty when it is anonymous.
    Allow {
        /// Nobody in particular, where the policy allows that.
        anonymous: bool,
        /// The access token.
        token: Option<String>,
        /// Who issued it.
        issuer: Option<String>,
        /// The key that its header names.
        kid: Option<String>,
        /// What it is signed with.
        algorithm: Option<String>,
        /// Whether its signature was verified for an earlier request, and only the rest was judged anew.
        cached: bool,
        /// For whom it speaks.
        subject: Option<String>,
        /// The client it was issued to.
        client_id: Option<String>,
        /// What it was granted.
        scopes: Vec<String>,
        /// For which resources it is meant.
        audience: Vec<String>,
        /// Its end, in Unix seconds.
        expires_at: Option<i64>,
        /// The signed claims as JSON text.
        claims: Option<String>,
        /// The resource that the gate guards; none in authorization-server mode.
        resource: Option<String>,
        /// Name, value, name, value: to be added to the application's response.
        headers: Vec<String>,
        /// Every JSON-RPC message that was read.
        operations: Vec<Operation>,
        /// The refusal that this would have been, where refusals are only reported.
        report: Option<String>,
    },
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

impl TryFrom<core::Answer> for Answer {
    type Error = Error;

    fn try_from(answer: core::Answer) -> Result<Self, Error> {
        Ok(match answer {
            core::Answer::Allow(allow) => Self::allow(allow)?,
            core::Answer::Respond(response) => Self::Respond {
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
                algorithm: algorithm(&response.event),
                cached: response.event.cached,
                issuer: owned(response.event.issuer),
                kid: owned(response.event.kid),
                resource: owned(response.event.resource),
                status: response.status,
                headers: flat(response.headers),
                body: response.body.into(),
            },
            core::Answer::Fetch(fetch) => Self::Fetch {
                id: fetch.id as i64,
                method: fetch.method.to_owned(),
                url: fetch.url,
                headers: flat(fetch.headers),
                body: fetch.body.into(),
                timeout_ms: fetch.timeout_ms,
                max_bytes: saturated(fetch.max_bytes),
            },
            core::Answer::NeedBody { max } => Self::NeedBody {
                max: saturated(max),
            },
            core::Answer::NeedVerdict(core::NeedVerdict { token }) => Self::NeedVerdict { token },
        })
    }
}

impl Answer {
    /// What is to be fetched, if anything is.
    pub(crate) fn asked(fetch: Option<core::Fetch>) -> Result<Option<Self>, Error> {
        let answer = fetch.map(core::Answer::Fetch);
        answer.map(Self::try_from).transpose()
    }

    fn allow(allow: core::Allow) -> Result<Self, Error> {
        let headers = flat(allow.headers);
        let (kid, algorithm) = (owned(allow.event.kid.clone()), algorithm(&allow.event));
        let (cached, resource) = (allow.event.cached, owned(allow.resource));
        let operations = allow.operations.into_iter();
        let operations = operations
            .map(|(method, name)| Operation { method, name })
            .collect();
        let report = allow.report;
        let Some(caller) = allow.caller else {
            return Ok(Self::Allow {
                anonymous: true,
                token: None,
                issuer: None,
                kid,
                algorithm,
                cached,
                subject: None,
                client_id: None,
                scopes: Vec::new(),
                audience: Vec::new(),
                expires_at: None,
                claims: None,
                resource,
                headers,
                operations,
                report,
            });
        };
        let claims = String::from_utf8(caller.claims.clone())
            .map_err(|error| Error::from_reason(error.to_string()))?;
        Ok(Self::Allow {
            anonymous: false,
            token: allow.token,
            issuer: Some(caller.issuer.clone()),
            kid,
            algorithm,
            cached,
            subject: Some(caller.subject.clone()),
            client_id: caller.client_id.clone(),
            scopes: caller.scopes.clone(),
            audience: caller.audience.clone(),
            expires_at: caller.expires_at.map(|seconds| seconds as i64),
            claims: Some(claims),
            resource,
            headers,
            operations,
            report,
        })
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

fn algorithm(event: &core::Event) -> Option<String> {
    event.algorithm.map(str::to_owned)
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
