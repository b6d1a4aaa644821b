/* The interface without a heap held wrongly: NULL for every pointer, zero and huge lengths, bytes that are no text, a buffer
 * that is short by one byte, keys that are none. Each wrong call has its code and writes nothing. */
#include "embedded_platform.h"
#include "../examples/embedded/tokens.h"
#include <keys.h>
#include <mcpauth_embedded.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int passed, failed;

#define CHECK(condition) \
    ((condition) ? (void)passed++ : (void)(failed++, fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition)))

#define NOW 1800000000u
#define TEXT(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}

static const mcpauth_embedded_view none = {NULL, 0}, no_data = {NULL, 5}, huge = {(const uint8_t *)"x", SIZE_MAX},
                                   bad = TEXT("\xff"), empty = TEXT("");
static const mcpauth_embedded_view audience = TEXT("https://device.example/mcp"), issuer = TEXT("https://issuer.example");
static const mcpauth_embedded_view es256 = TEXT(TOKEN_ES256), eddsa = TEXT(TOKEN_EDDSA);

static uint8_t *buffer;
static size_t length;
static mcpauth_embedded_caller caller;

static mcpauth_embedded_policy good(void) {
    mcpauth_embedded_policy policy = {0};
    policy.issuer = issuer;
    policy.audiences = &audience;
    policy.audience_count = 1;
    return policy;
}

static uint32_t asked(const mcpauth_embedded_policy *policy, const mcpauth_embedded_key *keys, size_t count,
                      mcpauth_embedded_view token) {
    return mcpauth_embedded_verify(policy, keys, count, token, NOW, buffer, length, &caller);
}

/* A call that must fail with this code, and writes no caller. */
#define FAILS(code, call) CHECK((call) == (code) && !caller.subject.data && !caller.expires_at)
#define NULLS(call) FAILS(MCPAUTH_NULL_ARGUMENT, call)

static void arguments(void) {
    mcpauth_embedded_policy policy = good();
    mcpauth_embedded_view token = none;
    mcpauth_embedded_signatures no_function = {NULL, NULL};
    NULLS(asked(NULL, issuer_keys, issuer_keys_count, es256));
    NULLS(asked(&policy, NULL, 1, es256));
    NULLS(asked(&policy, issuer_keys, SIZE_MAX, es256));
    NULLS(asked(&policy, issuer_keys, issuer_keys_count, no_data));
    NULLS(asked(&policy, issuer_keys, issuer_keys_count, huge));
    NULLS(mcpauth_embedded_verify(&policy, issuer_keys, issuer_keys_count, es256, NOW, NULL, length, &caller));
    NULLS(mcpauth_embedded_verify(&policy, issuer_keys, issuer_keys_count, es256, NOW, NULL, 0, &caller));
    NULLS(mcpauth_embedded_verify(&policy, issuer_keys, issuer_keys_count, es256, NOW, buffer, SIZE_MAX, &caller));
    NULLS(mcpauth_embedded_verify(&policy, issuer_keys, issuer_keys_count, es256, NOW, buffer, length, NULL));
    NULLS(mcpauth_embedded_verify_with(NULL, &policy, issuer_keys, issuer_keys_count, es256, NOW, buffer, length, &caller));
    NULLS(mcpauth_embedded_verify_with(&no_function, &policy, issuer_keys, issuer_keys_count, es256, NOW, buffer, length,
                                       &caller));
    NULLS(mcpauth_embedded_bearer(no_data, &token));
    NULLS(mcpauth_embedded_bearer(huge, &token));
    NULLS(mcpauth_embedded_bearer((mcpauth_embedded_view)TEXT("Bearer x"), NULL));
    CHECK(mcpauth_embedded_bearer(none, &token) != MCPAUTH_OK && !token.data);
    /* A token that stands in the work buffer would be written over while it is read. */
    memcpy(buffer, es256.data, length);
    token.data = buffer;
    token.length = length;
    NULLS(asked(&policy, issuer_keys, issuer_keys_count, token));
    /* Nothing is an ordinary token: none. */
    FAILS(MCPAUTH_MALFORMED_TOKEN, asked(&policy, issuer_keys, issuer_keys_count, none));
    FAILS(MCPAUTH_MALFORMED_TOKEN, asked(&policy, issuer_keys, issuer_keys_count, empty));
    FAILS(MCPAUTH_MALFORMED_TOKEN, asked(&policy, issuer_keys, issuer_keys_count, bad));
    FAILS(MCPAUTH_KEY_NOT_FOUND, asked(&policy, NULL, 0, es256));
    CHECK(mcpauth_embedded_code_name(7).length == 0 && mcpauth_embedded_strerror(7).length == 0);
    CHECK(mcpauth_embedded_code_name(MCPAUTH_REFUSED_KEY).length == strlen("refused_key"));
}

