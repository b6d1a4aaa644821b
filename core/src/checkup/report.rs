//! What was found, for people and for machines.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::subject::{Subject, lists};
use crate::json::Quoted;
use crate::validation::Finding;

/// The outcome of a checkup.
pub(super) struct Report<'r> {
    pub(super) url: &'r str,
    pub(super) revision: &'static str,
    pub(super) subjects: &'r [Subject],
    pub(super) exit_status: u8,
}

impl Report<'_> {
    /// Lines for people, with the colours of a terminal or without.
    pub(super) fn text(&self, colour: bool) -> String {
        let paint = |code: &str, text: &str| match colour {
            true => format!("\x1b[{code}m{text}\x1b[0m"),
            false => String::from(text),
        };
        let mut text = format!("{} under MCP {}\n", self.url, self.revision);
        for subject in self.subjects {
            let title = paint("1", subject.kind.title());
            text += &format!("\n{title} {}\n", subject.url);
            for (word, code, findings) in lists(&subject.findings) {
                // The word is padded before it is painted: colours have no width.
                let word = paint(code, &format!("{word:<8}"));
                for finding in findings {
                    text += &format!("  {word} {}\n", line(finding));
                }
            }
        }
        let verdict = match self.exit_status {
            0 => paint("32", "Compatible"),
            1 => paint("31", "Not compatible"),
            _ => paint("31", "Not checked"),
        };
        let [errors, warnings] = self.counts();
        text + &format!("\n{verdict}: {errors}, {warnings}.\n")
    }

    /// One JSON object.
    pub(super) fn json(&self) -> String {
        let subjects: Vec<String> = self.subjects.iter().map(Subject::to_json).collect();
        format!(
            "{{\"url\":{},\"revision\":\"{}\",\"is_compatible\":{},\"exit_status\":{},\"subjects\":[{}]}}",
            Quoted(self.url),
            self.revision,
            self.exit_status == 0,
            self.exit_status,
            subjects.join(",")
        )
    }

    fn counts(&self) -> [String; 2] {
        let count = |list: fn(&Subject) -> usize| self.subjects.iter().map(list).sum();
        [
            counted(count(|one| one.findings.errors.len()), "error"),
            counted(count(|one| one.findings.warnings.len()), "warning"),
        ]
    }
}

/// The code leads to the documentation, so it stands in front.
fn line(finding: &Finding) -> String {
    let place = finding.pointer.as_deref().filter(|place| !place.is_empty());
    let place = place.map_or(String::new(), |place| format!(" at {place}"));
    let text = format!("{}{place}: {}", finding.code, finding.description);
    let seen = finding.seen.as_ref().map_or(String::new(), |seen| {
        format!("\n{:INDENT$}seen: {seen}", "")
    });
    wrapped(&text) + &seen
}

/// Columns of a line, the same on every terminal and in a pipe; only a longer word has more.
const COLUMNS: usize = 100;

/// Columns before the text of a finding.
const INDENT: usize = 11;

fn wrapped(text: &str) -> String {
    let (mut lines, mut column) = (String::new(), INDENT);
    for word in text.split(' ') {
        if column == INDENT {
            lines += word;
        } else if column + 1 + word.len() <= COLUMNS {
            lines += &format!(" {word}");
            column += 1;
        } else {
            lines += &format!("\n{:INDENT$}{word}", "");
            column = INDENT;
        }
        column += word.len();
    }
    lines
}

fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
