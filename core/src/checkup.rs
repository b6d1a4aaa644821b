//! Asking a server as MCP clients do, and telling its operator what they will trip over. Like the engine it does no
//! I/O: it asks for requests one by one, and judges what comes back.
//!
//! ```text
//! MCP server ──► protected resource metadata ──► authorization server metadata ──► JWK Set ──► forged tokens
//!  (401, challenge, browsers)                         ▲
//! issuer or metadata URL ─────────────────────────────┘
//! ```

use alloc::borrow::ToOwned;
use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::answer::{Fetch, Reply};
use crate::configuration::{ConfigurationError, Reader};
use crate::metadata::WELL_KNOWN;
use crate::url::Url;
use crate::validation::Revision;

mod challenge;
mod command;
mod keys;
mod mcp_server;
mod probe;
mod received;
mod report;
mod resource_metadata;
mod rules;
mod server_metadata;
mod subject;

pub use command::Command;
use probe::{Claims, Place, Probe};
use received::Received;
use report::Report;
use subject::{Subject, SubjectKind};

/// A checkup of one MCP server or authorization server, without I/O: ask, send, supply, ask again until nothing is
/// asked; then read the report.
///
/// ```
/// use mcpauth_core::{Checkup, Reply};
///
/// let mut checkup = Checkup::new("https://as.example", r#"{"kind": "server"}"#)?;
/// while let Some(request) = checkup.ask() {
///     assert_eq!(request.method, "GET");
///     checkup.supply(Reply::Failed); // There is no network here.
/// }
/// assert_eq!(checkup.exit_status(), 2);
/// assert!(checkup.report(false).contains("unreachable"));
/// # Ok::<(), mcpauth_core::ConfigurationError>(())
/// ```
#[derive(Debug)]
pub struct Checkup {
    url: String,
    /// What the URL leads to, once it is known.
    kind: Option<Kind>,
    revision: Revision,
    probes: VecDeque<Probe>,
    /// How many probes are done.
    done: u64,
    has_answered: bool,
    is_unreachable: bool,
    subjects: Vec<Subject>,
    /// The answer to the request without a token.
    anonymous: Option<Received>,
    has_challenge: bool,
    documents: Vec<(Place, String, Option<Received>)>,
    /// The issuer whose metadata is looked for; `None` where only the URL of the document was given.
    issuer: Option<String>,
    /// The first document that was found.
    server_metadata: Option<Received>,
    claims: Claims,
}

/// What is checked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Server,
    Resource,
}

impl Checkup {
    /// A checkup of the MCP server, the issuer or the metadata document at a URL.
    ///
    /// Options, as JSON: `revision`, the revision of the MCP specification (the latest by default), and `kind`,
    /// `server` for an authorization server or `resource` for an MCP server (found out by default).
    pub fn new(url: &str, options: &str) -> Result<Self, ConfigurationError> {
        let (revision, kind) = Reader::read(options, |reader, place| {
            reader.only_members(place, &["revision", "kind"]);
            let kind = match reader.string(place, "kind").as_deref() {
                None => None,
                Some("server") => Some(Kind::Server),
                Some("resource") => Some(Kind::Resource),
                Some(_) => {
                    reader.problem("/kind", "must be server or resource");
                    None
                }
            };
            let name = reader.string(place, "revision");
            match Revision::chosen(name.as_deref()) {
                Ok(revision) => Some((revision, kind)),
                Err(error) => {
                    reader.problem("/revision", error.problems()[0].message.clone());
                    None
                }
            }
        })?;
        let mut reader = Reader::default();
        reader.check_url("/url", url);
        let parsed = reader.finish(Url::parse(url).ok())?;
        let mut checkup = Self {
            url: url.to_owned(),
            kind,
            revision,
            probes: VecDeque::new(),
            done: 0,
            has_answered: false,
            is_unreachable: false,
            subjects: Vec::new(),
            anonymous: None,
            has_challenge: false,
            documents: Vec::new(),
            issuer: None,
            server_metadata: None,
            claims: Claims {
                issuer: parsed.origin.to_owned(),
                audience: url.to_owned(),
                key: None,
            },
        };
        checkup.begin(&parsed);
        Ok(checkup)
    }

