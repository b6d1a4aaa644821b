/* The C interface of mcpauth for devices: whether one access token may pass, and who calls. No heap, no globals, no
 * operating system, no clock.
 *
 *     mcpauth_embedded_bearer(header, &token);                               the token of an Authorization header
 *     code = mcpauth_embedded_verify(&policy, keys, count, token, now, buffer, sizeof buffer, &caller);
 *     if (code != MCPAUTH_OK) refuse;                                        caller.subject, caller.scopes, ...
 *
 * Ownership: all memory is yours. Keys and policies hold pointers to what you keep; a caller's texts point into the work
 * buffer and last as long as nothing else is put there. Nothing is kept after a call.
 * Errors: a function gives MCPAUTH_OK or a code; what it writes, it writes on MCPAUTH_OK alone. Codes below 500 are about
 * the token, but MCPAUTH_INVALID_CONFIGURATION (the policy has no issuer or no audience, or too large a leeway) and
 * MCPAUTH_TIME_UNKNOWN; those from 900 on are about the arguments.
 * Threads and interrupts: calls with buffers of their own do not know of each other.
 */

#ifndef MCPAUTH_EMBEDDED_H
#define MCPAUTH_EMBEDDED_H

#include <stddef.h>
#include <stdint.h>

// Bytes of work buffer for a token of so many bytes, as a constant.
#define MCPAUTH_EMBEDDED_BUFFER_BYTES(token_length) ((token_length) / 4 * 3 + (token_length) % 4)


// The call did what it says.
#define MCPAUTH_OK 0

// The request carries no credential.
#define MCPAUTH_MISSING_AUTHORIZATION 100

// The Authorization header names another scheme than Bearer.
#define MCPAUTH_UNSUPPORTED_SCHEME 101

// The Authorization header is `Bearer` alone.
#define MCPAUTH_MISSING_TOKEN 102

// What follows `Bearer` is not one token68 (RFC 9110 section 11.2).
#define MCPAUTH_MALFORMED_CREDENTIALS 103

// More than one credential (RFC 6750 section 2).
#define MCPAUTH_MULTIPLE_CREDENTIALS 104

// Not a compact JWS, or its header or payload is not strict JSON.
#define MCPAUTH_MALFORMED_TOKEN 110

// Five parts: a JWE.
#define MCPAUTH_ENCRYPTED_TOKEN 111

// `alg` is not one the issuer may use.
#define MCPAUTH_UNSUPPORTED_ALGORITHM 112

// The header has `crit` or `b64` (RFC 7515 section 4.1.11, RFC 7797).
#define MCPAUTH_UNSUPPORTED_CRITICAL 113

// `typ` says that this is another kind of token (RFC 8725 section 3.11).
#define MCPAUTH_WRONG_TOKEN_TYPE 114

// The claims are those of an ID token or another non-access token.
#define MCPAUTH_NOT_AN_ACCESS_TOKEN 115

// `iss` is not a trusted issuer.
#define MCPAUTH_UNTRUSTED_ISSUER 116

// No single key of the issuer fits the header.
#define MCPAUTH_KEY_NOT_FOUND 117

// The signature does not verify.
#define MCPAUTH_BAD_SIGNATURE 118

// A required claim is absent.
#define MCPAUTH_MISSING_CLAIM 119

// A claim has the wrong type or an impossible value.
#define MCPAUTH_INVALID_CLAIM 120

// `exp` has passed (RFC 7519 section 4.1.4).
#define MCPAUTH_EXPIRED 121

// `nbf` has not come (RFC 7519 section 4.1.5).
#define MCPAUTH_NOT_YET_VALID 122

// `aud` does not name this resource (RFC 9068 section 4).
#define MCPAUTH_WRONG_AUDIENCE 123

// The token is bound to a key (`cnf`) and came as a plain bearer token.
#define MCPAUTH_SENDER_CONSTRAINED 124

// The application's own function refused the token.
#define MCPAUTH_REJECTED_TOKEN 125

// The application's own function could not verify the token.
#define MCPAUTH_VERIFICATION_FAILED 126

// The token lacks a scope that the operation needs.
#define MCPAUTH_INSUFFICIENT_SCOPE 130

// The operation is not declared and the gate refuses such.
#define MCPAUTH_UNDECLARED_OPERATION 131

// The user's authentication is too weak or too old (RFC 9470 section 3).
#define MCPAUTH_INSUFFICIENT_AUTHENTICATION 132

