/* The C interface of mcpauth: who may call a protected MCP server.
 *
 * Ownership: what a function ending in _new or an out parameter gives is yours until you pass it to the
 * function ending in _free, which takes NULL too. Views point into the object they were read from and live
 * as long as it does.
 * Errors: a function that can fail returns MCPAUTH_OK or a code; its out parameters are written only on MCPAUTH_OK
 * (and `problems` only on MCPAUTH_INVALID_CONFIGURATION).
 * Threads: every function may be called from any thread at any time, as long as nobody frees an object that another
 * call is using. Engines and gates may be shared; an answer belongs to one thread at a time.
 */

#ifndef MCPAUTH_H
#define MCPAUTH_H

#include <stddef.h>
#include <stdint.h>

// The version of this header as a text; `mcpauth_version` tells that of the library that runs.
#define MCPAUTH_VERSION "0.3.0"


// Send the response that the answer holds.
#define MCPAUTH_RESPOND 0

// Let the request pass. Not 0, so that nothing passes by an oversight.
#define MCPAUTH_ALLOW 1

// Fetch a document, supply it, and ask again.
#define MCPAUTH_FETCH 2

// Buffer the body, and ask again with it.
#define MCPAUTH_NEED_BODY 3

// Verify the token yourself, and ask again with the verdict.
#define MCPAUTH_NEED_VERDICT 4

// The issuer of the caller's token; of a refused one only where it is a trusted issuer.
#define MCPAUTH_ISSUER 0

// The subject of the caller's token.
#define MCPAUTH_SUBJECT 1

// The client that the token was issued to.
#define MCPAUTH_CLIENT_ID 2

// The granted scopes, separated by spaces.
#define MCPAUTH_SCOPES 3

// The claims as they were signed: JSON.
#define MCPAUTH_CLAIMS 4

// The body of the response or of the fetch's request.
#define MCPAUTH_BODY 5

// The method of the fetch.
#define MCPAUTH_METHOD 6

// The URL to fetch.
#define MCPAUTH_URL 7

// The caller's token, or the one to verify.
#define MCPAUTH_TOKEN 8

// The identifier of the resource that the request is for; none in authorization-server mode.
#define MCPAUTH_RESOURCE 9

// The key that the token's header names; unverified unless the request may pass.
#define MCPAUTH_KID 10

// The algorithm that the token's header names.
#define MCPAUTH_ALGORITHM 11

// Where refusals are only reported: the line for the log about the one that this would have been.
#define MCPAUTH_REPORT 12

// The line for the log about a refusal: code, what was expected and what came; no token.
#define MCPAUTH_LOG 13

// Seconds since the epoch at which the token expires; 0 where the verdict does not say.
#define MCPAUTH_EXPIRES_AT 0

// The status of the response.
#define MCPAUTH_STATUS 1

// The code that says why a request was refused; `MCPAUTH_OK` for metadata and preflights.
#define MCPAUTH_CODE 2

// Names the fetch; two fetches of one id are the same, and only one should run.
#define MCPAUTH_FETCH_ID 3

// Milliseconds a fetch may take in all.
#define MCPAUTH_TIMEOUT_MS 4

// Bytes of the fetched body, or of the request's body, to read at most.
#define MCPAUTH_MAX_BYTES 5

// 1 where the token's signature was verified for an earlier request, and only the rest was judged anew; else 0.
#define MCPAUTH_CACHED 6

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

// The version of this header: its first number, which changes with every break of the interface.
#define MCPAUTH_VERSION_MAJOR 0

// The second number; before 1.0 it may break the interface too.
#define MCPAUTH_VERSION_MINOR 3

// The third number.
#define MCPAUTH_VERSION_PATCH 0

// The decision on a request.
typedef struct mcpauth_answer mcpauth_answer;

// Protected resources, the issuers they trust, and those issuers' keys.
typedef struct mcpauth_engine mcpauth_engine;

// What one protected route asks of its callers. It keeps the engine that made it alive.
typedef struct mcpauth_gate mcpauth_gate;

// A text that is yours.
typedef struct mcpauth_text mcpauth_text;

// Bytes that live in another object. `data` is not terminated by a zero.
typedef struct mcpauth_view {
  // The first byte; NULL where there is nothing.
  const uint8_t *data;
  // How many bytes.
  size_t length;
} mcpauth_view;

// One header line of a request or a fetched document.
typedef struct mcpauth_header {
  // The name, in any case.
  struct mcpauth_view name;
  // The value.
  struct mcpauth_view value;
} mcpauth_header;

