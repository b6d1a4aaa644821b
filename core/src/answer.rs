//! What the engine answers, and the one table that says how a refusal looks over the wire.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;
use core::fmt;

use crate::auth_info::AuthInfo;
use crate::challenge::{self, Authentication, Challenge};
use crate::error::Code;
use crate::event::Event;
use crate::json::{Quoted, QuotedList};
use crate::limits;
use crate::remembered::Remember;

/// The decision on a request.
#[derive(Debug)]
pub enum Answer {
    /// Let the request pass.
    Allow(Allow),
    /// Send this response.
    Respond(Response),
    /// Fetch this document, supply it, and ask again.
    Fetch(Fetch),
    /// Buffer the body, replay it to the application, and ask again with it.
    NeedBody {
        /// Bytes to read at most. Of a longer body hand over one byte more than this.
        max: usize,
    },
    /// Let the application's own function verify this token, and ask again with what it says.
    NeedVerdict(NeedVerdict),
}

/// A token that the application's own function is to verify.
pub struct NeedVerdict {
    /// The token.
    pub token: String,
}

impl fmt::Debug for NeedVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NeedVerdict(..)") // A token never reaches a log by way of `{:?}`.
    }
}

/// A request that may pass.
pub struct Allow {
    /// Who calls; `None` for an operation declared anonymous. Requests with one token share it.
    pub caller: Option<Arc<AuthInfo>>,
    /// The caller's token, as this request carries it.
    pub token: Option<String>,
    /// Seconds by which clocks may differ, as configured for the gate: so long after `expires_at` the token may pass.
    pub leeway: u64,
    /// To hand over to `Engine::remember`, where a token was verified that may be remembered.
    pub remember: Option<Remember>,
    /// What the host has stored with the caller when the token was remembered.
    pub host: Option<Arc<dyn Any + Send + Sync>>,
    /// The resource identifier of the gate; `None` in authorization-server mode, which has no resources.
    pub resource: Option<Arc<str>>,
    /// Headers to add to the application's response.
    pub headers: Vec<(&'static str, String)>,
    /// What the decision was about.
    pub event: Event,
    /// The JSON-RPC method of every message that was read, with the tool, prompt or resource that it names.
    pub operations: Vec<(String, Option<String>)>,
    /// Where refusals are only reported: the line for the log about the one that this would have been.
    pub report: Option<String>,
}

impl fmt::Debug for Allow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A token never reaches a log by way of `{:?}`.
        let mut shown = f.debug_struct("Allow");
        shown.field("caller", &self.caller);
        shown.field("resource", &self.resource);
        shown.field("headers", &self.headers);
        shown.field("event", &self.event);
        shown.field("operations", &self.operations);
        shown.field("report", &self.report);
        shown.finish_non_exhaustive()
    }
}

/// Who calls, and what comes with that.
pub(crate) struct Caller {
    pub(crate) info: Arc<AuthInfo>,
    pub(crate) token: String,
    pub(crate) remember: Option<Remember>,
    pub(crate) host: Option<Arc<dyn Any + Send + Sync>>,
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Caller(..)") // A token or a claim never reaches a log by way of `{:?}`.
    }
}

/// A response that the host sends as it is.
#[derive(Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers, in order.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Why a request was refused; `None` for metadata and preflights.
    pub code: Option<Code>,
    /// The two sides of a failed comparison, where the code has them.
    pub cause: Option<Cause>,
    /// What the decision was about.
    pub event: Event,
    /// What the operator has to mend, for the log alone.
    pub problem: Option<String>,
}