// The session was opened by another principal.
#define MCPAUTH_FOREIGN_SESSION 133

// The application's own policy refuses the operation to this caller.
#define MCPAUTH_NOT_PERMITTED 134

// `Mcp-Method` or `Mcp-Name` disagrees with the body.
#define MCPAUTH_OPERATION_MISMATCH 140

// The body is no JSON-RPC message.
#define MCPAUTH_MALFORMED_BODY 141

// The body is in another charset or coding than the engine reads.
#define MCPAUTH_UNSUPPORTED_BODY 142

// The `Origin` is not one that the gate allows.
#define MCPAUTH_ORIGIN_NOT_ALLOWED 150

// A configuration cannot be used; the problems are listed beside it.
#define MCPAUTH_INVALID_CONFIGURATION 200

// A function of the application failed, or gave something that cannot be used.
#define MCPAUTH_APPLICATION_FAILURE 210

// Nobody knows what time it is, so no token is valid.
#define MCPAUTH_TIME_UNKNOWN 211

// A document could not be fetched.
#define MCPAUTH_FETCH_FAILED 300

// A document was answered with a status other than 200.
#define MCPAUTH_DOCUMENT_STATUS 301

// A document is not the JSON that its kind asks for.
#define MCPAUTH_MALFORMED_DOCUMENT 302

// Metadata names another issuer than the one asked (RFC 8414 section 3.3).
#define MCPAUTH_ISSUER_MISMATCH 303

// A JWK Set holds no key that can verify a signature.
#define MCPAUTH_NO_USABLE_KEYS 304

// A document points to a URL that must not be fetched.
#define MCPAUTH_REFUSED_URL 305

// The issuer's keys cannot be had now.
#define MCPAUTH_KEYS_UNAVAILABLE 310

// The issuer's metadata cannot be had now.
#define MCPAUTH_METADATA_UNAVAILABLE 311

// The token is longer than the engine reads.
#define MCPAUTH_TOKEN_TOO_LARGE 400

// A document is longer than the engine reads.
#define MCPAUTH_DOCUMENT_TOO_LARGE 401

// The body is longer than the engine reads.
#define MCPAUTH_BODY_TOO_LARGE 402

// A JWK Set has more keys than the engine takes.
#define MCPAUTH_TOO_MANY_KEYS 403

// A pointer that must not be NULL is NULL, or a length cannot be.
#define MCPAUTH_NULL_ARGUMENT 900

// A text that must be UTF-8 is not.
#define MCPAUTH_NOT_UTF8 901

// A defect in the library; the call had no effect. Please report it.
#define MCPAUTH_INTERNAL_ERROR 902

// A key is not written in the form that it should have.
#define MCPAUTH_MALFORMED_KEY 903

// A key is of a kind that this library does not verify with.
#define MCPAUTH_UNKNOWN_KEY_KIND 904

// A key is no acceptable public key: off its curve, or of small order.
#define MCPAUTH_REFUSED_KEY 905

// A key for ES256: an uncompressed point of P-256, 65 bytes.
#define MCPAUTH_EMBEDDED_ES256 1

// A key for ES384: an uncompressed point of P-384, 97 bytes.
#define MCPAUTH_EMBEDDED_ES384 2

// A key for EdDSA: an Ed25519 key, 32 bytes.
#define MCPAUTH_EMBEDDED_EDDSA 3

// The time of a clock that was not set: no token is valid then.
#define MCPAUTH_EMBEDDED_NO_TIME 0

// What a signature function returns where the signature holds. Anything else is a bad signature; a value that does not
// come by accident.
#define MCPAUTH_EMBEDDED_SIGNATURE_HOLDS 23130

// Members that the token's header or payload, or any object in them, may have; with more it is too large.
#define MCPAUTH_EMBEDDED_MEMBERS 32

// Bytes that live elsewhere. `data` is not terminated by a zero.
typedef struct mcpauth_embedded_view {
  // The first byte; NULL where there is nothing.
  const uint8_t *data;
  // How many bytes.
  size_t length;
} mcpauth_embedded_view;

