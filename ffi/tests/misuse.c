/* The interface held wrongly: NULL for every pointer of every function, zero and huge lengths, bytes that are no text.
 * Each wrong call has its code and changes nothing. */
#include "check.h"

static mcpauth_engine *engine;
static mcpauth_gate *gate;
static const mcpauth_view no_data = {NULL, 5}, huge = {(const uint8_t *)"x", SIZE_MAX}, bad = {(const uint8_t *)"\xff", 1};

/* A call that must fail with this code. The objects that it could have written are NULL before and after. */
static mcpauth_engine *no_engine;
static mcpauth_gate *no_gate;
static mcpauth_answer *no_answer;
static mcpauth_text *no_text, *no_problems;
#define FAILS(code, call) CHECK((call) == (code) && !no_engine && !no_gate && !no_answer && !no_text && !no_problems)
#define NULLS(call) FAILS(MCPAUTH_NULL_ARGUMENT, call)

/* Every view that cannot be read, in place of X in a call. */
#define UNREADABLE(call_with)                        \
    do {                                             \
        NULLS(call_with(no_data));                   \
        NULLS(call_with(huge));                      \
    } while (0)
#define NO_TEXT(call_with)                           \
    do {                                             \
        UNREADABLE(call_with);                       \
        FAILS(MCPAUTH_NOT_UTF8, call_with(bad));     \
    } while (0)

static void null_objects(void) {
    mcpauth_header header = {none, none};
    mcpauth_request request = {view("POST"), view("/mcp"), &header, 1, {NULL, 0}, {NULL, 0}};
    mcpauth_view scope = view("a");
    uint32_t visible = 7;
    NULLS(mcpauth_engine_new(view(CONFIGURATION), NULL, NULL));
    NULLS(mcpauth_engine_new(view(CONFIGURATION), NULL, &no_problems));
    NULLS(mcpauth_engine_update(NULL, view(CONFIGURATION), &no_problems));
    NULLS(mcpauth_gate_new(NULL, view(OPTIONS), &no_gate, &no_problems));
    NULLS(mcpauth_gate_new(engine, view(OPTIONS), NULL, &no_problems));
    NULLS(mcpauth_gate_check(NULL, &request, NOW, &no_answer));
    NULLS(mcpauth_gate_check(gate, NULL, NOW, &no_answer));
    NULLS(mcpauth_gate_check(gate, &request, NOW, NULL));
    NULLS(mcpauth_gate_check_token(NULL, view("t"), none, NOW, &no_answer));
    NULLS(mcpauth_gate_check_token(gate, view("t"), none, NOW, NULL));
    NULLS(mcpauth_engine_metadata(NULL, &request, NOW, &no_answer));
    NULLS(mcpauth_engine_metadata(engine, NULL, NOW, &no_answer));
    NULLS(mcpauth_engine_metadata(engine, &request, NOW, NULL));
    NULLS(mcpauth_engine_metadata_paths(NULL, &no_text));
    NULLS(mcpauth_engine_metadata_paths(engine, NULL));
    NULLS(mcpauth_engine_pending(NULL, NOW, &no_answer));
    NULLS(mcpauth_engine_pending(engine, NOW, NULL));
    NULLS(mcpauth_engine_supply(NULL, 0, 200, NULL, 0, none, NOW));
    NULLS(mcpauth_engine_open_session(NULL, view("s"), NULL));
    NULLS(mcpauth_engine_open_session(engine, view("s"), NULL));
    NULLS(mcpauth_engine_on_event(NULL, NULL, NULL, NULL));
    NULLS(mcpauth_gate_require(NULL, &request, NULL, 0, &scope, 1, &no_answer));
    NULLS(mcpauth_gate_require(gate, NULL, NULL, 0, &scope, 1, &no_answer));
    NULLS(mcpauth_gate_require(gate, &request, NULL, 1, &scope, 1, &no_answer));
    NULLS(mcpauth_gate_require(gate, &request, NULL, 0, NULL, 1, &no_answer));
    NULLS(mcpauth_gate_require(gate, &request, NULL, 0, &scope, 1, NULL));
    NULLS(mcpauth_gate_require(gate, &request, &scope, SIZE_MAX, &scope, 1, &no_answer));
    NULLS(mcpauth_gate_deny(NULL, &request, &no_answer));
    NULLS(mcpauth_gate_deny(gate, NULL, &no_answer));
    NULLS(mcpauth_gate_deny(gate, &request, NULL));
    NULLS(mcpauth_gate_failure(NULL, &request, &no_answer));
    NULLS(mcpauth_gate_failure(gate, NULL, &no_answer));
    NULLS(mcpauth_gate_failure(gate, &request, NULL));
    NULLS(mcpauth_gate_visible(NULL, NULL, 0, none, none, &visible));
    NULLS(mcpauth_gate_visible(gate, NULL, 1, none, none, &visible));
    NULLS(mcpauth_gate_visible(gate, NULL, 0, none, none, NULL));
    CHECK(visible == 7);
    NULLS(mcpauth_validate(view("{}"), none, none, NULL, &no_problems));
    /* Problems that nobody wants are no failure of their own. */
    FAILS(MCPAUTH_INVALID_CONFIGURATION, mcpauth_engine_new(view("{}"), &no_engine, NULL));
    FAILS(MCPAUTH_INVALID_CONFIGURATION, mcpauth_engine_update(engine, view("{}"), NULL));
    FAILS(MCPAUTH_INVALID_CONFIGURATION, mcpauth_gate_new(engine, view("{}"), &no_gate, NULL));
    FAILS(MCPAUTH_INVALID_CONFIGURATION, mcpauth_validate(view("{}"), view("x"), none, &no_text, NULL));
}

