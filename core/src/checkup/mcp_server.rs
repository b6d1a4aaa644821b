//! Judging an MCP server by its answers: without a token, to a page in a browser, and to bad tokens.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::probe::{Forgery, ORIGIN, Place, Probe};
use super::received::Received;
use super::subject::{Subject, SubjectKind};
use super::{Checkup, Kind, challenge};
use crate::discovery::check_pointed_url;
use crate::metadata::{MetadataUrl, WELL_KNOWN};
use crate::url::Url;

impl Checkup {
    pub(super) fn take_anonymous(&mut self, received: Option<Received>) {
        let is_mcp_server = received.as_ref().is_some_and(is_mcp_server);
        let is_silent = received.is_none();
        self.anonymous = received;
        match self.kind {
            Some(Kind::Resource) if is_silent => self.give_up(),
            Some(Kind::Resource) => self.begin_resource(),
            _ if is_mcp_server => self.begin_resource(),
            _ => {
                let place = self.place(Place::Path);
                self.probes.extend(place);
            }
        }
    }

    /// Judges the answer without a token, and goes on as clients do.
    pub(super) fn begin_resource(&mut self) {
        self.kind = Some(Kind::Resource);
        let challenged = self.judge_anonymous();
        let mut probes = Vec::new();
        let others = [Place::Path, Place::Slash, Place::Root].map(|place| self.place(place));
        let challenged = challenged.map(|url| Probe::ResourceMetadata(Place::Challenge, url));
        for probe in [challenged].into_iter().chain(others).flatten() {
            let Probe::ResourceMetadata(_, url) = &probe else {
                continue;
            };
            let is_known = self.documents.iter().any(|(_, known, _)| known == url)
                || probes
                    .iter()
                    .any(|one| matches!(one, Probe::ResourceMetadata(_, known) if known == url));
            if !is_known {
                probes.push(probe);
            }
        }
        let is_done = probes.is_empty();
        self.probes.extend(probes);
        self.probes.extend([Probe::Page, Probe::Preflight]);
        if is_done {
            self.judge_resource_metadata();
        }
    }

    /// Where clients look for the metadata of the resource.
    fn place(&self, place: Place) -> Option<Probe> {
        let url = Url::parse(&self.url).ok()?;
        let known = format!("{}", MetadataUrl(&Url { query: None, ..url }));
        let at = match place {
            Place::Challenge => return None,
            Place::Path => known,
            Place::Slash if url.path.trim_end_matches('/').is_empty() => return None,
            Place::Slash => match known.strip_suffix('/') {
                Some(without) => without.to_owned(),
                None => format!("{known}/"),
            },
            Place::Root => format!("{}{WELL_KNOWN}", url.origin),
        };
        Some(Probe::ResourceMetadata(place, at))
    }

    /// Judges the answer without a token. Gives where its challenge says that the metadata is.
    fn judge_anonymous(&mut self) -> Option<String> {
        let url = self.url.clone();
        let anonymous = self.anonymous.clone();
        let subject = self.subject(SubjectKind::McpServer, &url);
        let Some(received) = anonymous else {
            subject.found("unreachable");
            return None;
        };
        match received.status {
            401 => subject.found("asks_for_token"),
            200..=299 => subject.found_seeing("anonymous_allowed", &received.told()),
            300..=399 => {
                let location = received.header("location").unwrap_or_default();
                subject.found_seeing("redirected", &format!("{}, {location}", received.told()));
            }
            _ => subject.found_seeing("unexpected_status", &received.told()),
        }
        (received.status == 401)
            .then(|| self.judge_challenge(&received, false))
            .flatten()
    }

    /// Judges a challenge once. Gives where it says that the metadata is.
    fn judge_challenge(&mut self, received: &Received, has_token: bool) -> Option<String> {
        self.has_challenge = true;
        let url = self.url.clone();
        let subject = self.subject(SubjectKind::McpServer, &url);
        let Some(header) = received.header("www-authenticate") else {
            subject.found("challenge_missing");
            return None;
        };
        let (problems, bearer) = challenge::read(&header);
        for (code, seen) in &problems {
            subject.found_seeing(code, seen);
        }
        if problems.is_empty() {
            subject.found("challenge_clear");
        } else if problems
            .iter()
            .any(|(code, _)| *code == "challenge_malformed")
        {
            return None;
        }
        if let Some(error) = bearer.error.filter(|_| !has_token) {
            subject.found_seeing("challenge_error_unasked", &error);
        }
        match bearer.scope {
            None => subject.found("challenge_scope_missing"),
            Some(scope) if scope.split(' ').any(|one| one == "offline_access") => {
                subject.found_seeing("challenge_scope_offline_access", &scope);
            }
            Some(_) => {}
        }
        let Some(metadata) = bearer.resource_metadata else {
            subject.found("challenge_metadata_missing");
            return None;
        };
        judge_metadata_url(subject, &url, metadata)
    }

