//! Who calls.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::claims::Claims;
use crate::json::Text;
use crate::time::Time;

/// The caller of a request: what a verified token says. It is the same for every request with that token, so it can be
/// shared; the token itself stands in `Allow`.
pub struct AuthInfo {
    /// `iss`
    pub issuer: String,
    /// `sub`
    pub subject: String,
    /// The client, where the token names one.
    pub client_id: Option<String>,
    /// The granted scopes.
    pub scopes: Vec<String>,
    /// `aud`
    pub audience: Vec<String>,
    /// `exp`, in seconds since the epoch. It is known unless the application verified the token and did not say.
    pub expires_at: Option<u64>,
    /// The payload as it was signed: JSON that the strict reader has accepted.
    pub claims: Vec<u8>,
}

impl fmt::Debug for AuthInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthInfo(..)") // A token or a claim never reaches a log by way of `{:?}`.
    }
}

/// Who somebody is, whatever the token: its issuer, the subject and the client (MCP Security Best Practices,
/// Session Hijacking).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Principal<'a> {
    /// `iss`
    pub issuer: &'a str,
    /// `sub`
    pub subject: &'a str,
    /// The client, where the token names one.
    pub client_id: Option<&'a str>,
}

impl AuthInfo {
    /// Who the caller is.
    pub fn principal(&self) -> Principal<'_> {
        let client_id = self.client_id.as_deref();
        Principal {
            issuer: &self.issuer,
            subject: &self.subject,
            client_id,
        }
    }

    /// Takes what the claims of an accepted token say. Scopes get the names under which they are advertised.
    pub(crate) fn new(
        claims: &Claims<'_, '_>,
        payload: &[u8],
        scope_names: &[(String, String)],
    ) -> Self {
        Self {
            issuer: claims.issuer().to_owned(),
            subject: claims.subject().to_owned(),
            client_id: claims.client_id().as_ref().map(Text::to_owned),
            scopes: advertised(claims.scopes(), scope_names),
            audience: claims
                .audience()
                .map(|audience| audience.to_owned())
                .collect(),
            expires_at: claims.expires_at().map(Time::unix_seconds),
            claims: payload.to_vec(),
        }
    }
}

/// Scopes, each once, under the names by which they are advertised.
pub(crate) fn advertised<'a>(
    carried: impl Iterator<Item = Text<'a>>,
    scope_names: &[(String, String)],
) -> Vec<String> {
    let mut scopes = Vec::new();
    for carried in carried {
        let named = scope_names.iter().find(|(_, name)| carried == **name);
        let scope = named.map_or_else(|| carried.to_owned(), |(advertised, _)| advertised.clone());
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    scopes
}
