//! What a member of a metadata document may hold (RFC 8414 section 2, RFC 9728 section 2).

use alloc::format;

use super::{Place, Reader};
use crate::json::Value;
use crate::url::{Url, UrlError};

/// What a member holds. `null` stands for its absence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Member {
    /// `true` or `false`.
    Boolean,
    /// A string on one line.
    Text,
    /// The URL of a page for people, which may have a fragment and be on http.
    Page,
    /// A URL that is fetched from, so https.
    Url,
    /// A list of strings.
    Strings,
    /// A list of signing algorithms.
    Algorithms,
}

/// The members of RFC 9728 that may stand again in other languages (section 2.1).
const FOR_PEOPLE: [&str; 4] = [
    "resource_name",
    "resource_documentation",
    "resource_policy_uri",
    "resource_tos_uri",
];

impl Member {
    /// Reports a member of protected resource metadata that does not hold what RFC 9728 says.
    /// Unknown ones hold what they like.
    pub(crate) fn check_resource(
        reader: &mut Reader,
        metadata: &Place<'_>,
        name: &str,
        value: &Value<'_>,
    ) {
        let pointer = metadata.at(name);
        let (plain, tag) = match name.split_once('#') {
            Some((plain, tag)) if FOR_PEOPLE.contains(&plain) => (plain, Some(tag)),
            _ => (name, None),
        };
        if tag.is_some_and(|tag| !is_language_tag(tag)) {
            reader.problem(
                &pointer,
                format!("must have a language tag behind the #, as in {plain}#de-CH"),
            );
        }
        if let Some(member) = Self::of_resource(plain) {
            member.check(reader, &pointer, value);
        }
    }

    /// What RFC 9728 says that a member holds; scopes, and what the engine itself uses, are read elsewhere.
    fn of_resource(name: &str) -> Option<Self> {
        Some(match name {
            "jwks_uri" => Self::Url,
            "bearer_methods_supported" | "authorization_details_types_supported" => Self::Strings,
            "resource_signing_alg_values_supported" | "dpop_signing_alg_values_supported" => {
                Self::Algorithms
            }
            "resource_name" | "signed_metadata" => Self::Text,
            "resource_documentation" | "resource_policy_uri" | "resource_tos_uri" => Self::Page,
            "tls_client_certificate_bound_access_tokens" | "dpop_bound_access_tokens_required" => {
                Self::Boolean
            }
            _ => return None,
        })
    }

    /// Reports a value that is something else, and each element of a list that is.
    pub(crate) fn check(self, reader: &mut Reader, pointer: &str, value: &Value<'_>) {
        match (self, value) {
            (_, Value::Null) | (Self::Boolean, Value::Bool(_)) => {}
            (Self::Boolean, _) => reader.problem(pointer, "must be true or false"),
            (Self::Strings | Self::Algorithms, Value::Array(list)) => {
                for (index, element) in list.elements().enumerate() {
                    let pointer = format!("{pointer}/{index}");
                    match element {
                        Ok(Value::String(text)) if !text.is_empty() => {
                            self.check_text(reader, &pointer, &text.to_owned());
                        }
                        _ => reader.problem(&pointer, "must be a string that is not empty"),
                    }
                }
            }
            (Self::Strings | Self::Algorithms, _) => {
                reader.problem(pointer, "must be a list of strings");
            }
            (Self::Text | Self::Page | Self::Url, Value::String(text)) => {
                if !text.is_empty() {
                    self.check_text(reader, pointer, &text.to_owned());
                }
            }
            (Self::Text | Self::Page | Self::Url, _) => {
                reader.problem(pointer, "must be a string");
            }
        }
    }

    fn check_text(self, reader: &mut Reader, pointer: &str, text: &str) {
        match self {
            Self::Url => reader.check_url(pointer, text),
            Self::Page => {
                if let Err(error) = check_page(text) {
                    reader.problem(pointer, error.text());
                }
            }
            // RFC 9728 section 2, RFC 9449 section 4.2.
            Self::Algorithms if text == "none" => {
                reader.problem(
                    pointer,
                    "must not be none, which is no signature; leave it out",
                );
            }
            _ if text.chars().any(char::is_control) => {
                reader.problem(
                    pointer,
                    "must not hold control characters, such as line breaks",
                );
            }
            _ => {}
        }
    }
}

/// A page's URL is one, whatever its fragment.
fn check_page(text: &str) -> Result<(), UrlError> {
    match Url::parse(text) {
        Err(UrlError::Fragment) => {
            let page = text.split('#').next().unwrap_or_default();
            Url::parse(page).map(drop)
        }
        other => other.map(drop),
    }
}

/// The form of a language tag: subtags of 1 to 8 letters or digits (RFC 5646 section 2.1).
fn is_language_tag(tag: &str) -> bool {
    tag.split('-').all(|subtag| {
        (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}