// An HTTP request to a protected resource.
typedef struct mcpauth_request {
  // The method, as sent.
  struct mcpauth_view method;
  // Path and query as on the request line, still percent-encoded.
  struct mcpauth_view target;
  // Every header line in order, duplicates included.
  const struct mcpauth_header *headers;
  // How many header lines.
  size_t header_count;
  // The body where the engine has asked for it, else NULL data.
  struct mcpauth_view body;
  // What you say of the token where the engine has asked for it, as the JSON text that `docs/configuration.md`
  // describes, else NULL data.
  struct mcpauth_view verdict;
} mcpauth_request;

// A JSON-RPC message.
typedef struct mcpauth_operation {
  // Its method, such as `tools/call`.
  struct mcpauth_view method;
  // The tool, prompt or resource it names; NULL data where it names none.
  struct mcpauth_view name;
} mcpauth_operation;

// A decision of a gate, for metrics and logs. It never holds a token. Its views live until the listener returns; NULL
// data is what was not known yet.
typedef struct mcpauth_event {
  // Why the request was refused; `MCPAUTH_OK` where it may pass.
  uint32_t code;
  // The trusted issuer that the token names. Unless the request may pass, anyone may have made the token.
  struct mcpauth_view issuer;
  // The key that the token names. Unless the request may pass it is anyone's text: no label for a metric.
  struct mcpauth_view kid;
  // The algorithm that the token names.
  struct mcpauth_view algorithm;
  // The identifier of the resource that the request is for.
  struct mcpauth_view resource;
  // The line for the log: of a refusal, or of the one that this would have been where they are only reported.
  struct mcpauth_view log;
  // 1 where the token's signature was verified for an earlier request, and only the rest was judged anew; else 0.
  uint32_t cached;
} mcpauth_event;

// Takes an event. It runs in the thread that asked the gate, in several at once, before that call returns. No lock is
// held, so it may call any function of this library. It must return: no exception, no `longjmp`.
typedef void (*mcpauth_on_event)(const struct mcpauth_event *event, void *userdata);

