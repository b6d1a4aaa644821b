/* What the C interface itself can get wrong: ownership, NULL, lengths, and the loop of ask, fetch, supply. */
#include <mcpauth.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int passed, failed;

#define CHECK(condition) \
    ((condition) ? (void)passed++ : (void)(failed++, fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition)))

static const char CONFIGURATION[] =
    "{\"protected_resources\":{\"metadata\":{\"resource\":\"https://rs.example/mcp\",\"authorization_servers\":"
    "[{\"issuer\":\"https://issuer.example\",\"jwks_uri\":\"https://issuer.example/jwks\"}]}}}";
static const char OPTIONS[] = "{\"resource\":\"https://rs.example/mcp\"}";

static mcpauth_view view(const char *text) {
    mcpauth_view result = {(const uint8_t *)text, strlen(text)};
    return result;
}

static int is(mcpauth_view seen, const char *expected) {
    return seen.length == strlen(expected) && memcmp(seen.data, expected, seen.length) == 0;
}

static char *read_file(const char *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 65536);
    if (!file || !text || fread(text, 1, 65535, file) == 0) exit(2);
    fclose(file);
    text[strcspn(text, "\n") == 0 ? 0 : strlen(text) - 1] = 0;
    return text;
}

static void misuse(void) {
    mcpauth_view none = {NULL, 0}, no_data = {NULL, 5}, huge = {(const uint8_t *)"x", SIZE_MAX}, bad = view("\xff");
    mcpauth_engine *engine = NULL;
    mcpauth_gate *gate = NULL;
    mcpauth_answer *answer = NULL;
    mcpauth_text *problems = NULL;
    CHECK(mcpauth_engine_new(no_data, &engine, &problems) == MCPAUTH_NULL_ARGUMENT);
    CHECK(mcpauth_engine_new(huge, &engine, &problems) == MCPAUTH_NULL_ARGUMENT);
    CHECK(mcpauth_engine_new(bad, &engine, &problems) == MCPAUTH_NOT_UTF8);
    CHECK(mcpauth_engine_new(view(CONFIGURATION), NULL, NULL) == MCPAUTH_NULL_ARGUMENT);
    CHECK(engine == NULL && problems == NULL);
    CHECK(mcpauth_engine_new(none, &engine, NULL) == MCPAUTH_INVALID_CONFIGURATION);
    CHECK(mcpauth_engine_new(view("{\"protected_resource\":[]}"), &engine, &problems) == MCPAUTH_INVALID_CONFIGURATION);
    CHECK(engine == NULL && problems != NULL);
    mcpauth_view text = mcpauth_text_view(problems);
    CHECK(text.length > 0 && memcmp(text.data, "{\"error_description\":", 21) == 0);
    mcpauth_text_free(problems);
    CHECK(mcpauth_engine_update(NULL, view(CONFIGURATION), NULL) == MCPAUTH_NULL_ARGUMENT);
    CHECK(mcpauth_gate_new(NULL, view(OPTIONS), &gate, NULL) == MCPAUTH_NULL_ARGUMENT);
    CHECK(mcpauth_gate_check(NULL, NULL, 0, &answer) == MCPAUTH_NULL_ARGUMENT);
    CHECK(mcpauth_engine_metadata(NULL, NULL, 0, &answer) == MCPAUTH_NULL_ARGUMENT);
    CHECK(mcpauth_gate_check_token(NULL, none, none, 0, &answer) == MCPAUTH_NULL_ARGUMENT);
    CHECK(mcpauth_gate_require(NULL, NULL, NULL, 0, NULL, 0, &answer) == MCPAUTH_NULL_ARGUMENT);
    CHECK(mcpauth_gate_require(NULL, NULL, NULL, 1, NULL, 0, &answer) == MCPAUTH_NULL_ARGUMENT);
    CHECK(mcpauth_gate_deny(NULL, NULL, &answer) == MCPAUTH_NULL_ARGUMENT);
    CHECK(mcpauth_gate_failure(NULL, NULL, &answer) == MCPAUTH_NULL_ARGUMENT);
    uint32_t visible = 7;
    CHECK(mcpauth_gate_visible(NULL, NULL, 0, none, none, &visible) == MCPAUTH_NULL_ARGUMENT && visible == 7);
    CHECK(mcpauth_gate_declared(NULL, 0).method.data == NULL && mcpauth_engine_is_legacy(NULL) == 0);
    CHECK(mcpauth_answer_operation(NULL, 0).method.data == NULL);
    CHECK(mcpauth_engine_supply(NULL, 0, 200, NULL, 0, none, 0) == MCPAUTH_NULL_ARGUMENT);
    CHECK(mcpauth_answer_kind(NULL) == MCPAUTH_RESPOND && mcpauth_answer_number(NULL, MCPAUTH_STATUS) == 0);
    CHECK(mcpauth_answer_text(NULL, MCPAUTH_BODY).data == NULL && mcpauth_answer_header(NULL, 0).name.data == NULL);
    mcpauth_engine_free(NULL);
    mcpauth_gate_free(NULL);
    mcpauth_answer_free(NULL);
    mcpauth_text_free(NULL);
    CHECK(is(mcpauth_code_name(MCPAUTH_EXPIRED), "expired") && mcpauth_strerror(12345).length == 0);
    CHECK(is(mcpauth_version(), MCPAUTH_TEST_VERSION));
}

