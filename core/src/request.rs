//! The facts of an HTTP request that a decision depends on.

/// The headers that some decision looks at, in lower case.
pub(crate) const READ: [&str; 11] = [
    "access-control-request-headers",
    "access-control-request-method",
    "authorization",
    "content-encoding",
    "content-type",
    "host",
    "mcp-method",
    "mcp-name",
    "mcp-protocol-version",
    "mcp-session-id",
    "origin",
];

/// Those of them that matter only where a decision depends on the operation.
#[cfg(feature = "alloc")]
pub(crate) const OF_OPERATIONS: [&str; 5] = [
    "content-encoding",
    "content-type",
    "mcp-method",
    "mcp-name",
    "mcp-protocol-version",
];

/// Those of them that tell which metadata document is asked for.
#[cfg(feature = "alloc")]
pub(crate) const OF_METADATA: [&str; 1] = ["host"];

/// Whether any decision looks at the headers of this name. A host to which a copy is dear may leave out all others.
pub fn is_read(name: &[u8]) -> bool {
    let mut read = READ.iter();
    read.any(|read| name.eq_ignore_ascii_case(read.as_bytes()))
}

/// An HTTP request to a protected resource. The host hands over all header lines that [`is_read`] knows, or simply all; what they
/// mean is decided here, so that duplicates are seen and no host needs a list.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method, as sent.
    pub method: &'a str,
    /// The request target as on the request line, still percent-encoded: path and query, or a whole URL (RFC 9112
    /// section 3.2).
    pub target: &'a str,
    /// Every header line in order, duplicates included.
    pub headers: &'a [(&'a [u8], &'a [u8])],
    /// The whole body, where the engine has asked for it.
    pub body: Option<&'a [u8]>,
}

impl<'a> Request<'a> {
    /// The values of a header, one a line, without blanks around them (RFC 9110 section 5.5).
    pub fn values(&self, name: &'static str) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        debug_assert!(READ.contains(&name), "a host may have left it out");
        let matches =
            move |line: &&(&'a [u8], &'a [u8])| line.0.eq_ignore_ascii_case(name.as_bytes());
        self.headers
            .iter()
            .filter(matches)
            .map(|(_, value)| trim(value))
    }

    /// The value of a header that stands exactly once and is visible ASCII with spaces.
    pub fn value(&self, name: &'static str) -> Option<&'a str> {
        let mut values = self.values(name);
        let only = values.next().filter(|_| values.next().is_none())?;
        let text = core::str::from_utf8(only).ok()?;
        text.bytes()
            .all(|byte| (0x20..=0x7e).contains(&byte))
            .then_some(text)
    }

    /// The path, without the query.
    pub fn path(&self) -> &'a str {
        let origin_form = match self.target.split_once("://") {
            Some((scheme, rest)) if scheme.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
                &rest[rest.find(['/', '?']).unwrap_or(rest.len())..]
            }
            _ => self.target,
        };
        origin_form
            .split_once('?')
            .map_or(origin_form, |(path, _)| path)
    }

    /// The query, without the question mark.
    pub fn query(&self) -> Option<&'a str> {
        self.target.split_once('?').map(|(_, query)| query)
    }

    /// The method that a CORS preflight asks about; `None` when this is no preflight.
    pub fn preflight_method(&self) -> Option<&'a str> {
        let is_preflight = self.method == "OPTIONS" && self.values("origin").next().is_some();
        let asked = self
            .value("access-control-request-method")
            .filter(|_| is_preflight)?;
        (!asked.is_empty() && asked.bytes().all(is_token_byte)).then_some(asked)
    }
}

/// A character of a token (RFC 9110 section 5.6.2).
pub(crate) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn trim(value: &[u8]) -> &[u8] {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = value
        .iter()
        .position(|byte| !is_blank(byte))
        .unwrap_or(value.len());
    let end = value
        .iter()
        .rposition(|byte| !is_blank(byte))
        .map_or(start, |last| last + 1);
    &value[start..end]
}
