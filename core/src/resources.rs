//! The protected resources of an engine, and which of them a request for metadata is about.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use crate::answer::{Response, json_headers};
use crate::configuration::resources::ResourceOptions;
use crate::cors::Sharing;
use crate::event::Event;
use crate::metadata::{Metadata, MetadataPath, WELL_KNOWN};
use crate::request::Request;
use crate::url::Url;

/// Every protected resource of an engine.
pub(crate) struct Resources(pub(crate) Vec<ResourceOptions>);

impl Resources {
    pub(crate) fn find(&self, identifier: &str) -> Option<&ResourceOptions> {
        self.0
            .iter()
            .find(|resource| resource.resource == identifier)
    }

    pub(crate) fn identifiers(&self) -> Vec<&str> {
        self.0
            .iter()
            .map(|resource| resource.resource.as_str())
            .collect()
    }

    pub(crate) fn metadata_paths(&self) -> Vec<String> {
        let mut paths = vec![WELL_KNOWN.to_owned()];
        for resource in &self.0 {
            let path = MetadataPath(&resource.url()).to_string();
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        paths
    }

    /// The resource whose document a request asks for: by its path, with or without a slash behind it; where
    /// several share that path, by host and query too. The root serves what is unambiguous.
    pub(crate) fn asked_for(&self, request: &Request<'_>) -> Option<&ResourceOptions> {
        let path = request.path();
        let rest = path.strip_prefix(WELL_KNOWN)?;
        let is_at_path = |resource: &&ResourceOptions| {
            let own = MetadataPath(&resource.url()).to_string();
            let with_slash = path.strip_suffix('/') == Some(&own);
            own == path
                || own
                    .strip_suffix('/')
                    .map_or(with_slash, |bare| bare == path)
        };
        let at_path: Vec<&ResourceOptions> = self.0.iter().filter(is_at_path).collect();
        let is_root = rest.is_empty() || rest == "/";
        if at_path.is_empty() && is_root {
            let all: Vec<&ResourceOptions> = self.0.iter().collect();
            return unambiguous(&all, request);
        }
        unambiguous(&at_path, request)
    }
}

impl ResourceOptions {
    pub(crate) fn url(&self) -> Url<'_> {
        Url::parse(&self.resource).expect("the configuration was checked")
    }

    /// Its metadata (RFC 9728 section 3.2).
    pub(crate) fn metadata(&self, authorization_servers: &[&str]) -> String {
        let members: Vec<(&str, &str)> = self
            .members
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        Metadata {
            resource: &self.resource,
            authorization_servers,
            members: &members,
        }
        .to_string()
    }
}

/// What a request that stands at a document's path wants, open to every origin: the document, or to know how it may
/// be asked for; `None` for a method that a document does not have.
pub(crate) fn document_request(request: &Request<'_>) -> Option<Result<(), Response>> {
    match request.method {
        "GET" | "HEAD" => Some(Ok(())),
        "OPTIONS" => Some(Err(Sharing::Any.preflight(request, "GET, HEAD, OPTIONS"))),
        _ => None,
    }
}

/// The answer with a document (RFC 9728 section 3.2); without it where only the headers are wanted.
pub(crate) fn document_response(request: &Request<'_>, document: String) -> Response {
    let mut headers = json_headers("max-age=3600");
    headers.push(("Access-Control-Allow-Origin", "*".to_owned()));
    let is_wanted = request.method == "GET";
    Response {
        status: 200,
        headers,
        body: if is_wanted {
            document.into_bytes()
        } else {
            Vec::new()
        },
        code: None,
        cause: None,
        event: Event::default(),
        problem: None,
    }
}

/// The only candidate; among several, the only one of the request's host, query and exact path.
fn unambiguous<'r>(
    candidates: &[&'r ResourceOptions],
    request: &Request<'_>,
) -> Option<&'r ResourceOptions> {
    if let [only] = candidates {
        return Some(only);
    }
    let host = request.value("host")?;
    let mut left: Vec<&ResourceOptions> = candidates.to_vec();
    left.retain(|resource| resource.url().authority.eq_ignore_ascii_case(host));
    narrow(&mut left, |resource| {
        resource.url().query == request.query()
    });
    narrow(&mut left, |resource| {
        MetadataPath(&resource.url()).to_string() == request.path()
    });
    match left.as_slice() {
        [only] => Some(only),
        _ => None,
    }
}

/// Keeps those that fit, if any do.
fn narrow(resources: &mut Vec<&ResourceOptions>, fits: impl Fn(&ResourceOptions) -> bool) {
    if resources.iter().any(|resource| fits(resource)) {
        resources.retain(|resource| fits(resource));
    }
}
