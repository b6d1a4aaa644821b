//! What a checkup can find, beside what a metadata document shows by itself: one row each, with its severity
//! under every revision of the MCP specification.

use crate::validation::Severity::{self, Error, Note, Success, Unchecked, Warning};

/// One thing that can be found.
pub(super) struct Rule {
    pub(super) code: &'static str,
    /// Under 2025-03-26, 2025-06-18, 2025-11-25 and 2026-07-28.
    pub(super) severity: [Severity; 4],
    pub(super) description: &'static str,
}

/// The row of a code.
pub(super) fn rule(code: &str) -> &'static Rule {
    let row = RULES.iter().find(|rule| rule.code == code);
    row.expect("every code that is found has a row")
}

const fn row(code: &'static str, severity: [Severity; 4], description: &'static str) -> Rule {
    Rule {
        code,
        severity,
        description,
    }
}

/// For what came with protected resource metadata, in the second revision.
const fn since_2025_06_18(severity: Severity) -> [Severity; 4] {
    [Unchecked, severity, severity, severity]
}

pub(super) static RULES: [Rule; 69] = [
    // Whether there is something to check.
    row(
        "unreachable",
        [Error; 4],
        "There was no complete answer. Check the address, the network and the certificate of the server.",
    ),
    row(
        "nothing_found",
        [Error; 4],
        "Neither an MCP server nor an authorization server answers here. Give the URL that MCP \
            clients are given, or the issuer of the authorization server.",
    ),
    // The answer without a token.
    row(
        "asks_for_token",
        [Success; 4],
        "Without a token the answer is 401.",
    ),
    row(
        "anonymous_allowed",
        [Warning; 4],
        "The request initialize is answered without a token. If nothing is public here, answer \
            401: clients start to sign in on nothing else.",
    ),
    row(
        "unexpected_status",
        [Error; 4],
        "Without a token the answer must be 401 with a WWW-Authenticate header (RFC 6750 section \
            3.1): clients start to sign in on nothing else.",
    ),
    row(
        "redirected",
        [Error; 4],
        "The answer is a redirect, and clients do not take their tokens along. Give clients the \
            final URL.",
    ),
    row(
        "challenge_missing",
        [Error; 4],
        "A 401 must have a WWW-Authenticate header (RFC 9110 section 15.5.2). Send: Bearer \
            resource_metadata=\"<URL of the protected resource metadata>\".",
    ),
    row(
        "challenge_malformed",
        [Error; 4],
        "The WWW-Authenticate header does not follow RFC 9110 section 11.6.1: clients with a real \
            parser drop it. Send: Bearer name=\"value\", name=\"value\".",
    ),
    row(
        "challenge_not_bearer_first",
        [Error; 4],
        "The first challenge must be Bearer: the TypeScript SDK ignores the header otherwise. Send \
            one WWW-Authenticate header with Bearer first and other schemes behind it.",
    ),
    row(
        "challenge_repeated",
        [Warning; 4],
        "There are several Bearer challenges, of which clients read one. Send one with all \
            parameters.",
    ),
    row(
        "challenge_without_parameters",
        [Error; 4],
        "Bearer must have a parameter (RFC 6750 section 3): clients ignore it otherwise. Add \
            resource_metadata.",
    ),
    row(
        "challenge_parameter_case",
        [Error; 4],
        "Write the names of parameters in lower case: clients search them so.",
    ),
    row(
        "challenge_parameter_spaces",
        [Error; 4],
        "Write name=\"value\" without blanks around the equals sign, and one space behind Bearer: \
            clients search them so.",
    ),
    row(
        "challenge_parameter_repeated",
        [Error; 4],
        "A parameter must stand once (RFC 9110 section 11.2).",
    ),
    row(
        "challenge_parameter_empty",
        [Error; 4],
        "Leave out a parameter that would be empty: scope=\"\" is the scope \"\" to some clients, \
            and makes others drop the header.",
    ),
    row(
        "challenge_parameter_escaped",
        [Error; 4],
        "Leave backslashes out of quoted values: most clients do not read escapes.",
    ),
    row(
        "challenge_description_characters",
        [Warning; 4],
        "Write error_description in printable ASCII without commas and equals signs: clients that \
            do not read quotes take what follows for another parameter.",
    ),
    row(
        "challenge_description_not_last",
        [Warning; 4],
        "Put error_description last: clients that search the header take words in it for \
            parameters.",
    ),
    row(
        "challenge_error_unasked",
        [Warning; 4],
        "Leave error out where no token was sent (RFC 6750 section 3.1).",
    ),
    row(
        "challenge_scope_missing",
        [Unchecked, Unchecked, Note, Note],
        "The challenge names no scope. With one, clients ask for just what is needed.",
    ),
    row(
        "challenge_scope_offline_access",
        [Unchecked, Unchecked, Unchecked, Warning],
        "Leave offline_access out of the challenge: clients add it themselves.",
    ),
    row(
        "challenge_metadata_missing",
        [Unchecked, Error, Warning, Warning],
        "Add resource_metadata with the URL of the protected resource metadata (RFC 9728 section \
            5.1): not every client looks for it elsewhere.",
    ),
    row(
        "challenge_metadata_malformed",
        since_2025_06_18(Error),
        "resource_metadata must be an absolute https URL without fragment; http is for loopback \
            only.",
    ),
    row(
        "challenge_metadata_refused",
        since_2025_06_18(Error),
        "resource_metadata points into a private network, which clients do not follow. Configure \
            the public URL of the resource.",
    ),
    row(
        "challenge_metadata_other_origin",
        since_2025_06_18(Warning),
        "resource_metadata is on another origin than the MCP server, which the Rust SDK ignores. \
            Behind a proxy, configure the public URL of the resource.",
    ),
    row(
        "challenge_clear",
        [Success; 4],
        "Every official SDK reads the WWW-Authenticate header.",
    ),
    // Browsers.
    row(
        "origin_refused",
        [Note; 4],
        "Pages of other origins are refused. Allow those of the browser clients that you want, \
            such as the MCP Inspector.",
    ),
    row(
        "challenge_hidden",
        [Warning; 4],
        "Clients in a browser cannot read the challenge. Send Access-Control-Allow-Origin and \
            Access-Control-Expose-Headers: WWW-Authenticate on the 401 too.",
    ),
    row(
        "challenge_shared",
        [Success; 4],
        "Clients in a browser can read the challenge.",
    ),
    row(
        "preflight_refused",
        [Warning; 4],
        "Clients in a browser cannot send their token. Answer OPTIONS before the token is asked \
            for, with Access-Control-Allow-Origin, and Authorization, Content-Type and \
            MCP-Protocol-Version in Access-Control-Allow-Headers.",
    ),
    row(
        "preflight_answered",
        [Success; 4],
        "Clients in a browser can send their token.",
    ),
    // Bad tokens.
    row(
        "token_in_query_ignored",
        [Success; 4],
        "A token in the query is ignored.",
    ),
    row(
        "token_in_query_read",
        [Error; 4],
        "A token in the query changes the answer. Read it from the Authorization header only: \
            URLs stand in logs (MCP authorization, Token Requirements).",
    ),
    row(
        "unsigned_token_refused",
        [Success; 4],
        "A token without signature is refused.",
    ),
    row(
        "forged_token_refused",
        [Success; 4],
        "A token with a forged signature is refused.",
    ),
    row(
        "forged_token_accepted",
        [Error; 4],
        "A token that the authorization server did not sign is let through. Verify signature, \
            issuer, audience and expiry of every token (MCP authorization, Token Handling).",
    ),
    row(
        "forged_token_failure",
        [Error; 4],
        "A bad token makes the server fail. Answer it with 401; if the keys of the authorization \
            server cannot be fetched, see to that first.",
    ),
    row(
        "forged_token_status",
        [Error; 4],
        "A bad token must be answered with 401 (MCP authorization, Token Handling).",
    ),
    row(
        "forged_token_error",
        [Warning; 4],
        "Send error=\"invalid_token\" with the 401 of a bad token (RFC 6750 section 3.1).",
    ),
    // Protected resource metadata.
    row(
        "resource_metadata_found",
        since_2025_06_18(Success),
        "There is protected resource metadata.",
    ),
    row(
        "resource_metadata_missing",
        since_2025_06_18(Error),
        "There is no protected resource metadata, so clients do not learn where to sign in. Serve \
            it without asking for a token (RFC 9728 section 3).",
    ),
    row(
        "resource_metadata_missing_at_challenge",
        since_2025_06_18(Error),
        "The URL in the challenge must serve the metadata with status 200: clients that got it \
            look nowhere else.",
    ),
    row(
        "resource_metadata_missing_at_path",
        since_2025_06_18(Warning),
        "Serve the metadata also where clients look without a challenge (RFC 9728 section 3.1).",
    ),
    row(
        "resource_metadata_missing_at_slash",
        since_2025_06_18(Note),
        "The metadata is not served under the same URL with a slash more or less at the end, where \
            some clients look.",
    ),
    row(
        "resource_metadata_missing_at_root",
        since_2025_06_18(Note),
        "The metadata is not served at the root, where clients look last. Serve it there if there \
            is no other resource on this host.",
    ),
    row(
        "resource_metadata_differs",
        since_2025_06_18(Warning),
        "Another document about the same resource is served here. Serve one.",
    ),
    row(
        "resource_metadata_type",
        since_2025_06_18(Error),
        "Serve the metadata as application/json (RFC 9728 section 3.2): the Go SDK refuses it \
            otherwise.",
    ),
    row(
        "resource_metadata_hidden",
        since_2025_06_18(Warning),
        "Clients in a browser cannot read the metadata. Send Access-Control-Allow-Origin: *.",
    ),
    row(
        "invalid_resource_metadata",
        since_2025_06_18(Error),
        "The metadata is not what RFC 9728 section 2 asks for.",
    ),
    row(
        "resource_matches",
        since_2025_06_18(Success),
        "The resource is the URL that clients are given.",
    ),
    row(
        "resource_spelled_otherwise",
        since_2025_06_18(Warning),
        "The resource differs from the URL that was given by a slash at the end, or is a parent \
            of it; the Go SDK refuses that. Publish the URL that clients are given.",
    ),
    row(
        "resource_mismatch",
        since_2025_06_18(Error),
        "The resource must be the URL that clients are given, character for character (RFC 9728 \
            section 3.3). Behind a proxy, configure the public URL of the resource.",
    ),
    row(
        "authorization_servers_missing",
        since_2025_06_18(Error),
        "authorization_servers must name at least one issuer (MCP authorization, Authorization \
            Server Location).",
    ),
    row(
        "authorization_servers_several",
        since_2025_06_18(Note),
        "Several authorization servers are named, of which most clients use the first. The others \
            were not checked.",
    ),
    row(
        "offline_access_advertised",
        [Unchecked, Unchecked, Unchecked, Warning],
        "Leave offline_access out of scopes_supported: clients add it themselves.",
    ),
    // Authorization server metadata, beside what `validate` finds.
    row(
        "refused_url",
        [Error; 4],
        "Was not fetched: it must be an https URL outside of private networks, as clients ask; \
            http is for loopback only.",
    ),
    row(
        "server_metadata_found",
        [Success; 4],
        "There is authorization server metadata.",
    ),
    row(
        "server_metadata_missing",
        [Warning, Error, Error, Error],
        "There is no authorization server metadata where clients look (RFC 8414 section 3, OpenID \
            Connect Discovery 1.0 section 4). Serve it, or correct the issuer.",
    ),
    row(
        "server_metadata_unreadable",
        [Warning; 4],
        "A place where clients look for the metadata neither has it nor says so. Answer with the \
            document or with 404.",
    ),
    row(
        "server_metadata_differs",
        [Warning, Warning, Error, Error],
        "Another place where clients look has a document with another issuer, endpoint or jwks_uri. \
            Serve the same values in both (RFC 9068 section 4).",
    ),
    row(
        "server_metadata_type",
        [Warning; 4],
        "Serve the metadata as application/json (RFC 8414 section 3.2): the Go SDK refuses it \
            otherwise.",
    ),
    row(
        "issuer_spelled_otherwise",
        [Warning; 4],
        "The issuer differs from the URL that was given by a slash at the end. Configure it \
            exactly as the document spells it.",
    ),
    row(
        "server_metadata_elsewhere",
        [Warning; 4],
        "Clients that know only the issuer do not look here for the metadata. Correct the issuer \
            or serve the document where RFC 8414 section 3 says.",
    ),
    // The JWK Set.
    row(
        "keys_missing",
        [Error; 4],
        "The JWK Set must be served with status 200 at jwks_uri.",
    ),
    row(
        "keys_malformed",
        [Error; 4],
        "The document must be a JWK Set of at most 100 keys: an object with the list keys (RFC \
            7517 section 5).",
    ),
    row(
        "keys_usable",
        [Success; 4],
        "There are keys that verify access tokens.",
    ),
    row(
        "no_usable_keys",
        [Error; 4],
        "No key verifies access tokens. Publish a public RSA key of at least 2048 bits, a P-256, \
            P-384 or P-521 key, or an Ed25519 key, for signatures.",
    ),
    row(
        "private_key_published",
        [Error; 4],
        "Private or symmetric key material is published: whoever read it can sign tokens. Replace \
            the key now.",
    ),
    row(
        "kid_ambiguous",
        [Warning; 4],
        "Several usable keys of one kind share a kid or have none, so a token does not tell which \
            one signed it. Give every key a kid of its own (RFC 7517 section 4.5).",
    ),
];
