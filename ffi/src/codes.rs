//! The codes as C sees them, with a heap and without; a test holds the list to the table in core.

use mcpauth_core::Code;

/// The call did what it says.
pub const MCPAUTH_OK: u32 = 0;
/// The request carries no credential.
pub const MCPAUTH_MISSING_AUTHORIZATION: u32 = 100;
/// The Authorization header names another scheme than Bearer.
pub const MCPAUTH_UNSUPPORTED_SCHEME: u32 = 101;
/// The Authorization header is `Bearer` alone.
pub const MCPAUTH_MISSING_TOKEN: u32 = 102;
/// What follows `Bearer` is not one token68 (RFC 9110 section 11.2).
pub const MCPAUTH_MALFORMED_CREDENTIALS: u32 = 103;
/// More than one credential (RFC 6750 section 2).
pub const MCPAUTH_MULTIPLE_CREDENTIALS: u32 = 104;
/// Not a compact JWS, or its header or payload is not strict JSON.
pub const MCPAUTH_MALFORMED_TOKEN: u32 = 110;
/// Five parts: a JWE.
pub const MCPAUTH_ENCRYPTED_TOKEN: u32 = 111;
/// `alg` is not one the issuer may use.
pub const MCPAUTH_UNSUPPORTED_ALGORITHM: u32 = 112;
/// The header has `crit` or `b64` (RFC 7515 section 4.1.11, RFC 7797).
pub const MCPAUTH_UNSUPPORTED_CRITICAL: u32 = 113;
/// `typ` says that this is another kind of token (RFC 8725 section 3.11).
pub const MCPAUTH_WRONG_TOKEN_TYPE: u32 = 114;
/// The claims are those of an ID token or another non-access token.
pub const MCPAUTH_NOT_AN_ACCESS_TOKEN: u32 = 115;
/// `iss` is not a trusted issuer.
pub const MCPAUTH_UNTRUSTED_ISSUER: u32 = 116;
/// No single key of the issuer fits the header.
pub const MCPAUTH_KEY_NOT_FOUND: u32 = 117;
/// The signature does not verify.
pub const MCPAUTH_BAD_SIGNATURE: u32 = 118;
/// A required claim is absent.
pub const MCPAUTH_MISSING_CLAIM: u32 = 119;
/// A claim has the wrong type or an impossible value.
pub const MCPAUTH_INVALID_CLAIM: u32 = 120;
/// `exp` has passed (RFC 7519 section 4.1.4).
pub const MCPAUTH_EXPIRED: u32 = 121;
/// `nbf` has not come (RFC 7519 section 4.1.5).
pub const MCPAUTH_NOT_YET_VALID: u32 = 122;
/// `aud` does not name this resource (RFC 9068 section 4).
pub const MCPAUTH_WRONG_AUDIENCE: u32 = 123;
/// The token is bound to a key (`cnf`) and came as a plain bearer token.
pub const MCPAUTH_SENDER_CONSTRAINED: u32 = 124;
/// The application's own function refused the token.
pub const MCPAUTH_REJECTED_TOKEN: u32 = 125;
/// The application's own function could not verify the token.
pub const MCPAUTH_VERIFICATION_FAILED: u32 = 126;
/// The token lacks a scope that the operation needs.
pub const MCPAUTH_INSUFFICIENT_SCOPE: u32 = 130;
/// The operation is not declared and the gate refuses such.
pub const MCPAUTH_UNDECLARED_OPERATION: u32 = 131;
/// The user's authentication is too weak or too old (RFC 9470 section 3).
pub const MCPAUTH_INSUFFICIENT_AUTHENTICATION: u32 = 132;
/// The session was opened by another principal.
pub const MCPAUTH_FOREIGN_SESSION: u32 = 133;
/// The application's own policy refuses the operation to this caller.
pub const MCPAUTH_NOT_PERMITTED: u32 = 134;
/// `Mcp-Method` or `Mcp-Name` disagrees with the body.
pub const MCPAUTH_OPERATION_MISMATCH: u32 = 140;
/// The body is no JSON-RPC message.
pub const MCPAUTH_MALFORMED_BODY: u32 = 141;
/// The body is in another charset or coding than the engine reads.
pub const MCPAUTH_UNSUPPORTED_BODY: u32 = 142;
/// The `Origin` is not one that the gate allows.
pub const MCPAUTH_ORIGIN_NOT_ALLOWED: u32 = 150;
/// A configuration cannot be used; the problems are listed beside it.
pub const MCPAUTH_INVALID_CONFIGURATION: u32 = 200;
/// A function of the application failed, or gave something that cannot be used.
pub const MCPAUTH_APPLICATION_FAILURE: u32 = 210;
/// Nobody knows what time it is, so no token is valid.
pub const MCPAUTH_TIME_UNKNOWN: u32 = 211;
/// A document could not be fetched.
pub const MCPAUTH_FETCH_FAILED: u32 = 300;
/// A document was answered with a status other than 200.
pub const MCPAUTH_DOCUMENT_STATUS: u32 = 301;
/// A document is not the JSON that its kind asks for.
pub const MCPAUTH_MALFORMED_DOCUMENT: u32 = 302;
/// Metadata names another issuer than the one asked (RFC 8414 section 3.3).
pub const MCPAUTH_ISSUER_MISMATCH: u32 = 303;
/// A JWK Set holds no key that can verify a signature.
pub const MCPAUTH_NO_USABLE_KEYS: u32 = 304;
/// A document points to a URL that must not be fetched.
pub const MCPAUTH_REFUSED_URL: u32 = 305;
/// The issuer's keys cannot be had now.
pub const MCPAUTH_KEYS_UNAVAILABLE: u32 = 310;
/// The issuer's metadata cannot be had now.
pub const MCPAUTH_METADATA_UNAVAILABLE: u32 = 311;
/// The token is longer than the engine reads.
pub const MCPAUTH_TOKEN_TOO_LARGE: u32 = 400;
/// A document is longer than the engine reads.
pub const MCPAUTH_DOCUMENT_TOO_LARGE: u32 = 401;
/// The body is longer than the engine reads.
pub const MCPAUTH_BODY_TOO_LARGE: u32 = 402;
/// A JWK Set has more keys than the engine takes.
pub const MCPAUTH_TOO_MANY_KEYS: u32 = 403;
/// A pointer that must not be NULL is NULL, or a length cannot be.
pub const MCPAUTH_NULL_ARGUMENT: u32 = 900;
/// A text that must be UTF-8 is not.
pub const MCPAUTH_NOT_UTF8: u32 = 901;
/// A defect in the library; the call had no effect. Please report it.
pub const MCPAUTH_INTERNAL_ERROR: u32 = 902;