/* What reads an object reads nothing of NULL, and frees it without harm. */
static void null_readers(void) {
    CHECK(mcpauth_answer_kind(NULL) == MCPAUTH_RESPOND);
    for (uint32_t field = 0; field < 20; field++) {
        CHECK(mcpauth_answer_text(NULL, field).data == NULL && mcpauth_answer_number(NULL, field) == 0);
    }
    CHECK(mcpauth_answer_header(NULL, 0).name.data == NULL && mcpauth_answer_audience(NULL, 0).data == NULL);
    CHECK(mcpauth_answer_operation(NULL, 0).method.data == NULL && mcpauth_gate_declared(NULL, 0).method.data == NULL);
    CHECK(mcpauth_gate_policy(NULL).data == NULL && mcpauth_text_view(NULL).data == NULL);
    CHECK(mcpauth_engine_is_legacy(NULL) == 0 && mcpauth_engine_is_ready(NULL, NOW) == 0);
    mcpauth_engine_free(NULL);
    mcpauth_gate_free(NULL);
    mcpauth_answer_free(NULL);
    mcpauth_text_free(NULL);
}

static mcpauth_header line;
static mcpauth_request lined(mcpauth_view name, mcpauth_view value) {
    mcpauth_request request = {view("POST"), view("/mcp"), &line, 1, {NULL, 0}, {NULL, 0}};
    line.name = name;
    line.value = value;
    return request;
}

static uint32_t checked(mcpauth_request request) { return mcpauth_gate_check(gate, &request, NOW, &no_answer); }

static void lengths(void) {
#define NEW(X) mcpauth_engine_new(X, &no_engine, &no_problems)
#define UPDATE(X) mcpauth_engine_update(engine, X, &no_problems)
#define GATE(X) mcpauth_gate_new(engine, X, &no_gate, &no_problems)
#define TOKEN(X) mcpauth_gate_check_token(gate, X, none, NOW, &no_answer)
#define VERDICT(X) mcpauth_gate_check_token(gate, view("t"), X, NOW, &no_answer)
#define METADATA(X) mcpauth_validate(X, none, none, &no_text, &no_problems)
#define REVISION(X) mcpauth_validate(view("{}"), X, none, &no_text, &no_problems)
#define ISSUER(X) mcpauth_validate(view("{}"), none, X, &no_text, &no_problems)
#define REQUEST_METHOD(X) checked((mcpauth_request){X, view("/"), NULL, 0, {NULL, 0}, {NULL, 0}})
#define REQUEST_TARGET(X) checked((mcpauth_request){view("GET"), X, NULL, 0, {NULL, 0}, {NULL, 0}})
#define REQUEST_VERDICT(X) checked((mcpauth_request){view("GET"), view("/"), NULL, 0, {NULL, 0}, X})
#define REQUEST_BODY(X) checked((mcpauth_request){view("GET"), view("/"), NULL, 0, X, {NULL, 0}})
#define LINE_NAME(X) checked(lined(X, view("v")))
#define LINE_VALUE(X) checked(lined(view("n"), X))
#define SUPPLIED(X) mcpauth_engine_supply(engine, 0, 200, NULL, 0, X, NOW)
    NO_TEXT(NEW);
    NO_TEXT(UPDATE);
    NO_TEXT(GATE);
    NO_TEXT(TOKEN);
    NO_TEXT(VERDICT);
    NO_TEXT(METADATA);
    NO_TEXT(REVISION);
    NO_TEXT(ISSUER);
    NO_TEXT(REQUEST_METHOD);
    NO_TEXT(REQUEST_TARGET);
    NO_TEXT(REQUEST_VERDICT);
    UNREADABLE(REQUEST_BODY);
    UNREADABLE(LINE_NAME);
    UNREADABLE(LINE_VALUE);
    UNREADABLE(SUPPLIED);
    mcpauth_request none_of_five = {view("GET"), view("/"), NULL, 5, {NULL, 0}, {NULL, 0}};
    NULLS(checked(none_of_five));
    mcpauth_request endless = lined(none, none);
    endless.header_count = SIZE_MAX;
    NULLS(checked(endless));
    NULLS(mcpauth_engine_supply(engine, 0, 200, NULL, 5, none, NOW));
    NULLS(mcpauth_engine_supply(engine, 0, 200, &line, SIZE_MAX, none, NOW));
}

