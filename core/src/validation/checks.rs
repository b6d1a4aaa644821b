//! The checks of an authorization server's metadata as a table: one row each, with its severity under every
//! revision of the MCP specification.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::server::Server;
use crate::url::Url;
use Severity::{Error, Note, Unchecked, Warning};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    Error,
    Warning,
    Success,
    Note,
    Unchecked,
}

/// What a check finds.
pub(super) enum Outcome {
    Holds,
    Fails,
    /// Fails at these places.
    FailsAt(Vec<String>),
    /// There is nothing to judge, or another check judges it.
    Moot,
}

/// One check.
pub(super) struct Check {
    pub(super) code: &'static str,
    /// The member that it is about; empty when there are several.
    pub(super) member: &'static str,
    /// Under 2025-03-26, 2025-06-18, 2025-11-25 and 2026-07-28.
    pub(super) severity: [Severity; 4],
    pub(super) description: &'static str,
    /// Code and description of what is told when it holds.
    pub(super) success: Option<(&'static str, &'static str)>,
    pub(super) outcome: fn(&Server<'_>) -> Outcome,
}

/// The order is that of the findings.
pub(super) const CHECKS: [Check; 18] = [
    Check {
        code: "malformed_issuer",
        member: "issuer",
        severity: [Error; 4],
        description: "The issuer must be an https URL without query, fragment, user name and \
            placeholders such as {tenantid} (RFC 8414 section 2); http is for loopback only.",
        success: None,
        outcome: issuer_is_well_formed,
    },
    Check {
        code: "issuer_mismatch",
        member: "issuer",
        severity: [Error; 4],
        description: "The issuer must be the expected one, character for character (RFC 8414 \
            section 3.3). Configure the issuer exactly as the document spells it, its last slash \
            included, or ask the right server.",
        success: None,
        outcome: issuer_is_expected,
    },
    Check {
        code: "url_not_https",
        member: "",
        severity: [Error; 4],
        description: "Must be an absolute https URL without fragment, user name and password; \
            http is for loopback only.",
        success: None,
        outcome: urls_are_https,
    },
    Check {
        code: "missing_jwks_uri",
        member: "jwks_uri",
        // Under 2025-03-26 it is an error for JWT access tokens only, and a document does not tell.
        severity: [Warning, Error, Error, Error],
        description: "Publish jwks_uri: without it nobody can verify the server's access tokens \
            (RFC 9068 section 4).",
        success: None,
        outcome: |server| present(server, "jwks_uri"),
    },
    Check {
        code: "code_response_type_not_supported",
        member: "response_types_supported",
        severity: [Error; 4],
        description: "response_types_supported must list code: MCP clients use no other flow.",
        success: Some((
            "code_response_type_supported",
            "The response type code is supported.",
        )),
        outcome: code_is_a_response_type,
    },
    Check {
        code: "authorization_code_grant_not_supported",
        member: "grant_types_supported",
        severity: [Error; 4],
        description: "grant_types_supported must list authorization_code, or be left out, which \
            means authorization_code and implicit (RFC 8414 section 2).",
        success: Some((
            "authorization_code_grant_supported",
            "The authorization code grant is supported.",
        )),
        outcome: |server| {
            let grants = server.list(GRANTS);
            holds_if(grants.is_none_or(|grants| lists(&grants, "authorization_code")))
        },
    },
    Check {
        code: "refresh_token_grant_not_supported",
        member: "grant_types_supported",
        severity: [Note; 4],
        description: "grant_types_supported does not list refresh_token: users sign in again \
            whenever an access token expires.",
        success: None,
        outcome: |server| {
            let grants = server.list(GRANTS);
            holds_if(grants.is_none_or(|grants| lists(&grants, "refresh_token")))
        },
    },
    Check {
        code: "implicit_grant_supported",
        member: "grant_types_supported",
        severity: [Warning; 4],
        description: "Switch the implicit grant off: OAuth 2.1 removes it, because its tokens \
            pass through URLs.",
        success: None,
        outcome: |server| holds_without(server, &[GRANTS], "implicit"),
    },
    Check {
        code: "password_grant_supported",
        member: "grant_types_supported",
        severity: [Warning; 4],
        description: "Switch the password grant off: OAuth 2.1 removes it, because clients see \
            the user's password.",
        success: None,
        outcome: |server| holds_without(server, &[GRANTS], "password"),
    },
    Check {
        code: "pkce_not_supported",
        member: "code_challenge_methods_supported",
        severity: [Note, Warning, Error, Error],
        description: "Publish code_challenge_methods_supported with S256: without it MCP clients \
            take it that there is no PKCE, and since 2025-11-25 must not go on (RFC 7636).",
        success: Some(("pkce_supported", "PKCE is supported.")),
        outcome: |server| holds_if(!challenge_methods(server).is_empty()),
    },
    Check {
        code: "s256_code_challenge_method_not_supported",
        member: "code_challenge_methods_supported",
        severity: [Warning, Warning, Error, Error],
        description: "code_challenge_methods_supported must list S256: MCP clients must use it \
            (RFC 7636 section 4.2).",
        success: Some((
            "s256_code_challenge_method_supported",
            "The code challenge method S256 is supported.",
        )),
        outcome: |server| match challenge_methods(server) {
            none if none.is_empty() => Outcome::Moot,
            methods => holds_if(lists(&methods, "S256")),
        },
    },
    Check {
        code: "token_endpoint_auth_method_not_supported",
        member: "token_endpoint_auth_methods_supported",
        severity: [Warning; 4],
        description: "token_endpoint_auth_methods_supported should list none or private_key_jwt; \
            left out it means client_secret_basic (RFC 8414 section 2), and most MCP clients \
            cannot keep a secret.",
        success: None,
        outcome: |server| {
            let methods = server.list("token_endpoint_auth_methods_supported");
            let methods = methods.unwrap_or_default();
            holds_if(lists(&methods, "none") || lists(&methods, "private_key_jwt"))
        },
    },
    Check {
        code: "none_algorithm_supported",
        member: "",
        severity: [Error; 4],
        description: "Must not list none, which is no signature (RFC 8414 section 2, RFC 9449 \
            section 4.2).",
        success: None,
        outcome: |server| holds_without(server, &ALGORITHM_LISTS, "none"),
    },
    Check {
        code: "client_id_metadata_document_not_supported",
        member: CLIENT_ID_METADATA,
        severity: [Unchecked, Unchecked, Warning, Warning],
        description: "Support Client ID Metadata Documents and publish \
            client_id_metadata_document_supported: true, so that clients need no registration.",
        success: Some((
            "client_id_metadata_document_supported",
            "Client ID Metadata Documents are supported.",
        )),
        outcome: |server| holds_if(server.is_true(CLIENT_ID_METADATA)),
    },
    Check {
        code: "dynamic_registration_not_supported",
        member: REGISTRATION,
        severity: [Warning, Warning, Note, Note],
        description: "There is no registration_endpoint, so clients cannot register by \
            themselves (RFC 7591). Clients of revisions before 2025-11-25 count on it; later \
            ones prefer Client ID Metadata Documents.",
        success: Some((
            "dynamic_registration_supported",
            "Dynamic client registration is supported.",
        )),
        outcome: |server| present(server, REGISTRATION),
    },
    Check {
        code: "dynamic_registration_deprecated",
        member: REGISTRATION,
        severity: [Unchecked, Unchecked, Unchecked, Note],
        description: "Dynamic client registration is deprecated since 2026-07-28. Keep \
            registration_endpoint for older clients, and support Client ID Metadata Documents.",
        success: None,
        outcome: |server| holds_if(server.text(REGISTRATION).is_none()),
    },
    Check {
        code: "client_registration_not_supported",
        member: REGISTRATION,
        severity: [Warning; 4],
        description: "Neither Client ID Metadata Documents nor dynamic registration are \
            supported: register each client with the server by hand, or support one of the two.",
        success: None,
        outcome: |server| {
            holds_if(server.is_true(CLIENT_ID_METADATA) || server.text(REGISTRATION).is_some())
        },
    },
    Check {
        code: "authorization_response_iss_parameter_not_supported",
        member: ISS_PARAMETER,
        severity: [Unchecked, Unchecked, Unchecked, Warning],
        description: "Send iss in authorization responses and publish \
            authorization_response_iss_parameter_supported: true, against mix-up attacks \
            (RFC 9207); MCP announces that it will be required.",
        success: Some((
            "authorization_response_iss_parameter_supported",
            "Authorization responses carry iss.",
        )),
        outcome: |server| holds_if(server.is_true(ISS_PARAMETER)),
    },
];

const GRANTS: &str = "grant_types_supported";
const REGISTRATION: &str = "registration_endpoint";
const CLIENT_ID_METADATA: &str = "client_id_metadata_document_supported";
const ISS_PARAMETER: &str = "authorization_response_iss_parameter_supported";

/// The members that clients and servers send requests to.
const URLS: [&str; 11] = [
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "registration_endpoint",
    "revocation_endpoint",
    "introspection_endpoint",
    "userinfo_endpoint",
    "end_session_endpoint",
    "device_authorization_endpoint",
    "pushed_authorization_request_endpoint",
    "backchannel_authentication_endpoint",
];

/// The lists in which `none` must not stand. OpenID Connect allows it for request objects and ID tokens.
const ALGORITHM_LISTS: [&str; 4] = [
    "token_endpoint_auth_signing_alg_values_supported",
    "revocation_endpoint_auth_signing_alg_values_supported",
    "introspection_endpoint_auth_signing_alg_values_supported",
    "dpop_signing_alg_values_supported",
];

fn issuer_is_well_formed(server: &Server<'_>) -> Outcome {
    let issuer = server.text("issuer").unwrap_or_default();
    holds_if(is_https_or_loopback(&issuer) && !issuer.contains('?'))
}

fn issuer_is_expected(server: &Server<'_>) -> Outcome {
    match server.expected_issuer {
        Some(expected) => holds_if(server.text("issuer").as_deref() == Some(expected)),
        None => Outcome::Moot,
    }
}

fn urls_are_https(server: &Server<'_>) -> Outcome {
    let urls = URLS.iter().filter(|name| {
        let url = server.text(name);
        url.is_some_and(|url| !is_https_or_loopback(&url))
    });
    holds_unless_at(urls.map(|name| format!("/{name}")).collect())
}

/// A response type is a set of words (RFC 6749 section 3.1.1).
fn code_is_a_response_type(server: &Server<'_>) -> Outcome {
    let types = server.list("response_types_supported").unwrap_or_default();
    holds_if(
        types
            .iter()
            .any(|words| words.split(' ').any(|word| word == "code")),
    )
}

/// RFC 8414 section 3.2: an empty list should not be there, so it says what its absence says.
fn challenge_methods(server: &Server<'_>) -> Vec<String> {
    let methods = server.list("code_challenge_methods_supported");
    methods.unwrap_or_default()
}

fn present(server: &Server<'_>, name: &str) -> Outcome {
    holds_if(server.text(name).is_some())
}

/// Fails at every place of a value in these lists.
fn holds_without(server: &Server<'_>, names: &[&str], value: &str) -> Outcome {
    let mut pointers = Vec::new();
    for name in names {
        let list = server.list(name).unwrap_or_default();
        let places = list.iter().enumerate().filter(|(_, one)| *one == value);
        pointers.extend(places.map(|(index, _)| format!("/{name}/{index}")));
    }
    holds_unless_at(pointers)
}

fn holds_unless_at(pointers: Vec<String>) -> Outcome {
    if pointers.is_empty() {
        Outcome::Holds
    } else {
        Outcome::FailsAt(pointers)
    }
}

fn holds_if(condition: bool) -> Outcome {
    if condition {
        Outcome::Holds
    } else {
        Outcome::Fails
    }
}

fn lists(list: &[String], value: &str) -> bool {
    list.iter().any(|one| one == value)
}

fn is_https_or_loopback(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| url.is_https || url.is_loopback())
}
