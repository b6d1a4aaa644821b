/* What the C interface itself can get wrong: ownership, lengths, and the loop of ask, fetch, supply. */
#include "check.h"

static mcpauth_answer *ask(const mcpauth_gate *gate, const char *token, uint64_t now) {
    mcpauth_answer *answer = asked(gate, token, now);
    CHECK(answer != NULL);
    return answer;
}

static void conversation(const char *token, const char *jwks) {
    mcpauth_engine *engine = NULL;
    mcpauth_gate *gate = NULL;
    CHECK(mcpauth_engine_new(view(CONFIGURATION), &engine, NULL) == MCPAUTH_OK);
    CHECK(mcpauth_gate_new(engine, view(OPTIONS), &gate, NULL) == MCPAUTH_OK);

    CHECK(starts(mcpauth_gate_policy(gate), "https://rs.example/mcp: audience https://rs.example/mcp; scopes none;"));

    mcpauth_answer *answer = ask(gate, token, NOW);
    CHECK(mcpauth_answer_kind(answer) == MCPAUTH_FETCH);
    CHECK(is(mcpauth_answer_text(answer, MCPAUTH_URL), "https://issuer.example/jwks"));
    CHECK(is(mcpauth_answer_text(answer, MCPAUTH_METHOD), "GET"));
    CHECK(mcpauth_answer_number(answer, MCPAUTH_TIMEOUT_MS) == 5000);
    CHECK(mcpauth_answer_number(answer, MCPAUTH_MAX_BYTES) == 65536);
    CHECK(is(mcpauth_answer_header(answer, 0).name, "Accept"));
    uint64_t id = mcpauth_answer_number(answer, MCPAUTH_FETCH_ID);
    mcpauth_answer_free(answer);
    CHECK(mcpauth_engine_supply(engine, id, 200, NULL, 0, view(jwks), NOW) == MCPAUTH_OK);

    answer = ask(gate, token, NOW);
    CHECK(mcpauth_answer_kind(answer) == MCPAUTH_ALLOW);
    CHECK(is(mcpauth_answer_text(answer, MCPAUTH_ISSUER), "https://issuer.example"));
    CHECK(is(mcpauth_answer_text(answer, MCPAUTH_SCOPES), "mcp:read mcp:write"));
    CHECK(is(mcpauth_answer_text(answer, MCPAUTH_ALGORITHM), "ES256"));
    CHECK(mcpauth_answer_number(answer, MCPAUTH_EXPIRES_AT) == 1800000300);
    CHECK(mcpauth_answer_text(answer, 99).data == NULL && mcpauth_answer_text(answer, MCPAUTH_LOG).data == NULL);
    mcpauth_answer_free(answer);

    mcpauth_engine_free(engine); /* The gate keeps what it needs. */
    answer = ask(gate, token, 1800000360);
    CHECK(mcpauth_answer_kind(answer) == MCPAUTH_RESPOND);
    CHECK(mcpauth_answer_number(answer, MCPAUTH_STATUS) == 401);
    CHECK(mcpauth_answer_number(answer, MCPAUTH_CODE) == MCPAUTH_EXPIRED);
    CHECK(starts(mcpauth_answer_text(answer, MCPAUTH_LOG), "401 expired: "));
    CHECK(is(mcpauth_answer_header(answer, 2).name, "WWW-Authenticate"));
    CHECK(mcpauth_answer_header(answer, 99).name.data == NULL);
    mcpauth_answer_free(answer);
    mcpauth_gate_free(gate);
}

