//! A protected resource on core's ground floor. The freestanding program, the firmware and the test that counts
//! allocations each have this file as a module, so what is counted is what runs on the device.

use core::fmt::{self, Write};

use mcpauth_core::algorithm::Algorithms;
use mcpauth_core::base64url::{decode, decoded_len};
use mcpauth_core::challenge::{Authentication, Challenge};
use mcpauth_core::claims::Claims;
use mcpauth_core::credentials::bearer_token;
use mcpauth_core::header::Header;
use mcpauth_core::json::{Bounds, Object, Text, Value};
use mcpauth_core::jwk::Jwk;
use mcpauth_core::jws::Compact;
use mcpauth_core::metadata::{Metadata, MetadataUrl};
use mcpauth_core::payload::Payload;
use mcpauth_core::policy::{Policy, missing_scopes};
use mcpauth_core::signature::{PortableKey, Verified};
use mcpauth_core::url::Url;
use mcpauth_core::{Code, Request, Time};

pub(crate) const RESOURCE: &str = "https://rs.example/mcp";
pub(crate) const ISSUER: &str = "https://issuer.example";

/// Who may call: bearers of a token that the issuer has signed with one of these keys.
pub(crate) struct Resource<'r> {
    /// The issuer's JWK Set.
    pub(crate) jwks: &'r [u8],
    /// The scopes that a token must have.
    pub(crate) scopes: &'r [&'r str],
    /// Seconds by which clocks may differ.
    pub(crate) leeway: u64,
}

impl Resource<'_> {
    /// Decides on a request by its `Authorization` header and says who calls. The buffer takes what the token
    /// decodes to; how long a token may be is thus the device's choice.
    pub(crate) fn admit<'b>(
        &self,
        authorization: &[u8],
        now: Time,
        buffer: &'b mut [u8],
    ) -> Result<Text<'b>, Code> {
        let headers = [(b"authorization".as_slice(), authorization)];
        let request = Request {
            method: "POST",
            target: "/mcp",
            headers: &headers,
            body: None,
        };
        let jws = Compact::split(bearer_token(&request)?)?;
        let (header, payload) = buffer
            .split_at_mut_checked(decoded_len(jws.header()))
            .filter(|(_, rest)| decoded_len(jws.payload()) <= rest.len())
            .ok_or(Code::TokenTooLarge)?;
        let malformed = |_| Code::MalformedToken;
        let header = Header::parse(decode(jws.header(), header).map_err(malformed)?)?;
        let payload = Payload::parse(decode(jws.payload(), payload).map_err(malformed)?)?;
        if payload.unverified_issuer()? != *ISSUER {
            return Err(Code::UntrustedIssuer);
        }
        header.check(Algorithms::DEFAULT, false)?;
        let key = self.key(&header)?;
        let verified = Verified::verify(&jws, &header, &payload, &key)?;
        let claims = Claims::read(&verified)?;
        let policy = Policy {
            leeway: self.leeway,
            ..Policy::new(&[RESOURCE])
        };
        policy.check(&claims, now)?;
        let granted = |scope: &str| claims.scopes().any(|one| one == *scope);
        match missing_scopes(self.scopes, granted).next() {
            Some(_) => Err(Code::InsufficientScope),
            None => Ok(claims.subject()),
        }
    }

    /// The one key that fits a header. It is decoded anew for each token, so nothing but text is kept.
    fn key(&self, header: &Header<'_>) -> Result<PortableKey, Code> {
        let object: Object<'_, 8> =
            Object::parse(self.jwks, Bounds::DOCUMENT).map_err(|_| Code::MalformedDocument)?;
        let Some(Value::Array(list)) = object.find("keys") else {
            return Err(Code::MalformedDocument);
        };
        let mut candidates = list.elements().filter_map(|element| {
            let Ok(Value::Object(nested)) = element else {
                return None;
            };
            let object: Object<'_, 16> = nested.object().ok()?;
            let jwk = Jwk::read(&object).ok()?;
            PortableKey::prepare(&jwk).ok().filter(|_| jwk.fits(header))
        });
        let only = candidates.next().ok_or(Code::KeyNotFound)?;
        candidates
            .next()
            .map_or(Ok(only), |_| Err(Code::KeyNotFound))
    }

    /// Writes the metadata document (RFC 9728 section 2).
    pub(crate) fn metadata(&self, out: &mut impl Write) -> fmt::Result {
        let members = [("bearer_methods_supported", "[\"header\"]")];
        let document = Metadata {
            resource: RESOURCE,
            authorization_servers: &[ISSUER],
            members: &members,
        };
        write!(out, "{document}")
    }

    /// Writes the challenge with which a request is refused (RFC 6750 section 3).
    pub(crate) fn challenge(&self, code: Code, out: &mut impl Write) -> fmt::Result {
        let mut url = heapless::String::<128>::new();
        let resource = Url::parse(RESOURCE).map_err(|_| fmt::Error)?;
        write!(url, "{}", MetadataUrl(&resource))?;
        let error = match code {
            Code::InsufficientScope => "insufficient_scope",
            _ => "invalid_token",
        };
        let challenge = Challenge {
            resource_metadata: Some(&url),
            scopes: self.scopes,
            authentication: Authentication::default(),
            error: Some((error, code.text())),
        };
        write!(out, "{challenge}")
    }
}
