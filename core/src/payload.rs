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
    /// Reads a decoded payload within less memory ([`Object::parse_within`]). One that is well formed but does not fit is
    /// [`Code::TokenTooLarge`].
    pub fn parse_within<const OPEN: usize>(decoded: &'a [u8]) -> Result<Self, Code> {
        let object = Object::parse_within::<OPEN>(decoded, Bounds::TOKEN);
        let object = object.map_err(|unread| match unread {
            Unread::TooManyMembers if OPEN < limits::OPEN_NAMES => Code::TokenTooLarge,
            Unread::TooManyMembers | Unread::Malformed => Code::MalformedToken,
        })?;
        Ok(Self { object })
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
