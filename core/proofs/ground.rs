//! A protected resource on core's ground floor. The freestanding program, the firmware and the test that counts
//! allocations each have this file as a module, so what is counted is what runs on the device.

use core::fmt::{self, Write};

use mcpauth_core::algorithm::Algorithms;
use mcpauth_core::challenge::{Authentication, Challenge};
use mcpauth_core::credentials::bearer;
use mcpauth_core::header::Header;
use mcpauth_core::json::{Bounds, Object, Value};
use mcpauth_core::jwk::{Jwk, only};
use mcpauth_core::metadata::{Metadata, MetadataUrl};
use mcpauth_core::policy::Policy;
use mcpauth_core::signature::PortableKey;
use mcpauth_core::token::{CallerPlaces, Terms, Token};
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
    /// decodes to; how long a token may be, and how many claims it may have (`N`, and `OPEN` names open at once), is thus the
    /// device's choice.
    pub(crate) fn admit<'b, const N: usize, const OPEN: usize>(
        &self,
        authorization: &[u8],
        now: Time,
        buffer: &'b mut [u8],
    ) -> Result<&'b str, Code> {
        let headers = [(b"authorization".as_slice(), authorization)];
        let request = Request {
            method: "POST",
            target: "/mcp",
            headers: &headers,
            body: None,
        };
        let terms = Terms {
            policy: Policy {
                leeway: self.leeway,
                ..Policy::new(ISSUER, &[RESOURCE])
            },
            algorithms: Algorithms::DEFAULT,
            strict_type: false,
            scopes: self.scopes,
        };
        let address = buffer.as_ptr().addr();
        // It is large, and stays where it was made.
        let token = &Token::<N>::of_bearer::<OPEN>(bearer(&request)?, buffer);
        let token = token.as_ref().map_err(|code| *code)?;
        let claims = terms.admit(token, |header| self.key::<OPEN>(header), now)?;
        let places = CallerPlaces::find(&claims, address);
        let caller = places.write_out(buffer).ok_or(Code::TokenTooLarge)?;
        Ok(caller.subject)
    }

    /// The one key that fits a header. It is decoded anew for each token, so nothing but text is kept.
    fn key<const OPEN: usize>(&self, header: &Header<'_>) -> Result<PortableKey, Code> {
        let object = Object::<8>::parse_within::<OPEN>(self.jwks, Bounds::DOCUMENT);
        let object = object.map_err(|_| Code::MalformedDocument)?;
        let Some(Value::Array(list)) = object.find("keys") else {
            return Err(Code::MalformedDocument);
        };
        only(list.elements().filter_map(|element| {
            let Ok(Value::Object(nested)) = element else {
                return None;
            };
            let object = nested.object_within::<16, OPEN>().ok()?;
            let jwk = Jwk::read(&object).ok()?;
            PortableKey::prepare(&jwk).ok().filter(|_| jwk.fits(header))
        }))
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
