//! The `WWW-Authenticate` challenge (RFC 6750 section 3, RFC 9728 section 5.1).

use core::fmt;

/// The header that carries a challenge (RFC 9110 section 11.6.1).
pub const HEADER: &str = "WWW-Authenticate";

/// Displays as the value of one `WWW-Authenticate` header.
///
/// Every parameter stands once, in an order that the simplest client parsers survive. Nothing is escaped:
/// URLs and scopes are checked when they are configured, texts are fixed.
#[derive(Clone, Copy, Debug)]
pub struct Challenge<'c, S> {
    /// Where the protected resource metadata is.
    pub resource_metadata: Option<&'c str>,
    /// The scopes a token needs.
    pub scopes: &'c [S],
    /// `acr_values` and `max_age` (RFC 9470 section 3), where the authentication was not enough.
    pub authentication: Authentication<'c, S>,
    /// `error` and `error_description`; none where no credential was sent (RFC 6750 section 3.1).
    pub error: Option<(&'c str, &'c str)>,
}

impl<S: AsRef<str>> fmt::Display for Challenge<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "Bearer ";
        if let Some(url) = self.resource_metadata {
            write!(f, "{separator}resource_metadata=\"{url}\"")?;
            separator = ", ";
        }
        if !self.scopes.is_empty() {
            write!(f, "{separator}scope=\"{}\"", Spaced(self.scopes))?;
            separator = ", ";
        }
        if let Some((error, description)) = self.error {
            write!(f, "{separator}error=\"{error}\"")?;
            let Authentication {
                acr_values,
                max_age,
            } = self.authentication;
            if !acr_values.is_empty() {
                write!(f, ", acr_values=\"{}\"", Spaced(acr_values))?;
            }
            max_age.map_or(Ok(()), |seconds| write!(f, ", max_age=\"{seconds}\""))?;
            write!(f, ", error_description=\"{description}\"")?;
            separator = ", ";
        }
        if separator == "Bearer " {
            // RFC 6750 section 3: the scheme is followed by at least one parameter.
            f.write_str("Bearer realm=\"mcp\"")?;
        }
        Ok(())
    }
}

/// What the authentication of the user must be like (RFC 9470 section 4).
#[derive(Debug)]
pub struct Authentication<'a, S> {
    /// The classes of which `acr` must be one; empty where any will do.
    pub acr_values: &'a [S],
    /// Seconds that may have passed since `auth_time`.
    pub max_age: Option<u64>,
}

impl<S> Copy for Authentication<'_, S> {}

impl<S> Clone for Authentication<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Default for Authentication<'_, S> {
    fn default() -> Self {
        Self {
            acr_values: &[],
            max_age: None,
        }
    }
}

/// Displays as the texts with single spaces between them.
struct Spaced<'t, S>(&'t [S]);

impl<S: AsRef<str>> fmt::Display for Spaced<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, text) in self.0.iter().enumerate() {
            write!(f, "{}{}", if index == 0 { "" } else { " " }, text.as_ref())?;
        }
        Ok(())
    }
}

/// Displays as the value of a `WWW-Authenticate` header that an application makes itself, of its own names and values.
///
/// A character that the simplest client parsers would stumble over, or that no header may hold, becomes an apostrophe;
/// a name that is no token (RFC 9110 section 5.6.2) is left out with its value.
///
/// ```
/// use mcpauth_core::challenge::OwnChallenge;
///
/// let parameters = [("error", "invalid_token"), ("error_description", "not \"ours\"")];
/// let challenge = OwnChallenge(&parameters);
/// assert_eq!(challenge.to_string(), r#"Bearer error="invalid_token", error_description="not 'ours'""#);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct OwnChallenge<'p, S>(pub &'p [(S, S)]);

impl<S: AsRef<str>> fmt::Display for OwnChallenge<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "Bearer ";
        for (name, value) in self.0 {
            if is_token(name.as_ref()) {
                write!(f, "{separator}{}=\"", name.as_ref())?;
                value
                    .as_ref()
                    .chars()
                    .try_for_each(|character| fmt::Write::write_char(f, quotable(character)))?;
                fmt::Write::write_char(f, '"')?;
                separator = ", ";
            }
        }
        Ok(())
    }
}

fn is_token(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_allowed)
}

/// RFC 6750 section 3: %x20-21 / %x23-5B / %x5D-7E.
const fn quotable(character: char) -> char {
    match character {
        '"' | '\\' => '\'',
        ' '..='~' => character,
        _ => '\'',
    }
}

/// Whether a text is one scope token (RFC 6749 section 3.3).
pub fn is_scope_token(text: &str) -> bool {
    let allowed = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    !text.is_empty() && text.bytes().all(allowed)
}
