//! The requests of a checkup.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::algorithm::Algorithm;
use crate::answer::Fetch;
use crate::discovery::document_fetch;
use crate::json::Quoted;
use crate::limits;

/// A page that no server knows.
pub(super) const ORIGIN: &str = "https://client.example";

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Probe {
    /// What a client sends first, without a token.
    Anonymous,
    /// The same from a page.
    Page,
    /// What a browser sends before a page's request.
    Preflight,
    /// A token where none belongs.
    Query,
    /// A token that nobody signed.
    Forged(Forgery),
    /// The protected resource metadata at a place.
    ResourceMetadata(Place, String),
    /// Authorization server metadata.
    ServerMetadata(String),
    /// A JWK Set.
    Keys(String),
}

/// How a token is forged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Forgery {
    /// `alg` is `none`, and there is no signature.
    Unsigned,
    /// The signature has the right length and is made of constants.
    BadSignature,
}

/// Where clients look for protected resource metadata, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Challenge,
    Path,
    Slash,
    Root,
}

/// What a forged token says.
#[derive(Clone, Debug, Default)]
pub(super) struct Claims {
    pub(super) issuer: String,
    pub(super) audience: String,
    /// A key of the issuer that the token says to be signed with.
    pub(super) key: Option<(Option<String>, Algorithm)>,
}

impl Probe {
    /// What it is for, for whoever waits.
    pub(super) fn step(&self) -> &'static str {
        match self {
            Self::Anonymous => "asking the MCP server without a token",
            Self::Page => "asking the MCP server as a page in a browser",
            Self::Preflight => "asking the MCP server what a page may send",
            Self::Query => "sending a forged token in the query",
            Self::Forged(Forgery::Unsigned) => "sending a token without signature",
            Self::Forged(Forgery::BadSignature) => "sending a token with a forged signature",
            Self::ResourceMetadata(..) => "fetching the protected resource metadata",
            Self::ServerMetadata(_) => "fetching the authorization server metadata",
            Self::Keys(_) => "fetching the JWK Set",
        }
    }

    /// The request, of the MCP server at `url`.
    pub(super) fn fetch(&self, id: u64, url: &str, claims: &Claims) -> Fetch {
        match self {
            Self::Anonymous => initialize(id, url, None),
            Self::Page => initialize(id, url, Some(("Origin", ORIGIN.to_owned()))),
            Self::Preflight => preflight(id, url),
            Self::Query => {
                let separator = if url.contains('?') { '&' } else { '?' };
                let token = claims.token(Forgery::BadSignature);
                initialize(id, &format!("{url}{separator}access_token={token}"), None)
            }
            Self::Forged(forgery) => {
                let credentials = format!("Bearer {}", claims.token(*forgery));
                initialize(id, url, Some(("Authorization", credentials)))
            }
            Self::ResourceMetadata(_, url) => {
                let mut fetch = document_fetch(id, url, limits::METADATA_BYTES);
                fetch.headers.push(("Origin", ORIGIN.to_owned()));
                fetch
            }
            Self::ServerMetadata(url) => document_fetch(id, url, limits::METADATA_BYTES),
            Self::Keys(url) => document_fetch(id, url, limits::JWKS_BYTES),
        }
    }
}

/// The first request of clients up to 2025-11-25, which every server with authorization refuses alike.
fn initialize(id: u64, url: &str, header: Option<(&'static str, String)>) -> Fetch {
    let mut fetch = document_fetch(id, url, limits::METADATA_BYTES);
    fetch.method = "POST";
    fetch.headers[0].1 = "application/json, text/event-stream".to_owned();
    fetch
        .headers
        .push(("Content-Type", "application/json".to_owned()));
    fetch.headers.extend(header);
    let version = env!("CARGO_PKG_VERSION");
    fetch.body = format!(
        "{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{{\"protocolVersion\":\
         \"2025-11-25\",\"capabilities\":{{}},\"clientInfo\":{{\"name\":\"mcpauth check\",\"version\":\
         \"{version}\"}}}}}}"
    )
    .into_bytes();
    fetch
}

fn preflight(id: u64, url: &str) -> Fetch {
    let mut fetch = document_fetch(id, url, limits::METADATA_BYTES);
    fetch.method = "OPTIONS";
    fetch.headers[0].1 = "*/*".to_owned();
    fetch.headers.extend([
        ("Origin", ORIGIN.to_owned()),
        ("Access-Control-Request-Method", "POST".to_owned()),
        (
            "Access-Control-Request-Headers",
            "authorization,content-type,mcp-protocol-version".to_owned(),
        ),
    ]);
    fetch
}

impl Claims {
    /// A token that is right in everything but its signature, which is made of constants: it signs nothing.
    fn token(&self, forgery: Forgery) -> String {
        let (kid, algorithm) = match &self.key {
            Some((kid, algorithm)) => (kid.as_deref(), *algorithm),
            None => (None, Algorithm::Es256),
        };
        let (name, signature) = match forgery {
            Forgery::Unsigned => ("none", Vec::new()),
            Forgery::BadSignature => (algorithm.name(), [42].repeat(signature_bytes(algorithm))),
        };
        let kid = kid.map_or(String::new(), |kid| format!(",\"kid\":{}", Quoted(kid)));
        let header = format!("{{\"alg\":\"{name}\",\"typ\":\"at+jwt\"{kid}}}");
        // From 2023 to the end of the century: there is no clock here.
        let payload = format!(
            "{{\"iss\":{},\"aud\":{},\"sub\":\"forged\",\"client_id\":\"forged\",\"jti\":\"forged\",\
             \"iat\":1700000000,\"exp\":4102444800}}",
            Quoted(&self.issuer),
            Quoted(&self.audience)
        );
        [header.as_bytes(), payload.as_bytes(), &signature]
            .map(base64url)
            .join(".")
    }
}

/// RFC 7518 sections 3.3 to 3.5, for an RSA key of 2048 bits.
const fn signature_bytes(algorithm: Algorithm) -> usize {
    match algorithm {
        Algorithm::Es256 | Algorithm::EdDsa => 64,
        Algorithm::Es384 => 96,
        Algorithm::Es512 => 132,
        Algorithm::Rs256 | Algorithm::Rs384 | Algorithm::Rs512 => 256,
        Algorithm::Ps256 | Algorithm::Ps384 | Algorithm::Ps512 => 256,
    }
}

fn base64url(bytes: &[u8]) -> String {
    let mut buffer = alloc::vec![0; Base64UrlUnpadded::encoded_len(bytes)];
    let text = Base64UrlUnpadded::encode(bytes, &mut buffer);
    text.expect("the buffer has the length of the text")
        .to_owned()
}
