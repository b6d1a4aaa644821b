//! Reading a `WWW-Authenticate` header as the strictest and the simplest of the clients do.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::request::is_token_byte;

/// One challenge (RFC 9110 section 11.3).
pub(super) struct Scheme {
    name: String,
    /// Exactly one space stands behind the name.
    is_spaced: bool,
    parameters: Vec<Parameter>,
}

struct Parameter {
    name: String,
    value: String,
    is_escaped: bool,
    has_blanks: bool,
}

/// The parameters of the first `Bearer` challenge that matter further on.
#[derive(Default)]
pub(super) struct Bearer {
    pub(super) resource_metadata: Option<String>,
    pub(super) scope: Option<String>,
    pub(super) error: Option<String>,
}

/// What is wrong with the form of a header, as codes of the rules with what was seen, and what its `Bearer` says.
pub(super) fn read(header: &str) -> (Vec<(&'static str, String)>, Bearer) {
    let Some(schemes) = Scanner { rest: header }.schemes() else {
        return (
            Vec::from([("challenge_malformed", header.to_string())]),
            Bearer::default(),
        );
    };
    let mut problems = Vec::new();
    let mut bearers = schemes.iter().filter(|scheme| scheme.is_bearer());
    let bearer = bearers.next();
    if !schemes.first().is_some_and(Scheme::is_bearer) {
        problems.push(("challenge_not_bearer_first", header.to_string()));
    }
    if bearers.next().is_some() {
        problems.push(("challenge_repeated", header.to_string()));
    }
    let Some(bearer) = bearer else {
        return (problems, Bearer::default());
    };
    bearer.judge(&mut problems);
    let read = Bearer {
        resource_metadata: bearer.value("resource_metadata"),
        scope: bearer.value("scope"),
        error: bearer.value("error"),
    };
    (problems, read)
}

impl Scheme {
    fn is_bearer(&self) -> bool {
        self.name.eq_ignore_ascii_case("Bearer")
    }

    fn value(&self, name: &str) -> Option<String> {
        let parameter = self.parameters.iter().find(|one| one.name == name)?;
        Some(parameter.value.clone()).filter(|value| !value.is_empty())
    }

    fn judge(&self, problems: &mut Vec<(&'static str, String)>) {
        if self.parameters.is_empty() {
            problems.push(("challenge_without_parameters", self.name.clone()));
        } else if !self.is_spaced {
            problems.push(("challenge_parameter_spaces", self.name.clone()));
        }
        for (index, parameter) in self.parameters.iter().enumerate() {
            let name = &parameter.name;
            let checks = [
                (
                    "challenge_parameter_case",
                    name.bytes().any(|byte| byte.is_ascii_uppercase()),
                ),
                ("challenge_parameter_spaces", parameter.has_blanks),
                (
                    "challenge_parameter_repeated",
                    self.parameters[..index]
                        .iter()
                        .any(|other| other.name.eq_ignore_ascii_case(name)),
                ),
                ("challenge_parameter_empty", parameter.value.is_empty()),
                ("challenge_parameter_escaped", parameter.is_escaped),
                (
                    "challenge_description_characters",
                    name == "error_description" && !is_plain(&parameter.value),
                ),
                (
                    "challenge_description_not_last",
                    name == "error_description" && index + 1 < self.parameters.len(),
                ),
            ];
            let failed = checks.into_iter().filter(|(_, fails)| *fails);
            problems.extend(failed.map(|(code, _)| (code, name.clone())));
        }
    }
}

/// RFC 6750 section 3, without what clients that do not read quotes trip over. Quotes and backslashes are told
/// as escapes.
fn is_plain(description: &str) -> bool {
    let plain = |byte: u8| (0x20..=0x7e).contains(&byte) && !b",=".contains(&byte);
    description.bytes().all(plain)
}

/// Walks over a header (RFC 9110 section 11.6.1).
struct Scanner<'a> {
    rest: &'a str,
}

impl Scanner<'_> {
    fn schemes(mut self) -> Option<Vec<Scheme>> {
        let mut schemes: Vec<Scheme> = Vec::new();
        loop {
            self.skip(&[' ', '\t', ',']);
            if self.rest.is_empty() {
                return (!schemes.is_empty()).then_some(schemes);
            }
            let name = self.token();
            let blanks = self.skip(&[' ', '\t']);
            if name.is_empty() {
                return None;
            }
            if self.rest.starts_with('=') {
                let parameter = self.parameter(name, !blanks.is_empty())?;
                schemes.last_mut()?.parameters.push(parameter);
                self.skip(&[' ', '\t']);
                if !(self.rest.is_empty() || self.rest.starts_with(',')) {
                    return None;
                }
                continue;
            }
            let ends = self.rest.is_empty() || self.rest.starts_with(',');
            if blanks.is_empty() && !ends {
                return None;
            }
            schemes.push(Scheme {
                name,
                is_spaced: blanks == " ",
                parameters: Vec::new(),
            });
        }
    }

    fn parameter(&mut self, name: String, blanks_before: bool) -> Option<Parameter> {
        self.rest = &self.rest[1..];
        let has_blanks = !self.skip(&[' ', '\t']).is_empty() || blanks_before;
        let (value, is_escaped) = match self.rest.strip_prefix('"') {
            Some(rest) => {
                self.rest = rest;
                self.quoted()?
            }
            None => (self.token(), false),
        };
        Some(Parameter {
            name,
            value,
            is_escaped,
            has_blanks,
        })
    }

    /// The rest of a quoted string, and whether it has escapes.
    fn quoted(&mut self) -> Option<(String, bool)> {
        let (mut value, mut is_escaped) = (String::new(), false);
        let mut characters = self.rest.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return Some((value, is_escaped));
                }
                '\\' => {
                    is_escaped = true;
                    value.push(characters.next()?.1);
                }
                plain => value.push(plain),
            }
        }
        None
    }

    fn token(&mut self) -> String {
        let end = self
            .rest
            .find(|character: char| !u8::try_from(character).is_ok_and(is_token_byte));
        let (token, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        token.to_string()
    }

    fn skip(&mut self, characters: &[char]) -> String {
        let rest = self.rest.trim_start_matches(characters);
        let skipped = &self.rest[..self.rest.len() - rest.len()];
        self.rest = rest;
        skipped.to_string()
    }
}