static void legacy(void) {
    mcpauth_engine *engine = NULL;
    mcpauth_gate *gate = NULL;
    mcpauth_answer *answer = NULL;
    mcpauth_view bad = view("\xff");
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

static void prefetch(const char *token, const char *jwks) {
    mcpauth_engine *engine = NULL;
    mcpauth_gate *gate = NULL;
    mcpauth_answer *answer = NULL;
    mcpauth_text *paths = NULL;
    CHECK(mcpauth_engine_new(view(CONFIGURATION), &engine, NULL) == MCPAUTH_OK);
    CHECK(mcpauth_engine_is_ready(engine, NOW) == 0);
    CHECK(mcpauth_engine_pending(engine, NOW, &answer) == MCPAUTH_OK && mcpauth_answer_kind(answer) == MCPAUTH_FETCH);
    CHECK(is(mcpauth_answer_text(answer, MCPAUTH_URL), "https://issuer.example/jwks"));
    uint64_t id = mcpauth_answer_number(answer, MCPAUTH_FETCH_ID);
    mcpauth_answer_free(answer);
    CHECK(mcpauth_engine_supply(engine, id, 200, NULL, 0, view(jwks), NOW) == MCPAUTH_OK);
    CHECK(mcpauth_engine_is_ready(engine, NOW) == 1);
    CHECK(mcpauth_engine_pending(engine, NOW, &answer) == MCPAUTH_OK && answer == NULL);
    CHECK(mcpauth_gate_new(engine, view(OPTIONS), &gate, NULL) == MCPAUTH_OK);
    answer = ask(gate, token, NOW);
    CHECK(mcpauth_answer_kind(answer) == MCPAUTH_ALLOW);
    mcpauth_answer_free(answer);
    CHECK(mcpauth_engine_metadata_paths(engine, &paths) == MCPAUTH_OK);
    CHECK(is(mcpauth_text_view(paths),
             "/.well-known/oauth-protected-resource\n/.well-known/oauth-protected-resource/mcp"));
    mcpauth_text_free(paths);
    mcpauth_gate_free(gate);
    mcpauth_engine_free(engine);
}

static void validation(void) {
    mcpauth_text *findings = NULL, *problems = NULL;
    CHECK(mcpauth_validate(view("{}"), none, none, &findings, &problems) == MCPAUTH_OK && problems == NULL);
    CHECK(starts(mcpauth_text_view(findings), "{\"is_valid\":false,\"errors\":["));
    mcpauth_text_free(findings);
    findings = NULL;
    CHECK(mcpauth_validate(view("{}"), view("2024-01-01"), none, &findings, &problems) == MCPAUTH_INVALID_CONFIGURATION);
    CHECK(findings == NULL && mcpauth_text_view(problems).length > 0);
    mcpauth_text_free(problems);
}

/* What a listener saw last. */
struct seen {
    int events, releases;
    uint32_t code, cached;
    char issuer[64], kid[64], algorithm[16], resource[64], log[256];
};

static void keep(char *place, size_t size, mcpauth_view text) {
    snprintf(place, size, "%.*s", (int)text.length, text.data ? (const char *)text.data : "");
}

static void on_event(const mcpauth_event *event, void *userdata) {
    struct seen *seen = userdata;
    seen->events++;
    seen->code = event->code;
    seen->cached = event->cached;
    keep(seen->issuer, sizeof seen->issuer, event->issuer);
    keep(seen->kid, sizeof seen->kid, event->kid);
    keep(seen->algorithm, sizeof seen->algorithm, event->algorithm);
    keep(seen->resource, sizeof seen->resource, event->resource);
    keep(seen->log, sizeof seen->log, event->log);
}

static void release(void *userdata) { ((struct seen *)userdata)->releases++; }

static void events(const char *token, const char *jwks) {
    static char configuration[70000];
    struct seen first = {0}, second = {0};
    mcpauth_engine *engine = NULL;
    mcpauth_gate *gate = NULL;
    mcpauth_request request = {view("GET"), view("/"), NULL, 0, {NULL, 0}, {NULL, 0}};
    snprintf(configuration, sizeof configuration, WITH_KEYS("\"jwks\":%s"), jwks);
    CHECK(mcpauth_engine_new(view(configuration), &engine, NULL) == MCPAUTH_OK);
    CHECK(mcpauth_gate_new(engine, view(OPTIONS), &gate, NULL) == MCPAUTH_OK);
    CHECK(mcpauth_engine_on_event(engine, NULL, &first, release) == MCPAUTH_NULL_ARGUMENT && first.releases == 0);
    CHECK(mcpauth_engine_on_event(engine, on_event, &first, release) == MCPAUTH_OK);

    mcpauth_answer_free(ask(gate, token, NOW));
    CHECK(first.events == 1 && first.code == MCPAUTH_OK && first.log[0] == 0);
    CHECK(is(view(first.issuer), "https://issuer.example") && is(view(first.algorithm), "ES256"));
    CHECK(first.kid[0] != 0 && is(view(first.resource), "https://rs.example/mcp"));
    CHECK(first.cached == 0);
    mcpauth_answer_free(ask(gate, token, NOW));
    CHECK(first.events == 2 && first.code == MCPAUTH_OK && first.cached == 1);
    first.events = 1;
    mcpauth_answer_free(ask(gate, token, NOW + 1000));
    CHECK(first.cached == 0);
    CHECK(first.events == 2 && first.code == MCPAUTH_EXPIRED && starts(view(first.log), "401 expired: "));
    mcpauth_answer *answer = NULL;
    CHECK(mcpauth_gate_deny(gate, &request, &answer) == MCPAUTH_OK);
    CHECK(first.events == 3 && first.code == MCPAUTH_NOT_PERMITTED);
    mcpauth_answer_free(answer);
    CHECK(mcpauth_gate_check(gate, &request, NOW, NULL) == MCPAUTH_NULL_ARGUMENT && first.events == 3);

    CHECK(mcpauth_engine_on_event(engine, on_event, &second, release) == MCPAUTH_OK && first.releases == 1);
    mcpauth_engine_free(engine); /* The gate still tells. */
    mcpauth_answer_free(ask(gate, "x", NOW));
    CHECK(first.events == 3 && second.events == 1 && second.code == MCPAUTH_MALFORMED_TOKEN && second.releases == 0);
    mcpauth_gate_free(gate);
    CHECK(first.releases == 1 && second.releases == 1);
}

static void version(void) {
    char numbers[64];
    snprintf(numbers, sizeof numbers, "%d.%d.%d", MCPAUTH_VERSION_MAJOR, MCPAUTH_VERSION_MINOR, MCPAUTH_VERSION_PATCH);
    CHECK(is(mcpauth_version(), MCPAUTH_TEST_VERSION) && is(mcpauth_version(), MCPAUTH_VERSION));
    CHECK(is(mcpauth_version(), numbers));
    CHECK(is(mcpauth_code_name(MCPAUTH_EXPIRED), "expired") && mcpauth_strerror(12345).length == 0);
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    char *token = read_file(argv[1], "token.txt"), *jwks = read_file(argv[1], "jwks.json");
    conversation(token, jwks);
    legacy();
    prefetch(token, jwks);
    validation();
    events(token, jwks);
    version();
    free(token);
    free(jwks);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