impl Code {
    /// What a challenge says of it in `error`; `None` where there is no challenge, or one without a reason.
    pub fn challenge_error(self) -> Option<&'static str> {
        match shape(self) {
            Shape::Challenge(_, error, _) => error,
            Shape::Plain(..) | Shape::JsonRpc(_) => None,
        }
    }

    /// What a body says of it in `error`: one of the documented detail codes; `None` for a JSON-RPC error.
    pub fn body_error(self) -> Option<&'static str> {
        match shape(self) {
            Shape::Challenge(_, _, error) | Shape::Plain(_, error) => Some(error),
            Shape::JsonRpc(_) => None,
        }
    }

    /// For hosts, as JSON: `{"code": "...", "error": "...", "text": "..."}`, with the `error` of a body.
    pub fn to_json(self) -> String {
        format!(
            "{{\"code\":{},\"error\":{},\"text\":{}}}",
            Quoted(self.name()),
            Quoted(self.body_error().unwrap_or_default()),
            Quoted(self.text())
        )
    }
}

impl Answer {
    /// The answer with what the decision was about.
    pub(crate) fn about(mut self, event: Event) -> Self {
        match &mut self {
            Self::Allow(allow) => allow.event = event,
            Self::Respond(response) => response.event = event,
            Self::Fetch(_) | Self::NeedBody { .. } | Self::NeedVerdict(_) => {}
        }
        self
    }
}

impl Response {
    /// Whether it is not the request that is wrong but something on our side (RFC 9110 section 15.6).
    pub const fn is_server_error(&self) -> bool {
        self.status >= 500
    }

    /// A line for the log: no token, and of claim values only issuer, audience, type, algorithm and scopes.
    pub fn log(&self) -> Option<String> {
        let code = self.code?;
        let mut line = format!("{} {}: {}", self.status, code.name(), code.text());
        if let Some(Cause { expected, actual }) = &self.cause {
            // An unverified token can say anything, at any length.
            let shown: String = actual.chars().take(limits::LOGGED_CHARACTERS).collect();
            line += &format!(" (expected {expected}, actual {shown})");
        }
        if let Some(problem) = &self.problem {
            line += &format!(" ({problem})");
        }
        Some(line)
    }
}

/// A document the host fetches. It follows no redirect, accepts no content encoding, and gives up at either
/// limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// Names this attempt: two fetches of one id are the same, and only one should run.
    pub id: u64,
    /// The method.
    pub method: &'static str,
    /// The URL.
    pub url: String,
    /// Headers to send.
    pub headers: Vec<(&'static str, String)>,
    /// The body to send.
    pub body: Vec<u8>,
    /// Time from the first byte sent to the last received, in milliseconds.
    pub timeout_ms: u32,
    /// Bytes of the response's body to read at most; a longer one is a failure.
    pub max_bytes: usize,
}

/// How a fetch ended.
#[derive(Clone, Copy, Debug)]
pub enum Reply<'a> {
    /// There was a response.
    Document {
        /// Its status.
        status: u16,
        /// Its headers.
        headers: &'a [(&'a [u8], &'a [u8])],
        /// Its body.
        body: &'a [u8],
    },
    /// There was none, or it broke a limit.
    Failed,
}

/// The two sides of a comparison that failed, as JSON texts.
#[derive(Debug)]
pub struct Cause {
    /// What would have been accepted.
    pub expected: String,
    /// What the token says.
    pub actual: String,
}

impl Cause {
    /// What was expected, and what came as JSON text.
    pub(crate) fn new<S: AsRef<str>>(expected: &[S], actual: impl fmt::Display) -> Self {
        Self {
            expected: QuotedList(expected).to_string(),
            actual: actual.to_string(),
        }
    }
}

/// A refusal, before it is an answer.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) details: Option<Box<Details>>,
}

/// What is known of a refusal beside its code.
#[derive(Debug, Default)]
pub(crate) struct Details {
    pub(crate) cause: Option<Cause>,
    /// The scopes that were missing.
    pub(crate) missing: Vec<String>,
    /// All scopes the operation needs, where they are more than the gate's.
    pub(crate) scopes: Option<Vec<String>>,
    /// Seconds until it is worth asking again.
    pub(crate) retry_after: Option<u64>,
    /// The `id` of the JSON-RPC request, as JSON text.
    pub(crate) request_id: Option<String>,
    /// What the operator has to mend.
    pub(crate) problem: Option<String>,
    /// Who was refused, where that is known.
    pub(crate) caller: Option<Caller>,
    /// What the caller wanted, where it was read.
    pub(crate) operations: Vec<(String, Option<String>)>,
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self {
            code,
            details: None,
        }
    }
}

