//! Judging protected resource metadata as clients do (RFC 9728 section 3).

use alloc::string::String;
use alloc::vec::Vec;

use super::probe::{ORIGIN, Place, Probe};
use super::received::Received;
use super::subject::{Subject, SubjectKind};
use super::{Checkup, told};
use crate::discovery::is_same_issuer;
use crate::json::{Object, Value};
use crate::url::Url;
use crate::validation::{MetadataKind, Revision, metadata_problems};

impl Checkup {
    pub(super) fn take_resource_metadata(
        &mut self,
        place: Place,
        url: String,
        received: Option<Received>,
    ) {
        let is_found = received
            .as_ref()
            .is_some_and(|one| one.document().is_some());
        self.documents.push((place, url, received));
        if self.kind.is_none() {
            return match is_found {
                true => self.begin_resource(),
                false => self.begin_server(&self.url.clone()),
            };
        }
        let is_more = |probe: &Probe| matches!(probe, Probe::ResourceMetadata(..));
        if !self.probes.iter().any(is_more) {
            self.judge_resource_metadata();
        }
    }

    /// Judges the document that clients read first, and that the others agree with it.
    pub(super) fn judge_resource_metadata(&mut self) {
        let mut documents = core::mem::take(&mut self.documents);
        documents.sort_by_key(|(place, ..)| *place as u8);
        let is_good = |received: &Option<Received>| {
            received
                .as_ref()
                .is_some_and(|one| one.document().is_some())
        };
        let resource = self.url.clone();
        let first = documents
            .iter()
            .position(|(.., received)| is_good(received));
        let subject = match first {
            Some(first) => self.subject(SubjectKind::ResourceMetadata, &documents[first].1),
            None => self.subject(SubjectKind::McpServer, &resource),
        };
        subject.found(match first {
            Some(_) => "resource_metadata_found",
            None => "resource_metadata_missing",
        });
        for (place, url, received) in documents.iter().filter(|(.., one)| !is_good(one)) {
            // Where there is none at all, only the broken promise of the challenge is worth a word more.
            if first.is_some() || *place == Place::Challenge {
                subject.found_seeing(missing_at(*place), &told(url, received.as_ref()));
            }
        }
        let Some(received) = first.and_then(|first| documents[first].2.clone()) else {
            return match self.revision {
                // Before there was such metadata the MCP server was its own authorization server.
                Revision::V2025_03_26 => self.begin_server(&self.claims.issuer.clone()),
                _ => self.finish_server(),
            };
        };
        for (_, url, other) in &documents {
            if other
                .as_ref()
                .is_some_and(|other| differs(&received, other))
            {
                subject.found_seeing("resource_metadata_differs", url);
            }
        }
        judge(subject, &received, &resource);
        self.follow(&received);
    }

    /// Goes on with the authorization server that clients choose: the first one.
    fn follow(&mut self, received: &Received) {
        let document = received.document();
        let document = document.expect("only a document is followed");
        if let Some(resource) = text(&document, "resource") {
            self.claims.audience = resource;
        }
        match texts(&document, "authorization_servers").into_iter().next() {
            Some(issuer) => {
                self.claims.issuer.clone_from(&issuer);
                self.begin_server(&issuer);
            }
            None => self.finish_server(),
        }
    }
}

fn missing_at(place: Place) -> &'static str {
    match place {
        Place::Challenge => "resource_metadata_missing_at_challenge",
        Place::Path => "resource_metadata_missing_at_path",
        Place::Slash => "resource_metadata_missing_at_slash",
        Place::Root => "resource_metadata_missing_at_root",
    }
}

/// Whether two documents about one resource say different things.
fn differs(one: &Received, other: &Received) -> bool {
    let (Some(document), Some(another)) = (one.document(), other.document()) else {
        return false;
    };
    one.body != other.body && text(&document, "resource") == text(&another, "resource")
}

fn judge(subject: &mut Subject, received: &Received, typed: &str) {
    if !received.is_of_type(&["application/json"]) {
        let given = received.header("content-type").unwrap_or_default();
        subject.found_seeing("resource_metadata_type", &given);
    }
    if !received.is_shared_with(ORIGIN) {
        subject.found("resource_metadata_hidden");
    }
    let body = String::from_utf8_lossy(&received.body);
    for problem in metadata_problems(MetadataKind::ProtectedResource, &body) {
        subject.found_at(
            "invalid_resource_metadata",
            &problem.pointer,
            Some(&problem.message),
        );
    }
    let document = received.document();
    let document = document.expect("only a document is judged");
    if let Some(resource) = text(&document, "resource") {
        let code = compare(&resource, typed);
        let seen = (code != "resource_matches").then_some(&*resource);
        subject.found_at(code, "/resource", seen);
    }
    match texts(&document, "authorization_servers").len() {
        0 => subject.found_at(
            "authorization_servers_missing",
            "/authorization_servers",
            None,
        ),
        1 => {}
        _ => subject.found_at(
            "authorization_servers_several",
            "/authorization_servers",
            None,
        ),
    }
    let scopes = texts(&document, "scopes_supported");
    if scopes.iter().any(|scope| scope == "offline_access") {
        subject.found_at("offline_access_advertised", "/scopes_supported", None);
    }
}

/// What clients make of a resource, given the URL that was typed. All take the same one; a parent, or one without
/// the slash at the end, is taken by all but one.
fn compare(resource: &str, typed: &str) -> &'static str {
    if resource == typed {
        return "resource_matches";
    }
    let is_parent = match (Url::parse(resource), Url::parse(typed)) {
        (Ok(parent), Ok(url)) => {
            let path = parent.path.trim_end_matches('/');
            let rest = url.path.strip_prefix(path);
            parent.origin == url.origin
                && parent.query.is_none()
                && rest.is_some_and(|rest| rest.starts_with('/'))
                // The TypeScript SDK wants the slash of the resource in the URL too.
                && url.path.starts_with(parent.path)
        }
        _ => false,
    };
    match is_parent || is_same_issuer(resource, typed) {
        true => "resource_spelled_otherwise",
        false => "resource_mismatch",
    }
}

fn text(document: &Object<'_>, name: &str) -> Option<String> {
    match document.find(name)? {
        Value::String(text) => Some(text.to_owned()),
        _ => None,
    }
}

fn texts(document: &Object<'_>, name: &str) -> Vec<String> {
    let Some(Value::Array(list)) = document.find(name) else {
        return Vec::new();
    };
    let elements = list.elements().filter_map(Result::ok);
    elements
        .filter_map(|value| Some(value.as_text()?.to_owned()))
        .collect()
}
