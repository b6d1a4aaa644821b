/* Replays the vectors that flatten.py hands over on standard input and prints what it sees, a line a step, in the form
 * that tests/vectors/README.md defines. It knows no expectation: flatten.py --check judges. */
#include <inttypes.h>
#include <mcpauth.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each piece of input is a block of its own, so that valgrind sees a byte read behind its end. */
struct block {
    struct block *next;
    uint8_t bytes[];
};

static struct block *blocks;
static mcpauth_view vector;

static void *allocated(size_t size) {
    struct block *block = malloc(sizeof *block + size);
    if (!block) exit(2);
    block->next = blocks;
    blocks = block;
    return block->bytes;
}

static void free_blocks(void) {
    while (blocks) {
        struct block *next = blocks->next;
        free(blocks);
        blocks = next;
    }
}

/* Input: words, numbers, and bytes behind their length, each on lines of their own; -1 is the length of what is absent. */

static int read_word(char word[16]) { return scanf("%15s", word) == 1; }

static uint64_t read_number(void) {
    uint64_t number;
    if (scanf("%" SCNu64, &number) != 1) exit(2);
    return number;
}

static mcpauth_view read_bytes(void) {
    mcpauth_view view = {NULL, 0};
    long length;
    if (scanf("%ld", &length) != 1 || getchar() != '\n') exit(2);
    if (length < 0) return view;
    uint8_t *bytes = allocated((size_t)length);
    if (fread(bytes, 1, (size_t)length, stdin) != (size_t)length) exit(2);
    view.data = bytes;
    view.length = (size_t)length;
    return view;
}

static const mcpauth_header *read_headers(size_t *count) {
    *count = (size_t)read_number();
    mcpauth_header *headers = allocated(*count * sizeof *headers);
    for (size_t index = 0; index < *count; index++) {
        headers[index].name = read_bytes();
        headers[index].value = read_bytes();
    }
    return headers;
}

static mcpauth_request read_request(void) {
    mcpauth_request request;
    request.method = read_bytes();
    request.target = read_bytes();
    request.headers = read_headers(&request.header_count);
    request.body = read_bytes();
    request.verdict = read_bytes();
    return request;
}

/* Some texts, or NULL. */
struct texts {
    mcpauth_view *views;
    size_t count;
};

static struct texts read_texts(void) {
    struct texts texts = {NULL, 0};
    long count;
    if (scanf("%ld", &count) != 1) exit(2);
    if (count < 0) return texts;
    texts.count = (size_t)count;
    texts.views = allocated(texts.count * sizeof *texts.views);
    for (size_t index = 0; index < texts.count; index++) texts.views[index] = read_bytes();
    return texts;
}

/* Output. */

static void put_escaped(mcpauth_view value) {
    for (size_t index = 0; index < value.length; index++) {
        uint8_t byte = value.data[index];
        if (byte < 0x20 || byte > 0x7e || byte == '\\')
            printf("\\x%02x", byte);
        else
            putchar(byte);
    }
}

static void put_kind(long step, const char *kind) {
    put_escaped(vector);
    if (step < 0)
        printf("\t-\t%s", kind);
    else
        printf("\t%ld\t%s", step, kind);
}

static void put_text(const char *member, mcpauth_view value) {
    if (!value.data) return;
    printf("\t%s=", member);
    put_escaped(value);
}

static void put_number(const char *member, const mcpauth_answer *answer, uint32_t field) {
    printf("\t%s=%" PRIu64, member, mcpauth_answer_number(answer, field));
}

static void put_headers(const mcpauth_answer *answer) {
    for (size_t index = 0;; index++) {
        mcpauth_header header = mcpauth_answer_header(answer, index);
        if (!header.name.data) return;
        put_text("header", header.name);
        printf(": ");
        put_escaped(header.value);
    }
}

static void put_header_of_token(const mcpauth_answer *answer) {
    put_text("kid", mcpauth_answer_text(answer, MCPAUTH_KID));
    put_text("algorithm", mcpauth_answer_text(answer, MCPAUTH_ALGORITHM));
    printf("\tcached=%s", mcpauth_answer_number(answer, MCPAUTH_CACHED) ? "true" : "false");
}

/* The method, and behind a space the name. */
static void put_operation(mcpauth_operation operation) {
    put_text("operation", operation.method);
    if (!operation.name.data) return;
    putchar(' ');
    put_escaped(operation.name);
}