/// What the gate adds to a refusal.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Style<'g> {
    /// `None` where there is no resource.
    pub(crate) resource_metadata: Option<&'g str>,
    pub(crate) scopes: &'g [String],
    pub(crate) show_cause: bool,
    pub(crate) authentication: Authentication<'g, String>,
}

/// How a code looks over the wire.
enum Shape {
    /// A challenge with an RFC 6750 code or none, and a detail code for the body.
    Challenge(u16, Option<&'static str>, &'static str),
    /// No challenge: a new token would not help.
    Plain(u16, &'static str),
    /// A JSON-RPC error.
    JsonRpc(i32),
}

/// The answer table. Status and challenge follow RFC 6750 section 3.1 and MCP's Error Handling; the body
/// keeps the documented detail codes.
fn shape(code: Code) -> Shape {
    use Shape::{Challenge, JsonRpc, Plain};
    const INVALID_TOKEN: Option<&str> = Some("invalid_token");
    match code {
        Code::MissingAuthorization => Challenge(401, None, "missing_auth_header"),
        Code::UnsupportedScheme => Challenge(401, None, "invalid_auth_header_format"),
        Code::MissingToken => Challenge(401, None, "missing_bearer_token"),
        Code::MultipleCredentials => Challenge(400, Some("invalid_request"), "invalid_request"),
        Code::UntrustedIssuer => Challenge(401, INVALID_TOKEN, "invalid_issuer"),
        Code::WrongAudience => Challenge(401, INVALID_TOKEN, "invalid_audience"),
        Code::MalformedCredentials
        | Code::MalformedToken
        | Code::EncryptedToken
        | Code::UnsupportedAlgorithm
        | Code::UnsupportedCritical
        | Code::WrongTokenType
        | Code::NotAnAccessToken
        | Code::KeyNotFound
        | Code::BadSignature
        | Code::MissingClaim
        | Code::InvalidClaim
        | Code::Expired
        | Code::NotYetValid
        | Code::SenderConstrained
        | Code::RejectedToken
        | Code::TokenTooLarge => Challenge(401, INVALID_TOKEN, "invalid_token"),
        Code::VerificationFailed => Challenge(401, INVALID_TOKEN, "token_verification_failed"),
        Code::InsufficientScope => {
            Challenge(403, Some("insufficient_scope"), "missing_required_scopes")
        }
        Code::UndeclaredOperation | Code::NotPermitted | Code::OriginNotAllowed => {
            Plain(403, "access_denied")
        }
        Code::InsufficientAuthentication => Challenge(
            401,
            Some("insufficient_user_authentication"),
            "insufficient_user_authentication",
        ),
        // MCP, Session Management: the client of an unknown session starts a new one.
        Code::ForeignSession => Plain(404, "session_not_found"),
        Code::BodyTooLarge => Plain(413, "invalid_request"),
        Code::UnsupportedBody => Plain(415, "invalid_request"),
        Code::OperationMismatch => JsonRpc(-32020),
        Code::MalformedBody => JsonRpc(-32700),
        // RFC 9110 section 15.6.4: a 401 would make the client throw a good token away.
        Code::KeysUnavailable | Code::MetadataUnavailable => Plain(503, "temporarily_unavailable"),
        Code::InvalidConfiguration
        | Code::ApplicationFailure
        | Code::TimeUnknown
        | Code::FetchFailed
        | Code::DocumentStatus
        | Code::MalformedDocument
        | Code::IssuerMismatch
        | Code::NoUsableKeys
        | Code::RefusedUrl
        | Code::DocumentTooLarge
        | Code::TooManyKeys => Plain(500, "server_error"),
    }
}

impl Refusal {
    /// A refusal with what is known of it.
    pub(crate) fn with(code: Code, details: Details) -> Self {
        Self {
            code,
            details: Some(Box::new(details)),
        }
    }