// A public key of the issuer. It holds pointers alone: what they point to must live, and not change, for as long as it
// is used. A key of zeros is none. `mcpauth-keys` writes constant tables of them.
typedef struct mcpauth_embedded_key {
  // Its name, which a token's header must have where that names one.
  struct mcpauth_embedded_view kid;
  // An uncompressed point (SEC 1 section 2.3.3), or an Ed25519 key (RFC 8032 section 5.1.5).
  struct mcpauth_embedded_view bytes;
  // The one algorithm that it verifies, such as `MCPAUTH_EMBEDDED_ES256`.
  uint32_t algorithm;
  // 1 where names are not compared, because you have chosen this key for the tokens yourself; else 0.
  uint32_t any_kid;
} mcpauth_embedded_key;

// What a token must be like. Set everything to zero first (`= {0}`): a member of zeros asks for the stricter, or for
// nothing where nothing less is asked for. Texts are UTF-8.
typedef struct mcpauth_embedded_policy {
  // What `iss` must be, to the byte. There must be one.
  struct mcpauth_embedded_view issuer;
  // The values of which `aud` must name one: this device's own identifiers. There must be one.
  const struct mcpauth_embedded_view *audiences;
  // How many audiences.
  size_t audience_count;
  // The scopes that the token must have, all of them.
  const struct mcpauth_embedded_view *scopes;
  // How many scopes.
  size_t scope_count;
  // Claims that must be present beside `exp`, `iss`, `sub` and `aud`, which always must.
  const struct mcpauth_embedded_view *required_claims;
  // How many required claims.
  size_t required_claim_count;
  // Seconds since 1970 at which it was surely not earlier, such as the time of the build: a clock that shows less was
  // never set, and gives `MCPAUTH_TIME_UNKNOWN`. With 0, only the time 0 does.
  uint64_t earliest;
  // Seconds by which clocks may differ: 0 for none, at most 600.
  uint32_t leeway;
  // 1 where `typ` must be `at+jwt` (RFC 9068); with 0 it may also be `JWT` or absent, as of many issuers.
  uint32_t strict_type;
} mcpauth_embedded_policy;

// Who calls. Views point into the work buffer, the issuer's into the policy; their bytes are UTF-8 and may be any
// characters, NUL among them.
typedef struct mcpauth_embedded_caller {
  // `iss`
  struct mcpauth_embedded_view issuer;
  // `sub`
  struct mcpauth_embedded_view subject;
  // The client that the token was issued to; NULL data where the token does not say.
  struct mcpauth_embedded_view client_id;
  // The granted scopes, each once, separated by single spaces.
  struct mcpauth_embedded_view scopes;
  // Seconds since 1970 at which the token expires.
  uint64_t expires_at;
} mcpauth_embedded_caller;

// The platform's own verification of signatures.
typedef struct mcpauth_embedded_signatures {
  // Returns `MCPAUTH_EMBEDDED_SIGNATURE_HOLDS` where the signature of the message holds. `algorithm` is the key's, such
  // as `MCPAUTH_EMBEDDED_ES256`, and `key` its bytes; that they are a point of the curve is for this function to check.
  // The signature is the two numbers r and s behind each other, 64 bytes for ES256 and 96 for ES384 (RFC 7518 section
  // 3.4), or the 64 bytes of Ed25519. The message is not hashed yet.
  int32_t (*verify)(void *userdata,
                    uint32_t algorithm,
                    struct mcpauth_embedded_view key,
                    struct mcpauth_embedded_view message,
                    struct mcpauth_embedded_view signature);
  // Handed to it.
  void *userdata;
} mcpauth_embedded_signatures;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Takes the token out of the value of an `Authorization` header (RFC 6750 section 2.1). `*token` points into the value.
//
// # Safety
// `authorization` is readable; `token` is writable.
uint32_t mcpauth_embedded_bearer(struct mcpauth_embedded_view authorization,
                                 struct mcpauth_embedded_view *token);

// The spelling of a code, such as `expired`; empty for a number that is no code. It lives for ever.
struct mcpauth_embedded_view mcpauth_embedded_code_name(uint32_t code);

// What a code means, for a person; empty for a number that is no code. It lives for ever.
struct mcpauth_embedded_view mcpauth_embedded_strerror(uint32_t code);

// A key from an uncompressed point: `04`, x, y as in SEC 1 section 2.3.3. 65 bytes are of P-256 and for ES256, 97 of
// P-384 and for ES384. `MCPAUTH_MALFORMED_KEY` for another length or form, `MCPAUTH_REFUSED_KEY` where the point is not on
// the curve. `any_kid` is 1; set `kid` and `any_kid` yourself to change that.
//
// # Safety
// `point` is readable; `key` is writable.
uint32_t mcpauth_embedded_key_from_sec1(struct mcpauth_embedded_view point,
                                        struct mcpauth_embedded_key *key);