static void policies(void) {
    mcpauth_embedded_policy policy = good(), zero = {0};
    const mcpauth_embedded_view *one_of[] = {&no_data, &huge};
    FAILS(MCPAUTH_INVALID_CONFIGURATION, asked(&zero, issuer_keys, issuer_keys_count, es256));
    policy.issuer = empty;
    FAILS(MCPAUTH_INVALID_CONFIGURATION, asked(&policy, issuer_keys, issuer_keys_count, es256));
    policy = good();
    policy.audience_count = 0;
    FAILS(MCPAUTH_INVALID_CONFIGURATION, asked(&policy, issuer_keys, issuer_keys_count, es256));
    policy = good();
    policy.leeway = 601;
    FAILS(MCPAUTH_INVALID_CONFIGURATION, asked(&policy, issuer_keys, issuer_keys_count, es256));
    for (int index = 0; index < 2; index++) {
        policy = good();
        policy.issuer = *one_of[index];
        NULLS(asked(&policy, issuer_keys, issuer_keys_count, es256));
        policy = good();
        policy.audiences = one_of[index];
        NULLS(asked(&policy, issuer_keys, issuer_keys_count, es256));
        policy = good();
        policy.scopes = one_of[index];
        policy.scope_count = 1;
        NULLS(asked(&policy, issuer_keys, issuer_keys_count, es256));
        policy = good();
        policy.required_claims = one_of[index];
        policy.required_claim_count = 1;
        NULLS(asked(&policy, issuer_keys, issuer_keys_count, es256));
    }
    policy = good();
    policy.scope_count = 1;
    NULLS(asked(&policy, issuer_keys, issuer_keys_count, es256));
    policy.scope_count = SIZE_MAX;
    policy.scopes = &audience;
    NULLS(asked(&policy, issuer_keys, issuer_keys_count, es256));
    policy = good();
    policy.required_claims = &bad;
    policy.required_claim_count = 1;
    FAILS(MCPAUTH_NOT_UTF8, asked(&policy, issuer_keys, issuer_keys_count, es256));
    /* What is asked for. */
    policy = good();
    policy.issuer = audience;
    FAILS(MCPAUTH_UNTRUSTED_ISSUER, asked(&policy, issuer_keys, issuer_keys_count, es256));
    policy = good();
    policy.audiences = &issuer;
    FAILS(MCPAUTH_WRONG_AUDIENCE, asked(&policy, issuer_keys, issuer_keys_count, es256));
    policy = good();
    policy.scopes = &audience;
    policy.scope_count = 1;
    FAILS(MCPAUTH_INSUFFICIENT_SCOPE, asked(&policy, issuer_keys, issuer_keys_count, es256));
    policy = good();
    policy.required_claims = &audience;
    policy.required_claim_count = 1;
    FAILS(MCPAUTH_MISSING_CLAIM, asked(&policy, issuer_keys, issuer_keys_count, es256));
}

static void times(void) {
    mcpauth_embedded_policy policy = good();
#define AT(now) mcpauth_embedded_verify(&policy, issuer_keys, issuer_keys_count, es256, now, buffer, length, &caller)
    FAILS(MCPAUTH_TIME_UNKNOWN, AT(MCPAUTH_EMBEDDED_NO_TIME));
    FAILS(MCPAUTH_EXPIRED, AT(1800000300));
    FAILS(MCPAUTH_EXPIRED, AT(UINT64_MAX));
    policy.earliest = NOW + 1;
    FAILS(MCPAUTH_TIME_UNKNOWN, AT(NOW));
    policy.earliest = UINT64_MAX;
    FAILS(MCPAUTH_TIME_UNKNOWN, AT(NOW));
    policy.earliest = NOW;
    CHECK(AT(1800000299) == MCPAUTH_OK && caller.expires_at == 1800000300);
    memset(&caller, 0, sizeof caller);
    policy.leeway = 600;
    CHECK(AT(1800000899) == MCPAUTH_OK);
    memset(&caller, 0, sizeof caller);
    FAILS(MCPAUTH_EXPIRED, AT(1800000900));
    /* Without anything set, any time after the epoch is one. */
    policy = good();
    CHECK(AT(1) == MCPAUTH_OK);
    memset(&caller, 0, sizeof caller);
}

