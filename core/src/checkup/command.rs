//! The command line that every package installs, so that all of them take and say the same.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Checkup;
use crate::configuration::suggestion::nearest;
use crate::json::Quoted;
use crate::validation::Revision;

/// What a command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A checkup.
    Check {
        /// Of what.
        url: String,
        /// The options of [`Checkup::new`], which takes them.
        options: String,
        /// Whether the report is for machines.
        json: bool,
        /// Whether it may have colours, on a terminal.
        colour: bool,
    },
    /// This text, to standard output.
    Print(String),
    /// This text, to standard error; the exit status is 2.
    Refuse(String),
}

const OPTIONS: [&str; 6] = [
    "--revision",
    "--as",
    "--json",
    "--no-colour",
    "--help",
    "--version",
];

impl Command {
    /// Reads what stands behind the name of the program.
    ///
    /// ```
    /// use mcpauth_core::Command;
    ///
    /// let command = Command::read(&["check", "https://as.example", "--jsno"]);
    /// let Command::Refuse(text) = command else { unreachable!() };
    /// assert!(text.starts_with("--jsno is not an option; did you mean --json?"));
    /// ```
    pub fn read<S: AsRef<str>>(words: &[S]) -> Self {
        match parse(words) {
            Ok(command) => command,
            Err(message) => Self::Refuse(format!("{message}\nTry: mcpauth --help\n")),
        }
    }

    /// The command as JSON, for hosts: `{"check": {"url", "options", "json", "colour"}}` with the options as a text,
    /// or `{"output"}`, or `{"error"}`.
    pub fn to_json(&self) -> String {
        match self {
            Self::Check {
                url,
                options,
                json,
                colour,
            } => format!(
                "{{\"check\":{{\"url\":{},\"options\":{},\"json\":{json},\"colour\":{colour}}}}}",
                Quoted(url),
                Quoted(options)
            ),
            Self::Print(text) => format!("{{\"output\":{}}}", Quoted(text)),
            Self::Refuse(text) => format!("{{\"error\":{}}}", Quoted(text)),
        }
    }
}

fn parse<S: AsRef<str>>(words: &[S]) -> Result<Command, String> {
    let (mut operands, mut options) = (Vec::new(), Vec::new());
    let (mut json, mut colour) = (false, true);
    let mut words = words.iter().map(AsRef::as_ref);
    while let Some(word) = words.next() {
        let (name, given) = match word.split_once('=') {
            Some((name, value)) if word.starts_with("--") => (name, Some(value)),
            _ => (word, None),
        };
        match (name, given) {
            ("-h" | "--help", None) => return Ok(Command::Print(help())),
            ("-V" | "--version", None) => {
                let version = env!("CARGO_PKG_VERSION");
                return Ok(Command::Print(format!("mcpauth {version}\n")));
            }
            ("--json", None) => json = true,
            ("--no-colour" | "--no-color", None) => colour = false,
            ("--revision" | "--as", given) => {
                let value = given.or_else(|| words.next());
                let value = value.ok_or_else(|| format!("{name} needs a value"))?;
                let member = if name == "--as" { "kind" } else { "revision" };
                options.push((member, name, value));
            }
            _ if OPTIONS.contains(&name) => return Err(format!("{name} takes no value")),
            _ if word.starts_with('-') => {
                let hint = match nearest(name, &OPTIONS) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("the options are {}", OPTIONS.join(", ")),
                };
                return Err(format!("{name} is not an option; {hint}"));
            }
            _ => operands.push(word),
        }
    }
    let url = match operands[..] {
        ["check", url] => url,
        ["check"] => return Err("check needs the URL of a server".to_owned()),
        ["check", _, other, ..] => return Err(format!("check takes one URL; {other} is another")),
        [] => return Err("say what to do: check URL".to_owned()),
        [other, ..] => return Err(format!("{other} is not a command; the command is check")),
    };
    let members: Vec<String> = options
        .iter()
        .map(|(member, _, value)| format!("\"{member}\":{}", Quoted(value)))
        .collect();
    let written = format!("{{{}}}", members.join(","));
    if let Some((_, name, _)) = options
        .iter()
        .enumerate()
        .find(|(index, one)| options[..*index].iter().any(|other| other.0 == one.0))
        .map(|(_, one)| one)
    {
        return Err(format!("{name} stands twice"));
    }
    if let Err(error) = Checkup::new(url, &written) {
        let problem = &error.problems()[0];
        let place = match problem.pointer.as_str() {
            "/kind" => "--as".to_owned(),
            "/revision" => "--revision".to_owned(),
            _ => "the URL".to_owned(),
        };
        return Err(format!("{place} {}", problem.message));
    }
    Ok(Command::Check {
        url: url.to_owned(),
        options: written,
        json,
        colour,
    })
}

fn help() -> String {
    let revisions = Revision::ALL.map(Revision::name).join(", ");
    let latest = Revision::default().name().to_string();
    format!(
        "Usage: mcpauth check [OPTIONS] URL      (mcp-auth is another name for mcpauth)

Asks a server as MCP clients do and tells what they will trip over.
URL is that of an MCP server, an issuer, or a metadata document.

  --revision DATE       the revision of the MCP specification, {latest} by default;
                        one of {revisions}
  --as server|resource  an authorization server or an MCP server; found out by default
  --json                one JSON object instead of lines
  --no-colour           no colours on a terminal; NO_COLOR in the environment does the same
  --help                this text
  --version             the version

The exit status is 0 where clients get along with the server, 1 where they do not,
and 2 where there was nothing to check.
"
    )
}
