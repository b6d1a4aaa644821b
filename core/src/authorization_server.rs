//! Where an authorization server's metadata document may be (RFC 8414 section 3, OpenID Connect Discovery 1.0
//! section 4, MCP authorization: Authorization Server Metadata Discovery).

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::url::Url;

/// Which well-known document an authorization server is asked for first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ServerType {
    /// OAuth 2.0 (RFC 8414).
    #[default]
    OAuth,
    /// OpenID Connect Discovery.
    Oidc,
}

impl ServerType {
    /// The type that a configuration calls `oauth` or `oidc`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "oauth" => Some(Self::OAuth),
            "oidc" => Some(Self::Oidc),
            _ => None,
        }
    }

    /// Where an issuer's document may be, in the order to try.
    pub(crate) fn urls(self, issuer: &Url<'_>) -> Vec<String> {
        let (origin, path) = (issuer.origin, issuer.path.trim_end_matches('/'));
        let oauth = format!("{origin}/.well-known/oauth-authorization-server{path}");
        let oidc_inserted = format!("{origin}/.well-known/openid-configuration{path}");
        let oidc = format!("{origin}{path}/.well-known/openid-configuration");
        let mut urls = match self {
            Self::OAuth => vec![oauth, oidc_inserted, oidc],
            Self::Oidc => vec![oidc, oauth, oidc_inserted],
        };
        if path.is_empty() {
            urls.pop(); // Appended and inserted are the same.
        }
        urls
    }
}
