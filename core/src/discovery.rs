//! Finding an authorization server's metadata (RFC 8414, OpenID Connect Discovery 1.0).

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::answer::{Fetch, Reply};
use crate::authorization_server::ServerType;
use crate::configuration::{ConfigurationError, Reader};
use crate::error::Code;
use crate::json::{Bounds, Object, Value};
use crate::limits;
use crate::url::Url;

/// What is used of an authorization server's metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerMetadata {
    /// The issuer, as the document spells it.
    pub issuer: String,
    /// Where its keys are.
    pub jwks_uri: Option<String>,
    /// The document.
    pub document: String,
}

/// A search for one metadata document, without I/O: ask, fetch, supply, ask again until nothing is asked.
#[derive(Debug)]
pub struct Discovery {
    urls: Vec<String>,
    next: usize,
    /// What the document must name; `None` where only its URL was given.
    issuer: Option<String>,
    outcome: Option<Result<ServerMetadata, Failure>>,
}

/// Why a search has ended without a document.
#[derive(Debug)]
struct Failure {
    code: Code,
    /// There was a JSON object, but it does not say what it must.
    was_read: bool,
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self {
            code,
            was_read: false,
        }
    }
}

impl Discovery {
    /// Searches an issuer's document. It must name this issuer, with or without the slash of an empty path.
    pub fn new(issuer: &str, server_type: ServerType) -> Result<Self, ConfigurationError> {
        let url = checked(issuer, "issuer")?;
        Ok(Self {
            urls: server_type.urls(&url),
            next: 0,
            issuer: Some(issuer.to_owned()),
            outcome: None,
        })
    }

    /// Searches an issuer's document, with the type as a configuration names it: `oauth` or `oidc`.
    pub fn named(issuer: &str, server_type: &str) -> Result<Self, ConfigurationError> {
        let mut reader = Reader::default();
        reader.check_url("/issuer", issuer);
        let server_type = reader.server_type("/type", server_type);
        let server_type = reader.finish(server_type)?;
        Self::new(issuer, server_type)
    }

    /// Reads the document at a URL, whatever issuer it names.
    pub fn at(url: &str) -> Result<Self, ConfigurationError> {
        checked(url, "well_known_url")?;
        Ok(Self {
            urls: vec![url.to_owned()],
            next: 0,
            issuer: None,
            outcome: None,
        })
    }

    /// What to fetch next; `None` when the search is over.
    pub fn ask(&self) -> Option<Fetch> {
        match self.outcome {
            Some(_) => None,
            None => Some(document_fetch(
                self.next as u64,
                &self.urls[self.next],
                limits::METADATA_BYTES,
            )),
        }
    }

    /// Takes the answer. A 4xx means that this place has no document, so the next one is asked.
    pub fn supply(&mut self, reply: Reply<'_>) {
        let is_absent = matches!(
            reply,
            Reply::Document {
                status: 400..=499,
                ..
            }
        );
        if is_absent && self.next + 1 < self.urls.len() {
            self.next += 1;
            return;
        }
        self.outcome = Some(self.read(reply));
    }

    /// Forgets the outcome and starts again at the first place.
    pub fn restart(&mut self) {
        self.next = 0;
        self.outcome = None;
    }

    /// How the search ended.
    pub fn outcome(&self) -> Option<Result<&ServerMetadata, Code>> {
        self.outcome
            .as_ref()
            .map(|outcome| outcome.as_ref().map_err(|failure| failure.code))
    }

    /// The document, when it was found.
    pub fn document(&self) -> Option<&str> {
        self.outcome()?
            .ok()
            .map(|metadata| metadata.document.as_str())
    }

    /// Why there is no document, when the search is over without one.
    pub fn error(&self) -> Option<Code> {
        self.outcome()?.err()
    }