/* The buffer is a block of its own: a byte written behind it would be seen. */
static void buffers(mcpauth_embedded_view token) {
    mcpauth_embedded_policy policy = good();
    const char *text = (const char *)token.data;
    size_t header = strcspn(text, "."), payload = strcspn(text + header + 1, ".");
    size_t needed = header * 3 / 4 + payload * 3 / 4;
    CHECK(needed <= mcpauth_embedded_buffer_length(token.length));
    for (size_t size = 1; size <= needed; size++) {
        uint8_t *own = malloc(size);
        if (!own) exit(2);
        memset(&caller, 0, sizeof caller);
        uint32_t code = mcpauth_embedded_verify(&policy, issuer_keys, issuer_keys_count, token, NOW, own, size, &caller);
        if (size < needed)
            FAILS(MCPAUTH_TOKEN_TOO_LARGE, code);
        else
            CHECK(code == MCPAUTH_OK && caller.subject.data > own && caller.subject.data < own + size);
        free(own);
    }
    memset(&caller, 0, sizeof caller);
    for (size_t size = 0; size < 100; size++) CHECK(mcpauth_embedded_buffer_length(size) == MCPAUTH_EMBEDDED_BUFFER_BYTES(size));
    CHECK(mcpauth_embedded_buffer_length(SIZE_MAX) < SIZE_MAX);
}

static void no_keys(void) {
    mcpauth_embedded_policy policy = good();
    mcpauth_embedded_key keys[2], zero;
    memset(&zero, 0, sizeof zero);
    FAILS(MCPAUTH_UNKNOWN_KEY_KIND, asked(&policy, &zero, 1, es256));
    keys[0] = issuer_keys[0];
    keys[0].algorithm = 77;
    FAILS(MCPAUTH_UNKNOWN_KEY_KIND, asked(&policy, keys, 1, es256));
    keys[0] = issuer_keys[0];
    keys[0].bytes.length = 64;
    FAILS(MCPAUTH_MALFORMED_KEY, asked(&policy, keys, 1, es256));
    keys[0].bytes = no_data;
    NULLS(asked(&policy, keys, 1, es256));
    keys[0] = issuer_keys[0];
    keys[0].kid = bad;
    FAILS(MCPAUTH_NOT_UTF8, asked(&policy, keys, 1, es256));
    keys[0].kid = empty;
    FAILS(MCPAUTH_KEY_NOT_FOUND, asked(&policy, keys, 1, es256));
    keys[0].kid = none;
    FAILS(MCPAUTH_KEY_NOT_FOUND, asked(&policy, keys, 1, es256)); /* The token names one. */
    /* Two that fit are none; there is no trial. */
    keys[0] = keys[1] = issuer_keys[0];
    FAILS(MCPAUTH_KEY_NOT_FOUND, asked(&policy, keys, 2, es256));
    keys[1].kid = none;
    CHECK(asked(&policy, keys, 2, es256) == MCPAUTH_OK);
    memset(&caller, 0, sizeof caller);
    keys[1].any_kid = 1;
    FAILS(MCPAUTH_KEY_NOT_FOUND, asked(&policy, keys, 2, es256));
    CHECK(asked(&policy, keys + 1, 1, es256) == MCPAUTH_OK);
    memset(&caller, 0, sizeof caller);
    /* A point that is not on the curve is found out where it is used, whoever wrote the table. */
    uint8_t off[65];
    memcpy(off, issuer_keys[0].bytes.data, sizeof off);
    off[64] ^= 1;
    keys[0] = issuer_keys[0];
    keys[0].bytes.data = off;
    FAILS(MCPAUTH_REFUSED_KEY, asked(&policy, keys, 1, es256));
    FAILS(MCPAUTH_KEY_NOT_FOUND, asked(&policy, keys, 1, eddsa));
}

/* DER of the example's P-256 and Ed25519 keys, as `openssl pkey -pubout -outform DER` writes it. */
static const uint8_t before_p256[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
                                      0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00};
