//! Reading what an operator wrote. All problems are reported at once, each with the place and what to write.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt::{self, Write};
use core::ops::RangeInclusive;

use crate::authorization_server::ServerType;
use crate::json::{Array, Bounds, Object, Quoted, Value};
use crate::url::{Url, UrlError};

pub(crate) mod gate;
pub(crate) mod issuer;
pub(crate) mod member;
pub(crate) mod resources;
pub(crate) mod suggestion;
pub(crate) mod verifier;

/// A configuration that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigurationError {
    problems: Vec<Problem>,
}

/// One thing to change in a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A JSON pointer to the place (RFC 6901).
    pub pointer: String,
    /// What is wrong there and what to write instead.
    pub message: String,
}

impl Problem {
    /// The problem as JSON, for hosts.
    pub(crate) fn to_json(&self) -> String {
        format!(
            "{{\"pointer\":{},\"message\":{}}}",
            Quoted(&self.pointer),
            Quoted(&self.message)
        )
    }
}

impl ConfigurationError {
    pub(crate) fn at(pointer: &str, message: String) -> Self {
        Self {
            problems: vec![Problem {
                pointer: pointer.to_owned(),
                message,
            }],
        }
    }

    /// Every problem, in the order found.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The problems as JSON, for hosts: `{"error_description": "...", "problems": [{"pointer", "message"}]}`.
    pub fn to_json(&self) -> String {
        let list: Vec<String> = self.problems.iter().map(Problem::to_json).collect();
        let description = self.to_string();
        format!(
            "{{\"error_description\":{},\"problems\":[{}]}}",
            Quoted(&description),
            list.join(",")
        )
    }
}

impl fmt::Display for ConfigurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Problem { pointer, message }) in self.problems.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            let place = if pointer.is_empty() {
                "the configuration"
            } else {
                pointer
            };
            write!(f, "{separator}{place} {message}")?;
        }
        Ok(())
    }
}

impl core::error::Error for ConfigurationError {}

/// Collects problems while a configuration is read.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    problems: Vec<Problem>,
}

/// A place in a configuration: the pointer to an object, and the object.
pub(crate) struct Place<'a> {
    pub(crate) pointer: String,
    pub(crate) object: Object<'a>,
}

impl Reader {
    /// Reads a whole configuration text with a reader of its object.
    pub(crate) fn read<'a, T>(
        text: &'a str,
        read: impl FnOnce(&mut Self, &Place<'a>) -> Option<T>,
    ) -> Result<T, ConfigurationError> {
        let mut reader = Self::default();
        let root = match Object::parse(text.as_bytes(), Bounds::DOCUMENT) {
            Ok(object) => read(
                &mut reader,
                &Place {
                    pointer: String::new(),
                    object,
                },
            ),
            Err(_) => {
                reader.problem("", "must be one JSON object without duplicate names");
                None
            }
        };
        reader.finish(root)
    }

    /// What was read, if there were no problems with it.
    pub(crate) fn finish<T>(self, read: Option<T>) -> Result<T, ConfigurationError> {
        match read {
            Some(value) if self.problems.is_empty() => Ok(value),
            _ => Err(ConfigurationError {
                problems: self.problems,
            }),
        }
    }

    /// Every problem so far.
    pub(crate) fn problems(&self) -> &[Problem] {
        &self.problems
    }

    pub(crate) fn problem(&mut self, pointer: &str, message: impl Into<String>) {
        self.problems.push(Problem {
            pointer: pointer.to_owned(),
            message: message.into(),
        });
    }

    /// Refuses members that do not exist, with the name that may have been meant.
    pub(crate) fn only_members(&mut self, place: &Place<'_>, known: &[&str]) {
        for (name, _) in place.object.members() {
            let name = name.to_owned();
            if !known.contains(&name.as_str()) {
                let hint = match suggestion::nearest(&name, known) {
                    Some(near) => format!("is not an option; did you mean {near}?"),
                    None => format!(
                        "is not an option; the options here are {}",
                        known.join(", ")
                    ),
                };
                self.problem(&place.at(&name), hint);
            }
        }
    }

