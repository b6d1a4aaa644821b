/* What the C tests share: counting, views, and the resource that the files of tests/data are for. */
#include <mcpauth.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int passed, failed;

#define CHECK(condition) \
    ((condition) ? (void)passed++ : (void)(failed++, fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition)))

#define NOW 1800000000
#define WITH_KEYS(source) \
    "{\"protected_resources\":{\"metadata\":{\"resource\":\"https://rs.example/mcp\",\"authorization_servers\":" \
    "[{\"issuer\":\"https://issuer.example\"," source "}]}}}"
#define CONFIGURATION WITH_KEYS("\"jwks_uri\":\"https://issuer.example/jwks\"")
#define OPTIONS "{\"resource\":\"https://rs.example/mcp\"}"

static const mcpauth_view none = {NULL, 0};

static inline mcpauth_view view(const char *text) {
    mcpauth_view result = {(const uint8_t *)text, strlen(text)};
    return result;
}

static inline int is(mcpauth_view seen, const char *expected) {
    return seen.length == strlen(expected) && memcmp(seen.data, expected, seen.length) == 0;
}

static inline int starts(mcpauth_view seen, const char *expected) {
    return seen.length >= strlen(expected) && memcmp(seen.data, expected, strlen(expected)) == 0;
}

static inline char *read_file(const char *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 65536);
    if (!file || !text || fread(text, 1, 65535, file) == 0) exit(2);
    fclose(file);
    text[strcspn(text, "\n") == 0 ? 0 : strlen(text) - 1] = 0;
    return text;
}

/* Asks about POST /mcp with a token; NULL where the call failed. */
static inline mcpauth_answer *asked(const mcpauth_gate *gate, const char *token, uint64_t now) {
    char credential[20000];
    snprintf(credential, sizeof credential, "Bearer %s", token);
    mcpauth_header header = {view("authorization"), view(credential)};
    mcpauth_request request = {view("POST"), view("/mcp"), &header, 1, {NULL, 0}, {NULL, 0}};
    mcpauth_answer *answer = NULL;
    return mcpauth_gate_check(gate, &request, now, &answer) == MCPAUTH_OK ? answer : NULL;
}
