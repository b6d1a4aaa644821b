//! The `WWW-Authenticate` challenge (RFC 6750 section 3, RFC 9728 section 5.1).

use core::fmt;

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
        for (index, scope) in self.scopes.iter().enumerate() {
            let (before, scope) = (if index == 0 { "scope=\"" } else { " " }, scope.as_ref());
            write!(
                f,
                "{}{before}{scope}",
                if index == 0 { separator } else { "" }
            )?;
        }
        if !self.scopes.is_empty() {
            f.write_str("\"")?;
            separator = ", ";
        }
        if let Some((error, description)) = self.error {
            write!(
                f,
                "{separator}error=\"{error}\", error_description=\"{description}\""
            )?;
            separator = ", ";
        }
        if separator == "Bearer " {
            // RFC 6750 section 3: the scheme is followed by at least one parameter.
            f.write_str("Bearer realm=\"mcp\"")?;
        }
        Ok(())
    }
}

/// Whether a text is one scope token (RFC 6749 section 3.3).
pub fn is_scope_token(text: &str) -> bool {
    let allowed = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    !text.is_empty() && text.bytes().all(allowed)
}