    /// The next request; `None` when the checkup is over.
    pub fn ask(&self) -> Option<Fetch> {
        let probe = self.probes.front()?;
        Some(probe.fetch(self.done, &self.url, &self.claims))
    }

    /// What the next request is for, in a few words; empty when the checkup is over.
    pub fn step(&self) -> &'static str {
        self.probes.front().map_or("", Probe::step)
    }

    /// Takes the answer to the request that was asked for.
    pub fn supply(&mut self, reply: Reply<'_>) {
        let Some(probe) = self.probes.pop_front() else {
            return;
        };
        self.done += 1;
        let received = Received::new(reply);
        self.has_answered |= received.is_some();
        match probe {
            Probe::Anonymous => self.take_anonymous(received),
            Probe::Page => self.take_page(received),
            Probe::Preflight => self.take_preflight(received),
            Probe::Query => self.take_query(received),
            Probe::Forged(forgery) => self.take_forged(forgery, received),
            Probe::ResourceMetadata(place, url) => {
                self.take_resource_metadata(place, url, received)
            }
            Probe::ServerMetadata(url) => self.take_server_metadata(&url, received),
            Probe::Keys(url) => self.take_keys(&url, received),
        }
    }

    /// What was found, as lines for people; `colour` is for terminals.
    pub fn report(&self, colour: bool) -> String {
        self.outcome().text(colour)
    }

    /// What was found, as one JSON object: `{"url", "revision", "is_compatible", "exit_status", "subjects": [{"kind",
    /// "url", "is_valid", "errors": [{"code", "description", "pointer", "seen"}], "warnings", "successes", "notes"}]}`.
    pub fn json(&self) -> String {
        self.outcome().json()
    }

    /// 0 where clients get along with the server, 1 where they do not, 2 where there was nothing to check.
    pub fn exit_status(&self) -> u8 {
        match self.subjects.iter().all(|one| one.findings.is_valid()) {
            _ if self.is_unreachable => 2,
            true => 0,
            false => 1,
        }
    }

    fn outcome(&self) -> Report<'_> {
        Report {
            url: &self.url,
            revision: self.revision.name(),
            subjects: &self.subjects,
            exit_status: self.exit_status(),
        }
    }

    fn begin(&mut self, url: &Url<'_>) {
        if let Some(path) = url.path.strip_prefix(WELL_KNOWN) {
            // The metadata of a resource leads to the resource (RFC 9728 section 3).
            self.url = format!("{}{path}", url.origin);
            self.claims.audience.clone_from(&self.url);
            self.kind = Some(Kind::Resource);
        }
        if is_server_metadata(url) {
            self.kind = Some(Kind::Server);
            self.probes
                .push_back(Probe::ServerMetadata(self.url.clone()));
        } else if self.kind == Some(Kind::Server) {
            self.begin_server(&self.url.clone());
        } else {
            self.probes.push_back(Probe::Anonymous);
        }
    }

    /// The one subject of a kind.
    fn subject(&mut self, kind: SubjectKind, url: &str) -> &mut Subject {
        let index = self.subjects.iter().position(|one| one.kind == kind);
        let index = index.unwrap_or_else(|| {
            self.subjects.push(Subject::new(kind, url, self.revision));
            self.subjects.len() - 1
        });
        &mut self.subjects[index]
    }

    /// There is nothing at the URL, or nobody answers: whatever was found meanwhile does not count.
    fn give_up(&mut self) {
        let code = match self.has_answered {
            true => "nothing_found",
            false => "unreachable",
        };
        self.probes.clear();
        self.subjects.clear();
        self.is_unreachable = true;
        self.subject(SubjectKind::Url, &self.url.clone())
            .found(code);
    }
}

/// What was the matter with an answer, for people.
fn told(url: &str, received: Option<&Received>) -> String {
    match received {
        None => format!("{url}: no complete answer"),
        Some(received) if received.status == 200 => format!("{url}: no JSON object"),
        Some(received) => format!("{url}: {}", received.told()),
    }
}

fn is_server_metadata(url: &Url<'_>) -> bool {
    ["oauth-authorization-server", "openid-configuration"]
        .iter()
        .any(|name| url.path.contains(&format!("/.well-known/{name}")))
}