static mcpauth_answer *ask(const mcpauth_gate *gate, const char *token, uint64_t now) {
    char credential[20000];
    snprintf(credential, sizeof credential, "Bearer %s", token);
    mcpauth_header header = {view("authorization"), view(credential)};
    mcpauth_request request = {view("POST"), view("/mcp"), &header, 1, {NULL, 0}, {NULL, 0}};
    mcpauth_answer *answer = NULL;
    CHECK(mcpauth_gate_check(gate, &request, now, &answer) == MCPAUTH_OK && answer != NULL);
    return answer;
}

static void conversation(const char *token, const char *jwks) {
    mcpauth_engine *engine = NULL;
    mcpauth_gate *gate = NULL;
    CHECK(mcpauth_engine_new(view(CONFIGURATION), &engine, NULL) == MCPAUTH_OK);
    CHECK(mcpauth_gate_new(engine, view(OPTIONS), &gate, NULL) == MCPAUTH_OK);

    mcpauth_answer *answer = ask(gate, token, 1800000000);
    CHECK(mcpauth_answer_kind(answer) == MCPAUTH_FETCH);
    CHECK(is(mcpauth_answer_text(answer, MCPAUTH_URL), "https://issuer.example/jwks"));
    CHECK(is(mcpauth_answer_text(answer, MCPAUTH_METHOD), "GET"));
    CHECK(mcpauth_answer_number(answer, MCPAUTH_TIMEOUT_MS) == 5000);
    CHECK(mcpauth_answer_number(answer, MCPAUTH_MAX_BYTES) == 65536);
    CHECK(is(mcpauth_answer_header(answer, 0).name, "Accept"));
    uint64_t id = mcpauth_answer_number(answer, MCPAUTH_FETCH_ID);
    mcpauth_answer_free(answer);
    CHECK(mcpauth_engine_supply(engine, id, 200, NULL, 0, view(jwks), 1800000000) == MCPAUTH_OK);

    answer = ask(gate, token, 1800000000);
    CHECK(mcpauth_answer_kind(answer) == MCPAUTH_ALLOW);
    CHECK(is(mcpauth_answer_text(answer, MCPAUTH_ISSUER), "https://issuer.example"));
    CHECK(is(mcpauth_answer_text(answer, MCPAUTH_SCOPES), "mcp:read mcp:write"));
    CHECK(is(mcpauth_answer_text(answer, MCPAUTH_ALGORITHM), "ES256"));
    CHECK(mcpauth_answer_number(answer, MCPAUTH_EXPIRES_AT) == 1800000300);
    CHECK(mcpauth_answer_text(answer, 99).data == NULL);
    mcpauth_answer_free(answer);

    mcpauth_engine_free(engine); /* The gate keeps what it needs. */
    answer = ask(gate, token, 1800000360);
    CHECK(mcpauth_answer_kind(answer) == MCPAUTH_RESPOND);
    CHECK(mcpauth_answer_number(answer, MCPAUTH_STATUS) == 401);
    CHECK(mcpauth_answer_number(answer, MCPAUTH_CODE) == MCPAUTH_EXPIRED);
    CHECK(is(mcpauth_answer_header(answer, 2).name, "WWW-Authenticate"));
    CHECK(mcpauth_answer_header(answer, 99).name.data == NULL);
    mcpauth_answer_free(answer);
    mcpauth_gate_free(gate);
}

static void legacy(void) {
    mcpauth_engine *engine = NULL;
    mcpauth_gate *gate = NULL;
    mcpauth_answer *answer = NULL;
    mcpauth_view none = {NULL, 0}, bad = {(const uint8_t *)"\xff", 1};
    CHECK(mcpauth_engine_new(view("{\"server\":{\"issuer\":\"https://issuer.example\",\"jwks\":{\"keys\":[]}}}"), &engine, NULL) ==
          MCPAUTH_OK);
    CHECK(mcpauth_engine_is_legacy(engine) == 1);
    CHECK(mcpauth_gate_new(engine, view("{\"verify\":\"custom\"}"), &gate, NULL) == MCPAUTH_OK);
    CHECK(mcpauth_gate_check_token(gate, view("t"), none, 0, &answer) == MCPAUTH_OK);
    CHECK(mcpauth_answer_kind(answer) == MCPAUTH_NEED_VERDICT && is(mcpauth_answer_text(answer, MCPAUTH_TOKEN), "t"));
    mcpauth_answer_free(answer);
    CHECK(mcpauth_gate_check_token(gate, view("t"), bad, 0, &answer) == MCPAUTH_NOT_UTF8);
    CHECK(mcpauth_gate_check_token(gate, view("t"), view("{}"), 0, &answer) == MCPAUTH_OK);
    CHECK(mcpauth_answer_number(answer, MCPAUTH_CODE) == MCPAUTH_APPLICATION_FAILURE);
    mcpauth_answer_free(answer);
    mcpauth_request request = {view("GET"), view("/"), NULL, 0, none, none};
    CHECK(mcpauth_gate_deny(gate, &request, NULL) == MCPAUTH_NULL_ARGUMENT);
    CHECK(mcpauth_gate_require(gate, &request, NULL, 0, NULL, 0, NULL) == MCPAUTH_NULL_ARGUMENT);
    mcpauth_gate_free(gate);
    mcpauth_engine_free(engine);
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    char *token = read_file(argv[1], "token.txt"), *jwks = read_file(argv[1], "jwks.json");
    misuse();
    conversation(token, jwks);
    legacy();
    free(token);
    free(jwks);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
