//! A decoded payload before its signature is known to hold: almost nothing of it may be looked at.

use crate::error::Code;
use crate::json::{Bounds, Object, Text, Unread, Value};
use crate::limits;

/// A payload of strict JSON with up to `N` claims, not yet verified.
pub struct Payload<'a, const N: usize = { limits::OBJECT_MEMBERS }> {
    object: Object<'a, N>,
}

impl<'a> Payload<'a> {
    /// Reads a decoded payload.
    #[inline(always)] // As its object is.
    pub fn parse(decoded: &'a [u8]) -> Result<Self, Code> {
        Object::parse_as(decoded, Bounds::TOKEN, Code::MalformedToken, |object| {
            Self { object }
        })
    }
}

impl<'a, const N: usize> Payload<'a, N> {
    /// The payload before [`fill`](Self::fill) has read it: who makes it where it stays moves nothing.
    #[inline(always)]
    pub(crate) const fn unread(decoded: &'a [u8]) -> Self {
        Self {
            object: Object::unread(decoded),
        }
    }

    /// Reads a decoded payload, with room for `OPEN` names of objects that are open at once. One that is well formed but
    /// does not fit is [`Code::TokenTooLarge`].
    pub(crate) fn fill<const OPEN: usize>(&mut self) -> Result<(), Code> {
        let filled = self.object.fill::<OPEN>(Bounds::TOKEN);
        filled.map_err(|unread| match unread {
            Unread::TooManyMembers if OPEN < limits::OPEN_NAMES => Code::TokenTooLarge,
            Unread::TooManyMembers | Unread::Malformed => Code::MalformedToken,
        })
    }

    /// `iss`, unverified: good for nothing but choosing whose keys to verify with.
    pub fn unverified_issuer(&self) -> Result<Text<'a>, Code> {
        match self.object.find("iss") {
            Some(Value::String(issuer)) => Ok(issuer),
            Some(_) => Err(Code::InvalidClaim),
            None => Err(Code::MissingClaim),
        }
    }

    pub(crate) const fn object(&self) -> &Object<'a, N> {
        &self.object
    }
}
