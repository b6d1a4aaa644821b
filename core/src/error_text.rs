//! The texts of the codes that the error classes of the hosts carry, so that no host spells one.

/// The fixed message of a documented error code; `None` for a code that is not documented.
///
/// The codes are those that an application meets when it configures itself or refuses a caller by a rule of its own;
/// [`Code`](crate::error::Code) names what the engine refuses.
///
/// ```
/// use mcpauth_core::error_text;
///
/// assert_eq!(error_text("invalid_audience"), Some("The token is not meant for this resource."));
/// assert_eq!(error_text("something_else"), None);
/// ```
pub fn error_text(code: &str) -> Option<&'static str> {
    let row = TEXTS.iter().find(|(name, _)| *name == code);
    row.map(|(_, text)| *text)
}

const TEXTS: [(&str, &str); 12] = [
    (
        "invalid_server_metadata",
        "The metadata of the authorization server is invalid.",
    ),
    ("invalid_server_config", "The configuration cannot be used."),
    (
        "missing_jwks_uri",
        "The metadata of the authorization server has no jwks_uri.",
    ),
    (
        "fetch_server_config_error",
        "The metadata of the authorization server could not be fetched.",
    ),
    (
        "missing_auth_header",
        "The request has no Authorization header.",
    ),
    (
        "invalid_auth_header_format",
        "The Authorization header is not of the form Bearer TOKEN.",
    ),
    (
        "missing_bearer_token",
        "The Authorization header has no token.",
    ),
    ("invalid_issuer", "The issuer of the token is not trusted."),
    (
        "invalid_audience",
        "The token is not meant for this resource.",
    ),
    (
        "missing_required_scopes",
        "The token lacks a required scope.",
    ),
    ("invalid_token", "The token is invalid or has expired."),
    (
        "token_verification_failed",
        "The token could not be verified.",
    ),
];