static void put_respond(long step, const mcpauth_answer *answer) {
    put_kind(step, "respond");
    put_number("status", answer, MCPAUTH_STATUS);
    uint32_t code = (uint32_t)mcpauth_answer_number(answer, MCPAUTH_CODE);
    if (code != MCPAUTH_OK) put_text("code", mcpauth_code_name(code));
    put_text("issuer", mcpauth_answer_text(answer, MCPAUTH_ISSUER));
    put_header_of_token(answer);
    put_text("resource", mcpauth_answer_text(answer, MCPAUTH_RESOURCE));
    put_headers(answer);
    put_text("body", mcpauth_answer_text(answer, MCPAUTH_BODY));
}

static void put_allow(long step, const mcpauth_answer *answer) {
    put_kind(step, "allow");
    mcpauth_view issuer = mcpauth_answer_text(answer, MCPAUTH_ISSUER);
    printf("\tanonymous=%s", issuer.data ? "false" : "true");
    put_text("issuer", issuer);
    put_header_of_token(answer);
    put_text("subject", mcpauth_answer_text(answer, MCPAUTH_SUBJECT));
    put_text("client_id", mcpauth_answer_text(answer, MCPAUTH_CLIENT_ID));
    mcpauth_view scopes = mcpauth_answer_text(answer, MCPAUTH_SCOPES);
    if (scopes.length) put_text("scopes", scopes);
    if (mcpauth_answer_number(answer, MCPAUTH_EXPIRES_AT)) put_number("expires_at", answer, MCPAUTH_EXPIRES_AT);
    put_text("claims", mcpauth_answer_text(answer, MCPAUTH_CLAIMS));
    put_text("resource", mcpauth_answer_text(answer, MCPAUTH_RESOURCE));
    put_text("token", mcpauth_answer_text(answer, MCPAUTH_TOKEN));
    mcpauth_view audience;
    for (size_t index = 0; (audience = mcpauth_answer_audience(answer, index)).data; index++)
        put_text("audience", audience);
    put_headers(answer);
    mcpauth_operation operation;
    for (size_t index = 0; (operation = mcpauth_answer_operation(answer, index)).method.data; index++)
        put_operation(operation);
    put_text("report", mcpauth_answer_text(answer, MCPAUTH_REPORT));
}

static void put_fetch(long step, const mcpauth_answer *answer) {
    put_kind(step, "fetch");
    put_text("method", mcpauth_answer_text(answer, MCPAUTH_METHOD));
    put_text("url", mcpauth_answer_text(answer, MCPAUTH_URL));
    put_headers(answer);
    put_text("body", mcpauth_answer_text(answer, MCPAUTH_BODY));
    put_number("timeout_ms", answer, MCPAUTH_TIMEOUT_MS);
    put_number("max_bytes", answer, MCPAUTH_MAX_BYTES);
}

static void put_need_body(long step, const mcpauth_answer *answer) {
    put_kind(step, "need_body");
    put_number("max", answer, MCPAUTH_MAX_BYTES);
}

static void put_need_verdict(long step, const mcpauth_answer *answer) {
    put_kind(step, "need_verdict");
    put_text("token", mcpauth_answer_text(answer, MCPAUTH_TOKEN));
}

/* What a call that failed says: its code, and the problems if it was about a configuration. */
static void put_error(long step, const char *kind, uint32_t code, mcpauth_text *problems) {
    put_kind(step, kind);
    if (code != MCPAUTH_INVALID_CONFIGURATION) put_text("code", mcpauth_code_name(code));
    put_text("problems", mcpauth_text_view(problems));
    putchar('\n');
    mcpauth_text_free(problems);
}

/* What a call gave: an answer, none, or a code. */
static void put_answer(long step, uint32_t code, const mcpauth_answer *answer) {
    if (code != MCPAUTH_OK) {
        put_error(step, "error", code, NULL);
        return;
    }
    if (!answer)
        put_kind(step, "pass");
    else
        switch (mcpauth_answer_kind(answer)) {
        case MCPAUTH_ALLOW: put_allow(step, answer); break;
        case MCPAUTH_FETCH: put_fetch(step, answer); break;
        case MCPAUTH_NEED_BODY: put_need_body(step, answer); break;
        case MCPAUTH_NEED_VERDICT: put_need_verdict(step, answer); break;
        default: put_respond(step, answer); break;
        }
    putchar('\n');
}

/* What a conversation keeps from step to step: the id of the latest fetch, and the latest answer that let pass. */
struct kept {
    uint64_t fetch;
    mcpauth_answer *allow;
};

static void put_done(long step, uint32_t code, const char *kind) {
    if (code != MCPAUTH_OK) {
        put_error(step, "error", code, NULL);
    } else {
        put_kind(step, kind);
        putchar('\n');
    }
}