    /// The object at a member.
    pub(crate) fn object<'a>(&mut self, pointer: String, value: &Value<'a>) -> Option<Place<'a>> {
        if let Value::Object(nested) = value
            && let Ok(object) = nested.object()
        {
            return Some(Place { pointer, object });
        }
        self.problem(&pointer, "must be an object");
        None
    }

    /// A member that is a string and not empty.
    pub(crate) fn string(&mut self, place: &Place<'_>, name: &str) -> Option<String> {
        match place.object.find(name)? {
            Value::String(text) if !text.is_empty() => Some(text.to_owned()),
            _ => {
                self.problem(&place.at(name), "must be a string that is not empty");
                None
            }
        }
    }

    /// A member that is `true` or `false`.
    pub(crate) fn boolean(&mut self, place: &Place<'_>, name: &str, default: bool) -> bool {
        match place.object.find(name) {
            None => default,
            Some(Value::Bool(value)) => value,
            Some(_) => {
                self.problem(&place.at(name), "must be true or false");
                default
            }
        }
    }

    /// A member that is a number of seconds.
    fn seconds(
        &mut self,
        place: &Place<'_>,
        name: &str,
        range: RangeInclusive<u64>,
    ) -> Option<u64> {
        self.whole(place, name, "whole number of seconds", range)
    }

    /// A member that is a whole number of something.
    fn whole(
        &mut self,
        place: &Place<'_>,
        name: &str,
        what: &str,
        range: RangeInclusive<u64>,
    ) -> Option<u64> {
        let number = match place.object.find(name)? {
            Value::Number(number) => number.raw().parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            let range = match range.into_inner() {
                (least, u64::MAX) => format!("{least} on"),
                (least, most) => format!("{least} to {most}"),
            };
            self.problem(&place.at(name), format!("must be a {what} from {range}"));
        }
        number
    }

    /// The strings of an array, none of them empty.
    pub(crate) fn strings(&mut self, pointer: &str, array: &Array<'_>) -> Vec<String> {
        let mut strings = Vec::new();
        for (index, element) in array.elements().enumerate() {
            match element {
                Ok(Value::String(text)) if !text.is_empty() => strings.push(text.to_owned()),
                _ => self.problem(
                    &format!("{pointer}/{index}"),
                    "must be a string that is not empty",
                ),
            }
        }
        strings
    }

    /// A member that is a list of strings, none of them empty.
    pub(crate) fn string_list(&mut self, place: &Place<'_>, name: &str) -> Option<Vec<String>> {
        match place.object.find(name)? {
            Value::Array(list) => Some(self.strings(&place.at(name), &list)),
            _ => {
                self.problem(&place.at(name), "must be a list of strings");
                None
            }
        }
    }

    /// The type of an authorization server.
    pub(crate) fn server_type(&mut self, pointer: &str, name: &str) -> Option<ServerType> {
        let server_type = ServerType::from_name(name);
        if server_type.is_none() {
            self.problem(pointer, "must be \"oauth\" or \"oidc\"");
        }
        server_type
    }

    /// A URL that is https, or http on a loopback host.
    pub(crate) fn check_url(&mut self, pointer: &str, text: &str) {
        match Url::parse(text) {
            Err(error) => self.problem(pointer, error.text()),
            Ok(url) if !url.is_https && !url.is_loopback() => {
                self.problem(pointer, UrlError::Scheme.text())
            }
            Ok(_) => {}
        }
    }

    /// Strings that are scope tokens.
    pub(crate) fn scopes(&mut self, pointer: &str, value: &Value<'_>) -> Vec<String> {
        let Value::Array(array) = value else {
            self.problem(pointer, "must be an array of scopes");
            return Vec::new();
        };
        let scopes = self.strings(pointer, array);
        for (index, scope) in scopes.iter().enumerate() {
            if !crate::challenge::is_scope_token(scope) {
                let message =
                    "must be one scope: no blanks, quotes, backslashes or non-ASCII characters";
                self.problem(&format!("{pointer}/{index}"), message);
            }
        }
        scopes
    }
}

impl Place<'_> {
    /// The pointer to a member.
    pub(crate) fn at(&self, name: &str) -> String {
        let mut pointer = self.pointer.clone();
        pointer.push('/');
        for character in name.chars() {
            let written = match character {
                '~' => pointer.write_str("~0"),
                '/' => pointer.write_str("~1"),
                plain => pointer.write_char(plain),
            };
            written.expect("writing to a String does not fail");
        }
        pointer
    }
}