/* Nothing at all is an ordinary request: one without a credential. */
static void nothing(void) {
    mcpauth_request empty = {{NULL, 0}, {NULL, 0}, NULL, 0, {NULL, 0}, {NULL, 0}};
    mcpauth_answer *answer = NULL;
    CHECK(mcpauth_gate_check(gate, &empty, 0, &answer) == MCPAUTH_OK);
    CHECK(mcpauth_answer_number(answer, MCPAUTH_CODE) == MCPAUTH_MISSING_AUTHORIZATION);
    CHECK(mcpauth_answer_header(answer, SIZE_MAX).name.data == NULL);
    CHECK(mcpauth_answer_text(answer, UINT32_MAX).data == NULL && mcpauth_answer_number(answer, UINT32_MAX) == 0);
    CHECK(mcpauth_engine_open_session(engine, none, answer) == MCPAUTH_OK); /* It has no caller. */
    mcpauth_answer_free(answer);
    answer = NULL;
    CHECK(mcpauth_gate_check_token(gate, none, none, UINT64_MAX, &answer) == MCPAUTH_OK && answer != NULL);
    mcpauth_answer_free(answer);
    answer = NULL;
    CHECK(mcpauth_engine_metadata(engine, &empty, 0, &answer) == MCPAUTH_OK && answer == NULL);
    CHECK(mcpauth_engine_supply(engine, UINT64_MAX, 0, NULL, 0, none, 0) == MCPAUTH_OK); /* Nobody asked. */
    CHECK(mcpauth_gate_declared(gate, SIZE_MAX).method.data == NULL);
}

/* A view of one answer, a gate and a fetch outlive the keys and the configuration that they came from. */
static void used_after_replacement(const char *token, const char *jwks) {
    mcpauth_answer *fetch = asked(gate, token, NOW);
    CHECK(mcpauth_answer_kind(fetch) == MCPAUTH_FETCH);
    uint64_t id = mcpauth_answer_number(fetch, MCPAUTH_FETCH_ID);
    CHECK(mcpauth_engine_supply(engine, id, 200, NULL, 0, view(jwks), NOW) == MCPAUTH_OK);
    CHECK(mcpauth_engine_supply(engine, id, 200, NULL, 0, view("{\"keys\":[]}"), NOW) == MCPAUTH_OK); /* Too late. */
    mcpauth_answer *allowed = asked(gate, token, NOW);
    CHECK(mcpauth_answer_kind(allowed) == MCPAUTH_ALLOW);
    mcpauth_view subject = mcpauth_answer_text(allowed, MCPAUTH_SUBJECT), policy = mcpauth_gate_policy(gate);
    CHECK(mcpauth_engine_update(engine, view(WITH_KEYS("\"jwks_uri\":\"https://issuer.example/other\"")), NULL) == MCPAUTH_OK);
    CHECK(mcpauth_engine_supply(engine, id, 200, NULL, 0, view(jwks), NOW) == MCPAUTH_OK); /* Of the one before. */
    mcpauth_answer *again = asked(gate, token, NOW);
    CHECK(mcpauth_answer_kind(again) == MCPAUTH_FETCH && is(mcpauth_answer_text(again, MCPAUTH_URL), "https://issuer.example/other"));
    CHECK(is(subject, "user-1") && starts(policy, "https://rs.example/mcp"));
    CHECK(is(mcpauth_answer_text(fetch, MCPAUTH_URL), "https://issuer.example/jwks"));
    mcpauth_answer_free(again);
    mcpauth_answer_free(allowed);
    mcpauth_answer_free(fetch);
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    char *token = read_file(argv[1], "token.txt"), *jwks = read_file(argv[1], "jwks.json");
    if (mcpauth_engine_new(view(CONFIGURATION), &engine, NULL) || mcpauth_gate_new(engine, view(OPTIONS), &gate, NULL)) return 2;
    null_objects();
    null_readers();
    lengths();
    nothing();
    used_after_replacement(token, jwks);
    mcpauth_gate_free(gate);
    mcpauth_engine_free(engine);
    free(token);
    free(jwks);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
