//! Judging an authorization server by its metadata and its keys.

use alloc::borrow::ToOwned;
use alloc::string::String;

use super::probe::Probe;
use super::received::Received;
use super::subject::{SubjectKind, printable};
use super::{Checkup, Kind, keys, told};
use crate::authorization_server::ServerType;
use crate::discovery::{check_pointed_url, is_same_issuer};
use crate::json::Value;
use crate::url::Url;
use crate::validation::validate;

impl Checkup {
    /// Looks for the metadata of an issuer where MCP clients do.
    pub(super) fn begin_server(&mut self, issuer: &str) {
        self.issuer = Some(issuer.to_owned());
        let allowed = check_pointed_url(issuer, &self.url);
        match Url::parse(issuer).ok().filter(|_| allowed.is_ok()) {
            Some(url) => {
                let urls = ServerType::OAuth.urls(&url).into_iter();
                self.probes.extend(urls.map(Probe::ServerMetadata));
            }
            None => {
                let subject = self.subject(SubjectKind::AuthorizationServer, issuer);
                subject.found_seeing("refused_url", issuer);
                self.finish_server();
            }
        }
    }

    pub(super) fn take_server_metadata(&mut self, url: &str, received: Option<Received>) {
        let name = self.issuer.clone().unwrap_or_else(|| url.to_owned());
        let is_server = |probe: &Probe| matches!(probe, Probe::ServerMetadata(_));
        let is_found = received
            .as_ref()
            .is_some_and(|one| one.document().is_some());
        if let Some(first) = self.server_metadata.take() {
            // Clients read the first document; what another place serves must not say otherwise.
            if received.is_some_and(|other| differs(&first, &other)) {
                let subject = self.subject(SubjectKind::AuthorizationServer, &name);
                subject.found_seeing("server_metadata_differs", url);
            }
            self.server_metadata = Some(first);
            return;
        }
        if let Some(received) = received.as_ref().filter(|_| is_found) {
            self.kind.get_or_insert(Kind::Server);
            self.judge_server(&name, url, received);
            self.server_metadata = Some(received.clone());
            return;
        }
        let is_absent = received
            .as_ref()
            .is_some_and(|one| (400..=499).contains(&one.status));
        if !is_absent {
            let seen = told(url, received.as_ref());
            let subject = self.subject(SubjectKind::AuthorizationServer, &name);
            subject.found_seeing("server_metadata_unreadable", &seen);
        }
        if !self.probes.iter().any(is_server) {
            self.miss_server(&name);
        }
    }

    /// None of the places has the metadata.
    fn miss_server(&mut self, name: &str) {
        let status = self.anonymous.as_ref().map_or(0, |one| one.status);
        match self.kind {
            // Something is there: it may still be an MCP server, if a broken one.
            None if !matches!(status, 0 | 404 | 405 | 410) => {
                self.subjects.clear();
                self.begin_resource();
            }
            None => self.give_up(),
            Some(Kind::Server) if !self.has_answered => self.give_up(),
            Some(_) => {
                let subject = self.subject(SubjectKind::AuthorizationServer, name);
                subject.found("server_metadata_missing");
                self.finish_server();
            }
        }
    }

    fn judge_server(&mut self, name: &str, url: &str, received: &Received) {
        let (kind, revision, typed) = (self.kind, self.revision, self.issuer.clone());
        let document = received.document();
        let document = document.expect("only a document is judged");
        let text = |name| match document.find(name) {
            Some(Value::String(text)) => Some(text.to_owned()),
            _ => None,
        };
        let issuer: String = text("issuer").unwrap_or_default();
        let subject = self.subject(SubjectKind::AuthorizationServer, name);
        subject.found_seeing("server_metadata_found", url);
        if !received.is_of_type(&["application/json"]) {
            let given = received.header("content-type").unwrap_or_default();
            subject.found_seeing("server_metadata_type", &given);
        }
        let expected = match &typed {
            // Who types an issuer may miss its slash; who publishes one may not.
            Some(typed) if kind == Some(Kind::Server) && is_same_issuer(typed, &issuer) => {
                if *typed != issuer {
                    subject.found_at("issuer_spelled_otherwise", "/issuer", Some(&issuer));
                }
                Some(&issuer)
            }
            typed => typed.as_ref(),
        };
        if typed.is_none() && !is_place_of(&issuer, url) {
            subject.found_at("server_metadata_elsewhere", "/issuer", Some(&issuer));
        }
        let body = String::from_utf8_lossy(&received.body);
        let mut findings = validate(&body, revision, expected.map(String::as_str));
        for finding in &mut findings.errors {
            if finding.code == "issuer_mismatch" {
                finding.seen = Some(printable(&issuer));
            }
        }
        subject.extend(findings);
        match text("jwks_uri") {
            Some(keys) if check_pointed_url(&keys, url).is_ok() => {
                self.probes.push_back(Probe::Keys(keys));
            }
            Some(keys) => {
                self.subject(SubjectKind::Keys, &keys).found("refused_url");
                self.finish_server();
            }
            None => self.finish_server(),
        }
    }

    pub(super) fn take_keys(&mut self, url: &str, received: Option<Received>) {
        let subject = self.subject(SubjectKind::Keys, url);
        let document = received.as_ref().and_then(Received::document);
        match (&received, document) {
            (_, Some(document)) => {
                let usable = keys::judge(&document, subject);
                let key = usable.into_iter().next();
                self.claims.key = key.map(|key| (key.kid, key.algorithm));
            }
            (Some(received), None) if received.status == 200 => subject.found("keys_malformed"),
            (received, None) => {
                let seen = told(url, received.as_ref());
                subject.found_seeing("keys_missing", &seen);
            }
        }
        self.finish_server();
    }
}

/// Whether two documents of one server send clients to different places (RFC 9068 section 4).
fn differs(one: &Received, other: &Received) -> bool {
    let (Some(one), Some(other)) = (one.document(), other.document()) else {
        return false;
    };
    COMPARED
        .iter()
        .any(|name| one.find(name).is_some() && one.find(name) != other.find(name))
}

const COMPARED: [&str; 4] = [
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
];

/// Whether clients that know an issuer look for its metadata at a URL.
fn is_place_of(issuer: &str, url: &str) -> bool {
    Url::parse(issuer)
        .is_ok_and(|issuer| ServerType::OAuth.urls(&issuer).iter().any(|one| one == url))
}
