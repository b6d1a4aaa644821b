//! A decoded payload before its signature is known to hold: almost nothing of it may be looked at.

use crate::error::Code;
use crate::json::{Bounds, Object, Text, Value};

/// A payload of strict JSON, not yet verified.
pub struct Payload<'a> {
    object: Object<'a>,
}

impl<'a> Payload<'a> {
    /// Reads a decoded payload.
    #[inline(always)] // As its object is.
    pub fn parse(decoded: &'a [u8]) -> Result<Self, Code> {
        match Object::parse(decoded, Bounds::TOKEN) {
            Ok(object) => Ok(Self { object }),
            Err(_) => Err(Code::MalformedToken),
        }
    }

    /// `iss`, unverified: good for nothing but choosing whose keys to verify with.
    pub fn unverified_issuer(&self) -> Result<Text<'a>, Code> {
        match self.object.find("iss") {
            Some(Value::String(issuer)) => Ok(issuer),
            Some(_) => Err(Code::InvalidClaim),
            None => Err(Code::MissingClaim),
        }
    }

    pub(crate) const fn object(&self) -> &Object<'a> {
        &self.object
    }
}