    /// The documented code of the error that a host raises when the search is over without a document:
    /// `invalid_server_metadata` where there was one that does not say what it must, else `fetch_server_config_error`.
    pub fn documented_error(&self) -> Option<&'static str> {
        match self.outcome.as_ref()? {
            Ok(_) => None,
            Err(Failure { was_read: true, .. }) => Some("invalid_server_metadata"),
            Err(Failure { .. }) => Some("fetch_server_config_error"),
        }
    }

    fn read(&self, reply: Reply<'_>) -> Result<ServerMetadata, Failure> {
        let body = document_body(reply, limits::METADATA_BYTES)?;
        let text = core::str::from_utf8(body).map_err(|_| Code::MalformedDocument)?;
        let object = Object::parse(body, Bounds::DOCUMENT).map_err(|_| Code::MalformedDocument)?;
        let metadata = self.members(&object, text);
        metadata.map_err(|code| Failure {
            code,
            was_read: true,
        })
    }

    fn members(&self, object: &Object<'_>, document: &str) -> Result<ServerMetadata, Code> {
        let string = |name| match object.find(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.to_owned())),
            Some(_) => Err(Code::MalformedDocument),
        };
        let issuer = string("issuer")?.ok_or(Code::MalformedDocument)?;
        let jwks_uri = string("jwks_uri")?;
        // RFC 8414 section 3.3: a document that names another issuer must not be used.
        if self
            .issuer
            .as_ref()
            .is_some_and(|expected| !is_same_issuer(expected, &issuer))
        {
            return Err(Code::IssuerMismatch);
        }
        if let Some(jwks_uri) = &jwks_uri {
            check_pointed_url(jwks_uri, &self.urls[self.next])?;
        }
        Ok(ServerMetadata {
            issuer,
            jwks_uri,
            document: document.to_owned(),
        })
    }
}

/// Whether two issuers differ by nothing but a lone root slash.
pub(crate) fn is_same_issuer(one: &str, two: &str) -> bool {
    let trimmed = |text| match Url::parse(text) {
        Ok(url) if url.path == "/" && url.query.is_none() => url.origin.to_owned(),
        _ => text.to_owned(),
    };
    one == two || trimmed(one) == trimmed(two)
}

/// A document fetched from elsewhere must not send us to internal hosts (MCP Security Best Practices, SSRF);
/// to where it came from itself it may.
pub(crate) fn check_pointed_url(target: &str, source: &str) -> Result<(), Code> {
    let (Ok(target), Ok(source)) = (Url::parse(target), Url::parse(source)) else {
        return Err(Code::RefusedUrl);
    };
    let both_loopback = target.is_loopback() && source.is_loopback();
    let same_host = target.host == source.host && target.is_https;
    if both_loopback || same_host || target.is_https && !target.is_internal() {
        Ok(())
    } else {
        Err(Code::RefusedUrl)
    }
}

/// The order to fetch one JSON document.
pub(crate) fn document_fetch(id: u64, url: &str, max_bytes: usize) -> Fetch {
    Fetch {
        id,
        method: "GET",
        url: url.to_owned(),
        headers: vec![
            ("Accept", "application/json".to_owned()),
            ("Accept-Encoding", "identity".to_owned()),
            (
                "User-Agent",
                format!("mcpauth/{}", env!("CARGO_PKG_VERSION")),
            ),
        ],
        body: Vec::new(),
        timeout_ms: limits::FETCH_MILLISECONDS,
        max_bytes,
    }
}

/// The body of a reply that holds a document.
pub(crate) fn document_body(reply: Reply<'_>, max_bytes: usize) -> Result<&[u8], Code> {
    match reply {
        Reply::Failed => Err(Code::FetchFailed),
        Reply::Document {
            status: 200, body, ..
        } if body.len() > max_bytes => Err(Code::DocumentTooLarge),
        Reply::Document {
            status: 200, body, ..
        } => Ok(body),
        Reply::Document { .. } => Err(Code::DocumentStatus),
    }
}

pub(crate) fn checked<'a>(text: &'a str, name: &str) -> Result<Url<'a>, ConfigurationError> {
    let mut reader = Reader::default();
    reader.check_url(&format!("/{name}"), text);
    reader.finish(Url::parse(text).ok())
}