static void take_visible(long step, const mcpauth_gate *gate) {
    struct texts held = read_texts();
    mcpauth_view method = read_bytes();
    struct texts names = read_texts();
    put_kind(step, "visible");
    for (size_t index = 0; index < names.count; index++) {
        uint32_t visible = 0;
        uint32_t code = mcpauth_gate_visible(gate, held.views, held.count, method, names.views[index], &visible);
        if (code != MCPAUTH_OK) put_text("code", mcpauth_code_name(code));
        if (visible) put_text("name", names.views[index]);
    }
    putchar('\n');
}

static void put_declared(long step, const mcpauth_gate *gate) {
    put_kind(step, "declared");
    mcpauth_operation operation;
    for (size_t index = 0; (operation = mcpauth_gate_declared(gate, index)).method.data; index++)
        put_operation(operation);
    putchar('\n');
}

/* Asks what gives an answer. */
static uint32_t ask(const char *word, const mcpauth_engine *engine, const mcpauth_gate *gate, mcpauth_answer **answer) {
    if (strcmp(word, "check_token") == 0) {
        mcpauth_view token = read_bytes();
        mcpauth_view verdict = read_bytes();
        return mcpauth_gate_check_token(gate, token, verdict, read_number(), answer);
    }
    mcpauth_request request = read_request();
    if (strcmp(word, "ask") == 0) return mcpauth_gate_check(gate, &request, read_number(), answer);
    if (strcmp(word, "metadata") == 0) return mcpauth_engine_metadata(engine, &request, read_number(), answer);
    if (strcmp(word, "deny") == 0) return mcpauth_gate_deny(gate, &request, answer);
    if (strcmp(word, "failure") == 0) return mcpauth_gate_failure(gate, &request, answer);
    struct texts held = read_texts();
    struct texts scopes = read_texts();
    return mcpauth_gate_require(gate, &request, held.views, held.count, scopes.views, scopes.count, answer);
}

static void take(long step, const mcpauth_engine *engine, mcpauth_gate **gate, struct kept *kept) {
    char word[16];
    if (!read_word(word)) exit(2);
    if (strcmp(word, "supply") == 0) {
        uint16_t status = (uint16_t)read_number();
        size_t count;
        const mcpauth_header *headers = read_headers(&count);
        mcpauth_view body = read_bytes();
        uint32_t code = mcpauth_engine_supply(engine, kept->fetch, status, headers, count, body, read_number());
        put_done(step, code, "supplied");
        return;
    }
    if (strcmp(word, "open_session") == 0) {
        put_done(step, mcpauth_engine_open_session(engine, read_bytes(), kept->allow), "opened");
        return;
    }
    if (strcmp(word, "update") == 0) {
        mcpauth_text *problems = NULL;
        uint32_t code = mcpauth_engine_update(engine, read_bytes(), &problems);
        if (code == MCPAUTH_INVALID_CONFIGURATION)
            put_error(step, "update_refused", code, problems);
        else
            put_done(step, code, "updated");
        return;
    }
    if (strcmp(word, "gate") == 0) {
        mcpauth_gate_free(*gate);
        put_done(step, mcpauth_gate_new(engine, read_bytes(), gate, NULL), "gate_made");
        return;
    }
    if (strcmp(word, "visible") == 0) {
        take_visible(step, *gate);
        return;
    }
    if (strcmp(word, "declared") == 0) {
        put_declared(step, *gate);
        return;
    }
    mcpauth_answer *answer = NULL;
    uint32_t code = ask(word, engine, *gate, &answer);
    put_answer(step, code, answer);
    if (mcpauth_answer_kind(answer) == MCPAUTH_FETCH) kept->fetch = mcpauth_answer_number(answer, MCPAUTH_FETCH_ID);
    if (mcpauth_answer_kind(answer) == MCPAUTH_ALLOW) {
        mcpauth_answer_free(kept->allow);
        kept->allow = answer;
    } else {
        mcpauth_answer_free(answer);
    }
}

static void replay(void) {
    mcpauth_engine *engine = NULL;
    mcpauth_gate *gate = NULL;
    mcpauth_text *problems = NULL;
    vector = read_bytes();
    uint32_t code = mcpauth_engine_new(read_bytes(), &engine, &problems);
    if (code != MCPAUTH_OK) put_error(-1, "configuration_refused", code, problems);
    mcpauth_view options = read_bytes();
    if (engine && options.data) {
        problems = NULL;
        code = mcpauth_gate_new(engine, options, &gate, &problems);
        if (code != MCPAUTH_OK) put_error(-1, "gate_refused", code, problems);
    }
    struct kept kept = {0, NULL};
    for (long step = 0, steps = (long)read_number(); step < steps; step++) take(step, engine, &gate, &kept);
    mcpauth_answer_free(kept.allow);
    mcpauth_gate_free(gate);
    mcpauth_engine_free(engine);
    free_blocks();
}

int main(void) {
    char word[16];
    while (read_word(word)) replay();
    return 0;
}
