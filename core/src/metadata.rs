//! The protected resource metadata document and its URLs (RFC 9728).

use core::fmt;

use crate::json::{Quoted, QuotedList};
use crate::url::Url;

/// What is inserted between host and path (RFC 9728 section 3).
pub const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// Where an authorization server's own metadata is (RFC 8414 section 3), for clients of the first MCP revision, which
/// look for it at the resource.
pub const SERVER_WELL_KNOWN: &str = "/.well-known/oauth-authorization-server";

/// The members of RFC 9728 section 2, in its order; they are published in this order.
pub const MEMBERS: [&str; 15] = [
    "resource",
    "authorization_servers",
    "jwks_uri",
    "scopes_supported",
    "bearer_methods_supported",
    "resource_signing_alg_values_supported",
    "resource_name",
    "resource_documentation",
    "resource_policy_uri",
    "resource_tos_uri",
    "tls_client_certificate_bound_access_tokens",
    "authorization_details_types_supported",
    "dpop_signing_alg_values_supported",
    "dpop_bound_access_tokens_required",
    "signed_metadata",
];

/// Displays as the path of a resource's metadata document: the well-known part, then the resource's path
/// with its own trailing slash, if it has more than one (RFC 9728 section 3.1).
#[derive(Clone, Copy, Debug)]
pub struct MetadataPath<'a>(pub &'a Url<'a>);

impl fmt::Display for MetadataPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.0.path == "/" { "" } else { self.0.path };
        write!(f, "{WELL_KNOWN}{path}")
    }
}

/// Displays as the URL of a resource's metadata document.
#[derive(Clone, Copy, Debug)]
pub struct MetadataUrl<'a>(pub &'a Url<'a>);

impl fmt::Display for MetadataUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.0.origin, MetadataPath(self.0))?;
        self.0.query.map_or(Ok(()), |query| write!(f, "?{query}"))
    }
}

/// Displays as a metadata document. The other members are pairs of name and JSON text.
#[derive(Clone, Copy, Debug)]
pub struct Metadata<'a, S> {
    /// The resource identifier, as configured.
    pub resource: &'a str,
    /// The issuers, as they spell themselves.
    pub authorization_servers: &'a [S],
    /// Every further member with its value as JSON text, in the order to publish.
    pub members: &'a [(S, S)],
}

impl<S: AsRef<str>> fmt::Display for Metadata<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{\"resource\":{}", Quoted(self.resource))?;
        if !self.authorization_servers.is_empty() {
            write!(
                f,
                ",\"authorization_servers\":{}",
                QuotedList(self.authorization_servers)
            )?;
        }
        for (name, value) in self.members {
            write!(f, ",{}:{}", Quoted(name.as_ref()), value.as_ref())?;
        }
        f.write_str("}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn the_well_known_part_stands_between_host_and_path() {
        for (resource, url) in [
            (
                "https://h",
                "https://h/.well-known/oauth-protected-resource",
            ),
            (
                "https://h/",
                "https://h/.well-known/oauth-protected-resource",
            ),
            (
                "https://h:8443/a/b",
                "https://h:8443/.well-known/oauth-protected-resource/a/b",
            ),
            (
                "https://h/a/",
                "https://h/.well-known/oauth-protected-resource/a/",
            ),
            (
                "https://h?x=1",
                "https://h/.well-known/oauth-protected-resource?x=1",
            ),
            (
                "https://h/?x=1",
                "https://h/.well-known/oauth-protected-resource?x=1",
            ),
        ] {
            assert_eq!(MetadataUrl(&Url::parse(resource).unwrap()).to_string(), url);
        }
    }
}