/// A key is not written in the form that it should have.
pub const MCPAUTH_MALFORMED_KEY: u32 = 903;
/// A key is of a kind that this library does not verify with.
pub const MCPAUTH_UNKNOWN_KEY_KIND: u32 = 904;
/// A key is no acceptable public key: off its curve, or of small order.
pub const MCPAUTH_REFUSED_KEY: u32 = 905;

/// Codes of this interface, which no request can cause.
const MISUSE: [(u32, &str, &str); 6] = [
    (
        MCPAUTH_NULL_ARGUMENT,
        "null_argument",
        "A pointer that must not be NULL is NULL",
    ),
    (
        MCPAUTH_NOT_UTF8,
        "not_utf8",
        "A text that must be UTF-8 is not",
    ),
    (
        MCPAUTH_INTERNAL_ERROR,
        "internal_error",
        "A defect in the library; please report it",
    ),
    (
        MCPAUTH_MALFORMED_KEY,
        "malformed_key",
        "The key is not written in the form that it should have",
    ),
    (
        MCPAUTH_UNKNOWN_KEY_KIND,
        "unknown_key_kind",
        "The key is of a kind that is not supported",
    ),
    (
        MCPAUTH_REFUSED_KEY,
        "refused_key",
        "The key is not an acceptable public key",
    ),
];

/// The spelling of a code and what it means; empty for a number that is no code.
pub(crate) fn described(code: u32) -> (&'static str, &'static str) {
    let own = MISUSE
        .iter()
        .find(|(number, ..)| *number == code)
        .map(|(_, name, text)| (*name, *text));
    let core = Code::ALL
        .iter()
        .find(|one| one.number() == code)
        .map(|one| (one.name(), one.text()));
    own.or(core).unwrap_or(if code == MCPAUTH_OK {
        ("ok", "Success")
    } else {
        ("", "")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_sees_every_code_of_core_and_no_other() {
        let here: Vec<(String, u32)> = include_str!("codes.rs")
            .lines()
            .filter_map(|line| {
                line.strip_prefix("pub const MCPAUTH_")?
                    .strip_suffix(';')?
                    .split_once(": u32 = ")
            })
            .map(|(name, number)| (name.to_ascii_lowercase(), number.parse().unwrap()))
            .filter(|(_, number)| (1..900).contains(number))
            .collect();
        let core: Vec<(String, u32)> = Code::ALL
            .iter()
            .map(|code| (code.name().into(), code.number()))
            .collect();
        assert_eq!(here, core);
    }
}
