/* Replays the tokens that embedded.py hands over on standard input with the library without a heap, and prints what it
 * sees, a line a token. It knows no expectation: embedded.py judges. With MBEDTLS defined, signatures of ES256 and ES384 are
 * verified by mbedTLS. */
#include "embedded_platform.h"
#include <inttypes.h>
#include <mcpauth_embedded.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each piece of input is a block of its own, so that a sanitizer sees a byte read behind its end. */
static void *blocks[512];
static size_t block_count;

static void *allocated(size_t size) {
    void *block = malloc(size ? size : 1);
    if (!block || block_count == sizeof blocks / sizeof *blocks) exit(2);
    return blocks[block_count++] = block;
}

static void free_blocks(void) {
    while (block_count) free(blocks[--block_count]);
}

static uint64_t read_number(void) {
    uint64_t number;
    if (scanf("%" SCNu64, &number) != 1) exit(2);
    return number;
}

/* Bytes behind their length; -1 is the length of what is absent. */
static mcpauth_embedded_view read_bytes(void) {
    mcpauth_embedded_view view = {NULL, 0};
    long length;
    if (scanf("%ld", &length) != 1 || getchar() != '\n') exit(2);
    if (length < 0) return view;
    uint8_t *bytes = allocated((size_t)length);
    if (fread(bytes, 1, (size_t)length, stdin) != (size_t)length) exit(2);
    view.data = bytes;
    view.length = (size_t)length;
    return view;
}

static const mcpauth_embedded_view *read_texts(size_t *count) {
    *count = (size_t)read_number();
    mcpauth_embedded_view *views = allocated(*count * sizeof *views);
    for (size_t index = 0; index < *count; index++) views[index] = read_bytes();
    return views;
}

static void put(const char *member, mcpauth_embedded_view value) {
    if (!value.data) return;
    printf("\t%s=", member);
    for (size_t index = 0; index < value.length; index++) printf("%02x", value.data[index]);
}

static void put_code(const char *kind, uint32_t code) {
    mcpauth_embedded_view name = mcpauth_embedded_code_name(code);
    printf("%s\t%.*s", kind, (int)name.length, (const char *)name.data);
}

static uint32_t decide(const mcpauth_embedded_policy *policy, const mcpauth_embedded_key *keys, size_t count,
                       mcpauth_embedded_view token, uint64_t now, mcpauth_embedded_caller *caller) {
    size_t length = mcpauth_embedded_buffer_length(token.length);
    uint8_t *buffer = allocated(length);
#ifdef MBEDTLS
    int is_own = 0;
    for (size_t index = 0; index < count; index++) is_own |= keys[index].algorithm == MCPAUTH_EMBEDDED_EDDSA;
    if (!is_own) {
        mcpauth_embedded_signatures platform = {platform_verify, NULL};
        return mcpauth_embedded_verify_with(&platform, policy, keys, count, token, now, buffer, length, caller);
    }
#endif
    return mcpauth_embedded_verify(policy, keys, count, token, now, buffer, length, caller);
}

static void replay(void) {
    mcpauth_embedded_policy policy = {0};
    policy.issuer = read_bytes();
    policy.audiences = read_texts(&policy.audience_count);
    policy.scopes = read_texts(&policy.scope_count);
    policy.required_claims = read_texts(&policy.required_claim_count);
    policy.leeway = (uint32_t)read_number();
    policy.strict_type = (uint32_t)read_number();
    size_t count = (size_t)read_number();
    mcpauth_embedded_key *keys = allocated(count * sizeof *keys);
    for (size_t index = 0; index < count; index++) {
        keys[index].kid = read_bytes();
        keys[index].bytes = read_bytes();
        keys[index].algorithm = (uint32_t)read_number();
        keys[index].any_kid = 0;
    }
    uint64_t now = read_number();
    mcpauth_embedded_view credential = read_bytes(), token = {NULL, 0};
    mcpauth_embedded_caller caller;
    memset(&caller, 0, sizeof caller);
    uint32_t code = mcpauth_embedded_bearer(credential, &token);
    if (code == MCPAUTH_OK) code = decide(&policy, keys, count, token, now, &caller);
    put_code("code", code);
    if (code == MCPAUTH_OK) {
        put("issuer", caller.issuer);
        put("subject", caller.subject);
        put("client_id", caller.client_id);
        put("scopes", caller.scopes);
        printf("\texpires_at=%" PRIu64, caller.expires_at);
    } else if (caller.subject.data || caller.expires_at) {
        printf("\twritten=1");
    }
    putchar('\n');
    free_blocks();
}

int main(void) {
    char word[8];
    while (scanf("%7s", word) == 1) replay();
    return 0;
}