    pub(super) fn take_page(&mut self, received: Option<Received>) {
        let url = self.url.clone();
        let is_challenged = |one: &Received| one.status == 401;
        let (Some(received), true) = (received, self.anonymous.as_ref().is_some_and(is_challenged))
        else {
            return;
        };
        let is_readable = received.is_shared_with(ORIGIN)
            && ["www-authenticate", "*"]
                .iter()
                .any(|name| received.lists("access-control-expose-headers", name));
        self.subject(SubjectKind::McpServer, &url)
            .found(match received.status {
                403 => "origin_refused",
                _ if is_readable => "challenge_shared",
                _ => "challenge_hidden",
            });
    }

    pub(super) fn take_preflight(&mut self, received: Option<Received>) {
        let url = self.url.clone();
        let subject = self.subject(SubjectKind::McpServer, &url);
        let (Some(received), false) = (received, has(subject, "origin_refused")) else {
            return;
        };
        let allows = |name: &str| received.lists("access-control-allow-headers", name);
        // `*` does not stand for Authorization (Fetch standard, CORS-preflight fetch).
        let is_allowed = (200..=299).contains(&received.status)
            && received.is_shared_with(ORIGIN)
            && allows("authorization")
            && ["content-type", "mcp-protocol-version"]
                .iter()
                .all(|name| allows(name) || allows("*"));
        match is_allowed {
            true => subject.found("preflight_answered"),
            false => subject.found_seeing("preflight_refused", &received.told()),
        }
    }

    pub(super) fn take_query(&mut self, received: Option<Received>) {
        let url = self.url.clone();
        let (Some(received), Some(anonymous)) = (received, self.anonymous.clone()) else {
            return;
        };
        let answer = |one: &Received| (one.status, one.header("www-authenticate"));
        let is_same = answer(&received) == answer(&anonymous);
        let subject = self.subject(SubjectKind::McpServer, &url);
        match is_same {
            true if anonymous.status == 401 => subject.found("token_in_query_ignored"),
            true => {}
            false => subject.found_seeing("token_in_query_read", &received.told()),
        }
    }

    pub(super) fn take_forged(&mut self, forgery: Forgery, received: Option<Received>) {
        let url = self.url.clone();
        let (kind, refused) = match forgery {
            Forgery::Unsigned => ("no signature", "unsigned_token_refused"),
            Forgery::BadSignature => ("forged signature", "forged_token_refused"),
        };
        let Some(received) = received else {
            let seen = format!("{kind}: no complete answer");
            let subject = self.subject(SubjectKind::McpServer, &url);
            return subject.found_seeing("forged_token_failure", &seen);
        };
        if received.status == 401 && !self.has_challenge {
            self.judge_challenge(&received, true);
        }
        let header = received.header("www-authenticate").unwrap_or_default();
        let (_, bearer) = challenge::read(&header);
        let seen = format!("{kind}: {}", received.told());
        let subject = self.subject(SubjectKind::McpServer, &url);
        match received.status {
            401 if bearer.error.as_deref() == Some("invalid_token") => subject.found(refused),
            401 => subject.found_seeing("forged_token_error", &seen),
            200..=299 => subject.found_seeing("forged_token_accepted", &seen),
            500..=599 => subject.found_seeing("forged_token_failure", &seen),
            _ => subject.found_seeing("forged_token_status", &seen),
        }
    }

    /// What is known of the authorization server makes the forged tokens as good as they can be. A redirect judges
    /// none of them.
    pub(super) fn finish_server(&mut self) {
        let judges = |one: &Received| !(300..=399).contains(&one.status);
        if self.kind == Some(Kind::Resource) && self.anonymous.as_ref().is_some_and(judges) {
            self.probes.extend([
                Probe::Query,
                Probe::Forged(Forgery::Unsigned),
                Probe::Forged(Forgery::BadSignature),
            ]);
        }
    }
}

/// Whether only an MCP server answers like this: a challenge, or JSON-RPC.
fn is_mcp_server(received: &Received) -> bool {
    let challenge = received.header("www-authenticate").unwrap_or_default();
    let is_rpc = received
        .body
        .windows(9)
        .any(|bytes| bytes == b"\"jsonrpc\"");
    received.status == 401 && challenge.to_ascii_lowercase().contains("bearer") || is_rpc
}

/// Whether clients may and will fetch the metadata where a challenge says that it is.
fn judge_metadata_url(subject: &mut Subject, resource: &str, metadata: String) -> Option<String> {
    let origin = Url::parse(resource).ok()?.origin;
    let url = match Url::parse(&metadata) {
        Ok(url) if url.is_https || url.is_loopback() => url,
        _ => {
            subject.found_seeing("challenge_metadata_malformed", &metadata);
            return None;
        }
    };
    if !url.origin.eq_ignore_ascii_case(origin) {
        subject.found_seeing("challenge_metadata_other_origin", &metadata);
    }
    if check_pointed_url(&metadata, resource).is_err() {
        subject.found_seeing("challenge_metadata_refused", &metadata);
        return None;
    }
    Some(metadata)
}

fn has(subject: &Subject, code: &str) -> bool {
    subject.findings.notes.iter().any(|one| one.code == code)
}
