//! What a resource asks of a token's claims.

use crate::challenge::Authentication;
use crate::claims::Claims;
use crate::error::Code;
use crate::json::Text;
use crate::limits;
use crate::time::Time;

/// The demands on a token, apart from its signature and scopes. `S` is how the host keeps its strings.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'p, S> {
    /// What `iss` must be; `None` only where it was compared when the keys were chosen by it.
    pub issuer: Option<&'p str>,
    /// The values of which `aud` must name one; `None` only where an operator has switched the check off.
    pub audience: Option<&'p [S]>,
    /// A moment that has surely passed. A clock that shows an earlier one was never set, and then no token is valid.
    pub earliest: Time,
    /// Seconds by which clocks may differ (RFC 7519 section 4.1.4).
    pub leeway: u64,
    /// Claims that must be present beside `exp`, `iss`, `sub` and `aud`.
    pub required_claims: &'p [S],
    /// What the authentication of the user must be like.
    pub authentication: Authentication<'p, S>,
    /// Somebody in front of us has checked that the caller holds the key that the token is bound to.
    pub sender_is_checked: bool,
}

impl<'p, S> Policy<'p, S> {
    /// The policy of a resource that accepts this issuer and these audiences, with the default leeway.
    pub fn new(issuer: &'p str, audience: &'p [S]) -> Self {
        Self {
            issuer: Some(issuer),
            audience: Some(audience),
            earliest: Time::UNKNOWN.plus(1),
            leeway: limits::LEEWAY_DEFAULT,
            required_claims: &[],
            authentication: Authentication::default(),
            sender_is_checked: false,
        }
    }
}

/// What a policy asks of a token: of its claims, or of what was kept of them.
pub(crate) trait Facts {
    fn has(&self, name: &str) -> bool;
    #[cfg(feature = "alloc")]
    fn client_id(&self) -> Option<Text<'_>>;
    fn expires_at(&self) -> Option<Time>;
    fn not_before(&self) -> Option<Time>;
    fn audience(&self) -> impl Iterator<Item = Text<'_>>;
    fn is_sender_constrained(&self) -> bool;
    fn is_not_an_access_token(&self) -> bool;
    fn authentication_class(&self) -> Result<Option<Text<'_>>, Code>;
    fn authenticated_at(&self) -> Result<Option<Time>, Code>;
}

impl<const N: usize> Facts for Claims<'_, '_, N> {
    fn has(&self, name: &str) -> bool {
        self.has(name)
    }

    #[cfg(feature = "alloc")]
    fn client_id(&self) -> Option<Text<'_>> {
        self.client_id()
    }

    fn expires_at(&self) -> Option<Time> {
        self.expires_at()
    }

    fn not_before(&self) -> Option<Time> {
        self.not_before()
    }

    fn audience(&self) -> impl Iterator<Item = Text<'_>> {
        self.audience()
    }

    fn is_sender_constrained(&self) -> bool {
        self.is_sender_constrained()
    }

    fn is_not_an_access_token(&self) -> bool {
        self.is_not_an_access_token()
    }

    fn authentication_class(&self) -> Result<Option<Text<'_>>, Code> {
        self.authentication_class()
    }

    fn authenticated_at(&self) -> Result<Option<Time>, Code> {
        self.authenticated_at()
    }
}

impl<S: AsRef<str>> Policy<'_, S> {
    /// Compares an issuer, to the byte (RFC 8725 section 3.8).
    pub fn check_issuer(&self, issuer: Text<'_>) -> Result<(), Code> {
        match self.issuer {
            Some(expected) if issuer != *expected => Err(Code::UntrustedIssuer),
            _ => Ok(()),
        }
    }

    /// Checks issuer, required claims, times, audience, sender constraint, kind of token and authentication, in this
    /// order.
    pub fn check<const N: usize>(&self, claims: &Claims<'_, '_, N>, now: Time) -> Result<(), Code> {
        self.check_issuer(claims.issuer())?;
        self.judge(claims, now)
    }

    /// The same, but for the issuer, of whatever is known of a token.
    pub(crate) fn judge(&self, claims: &impl Facts, now: Time) -> Result<(), Code> {
        if !self
            .required_claims
            .iter()
            .all(|name| claims.has(name.as_ref()))
        {
            return Err(Code::MissingClaim);
        }
        claims.expires_at().ok_or(Code::MissingClaim)?;
        if now < self.earliest {
            return Err(Code::TimeUnknown);
        }
        check_times(claims, self.leeway, now)?;
        // RFC 9068 section 4, RFC 8707 section 2.
        if let Some(expected) = self.audience
            && !is_audience_named(expected, claims.audience())
        {
            return Err(Code::WrongAudience);
        }
        // RFC 9449 section 7.1: a bound token must not be accepted as a bearer token.
        if claims.is_sender_constrained() && !self.sender_is_checked {
            return Err(Code::SenderConstrained);
        }
        if claims.is_not_an_access_token() {
            return Err(Code::NotAnAccessToken);
        }
        self.check_authentication(claims, now)
    }

    /// RFC 9470 section 6.1: what the token does not say does not count.
    fn check_authentication(&self, claims: &impl Facts, now: Time) -> Result<(), Code> {
        let Authentication {
            acr_values,
            max_age,
        } = self.authentication;
        let acr = claims.authentication_class()?;
        let auth_time = claims.authenticated_at()?;
        let class_fits = acr_values.is_empty()
            || acr.is_some_and(|acr| acr_values.iter().any(|one| acr == *one.as_ref()));
        let is_recent = max_age.is_none_or(|seconds| {
            auth_time.is_some_and(|time| now <= time.plus(seconds).plus(self.leeway))
        });
        if class_fits && is_recent {
            Ok(())
        } else {
            Err(Code::InsufficientAuthentication)
        }
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

/// Checks `exp` and `nbf`, each where it is present.
pub(crate) fn check_times(claims: &impl Facts, leeway: u64, now: Time) -> Result<(), Code> {
    if let Some(end) = claims.expires_at() {
        check_expiry(end, leeway, now)?;
    }
    // RFC 7519 section 4.1.5.
    if claims
        .not_before()
        .is_some_and(|not_before| now.plus(leeway) < not_before)
    {
        return Err(Code::NotYetValid);
    }
    Ok(())
}

/// RFC 7519 section 4.1.4: on or after `exp` the token must not be accepted.
pub(crate) fn check_expiry(expires_at: Time, leeway: u64, now: Time) -> Result<(), Code> {
    if now >= expires_at.plus(leeway) {
        return Err(Code::Expired);
    }
    Ok(())
}

/// Whether one of the expected audiences is named (RFC 9068 section 4, RFC 8707 section 2).
pub(crate) fn is_audience_named<'a, S: AsRef<str>>(
    expected: &[S],
    mut audience: impl Iterator<Item = Text<'a>>,
) -> bool {
    audience.any(|value| {
        expected
            .iter()
            .any(|one| is_same_audience(value, one.as_ref()))
    })
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
