use std::fmt::Write;

use mcpauth_core as core;
use mcpauth_core::json::Quoted;
use napi::Error;
use napi::bindgen_prelude::Result;

use crate::numbers;

/// What nearly every caller fits into, in bytes.
const ROOM: usize = 2048;

/// What JavaScript is to keep of the caller.
#[derive(Default)]
pub(crate) struct Kept {
    /// The number of the caller, who is told this once.
    pub(crate) remember: Option<u32>,
    /// The numbers of callers that nobody will ask for again.
    pub(crate) forget: Vec<u32>,
}

/// A request that may pass, as text: an object of JSON on the first line and, where the caller is told, the claims as they
/// were signed on the rest. For an object each member would be two calls into JavaScript. A caller who is remembered is
/// told by `recall`, a number.
pub(crate) fn text(allow: &core::Allow, kept: &Kept) -> Result<String> {
    let mut text = String::with_capacity(ROOM);
    text.push_str("{\"kind\":\"allow\"");
    decision(&mut text, allow);
    let Some(caller) = &allow.caller else {
        text.push('}');
        return Ok(text);
    };
    if let Some(number) = recalled(allow) {
        number_of(&mut text, "recall", number.into());
        text.push('}');
        return Ok(text);
    }
    if let Some(number) = kept.remember {
        number_of(&mut text, "remember", number.into());
    }
    if !kept.forget.is_empty() {
        // Nothing can go wrong where a text is written to.
        let _ = write!(text, ",\"forget\":{:?}", kept.forget);
    }
    // The claims follow below; here they have their place, so that all callers have one shape.
    text.push_str(",\"caller\":{\"claims\":null");
    member(&mut text, "issuer", &caller.issuer);
    member(&mut text, "subject", &caller.subject);
    optional(&mut text, "clientId", caller.client_id.as_deref());
    list(&mut text, "scopes", &caller.scopes);
    list(&mut text, "audience", &caller.audience);
    if let Some(seconds) = caller.expires_at {
        number_of(&mut text, "expiresAt", seconds);
    }
    text.push_str("}}\n");
    let claims = std::str::from_utf8(&caller.claims);
    text.push_str(claims.map_err(|error| Error::from_reason(error.to_string()))?);
    Ok(text)
}

/// The number of a caller about whom there is nothing to say but that he may pass, as before.
pub(crate) fn only_recalled(allow: &core::Allow) -> Option<u32> {
    let says_more =
        !allow.headers.is_empty() || !allow.operations.is_empty() || allow.report.is_some();
    recalled(allow).filter(|_| !says_more)
}

fn recalled(allow: &core::Allow) -> Option<u32> {
    numbers::number(allow.host.as_deref()?)
}

/// What was decided, beside who calls.
fn decision(text: &mut String, allow: &core::Allow) {
    optional(text, "kid", allow.event.kid.as_deref());
    optional(text, "algorithm", allow.event.algorithm);
    text.push_str(",\"cached\":");
    text.push_str(if allow.event.cached { "true" } else { "false" });
    optional(text, "resource", allow.resource.as_deref());
    let headers: Vec<&str> = allow
        .headers
        .iter()
        .flat_map(|(name, value)| [*name, value])
        .collect();
    list(text, "headers", &headers);
    text.push_str(",\"operations\":[");
    for (at, (method, name)) in allow.operations.iter().enumerate() {
        text.push_str(if at > 0 { ",{" } else { "{" });
        text.push_str("\"method\":");
        quoted(text, method);
        optional(text, "name", name.as_deref());
        text.push('}');
    }
    text.push(']');
    optional(text, "report", allow.report.as_deref());
}

fn list<S: AsRef<str>>(text: &mut String, name: &str, values: &[S]) {
    named(text, name);
    text.push('[');
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        quoted(text, value.as_ref());
    }
    text.push(']');
}

fn optional(text: &mut String, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        member(text, name, value);
    }
}

fn number_of(text: &mut String, name: &str, value: u64) {
    // Nothing can go wrong where a text is written to.
    let _ = write!(text, ",\"{name}\":{value}");
}

fn member(text: &mut String, name: &str, value: &str) {
    named(text, name);
    quoted(text, value);
}

fn named(text: &mut String, name: &str) {
    text.push_str(",\"");
    text.push_str(name);
    text.push_str("\":");
}

fn quoted(text: &mut String, value: &str) {
    // Nearly every text stands as it is, and then needs no look at each character.
    if value
        .bytes()
        .all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\')
    {
        text.push('"');
        text.push_str(value);
        text.push('"');
    } else {
        // Nothing can go wrong where a text is written to.
        let _ = write!(text, "{}", Quoted(value));
    }
}
