//! What a device asks of its callers.

use mcpauth_core::algorithm::{Algorithm, Algorithms};
use mcpauth_core::limits;
use mcpauth_core::policy::Policy;
use mcpauth_core::time::Time;
use mcpauth_core::token::Terms;

use crate::codes::*;
use crate::{items, mcpauth_embedded_view, utf8};

/// What a token must be like. Set everything to zero first (`= {0}`): a member of zeros asks for the stricter, or for
/// nothing where nothing less is asked for. Texts are UTF-8.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct mcpauth_embedded_policy {
    /// What `iss` must be, to the byte. There must be one.
    pub issuer: mcpauth_embedded_view,
    /// The values of which `aud` must name one: this device's own identifiers. There must be one.
    pub audiences: *const mcpauth_embedded_view,
    /// How many audiences.
    pub audience_count: usize,
    /// The scopes that the token must have, all of them.
    pub scopes: *const mcpauth_embedded_view,
    /// How many scopes.
    pub scope_count: usize,
    /// Claims that must be present beside `exp`, `iss`, `sub` and `aud`, which always must.
    pub required_claims: *const mcpauth_embedded_view,
    /// How many required claims.
    pub required_claim_count: usize,
    /// Seconds since 1970 at which it was surely not earlier, such as the time of the build: a clock that shows less was
    /// never set, and gives `MCPAUTH_TIME_UNKNOWN`. With 0, only the time 0 does.
    pub earliest: u64,
    /// Seconds by which clocks may differ: 0 for none, at most 600.
    pub leeway: u32,
    /// 1 where `typ` must be `at+jwt` (RFC 9068); with 0 it may also be `JWT` or absent, as of many issuers.
    pub strict_type: u32,
}

/// A view whose bytes were found to be UTF-8.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub(crate) struct Text(mcpauth_embedded_view);

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        // SAFETY: `texts` has read it, and the policy that it is of still lives.
        unsafe { utf8(self.0).unwrap_or_default() }
    }
}

/// Texts that can be read as such.
///
/// # Safety
/// The views and their bytes are readable for as long as the result is used.
unsafe fn texts<'a>(first: *const mcpauth_embedded_view, count: usize) -> Result<&'a [Text], u32> {
    // SAFETY: the caller keeps the rule above; a `Text` is a view.
    let texts = unsafe { items(first.cast::<Text>(), count)? };
    for text in texts {
        // SAFETY: the caller keeps the rule above.
        unsafe { utf8(text.0)? };
    }
    Ok(texts)
}

/// The policy as core takes it.
///
/// # Safety
/// Everything in the policy is readable for as long as the result is used.
pub(crate) unsafe fn terms<'a>(policy: &mcpauth_embedded_policy) -> Result<Terms<'a, Text>, u32> {
    // SAFETY: the caller keeps the rule above.
    let (issuer, audiences, scopes, required_claims) = unsafe {
        (
            utf8(policy.issuer)?,
            texts(policy.audiences, policy.audience_count)?,
            texts(policy.scopes, policy.scope_count)?,
            texts(policy.required_claims, policy.required_claim_count)?,
        )
    };
    let leeway = u64::from(policy.leeway);
    if issuer.is_empty() || audiences.is_empty() || leeway > limits::LEEWAY {
        return Err(MCPAUTH_INVALID_CONFIGURATION);
    }
    let new = Policy::new(issuer, audiences);
    Ok(Terms {
        policy: Policy {
            earliest: Time::from_unix_seconds(policy.earliest).max(new.earliest),
            leeway,
            required_claims,
            ..new
        },
        algorithms: Algorithms::NONE
            .with(Algorithm::Es256)
            .with(Algorithm::Es384)
            .with(Algorithm::EdDsa),
        strict_type: policy.strict_type != 0,
        scopes,
    })
}