static const uint8_t before_ed25519[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

static mcpauth_embedded_view viewed(const uint8_t *data, size_t size) {
    mcpauth_embedded_view view = {data, size};
    return view;
}

static void made_keys(void) {
    mcpauth_embedded_policy policy = good();
    mcpauth_embedded_key key, zero, p256 = issuer_keys[0], p384 = issuer_keys[1], ed25519 = issuer_keys[2];
    uint8_t der[sizeof before_p256 + 65], changed[97];
    memset(&key, 0, sizeof key);
    memset(&zero, 0, sizeof zero);
#define NO_KEY(code, call) CHECK((call) == (code) && memcmp(&key, &zero, sizeof key) == 0)
#define MADE(call, of) CHECK((call) == MCPAUTH_OK && key.algorithm == (of) && key.any_kid == 1 && !key.kid.data)
    typedef uint32_t maker(mcpauth_embedded_view, mcpauth_embedded_key *);
    maker *makers[] = {mcpauth_embedded_key_from_sec1, mcpauth_embedded_key_from_ed25519, mcpauth_embedded_key_from_spki,
                       mcpauth_embedded_key_from_spki_unchecked};
    for (size_t index = 0; index < 4; index++) {
        NO_KEY(MCPAUTH_NULL_ARGUMENT, makers[index](no_data, &key));
        NO_KEY(MCPAUTH_NULL_ARGUMENT, makers[index](huge, &key));
        NO_KEY(MCPAUTH_MALFORMED_KEY, makers[index](none, &key));
        NO_KEY(MCPAUTH_MALFORMED_KEY, makers[index](bad, &key));
    }
    /* SEC1 */
    CHECK(mcpauth_embedded_key_from_sec1(p256.bytes, NULL) == MCPAUTH_NULL_ARGUMENT);
    memcpy(changed, p256.bytes.data, 65);
    for (size_t size = 0; size < 65; size++)
        NO_KEY(MCPAUTH_MALFORMED_KEY, mcpauth_embedded_key_from_sec1(viewed(changed, size), &key));
    changed[0] = 3;
    NO_KEY(MCPAUTH_MALFORMED_KEY, mcpauth_embedded_key_from_sec1(viewed(changed, 33), &key)); /* compressed */
    NO_KEY(MCPAUTH_MALFORMED_KEY, mcpauth_embedded_key_from_sec1(viewed(changed, 65), &key));
    changed[0] = 4;
    changed[64] ^= 1;
    NO_KEY(MCPAUTH_REFUSED_KEY, mcpauth_embedded_key_from_sec1(viewed(changed, 65), &key));
    memset(changed + 1, 0, 64);
    NO_KEY(MCPAUTH_REFUSED_KEY, mcpauth_embedded_key_from_sec1(viewed(changed, 65), &key));
    memset(changed + 1, 0xff, 96);
    NO_KEY(MCPAUTH_REFUSED_KEY, mcpauth_embedded_key_from_sec1(viewed(changed, 97), &key));
    MADE(mcpauth_embedded_key_from_sec1(p256.bytes, &key), MCPAUTH_EMBEDDED_ES256);
    CHECK(asked(&policy, &key, 1, es256) == MCPAUTH_OK);
    MADE(mcpauth_embedded_key_from_sec1(p384.bytes, &key), MCPAUTH_EMBEDDED_ES384);
    memset(&caller, 0, sizeof caller);
    FAILS(MCPAUTH_KEY_NOT_FOUND, asked(&policy, &key, 1, es256));
    /* Ed25519: 1 is of small order, y = 2^255 - 19 + 1 is written otherwise. */
    memset(&key, 0, sizeof key);
    memset(changed, 0, 32);
    changed[0] = 1;
    NO_KEY(MCPAUTH_REFUSED_KEY, mcpauth_embedded_key_from_ed25519(viewed(changed, 32), &key));
    memset(changed, 0xff, 32);
    changed[0] = 0xee;
    changed[31] = 0x7f;
    NO_KEY(MCPAUTH_REFUSED_KEY, mcpauth_embedded_key_from_ed25519(viewed(changed, 32), &key));
    NO_KEY(MCPAUTH_MALFORMED_KEY, mcpauth_embedded_key_from_ed25519(p256.bytes, &key));
    MADE(mcpauth_embedded_key_from_ed25519(ed25519.bytes, &key), MCPAUTH_EMBEDDED_EDDSA);
    CHECK(asked(&policy, &key, 1, eddsa) == MCPAUTH_OK);
    memset(&caller, 0, sizeof caller);
    /* SubjectPublicKeyInfo */
    memset(&key, 0, sizeof key);
    memcpy(der, before_p256, sizeof before_p256);
    memcpy(der + sizeof before_p256, p256.bytes.data, 65);
    for (size_t size = 0; size < sizeof der; size++)
        NO_KEY(MCPAUTH_MALFORMED_KEY, mcpauth_embedded_key_from_spki(viewed(der, size), &key));
    der[20] ^= 1; /* another curve */
    NO_KEY(MCPAUTH_UNKNOWN_KEY_KIND, mcpauth_embedded_key_from_spki(viewed(der, sizeof der), &key));
    der[20] ^= 1;
    der[sizeof der - 1] ^= 1; /* off the curve */
    NO_KEY(MCPAUTH_REFUSED_KEY, mcpauth_embedded_key_from_spki(viewed(der, sizeof der), &key));
    MADE(mcpauth_embedded_key_from_spki_unchecked(viewed(der, sizeof der), &key), MCPAUTH_EMBEDDED_ES256);
    FAILS(MCPAUTH_REFUSED_KEY, asked(&policy, &key, 1, es256));
    der[sizeof der - 1] ^= 1;
    MADE(mcpauth_embedded_key_from_spki(viewed(der, sizeof der), &key), MCPAUTH_EMBEDDED_ES256);
    CHECK(asked(&policy, &key, 1, es256) == MCPAUTH_OK);
    memset(&caller, 0, sizeof caller);
    memcpy(der, before_ed25519, sizeof before_ed25519);
    memcpy(der + sizeof before_ed25519, ed25519.bytes.data, 32);
    MADE(mcpauth_embedded_key_from_spki(viewed(der, sizeof before_ed25519 + 32), &key), MCPAUTH_EMBEDDED_EDDSA);
    CHECK(asked(&policy, &key, 1, eddsa) == MCPAUTH_OK);
    memset(&caller, 0, sizeof caller);
}

/* A function of the platform's that says one thing and counts how often. */
struct said {
    int32_t answer;
    int calls;
};

static int32_t say(void *userdata, uint32_t algorithm, mcpauth_embedded_view key, mcpauth_embedded_view message,
                   mcpauth_embedded_view signature) {
    struct said *said = userdata;
    said->calls += algorithm == MCPAUTH_EMBEDDED_ES256 && key.length == 65 && signature.length == 64 &&
                   message.length + 1 + 86 == es256.length;
    return said->answer;
}

static void answers(void) {
    mcpauth_embedded_policy policy = good();
    int32_t wrong[] = {0, 1, -1, INT32_MIN, INT32_MAX, MCPAUTH_EMBEDDED_SIGNATURE_HOLDS + 1, -MCPAUTH_EMBEDDED_SIGNATURE_HOLDS};
    struct said said = {0, 0};
    mcpauth_embedded_signatures platform = {say, NULL};
    platform.userdata = &said;
#define WITH(token) \
    mcpauth_embedded_verify_with(&platform, &policy, issuer_keys, issuer_keys_count, token, NOW, buffer, length, &caller)
    for (size_t index = 0; index < sizeof wrong / sizeof *wrong; index++) {
        said.answer = wrong[index];
        FAILS(MCPAUTH_BAD_SIGNATURE, WITH(es256));
    }
    CHECK(said.calls == sizeof wrong / sizeof *wrong);
    said.answer = MCPAUTH_EMBEDDED_SIGNATURE_HOLDS;
    CHECK(WITH(es256) == MCPAUTH_OK && caller.subject.length == 6);
    memset(&caller, 0, sizeof caller);
    /* What else is wrong with a token is judged all the same, and some of it before the platform is asked. */
    said.calls = 0;
    policy.audiences = &issuer;
    FAILS(MCPAUTH_WRONG_AUDIENCE, WITH(es256));
    CHECK(said.calls == 1);
    policy.issuer = audience;
    FAILS(MCPAUTH_UNTRUSTED_ISSUER, WITH(es256));
    CHECK(said.calls == 1);
}

int main(void) {
    length = mcpauth_embedded_buffer_length(es256.length);
    buffer = malloc(length);
    if (!buffer) return 2;
    arguments();
    policies();
    times();
    buffers(es256);
    buffers(eddsa);
    no_keys();
    made_keys();
    answers();
    free(buffer);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