    /// The response that tells the client.
    pub(crate) fn response(self, style: Style<'_>) -> Response {
        let details = self
            .details
            .map_or_else(Details::default, |details| *details);
        let shape = shape(self.code);
        let status = match shape {
            Shape::Challenge(status, ..) | Shape::Plain(status, _) => status,
            Shape::JsonRpc(_) => 400,
        };
        let mut headers = json_headers("no-store");
        if let Shape::Challenge(_, error, _) = shape {
            // RFC 6750 section 3.1: with `invalid_request` no other scope would help.
            let all = details.scopes.as_deref().unwrap_or(style.scopes);
            let scopes = if error == Some("invalid_request") {
                &[]
            } else {
                all
            };
            let error = error.map(|error| (error, self.code.text()));
            let resource_metadata = style.resource_metadata;
            let authentication = match self.code {
                Code::InsufficientAuthentication => style.authentication,
                _ => Authentication::default(),
            };
            let challenge = Challenge {
                resource_metadata,
                scopes,
                error,
                authentication,
            };
            headers.push((challenge::HEADER, challenge.to_string()));
        }
        if let Some(seconds) = details.retry_after {
            headers.push(("Retry-After", seconds.to_string()));
        }
        let body = details
            .body(self.code, &shape, style.show_cause)
            .into_bytes();
        Response {
            status,
            headers,
            body,
            code: Some(self.code),
            cause: details.cause,
            event: Event::default(),
            problem: details.problem,
        }
    }

    /// A refusal that ends by itself, and the seconds until it is worth asking again.
    pub(crate) fn for_now(code: Code, retry_after: u64) -> Self {
        let retry_after = Some(retry_after);
        Self::with(
            code,
            Details {
                retry_after,
                ..Details::default()
            },
        )
    }

    /// The same refusal, of a request for these operations.
    pub(crate) fn wanting(mut self, operations: Vec<(String, Option<String>)>) -> Self {
        if !operations.is_empty() {
            self.details.get_or_insert_default().operations = operations;
        }
        self
    }

    /// The same refusal, of this caller.
    pub(crate) fn of(mut self, caller: Option<Caller>) -> Self {
        if caller.is_some() {
            self.details.get_or_insert_default().caller = caller;
        }
        self
    }
}

impl Details {
    fn body(&self, code: Code, shape: &Shape, show_cause: bool) -> String {
        let text = Quoted(code.text());
        let error = match shape {
            Shape::Challenge(_, _, error) | Shape::Plain(_, error) => error,
            Shape::JsonRpc(number) => {
                let id = self.request_id.as_deref().unwrap_or("null");
                let error = format!("{{\"code\":{number},\"message\":{text}}}");
                return format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"error\":{error}}}");
            }
        };
        let mut body = format!("{{\"error\":\"{error}\",\"error_description\":{text}");
        if !self.missing.is_empty() {
            body += &format!(",\"missing_scopes\":{}", QuotedList(&self.missing));
        }
        if let Some(Cause { expected, actual }) = self.cause.as_ref().filter(|_| show_cause) {
            body += &format!(",\"cause\":{{\"expected\":{expected},\"actual\":{actual}}}");
        }
        body.push('}');
        body
    }
}

/// The scopes that are needed anyway, and these.
pub(crate) fn all_scopes(base: &[String], more: &[String]) -> Vec<String> {
    let mut all = base.to_vec();
    for scope in more {
        if !all.contains(scope) {
            all.push(scope.clone());
        }
    }
    all
}

/// The headers of a JSON answer.
pub(crate) fn json_headers(cache_control: &str) -> Vec<(&'static str, String)> {
    let mut headers = Vec::with_capacity(6);
    headers.push(("Content-Type", "application/json".to_owned()));
    headers.push(("Cache-Control", cache_control.to_owned()));
    headers
}
