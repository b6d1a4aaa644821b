/* A device that lets callers in by access token. The same file runs on a Cortex-M (cortex_m.c) and on a computer (host.c).
 *
 * keys.h comes from the issuer's JWK Set:  mcpauth-keys --strict --name issuer_keys jwks.json >keys.h
 * With SIGNATURES defined as a function such as mcpauth_embedded_es256, or as one of the platform's, that one verifies the
 * signatures, and no other is linked. */
#include "board.h"
#include "keys.h"
#include "tokens.h"
#include <string.h>

#define NOW 1800000000u
#define BUILT 1767225600u /* 2026-01-01T00:00:00Z */
#define LONGEST_TOKEN 1024

#ifdef SIGNATURES
static const mcpauth_embedded_signatures signatures = {SIGNATURES, NULL};
#endif

#define TEXT(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

static const mcpauth_embedded_view audiences[] = {TEXT("https://device.example/mcp")};
static const mcpauth_embedded_view scopes[] = {TEXT("mcp:read")};
static const mcpauth_embedded_policy policy = {
    TEXT("https://issuer.example"), audiences, 1, scopes, 1, NULL, 0, BUILT, 60, 1,
};

/* The code for a request with this Authorization header; the caller's texts are in the buffer. */
static uint32_t admit(const char *authorization, uint64_t now, uint8_t *buffer, size_t length, mcpauth_embedded_caller *caller) {
    mcpauth_embedded_view header = {(const uint8_t *)authorization, strlen(authorization)}, token;
    uint32_t code = mcpauth_embedded_bearer(header, &token);
    if (code != MCPAUTH_OK) return code;
#ifdef SIGNATURES
    return mcpauth_embedded_verify_with(&signatures, &policy, issuer_keys, issuer_keys_count, token, now, buffer, length,
                                        caller);
#else
    return mcpauth_embedded_verify(&policy, issuer_keys, issuer_keys_count, token, now, buffer, length, caller);
#endif
}

static void say(mcpauth_embedded_view text) { board_write((const char *)text.data, text.length); }

static void say_text(const char *text) { board_write(text, strlen(text)); }

static void say_number(size_t number) {
    char digits[20];
    size_t at = sizeof digits;
    do digits[--at] = (char)('0' + number % 10);
    while (number /= 10);
    board_write(digits + at, sizeof digits - at);
}

/* Says what comes of a request, and how much stack that takes. */
static int decides(const char *name, const char *authorization, uint64_t now, uint32_t expected) {
    static uint8_t buffer[MCPAUTH_EMBEDDED_BUFFER_BYTES(LONGEST_TOKEN)];
    mcpauth_embedded_caller caller;
    uint32_t code;
    board_stack_paint();
    code = admit(authorization, now, buffer, sizeof buffer, &caller);
    size_t used = board_stack_used();
    say_text(name);
    say_text(": ");
    if (code == MCPAUTH_OK) {
        say(caller.subject);
        say_text(" may ");
        say(caller.scopes);
    } else {
        say(mcpauth_embedded_strerror(code));
    }
    say_text(", stack ");
    say_number(used);
    say_text(" bytes\n");
    return code == expected;
}

#ifndef EXPECTED /* What a token of each algorithm gets. */
#define EXPECTED(algorithm) MCPAUTH_OK
#endif

int main(void) {
    int right = 1;
    right &= decides("ES256", "Bearer " TOKEN_ES256, NOW, EXPECTED(MCPAUTH_EMBEDDED_ES256));
    right &= decides("ES384", "Bearer " TOKEN_ES384, NOW, EXPECTED(MCPAUTH_EMBEDDED_ES384));
    right &= decides("EdDSA", "Bearer " TOKEN_EDDSA, NOW, EXPECTED(MCPAUTH_EMBEDDED_EDDSA));
#ifndef SIGNATURES
    right &= decides("late", "Bearer " TOKEN_ES256, NOW + 360, MCPAUTH_EXPIRED);
    right &= decides("no clock", "Bearer " TOKEN_ES256, MCPAUTH_EMBEDDED_NO_TIME, MCPAUTH_TIME_UNKNOWN);
    right &= decides("clock not set", "Bearer " TOKEN_ES256, 946684800, MCPAUTH_TIME_UNKNOWN);
    right &= decides("longer", "Bearer " TOKEN_ES256 "A", NOW, MCPAUTH_BAD_SIGNATURE);
    right &= decides("no token", "Basic dXNlcg==", NOW, MCPAUTH_UNSUPPORTED_SCHEME);
#endif
    return right ? 0 : 1;
}