// Gives up what a listener was given.
typedef void (*mcpauth_release)(void *userdata);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Builds an engine from its JSON configuration. On `MCPAUTH_INVALID_CONFIGURATION`, `*problems` (if
// `problems` is not NULL) is JSON that names every problem with a JSON pointer and what to write instead.
//
// # Safety
// `configuration` is readable; `engine` and `problems` (or NULL) are writable.
uint32_t mcpauth_engine_new(struct mcpauth_view configuration,
                            struct mcpauth_engine **engine,
                            struct mcpauth_text **problems);

// Puts another configuration in the place of an engine's present one. Problems are reported as by
// `mcpauth_engine_new`, and then nothing has changed. Issuers whose options stay the same keep their keys; gates find
// their resource again by its identifier, and answer with 500 where it is gone.
//
// # Safety
// `engine` is alive; `configuration` is readable; `problems` (or NULL) is writable.
uint32_t mcpauth_engine_update(const struct mcpauth_engine *engine,
                               struct mcpauth_view configuration,
                               struct mcpauth_text **problems);

// Frees an engine. Its gates and answers stay usable. NULL is allowed.
//
// # Safety
// `engine` came from `mcpauth_engine_new`, was not freed, and no call uses it.
void mcpauth_engine_free(struct mcpauth_engine *engine);

// Makes a gate from its JSON options. Problems are reported as by `mcpauth_engine_new`.
//
// # Safety
// `engine` is alive; `options` is readable; `gate` and `problems` (or NULL) are writable.
uint32_t mcpauth_gate_new(const struct mcpauth_engine *engine,
                          struct mcpauth_view options,
                          struct mcpauth_gate **gate,
                          struct mcpauth_text **problems);

// The policy in force, in one line for the log: audience, scopes, leeway, issuers and what else was chosen. It lives as
// long as the gate.
//
// # Safety
// `gate` is alive or NULL.
struct mcpauth_view mcpauth_gate_policy(const struct mcpauth_gate *gate);

// Frees a gate. NULL is allowed.
//
// # Safety
// `gate` came from `mcpauth_gate_new`, was not freed, and no call uses it.
void mcpauth_gate_free(struct mcpauth_gate *gate);

// Decides on a request at a time in Unix seconds. A refused request is no error: the answer says how to
// respond to it.
//
// # Safety
// `gate` and everything in `request` are alive; `answer` is writable.
uint32_t mcpauth_gate_check(const struct mcpauth_gate *gate,
                            const struct mcpauth_request *request,
                            uint64_t now,
                            struct mcpauth_answer **answer);

// Decides on a token alone, outside any request: no operation and no session is judged. `verdict` has NULL data unless
// the engine has asked for it.
//
// # Safety
// `gate` is alive; `token` and `verdict` are readable; `answer` is writable.
uint32_t mcpauth_gate_check_token(const struct mcpauth_gate *gate,
                                  struct mcpauth_view token,
                                  struct mcpauth_view verdict,
                                  uint64_t now,
                                  struct mcpauth_answer **answer);

// Answers a request for a metadata document (RFC 9728; in authorization-server mode RFC 8414) at a time in Unix
// seconds. `*answer` becomes NULL where the request is for something else.
//
// # Safety
// `engine` and everything in `request` are alive; `answer` is writable.
uint32_t mcpauth_engine_metadata(const struct mcpauth_engine *engine,
                                 const struct mcpauth_request *request,
                                 uint64_t now,
                                 struct mcpauth_answer **answer);

// Whether a server stands in place of protected resources in the configuration: 1 or 0, and 0 for NULL.
//
// # Safety
// `engine` is alive or NULL.
uint32_t mcpauth_engine_is_legacy(const struct mcpauth_engine *engine);

// Hands over how a fetch ended: its status, headers and body, or status 0 where there was no response or
// it broke a limit. The answer to an earlier fetch is ignored.
//
// # Safety
// `engine`, the headers and the body are alive.
uint32_t mcpauth_engine_supply(const struct mcpauth_engine *engine,
                               uint64_t fetch_id,
                               uint16_t status,
                               const struct mcpauth_header *headers,
                               size_t header_count,
                               struct mcpauth_view body,
                               uint64_t now);

// Tells that the application has answered an allowed request with a new session (`Mcp-Session-Id`): from then on
// another principal's request with it is answered with 404. Without a caller in the answer nothing happens.
//
// # Safety
// `engine`, `session` and `answer` are alive.
uint32_t mcpauth_engine_open_session(const struct mcpauth_engine *engine,
                                     struct mcpauth_view session,
                                     const struct mcpauth_answer *answer);

// The bytes of a text.
//
// # Safety
// `text` is alive or NULL.
struct mcpauth_view mcpauth_text_view(const struct mcpauth_text *text);

// Frees a text. NULL is allowed.
//
// # Safety
// `text` came from this library, was not freed, and no view into it is used any more.
void mcpauth_text_free(struct mcpauth_text *text);

// The spelling of a code, such as `expired`; empty for a number that is no code. It lives for ever.
struct mcpauth_view mcpauth_code_name(uint32_t code);

// What a code means, for a person; empty for a number that is no code. It lives for ever.
struct mcpauth_view mcpauth_strerror(uint32_t code);

// `MCPAUTH_ALLOW`, `MCPAUTH_RESPOND`, `MCPAUTH_FETCH`, `MCPAUTH_NEED_BODY` or `MCPAUTH_NEED_VERDICT`. NULL gives
// `MCPAUTH_RESPOND`, never `MCPAUTH_ALLOW`.
//
// # Safety
// `answer` is alive or NULL.
uint32_t mcpauth_answer_kind(const struct mcpauth_answer *answer);

// One of the values of the caller's `aud`; NULL data behind the last one.
//
// # Safety
// `answer` is alive or NULL.
struct mcpauth_view mcpauth_answer_audience(const struct mcpauth_answer *answer, size_t index);

// One of the JSON-RPC messages of the request, where the engine has read them; NULL data behind the last one.
//
// # Safety
// `answer` is alive or NULL.
struct mcpauth_operation mcpauth_answer_operation(const struct mcpauth_answer *answer,
                                                  size_t index);

// A text of the answer, by `MCPAUTH_ISSUER` to `MCPAUTH_LOG`; NULL data where it has none.
//
// # Safety
// `answer` is alive or NULL.
struct mcpauth_view mcpauth_answer_text(const struct mcpauth_answer *answer, uint32_t field);

// A number of the answer, by `MCPAUTH_EXPIRES_AT` to `MCPAUTH_MAX_BYTES`; 0 where it has none.
//
// # Safety
// `answer` is alive or NULL.
uint64_t mcpauth_answer_number(const struct mcpauth_answer *answer, uint32_t field);

// A header line of the response, of the fetch's request, or to add to the application's response; NULL data
// behind the last one.
//
// # Safety
// `answer` is alive or NULL.
struct mcpauth_header mcpauth_answer_header(const struct mcpauth_answer *answer,
                                            size_t index);

// Frees an answer. NULL is allowed.
//
// # Safety
// `answer` came from this library, was not freed, and no view into it is used any more.
void mcpauth_answer_free(struct mcpauth_answer *answer);

// Refuses a caller who does not hold these scopes, with a challenge that names all that are needed. `*answer` becomes
// NULL where all are held. `held` is NULL for an anonymous caller, who holds none.
//
// # Safety
// `gate` and everything in `request` are alive; the views are readable; `answer` is writable.
uint32_t mcpauth_gate_require(const struct mcpauth_gate *gate,
                              const struct mcpauth_request *request,
                              const struct mcpauth_view *held,
                              size_t held_count,
                              const struct mcpauth_view *scopes,
                              size_t scope_count,
                              struct mcpauth_answer **answer);

// Answers a request that your own policy refuses: 403 without a challenge.
//
// # Safety
// `gate` and everything in `request` are alive; `answer` is writable.
uint32_t mcpauth_gate_deny(const struct mcpauth_gate *gate,
                           const struct mcpauth_request *request,
                           struct mcpauth_answer **answer);

// Answers a request that you failed to judge: 500.
//
// # Safety
// `gate` and everything in `request` are alive; `answer` is writable.
uint32_t mcpauth_gate_failure(const struct mcpauth_gate *gate,
                              const struct mcpauth_request *request,
                              struct mcpauth_answer **answer);

// Writes 1 where a caller with these scopes may use the name under the method, else 0, for the filtering of lists.
// `held` is NULL for an anonymous caller, who holds none.
//
// # Safety
// `gate` is alive; the views are readable; `visible` is writable.
uint32_t mcpauth_gate_visible(const struct mcpauth_gate *gate,
                              const struct mcpauth_view *held,
                              size_t held_count,
                              struct mcpauth_view method,
                              struct mcpauth_view name,
                              uint32_t *visible);

// One of the tools, prompts and resources that the gate's `operations` name, with its method; NULL data behind the
// last one.
//
// # Safety
// `gate` is alive or NULL, for as long as the views are used.
struct mcpauth_operation mcpauth_gate_declared(const struct mcpauth_gate *gate,
                                               size_t index);

// Sets who hears of the decisions of all gates of an engine, in place of the one before; NULL thrice for nobody. `userdata` is
// handed to every call. `release` (or NULL) is called once with it when no call uses it any more and none will: after
// another listener was set, or the engine and its gates were freed. That may be in the thread of a call that was still
// under way. Where this function fails, `userdata` stays yours.
//
// # Safety
// `engine` is alive; `on_event` and `release` may run in any thread with `userdata`.
uint32_t mcpauth_engine_on_event(const struct mcpauth_engine *engine,
                                 mcpauth_on_event on_event,
                                 void *userdata,
                                 mcpauth_release release);

// The next document that some issuer lacks or should renew at a time in Unix seconds, as an answer of the kind
// `MCPAUTH_FETCH`. `*answer` becomes NULL where there is none, or no attempt may be made now. Fetch it, supply it, and
// ask again.
//
// # Safety
// `engine` is alive; `answer` is writable.
uint32_t mcpauth_engine_pending(const struct mcpauth_engine *engine,
                                uint64_t now,
                                struct mcpauth_answer **answer);

// Whether every issuer has keys that may serve at a time in Unix seconds: 1 or 0, and 0 for NULL.
//
// # Safety
// `engine` is alive or NULL.
uint32_t mcpauth_engine_is_ready(const struct mcpauth_engine *engine, uint64_t now);

// The paths under which `mcpauth_engine_metadata` answers, one a line, for a host that lists its routes. An update of
// the engine may change them.
//
// # Safety
// `engine` is alive; `paths` is writable.
uint32_t mcpauth_engine_metadata_paths(const struct mcpauth_engine *engine,
                                       struct mcpauth_text **paths);

// Judges an authorization server's metadata document: what MCP clients of a revision of the specification will trip
// over. `revision` is a date such as `2026-07-28`, or has NULL data for the latest; `expected_issuer` (or NULL data) is
// the issuer that it must name (RFC 8414 section 3.3). `*findings` becomes JSON: `is_valid`, and the lists `errors`,
// `warnings`, `successes` and `notes`. A revision that does not exist is reported as by `mcpauth_engine_new`.
//
// # Safety
// The views are readable; `findings` and `problems` (or NULL) are writable.
uint32_t mcpauth_validate(struct mcpauth_view metadata,
                          struct mcpauth_view revision,
                          struct mcpauth_view expected_issuer,
                          struct mcpauth_text **findings,
                          struct mcpauth_text **problems);

// The version of the library that runs, such as `0.3.0`; `MCPAUTH_VERSION` is that of the header. It lives for ever.
struct mcpauth_view mcpauth_version(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* MCPAUTH_H */
