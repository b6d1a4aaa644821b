//! The one table of codes. A number is never reused; a retired one stays here as a comment.
//!
//! Four families never mix: the request is bad (1xx), the configuration is bad (2xx), a document of an
//! authorization server is bad (3xx), a limit was hit (4xx).

use core::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $number:literal, $name:literal, $text:literal;)*) => {
        /// Why a request was refused or a document was not used.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u32)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $variant = $number,)*
        }

        impl Code {
            /// Every code, in the order of its number.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The code's spelling in logs, events and other languages.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// What happened, for a person: holds no value of the request, only characters that RFC 6750
            /// section 3 allows in `error_description`, and none that break naive header parsers.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }
    };
}

codes! {
    /// The request carries no credential.
    MissingAuthorization = 100, "missing_authorization", "The request has no Authorization header";
    /// The Authorization header names another scheme than Bearer.
    UnsupportedScheme = 101, "unsupported_scheme", "The Authorization header does not use the Bearer scheme";
    /// The Authorization header is `Bearer` alone.
    MissingToken = 102, "missing_token", "The Authorization header has no access token";
    /// What follows `Bearer` is not one token68 (RFC 9110 section 11.2).
    MalformedCredentials = 103, "malformed_credentials", "The Authorization header is not one well-formed Bearer token";
    /// More than one credential (RFC 6750 section 2).
    MultipleCredentials = 104, "multiple_credentials", "Multiple credentials";
    /// Not a compact JWS, or its header or payload is not strict JSON.
    MalformedToken = 110, "malformed_token", "The access token is not a well-formed JWT";
    /// Five parts: a JWE.
    EncryptedToken = 111, "encrypted_token", "The access token is encrypted";
    /// `alg` is not one the issuer may use.
    UnsupportedAlgorithm = 112, "unsupported_algorithm", "The access token is signed with an algorithm that is not allowed";
    /// The header has `crit` or `b64` (RFC 7515 section 4.1.11, RFC 7797).
    UnsupportedCritical = 113, "unsupported_critical", "The access token has a critical header parameter that is not supported";
    /// `typ` says that this is another kind of token (RFC 8725 section 3.11).
    WrongTokenType = 114, "wrong_token_type", "The token type is not the one of an access token";
    /// The claims are those of an ID token or another non-access token.
    NotAnAccessToken = 115, "not_an_access_token", "The token is not an access token";
    /// `iss` is not a trusted issuer.
    UntrustedIssuer = 116, "untrusted_issuer", "The access token was issued by an untrusted issuer";
    /// No single key of the issuer fits the header.
    KeyNotFound = 117, "key_not_found", "No key of the issuer fits the access token";
    /// The signature does not verify.
    BadSignature = 118, "bad_signature", "The signature of the access token is invalid";
    /// A required claim is absent.
    MissingClaim = 119, "missing_claim", "The access token lacks a required claim";
    /// A claim has the wrong type or an impossible value.
    InvalidClaim = 120, "invalid_claim", "The access token has a claim with an invalid value";
    /// `exp` has passed (RFC 7519 section 4.1.4).
    Expired = 121, "expired", "The access token expired";
    /// `nbf` has not come (RFC 7519 section 4.1.5).
    NotYetValid = 122, "not_yet_valid", "The access token is not valid yet";
    /// `aud` does not name this resource (RFC 9068 section 4).
    WrongAudience = 123, "wrong_audience", "The access token was not issued for this resource";
    /// The token is bound to a key (`cnf`) and came as a plain bearer token.
    SenderConstrained = 124, "sender_constrained", "The access token is bound to its sender and needs a proof of possession";
    /// The application's own function refused the token.
    RejectedToken = 125, "rejected_token", "The access token is not valid";
    /// The application's own function could not verify the token.
    VerificationFailed = 126, "verification_failed", "The access token could not be verified";
    /// The token lacks a scope that the operation needs.
    InsufficientScope = 130, "insufficient_scope", "The access token lacks a required scope";
    /// The operation is not declared and the gate refuses such.
    UndeclaredOperation = 131, "undeclared_operation", "The operation is not allowed";
    /// The user's authentication is too weak or too old (RFC 9470 section 3).
    InsufficientAuthentication = 132, "insufficient_authentication", "A different or more recent authentication of the user is needed";
    /// The session was opened by another principal.
    ForeignSession = 133, "foreign_session", "The session was opened by another caller";
    /// The application's own policy refuses the operation to this caller.
    NotPermitted = 134, "not_permitted", "The operation is not permitted";
    /// `Mcp-Method` or `Mcp-Name` disagrees with the body.
    OperationMismatch = 140, "operation_mismatch", "The request headers do not match the request body";
    /// The body is no JSON-RPC message.
    MalformedBody = 141, "malformed_body", "The request body is not a well-formed JSON-RPC message";
    /// The body is in another charset or coding than the engine reads.
    UnsupportedBody = 142, "unsupported_body", "The request body must be plain UTF-8 JSON";

    /// The `Origin` is not one that the gate allows.
    OriginNotAllowed = 150, "origin_not_allowed", "The origin is not allowed";

    /// A configuration cannot be used; the problems are listed beside it.
    InvalidConfiguration = 200, "invalid_configuration", "The configuration is not valid";
    /// A function of the application failed, or gave something that cannot be used.
    ApplicationFailure = 210, "application_failure", "The server could not judge the request";
    /// Nobody knows what time it is, so no token is valid.
    TimeUnknown = 211, "time_unknown", "The time is not known";

    /// A document could not be fetched.
    FetchFailed = 300, "fetch_failed", "The document could not be fetched";
    /// A document was answered with a status other than 200.
    DocumentStatus = 301, "document_status", "The document was not served with status 200";
    /// A document is not the JSON that its kind asks for.
    MalformedDocument = 302, "malformed_document", "The document is not well formed";
    /// Metadata names another issuer than the one asked (RFC 8414 section 3.3).
    IssuerMismatch = 303, "issuer_mismatch", "The issuer in the document is not the expected issuer";
    /// A JWK Set holds no key that can verify a signature.
    NoUsableKeys = 304, "no_usable_keys", "The document has no usable key";
    /// A document points to a URL that must not be fetched.
    RefusedUrl = 305, "refused_url", "The URL is not allowed";
    /// The issuer's keys cannot be had now.
    KeysUnavailable = 310, "keys_unavailable", "The keys of the authorization server are not available at the moment";
    /// The issuer's metadata cannot be had now.
    MetadataUnavailable = 311, "metadata_unavailable", "The metadata of the authorization server is not available at the moment";

    /// The token is longer than the engine reads.
    TokenTooLarge = 400, "token_too_large", "The access token is too large";
    /// A document is longer than the engine reads.
    DocumentTooLarge = 401, "document_too_large", "The document is too large";
    /// The body is longer than the engine reads.
    BodyTooLarge = 402, "body_too_large", "The request body is too large";
    /// A JWK Set has more keys than the engine takes.
    TooManyKeys = 403, "too_many_keys", "The document has too many keys";
}

impl Code {
    /// The code's number, stable for ever.
    pub const fn number(self) -> u32 {
        self as u32
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl core::error::Error for Code {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_and_names_are_unique() {
        for pair in Code::ALL.windows(2) {
            assert!(pair[0].number() < pair[1].number());
            assert_ne!(pair[0].name(), pair[1].name());
        }
    }

    #[test]
    fn texts_need_no_escaping_in_a_challenge() {
        for code in Code::ALL {
            let safe = |byte: u8| (0x20..=0x7e).contains(&byte) && !b"\"\\,=".contains(&byte);
            assert!(code.text().bytes().all(safe), "{}", code.name());
        }
    }
}
