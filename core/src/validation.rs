//! Judging an authorization server by its metadata document: what MCP clients of a specification revision will
//! trip over (RFC 8414, MCP authorization). Nothing here decides about a token; an engine runs without it.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::configuration::{ConfigurationError, Place, Reader};
use crate::json::{Bounds, Object, Quoted};
use crate::limits;

mod checks;
mod problems;
mod server;

pub(crate) use checks::Severity;
use checks::{CHECKS, Check, Outcome};
pub use problems::{MetadataKind, metadata_problems, problems_to_json};
use server::Server;

/// A revision of the MCP specification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Revision {
    /// 2025-03-26
    V2025_03_26,
    /// 2025-06-18
    V2025_06_18,
    /// 2025-11-25
    V2025_11_25,
    /// 2026-07-28
    #[default]
    V2026_07_28,
}

impl Revision {
    /// Every revision, the oldest first.
    pub const ALL: [Self; 4] = [
        Self::V2025_03_26,
        Self::V2025_06_18,
        Self::V2025_11_25,
        Self::V2026_07_28,
    ];

    /// The date that names it, such as `2026-07-28`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V2025_03_26 => "2025-03-26",
            Self::V2025_06_18 => "2025-06-18",
            Self::V2025_11_25 => "2025-11-25",
            Self::V2026_07_28 => "2026-07-28",
        }
    }

    /// The revision with a date such as `2026-07-28`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// The revision that a host's option names, the latest where it names none.
    pub fn chosen(name: Option<&str>) -> Result<Self, ConfigurationError> {
        let Some(name) = name else {
            return Ok(Self::default());
        };
        Self::from_name(name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            ConfigurationError::at("/revision", format!("must be one of {names}"))
        })
    }
}

/// One thing that a metadata document shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its name, which does not change. `tests/vectors/README.md` lists them.
    pub code: &'static str,
    /// What it means and what to change. It holds nothing of the document.
    pub description: String,
    /// A JSON pointer to the member that it is about, or would be if it were there (RFC 6901).
    pub pointer: Option<String>,
    /// What was there, shortened, in printable ASCII.
    pub seen: Option<String>,
}

/// Everything that a metadata document shows, each list in the order of the checks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// What breaks the rules or keeps MCP clients out.
    pub errors: Vec<Finding>,
    /// What should be changed.
    pub warnings: Vec<Finding>,
    /// What is as it should be.
    pub successes: Vec<Finding>,
    /// What is good to know.
    pub notes: Vec<Finding>,
}

/// Judges the text of an authorization server's metadata document under a revision. With an expected issuer,
/// the document must name exactly that one (RFC 8414 section 3.3).
///
/// A member that is `null` is absent, unknown ones are ignored, and one of the wrong type is reported once and
/// judged no further.
///
/// ```
/// use mcpauth_core::{Revision, validate};
///
/// let metadata = r#"{
///     "issuer": "https://as.example",
///     "authorization_endpoint": "https://as.example/authorize",
///     "token_endpoint": "https://as.example/token",
///     "jwks_uri": "https://as.example/jwks",
///     "response_types_supported": ["code"]
/// }"#;
/// let findings = validate(metadata, Revision::default(), Some("https://as.example"));
/// assert!(!findings.is_valid());
/// assert_eq!(findings.errors[0].code, "pkce_not_supported");
/// ```
pub fn validate(metadata: &str, revision: Revision, expected_issuer: Option<&str>) -> Findings {
    let mut findings = Findings::default();
    // Discovery refuses it, so it must not be found good here.
    if metadata.len() > limits::METADATA_BYTES {
        let description = format!("must not have more than {} bytes", limits::METADATA_BYTES);
        findings.error("document_too_large", "", description);
        return findings;
    }
    let Ok(object) = Object::parse(metadata.as_bytes(), Bounds::DOCUMENT) else {
        let description = "must be one JSON object without duplicate names".to_owned();
        findings.error(INVALID, "", description);
        return findings;
    };
    let place = Place {
        pointer: String::new(),
        object,
    };
    let mut reader = Reader::default();
    let server = Server::read(&mut reader, &place, expected_issuer);
    for problem in reader.problems() {
        findings.error(INVALID, &problem.pointer, problem.message.clone());
    }
    if findings.is_valid() {
        findings.successes.push(Finding {
            code: "server_metadata_valid",
            description: "Every member that is used has the right type.".to_owned(),
            pointer: None,
            seen: None,
        });
    }
    for check in &CHECKS {
        findings.add(check, revision, &server);
    }
    findings
}

const INVALID: &str = "invalid_server_metadata";

impl Findings {
    /// Whether there is no error.
    pub fn is_valid(&self) -> bool {
        self.errors.is_empty()
    }

    /// The findings as JSON, for hosts:
    /// `{"is_valid", "errors": [{"code", "description", "pointer", "seen"}], "warnings", "successes", "notes"}`.
    pub fn to_json(&self) -> String {
        let list = |findings: &[Finding]| {
            let items: Vec<String> = findings.iter().map(Finding::to_json).collect();
            items.join(",")
        };
        format!(
            "{{\"is_valid\":{},\"errors\":[{}],\"warnings\":[{}],\"successes\":[{}],\"notes\":[{}]}}",
            self.is_valid(),
            list(&self.errors),
            list(&self.warnings),
            list(&self.successes),
            list(&self.notes)
        )
    }

    fn error(&mut self, code: &'static str, pointer: &str, description: String) {
        self.errors.push(Finding {
            code,
            description,
            pointer: Some(pointer.to_owned()),
            seen: None,
        });
    }

    fn add(&mut self, check: &Check, revision: Revision, server: &Server<'_>) {
        let severity = check.severity[revision as usize];
        if severity == Severity::Unchecked || server.is_malformed(check.member) {
            return;
        }
        let place = format!("/{}", check.member);
        let pointers = match (check.outcome)(server) {
            Outcome::Moot => return,
            Outcome::Holds => {
                let success = check.success.map(|(code, description)| Finding {
                    code,
                    description: description.to_owned(),
                    pointer: Some(place),
                    seen: None,
                });
                return self.successes.extend(success);
            }
            Outcome::Fails => Vec::from([place]),
            Outcome::FailsAt(pointers) => pointers,
        };
        let list = self.list(severity);
        list.extend(pointers.into_iter().map(|pointer| Finding {
            code: check.code,
            description: check.description.to_owned(),
            pointer: Some(pointer),
            seen: None,
        }));
    }

    /// Where a finding of a severity stands.
    pub(crate) fn list(&mut self, severity: Severity) -> &mut Vec<Finding> {
        match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
            Severity::Success => &mut self.successes,
            Severity::Note | Severity::Unchecked => &mut self.notes,
        }
    }
}

impl Finding {
    fn to_json(&self) -> String {
        let member = |name, value: &Option<String>| {
            let text = value.as_deref().map(Quoted);
            text.map_or(String::new(), |text| format!(",\"{name}\":{text}"))
        };
        let (pointer, seen) = (member("pointer", &self.pointer), member("seen", &self.seen));
        format!(
            "{{\"code\":{},\"description\":{}{pointer}{seen}}}",
            Quoted(self.code),
            Quoted(&self.description)
        )
    }
}