// A key from the 32 bytes of an Ed25519 key (RFC 8032 section 5.1.5). `MCPAUTH_MALFORMED_KEY` for another length,
// `MCPAUTH_REFUSED_KEY` for what is no point, is not written as it must be, or is of small order. `any_kid` is 1.
//
// # Safety
// `bytes` is readable; `key` is writable.
uint32_t mcpauth_embedded_key_from_ed25519(struct mcpauth_embedded_view raw,
                                           struct mcpauth_embedded_key *key);

// A key from DER of SubjectPublicKeyInfo, which is what a PEM "PUBLIC KEY" holds in base64: P-256 and P-384 (RFC 5480,
// named curve, uncompressed point) or Ed25519 (RFC 8410). The codes are those of the two functions above, and
// `MCPAUTH_UNKNOWN_KEY_KIND` for another kind of key, such as RSA or a compressed point. `any_kid` is 1.
//
// # Safety
// `der` is readable; `key` is writable.
uint32_t mcpauth_embedded_key_from_spki(struct mcpauth_embedded_view der,
                                        struct mcpauth_embedded_key *key);

// The same without a look at whether the key is a point of its curve, which takes no code of a curve. Only for
// `mcpauth_embedded_verify_with`, and only where the platform's function refuses such keys, as PSA and mbedTLS do.
//
// # Safety
// `der` is readable; `key` is writable.
uint32_t mcpauth_embedded_key_from_spki_unchecked(struct mcpauth_embedded_view der,
                                                  struct mcpauth_embedded_key *key);

// The library's own ES256, as a function for `mcpauth_embedded_signatures`, or for yours to call. It checks the point, and
// refuses every other algorithm.
//
// # Safety
// The views are readable.
int32_t mcpauth_embedded_es256(void *_userdata,
                               uint32_t algorithm,
                               struct mcpauth_embedded_view key,
                               struct mcpauth_embedded_view message,
                               struct mcpauth_embedded_view signature);

// The library's own ES384, likewise.
//
// # Safety
// The views are readable.
int32_t mcpauth_embedded_es384(void *_userdata,
                               uint32_t algorithm,
                               struct mcpauth_embedded_view key,
                               struct mcpauth_embedded_view message,
                               struct mcpauth_embedded_view signature);

// The library's own EdDSA, likewise: Ed25519 as RFC 8032 has it, without keys of small order.
//
// # Safety
// The views are readable.
int32_t mcpauth_embedded_eddsa(void *_userdata,
                               uint32_t algorithm,
                               struct mcpauth_embedded_view key,
                               struct mcpauth_embedded_view message,
                               struct mcpauth_embedded_view signature);

// How many bytes of work buffer a token of so many bytes needs at most.
size_t mcpauth_embedded_buffer_length(size_t token_length);

// Decides on a token at a time in Unix seconds: `MCPAUTH_OK` where it may pass, or the code that says why not. Of the keys
// exactly one must fit the token's header by `kid` and algorithm; there is no trial. `*caller` is written on `MCPAUTH_OK`
// alone; what is in the buffer after anything else is of no use.
//
// # Safety
// `policy`, `keys` and what they point to are readable, and `token`; `buffer` is writable and apart from all of them;
// `caller` is writable.
uint32_t mcpauth_embedded_verify(const struct mcpauth_embedded_policy *policy,
                                 const struct mcpauth_embedded_key *keys,
                                 size_t key_count,
                                 struct mcpauth_embedded_view token,
                                 uint64_t now,
                                 uint8_t *buffer,
                                 size_t buffer_length,
                                 struct mcpauth_embedded_caller *caller);

// The same with the platform's own verification of signatures. Linked into a program that calls nothing else, none of
// this library's own is.
//
// # Safety
// As for `mcpauth_embedded_verify`; `signatures` is readable and its function can be called.
uint32_t mcpauth_embedded_verify_with(const struct mcpauth_embedded_signatures *signatures,
                                      const struct mcpauth_embedded_policy *policy,
                                      const struct mcpauth_embedded_key *keys,
                                      size_t key_count,
                                      struct mcpauth_embedded_view token,
                                      uint64_t now,
                                      uint8_t *buffer,
                                      size_t buffer_length,
                                      struct mcpauth_embedded_caller *caller);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* MCPAUTH_EMBEDDED_H */
