//! What a decision was about, for the events and metrics of a host.

use alloc::sync::Arc;

use crate::json::Text;

/// What was known when a decision fell; a member is `None` where it was not known yet, or there is nothing to know.
/// No part of a token stands here but its `kid`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// The identifier of the resource that the request was for.
    pub resource: Option<Arc<str>>,
    /// The trusted issuer that the token names, as that issuer spells itself. Never one that is not trusted, so there
    /// are no more values than issuers. Unless the request was allowed, anyone may have made the token.
    pub issuer: Option<Arc<str>>,
    /// `kid`, at most [`KID_BYTES`](crate::limits::KID_BYTES) long. Unless the request was allowed it is anyone's text:
    /// no label for a metric.
    pub kid: Option<Arc<str>>,
    /// `alg`, where it is one that exists here.
    pub algorithm: Option<&'static str>,
    /// The signature of the token was not verified for this decision, because it was before, with a key that still holds;
    /// everything else was judged anew.
    pub cached: bool,
}

impl Event {
    /// Of a request for a resource, about which nothing more is known.
    pub(crate) fn of(resource: Option<&Arc<str>>) -> Self {
        Self {
            resource: resource.cloned(),
            ..Self::default()
        }
    }

    /// The header of the token was read.
    pub(crate) fn header(&mut self, kid: Option<Text<'_>>, algorithm: &'static str) {
        self.kid = kid.map(|kid| match kid.as_plain() {
            Some(plain) => plain.into(),
            None => kid.to_owned().into(),
        });
        self.algorithm = Some(algorithm);
    }

    /// The token is remembered, and its header with it.
    pub(crate) fn recalled(&mut self, kid: Option<Arc<str>>, algorithm: &'static str) {
        self.kid = kid;
        self.algorithm = Some(algorithm);
        self.cached = true;
    }

    /// The token names this issuer, which is trusted.
    pub(crate) fn issuer(&mut self, name: Arc<str>) {
        self.issuer = Some(name);
    }
}
