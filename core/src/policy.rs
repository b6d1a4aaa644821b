//! What a resource asks of a token's claims.

use crate::claims::Claims;
use crate::error::Code;
use crate::json::Text;
use crate::time::Time;

/// The demands on a token, apart from its signature and scopes. `S` is how the host keeps its strings.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'p, S> {
    /// The values of which `aud` must name one; `None` only where an operator has switched the check off.
    pub audience: Option<&'p [S]>,
    /// Seconds by which clocks may differ (RFC 7519 section 4.1.4).
    pub leeway: u64,
}

impl<S: AsRef<str>> Policy<'_, S> {
    /// Checks times, audience, sender constraint and kind of token, in this order.
    pub fn check(&self, claims: &Claims<'_, '_>, now: Time) -> Result<(), Code> {
        // RFC 7519 section 4.1.4: on or after `exp` the token must not be accepted.
        if now >= claims.expires_at().plus(self.leeway) {
            return Err(Code::Expired);
        }
        // RFC 7519 section 4.1.5.
        if claims
            .not_before()
            .is_some_and(|not_before| now.plus(self.leeway) < not_before)
        {
            return Err(Code::NotYetValid);
        }
        // RFC 9068 section 4, RFC 8707 section 2.
        if let Some(expected) = self.audience {
            let named = |value: Text<'_>| {
                expected
                    .iter()
                    .any(|one| is_same_audience(value, one.as_ref()))
            };
            if !claims.audience().any(named) {
                return Err(Code::WrongAudience);
            }
        }
        // RFC 9449 section 7.1: a bound token must not be accepted as a bearer token.
        if claims.is_sender_constrained() {
            return Err(Code::SenderConstrained);
        }
        if claims.is_not_an_access_token() {
            return Err(Code::NotAnAccessToken);
        }
        Ok(())
    }
}

/// The scopes of `required` that were not granted, in the order required.
pub fn missing_scopes<S: AsRef<str>>(
    required: &[S],
    is_granted: impl Fn(&str) -> bool,
) -> impl Iterator<Item = &str> {
    required
        .iter()
        .map(AsRef::as_ref)
        .filter(move |scope| !is_granted(scope))
}

/// Equality to the byte, except that an empty path and `/` are the same (RFC 3986 section 6.2.3): clients
/// append the slash to a resource that is a bare origin.
fn is_same_audience(value: Text<'_>, expected: &str) -> bool {
    if value == *expected {
        return true;
    }
    match expected.strip_suffix('/') {
        Some(origin) => is_origin(origin) && value == *origin,
        None => is_origin(expected) && value.chars().eq(expected.chars().chain(['/'])),
    }
}

/// A scheme and an authority, with nothing behind them.
fn is_origin(text: &str) -> bool {
    let authority = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    authority.is_some_and(|authority| !authority.is_empty() && !authority.contains(['/', '?', '#']))
}
