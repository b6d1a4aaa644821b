//! One thing that was checked, with what was found about it.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::rules;
use crate::json::Quoted;
use crate::limits;
use crate::validation::{Finding, Findings, Revision, Severity};

/// A server or a document.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) kind: SubjectKind,
    /// In printable ASCII.
    pub(super) url: String,
    pub(super) findings: Findings,
    revision: Revision,
}

/// What a subject is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SubjectKind {
    McpServer,
    ResourceMetadata,
    AuthorizationServer,
    Keys,
    /// What nobody knows the kind of.
    Url,
}

impl SubjectKind {
    const fn name(self) -> &'static str {
        match self {
            Self::McpServer => "mcp_server",
            Self::ResourceMetadata => "protected_resource_metadata",
            Self::AuthorizationServer => "authorization_server",
            Self::Keys => "jwk_set",
            Self::Url => "url",
        }
    }

    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::McpServer => "MCP server",
            Self::ResourceMetadata => "Protected resource metadata",
            Self::AuthorizationServer => "Authorization server",
            Self::Keys => "JWK Set",
            Self::Url => "URL",
        }
    }
}

impl Subject {
    pub(super) fn new(kind: SubjectKind, url: &str, revision: Revision) -> Self {
        Self {
            kind,
            url: printable(url),
            findings: Findings::default(),
            revision,
        }
    }

    /// Adds a finding.
    pub(super) fn found(&mut self, code: &str) {
        self.add(code, None, None);
    }

    /// Adds a finding, with what was there.
    pub(super) fn found_seeing(&mut self, code: &str, seen: &str) {
        self.add(code, None, Some(seen));
    }

    /// Adds a finding about a place in the document.
    pub(super) fn found_at(&mut self, code: &str, pointer: &str, seen: Option<&str>) {
        self.add(code, Some(pointer), seen);
    }

    fn add(&mut self, code: &str, pointer: Option<&str>, seen: Option<&str>) {
        let rule = rules::rule(code);
        let severity = rule.severity[self.revision as usize];
        if severity == Severity::Unchecked {
            return;
        }
        self.findings.list(severity).push(Finding {
            code: rule.code,
            description: rule.description.to_owned(),
            pointer: pointer.map(printable),
            seen: seen.map(printable),
        });
    }

    /// Adds what a metadata document shows by itself.
    pub(super) fn extend(&mut self, findings: Findings) {
        self.findings.errors.extend(findings.errors);
        self.findings.warnings.extend(findings.warnings);
        self.findings.successes.extend(findings.successes);
        self.findings.notes.extend(findings.notes);
    }

    /// `{"kind", "url"}`, and then as for [`Findings`].
    pub(super) fn to_json(&self) -> String {
        let findings = self.findings.to_json();
        format!(
            "{{\"kind\":\"{}\",\"url\":{},{}",
            self.kind.name(),
            Quoted(&self.url),
            &findings[1..]
        )
    }
}

/// A text of a stranger: nothing in it may move the cursor of a terminal.
pub(super) fn printable(text: &str) -> String {
    let mut shown = String::new();
    for character in text.chars().take(limits::LOGGED_CHARACTERS) {
        match character {
            ' '..='~' => shown.push(character),
            other => shown.extend(other.escape_unicode()),
        }
    }
    if text.chars().nth(limits::LOGGED_CHARACTERS).is_some() {
        shown.push_str("...");
    }
    shown
}

/// Everything that was found, in the order of the lists.
pub(super) fn lists(findings: &Findings) -> [(&'static str, &'static str, &Vec<Finding>); 4] {
    [
        ("error", "31", &findings.errors),
        ("warning", "33", &findings.warnings),
        ("note", "36", &findings.notes),
        ("ok", "32", &findings.successes),
    ]
}
