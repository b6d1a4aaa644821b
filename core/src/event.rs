//! What a decision was about, for the events and metrics of a host.

use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::json::Text;

/// What was known when a decision fell; a member is `None` where it was not known yet, or there is nothing to know.
/// No part of a token stands here but its `kid`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// The identifier of the resource that the request was for.
    pub resource: Option<String>,
    /// The trusted issuer that the token names, as that issuer spells itself. Never one that is not trusted, so there
    /// are no more values than issuers. Unless the request was allowed, anyone may have made the token.
    pub issuer: Option<String>,
    /// `kid`, at most [`KID_BYTES`](crate::limits::KID_BYTES) long. Unless the request was allowed it is anyone's text:
    /// no label for a metric.
    pub kid: Option<String>,
    /// `alg`, where it is one that exists here.
    pub algorithm: Option<&'static str>,
}

impl Event {
    /// Of a request for a resource, about which nothing more is known.
    pub(crate) fn of(resource: Option<&str>) -> Self {
        Self {
            resource: resource.map(ToOwned::to_owned),
            ..Self::default()
        }
    }

    /// The header of the token was read.
    pub(crate) fn header(&mut self, kid: Option<Text<'_>>, algorithm: &'static str) {
        self.kid = kid.as_ref().map(Text::to_owned);
        self.algorithm = Some(algorithm);
    }

    /// The token names this issuer, which is trusted.
    pub(crate) fn issuer(&mut self, name: &str) {
        self.issuer = Some(name.to_owned());
    }
}
