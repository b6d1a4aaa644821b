/* Eight threads ask while another replaces the keys, the configuration and the listener: no answer is a wrong one. */
#include <pthread.h>
#include <stdatomic.h>

#include "check.h"

enum { ASKING = 8, ROUNDS = 300 };

static mcpauth_engine *engine;
static mcpauth_gate *gate;
static char *token, *jwks;
static atomic_int wrong, allowed, refused, fetches, events, released;
static atomic_bool done;

static void count(const mcpauth_event *event, void *userdata) {
    atomic_fetch_add((atomic_int *)userdata, 1);
    if (event->code != MCPAUTH_OK && event->code != MCPAUTH_BAD_SIGNATURE) atomic_fetch_add(&wrong, 1);
}

static void release(void *userdata) {
    (void)userdata;
    atomic_fetch_add(&released, 1);
}

static void supply(const mcpauth_answer *fetch) {
    uint64_t id = mcpauth_answer_number(fetch, MCPAUTH_FETCH_ID);
    if (mcpauth_engine_supply(engine, id, 200, NULL, 0, view(jwks), NOW) != MCPAUTH_OK) atomic_fetch_add(&wrong, 1);
}

/* Asks with a good token and with one whose signature is another; fetches what is asked for. */
static void *ask(void *forged) {
    while (!atomic_load(&done)) {
        mcpauth_answer *answer = asked(gate, forged ? forged : token, NOW);
        switch (mcpauth_answer_kind(answer)) {
        case MCPAUTH_FETCH:
            atomic_fetch_add(&fetches, 1);
            supply(answer);
            break;
        case MCPAUTH_ALLOW:
            atomic_fetch_add(forged || !is(mcpauth_answer_text(answer, MCPAUTH_SUBJECT), "user-1") ? &wrong : &allowed, 1);
            break;
        default:
            atomic_fetch_add(!forged || mcpauth_answer_number(answer, MCPAUTH_CODE) != MCPAUTH_BAD_SIGNATURE ? &wrong : &refused, 1);
        }
        mcpauth_answer_free(answer);
    }
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    token = read_file(argv[1], "token.txt");
    jwks = read_file(argv[1], "jwks.json");
    char *forged = malloc(strlen(token) + 1);
    if (!forged) return 2;
    strcpy(forged, token);
    char *first = strrchr(forged, '.') + 1; /* Of the signature. */
    *first = *first == 'A' ? 'B' : 'A';
    if (mcpauth_engine_new(view(CONFIGURATION), &engine, NULL) || mcpauth_gate_new(engine, view(OPTIONS), &gate, NULL)) return 2;

    pthread_t threads[ASKING];
    for (int index = 0; index < ASKING; index++) {
        if (pthread_create(&threads[index], NULL, ask, index % 2 ? forged : NULL) != 0) return 2;
    }
    for (int round = 0; round < ROUNDS; round++) {
        /* Another source each time, so that the keys are dropped and fetched again. */
        const char *configuration = round % 2 ? CONFIGURATION : WITH_KEYS("\"jwks_uri\":\"https://issuer.example/other\"");
        if (mcpauth_engine_update(engine, view(configuration), NULL) != MCPAUTH_OK) atomic_fetch_add(&wrong, 1);
        if (mcpauth_engine_on_event(engine, count, &events, release) != MCPAUTH_OK) atomic_fetch_add(&wrong, 1);
        mcpauth_answer *pending = NULL;
        if (mcpauth_engine_pending(engine, NOW, &pending) != MCPAUTH_OK) atomic_fetch_add(&wrong, 1);
        if (pending) supply(pending);
        mcpauth_answer_free(pending);
        if (mcpauth_engine_is_ready(engine, NOW) != 1) atomic_fetch_add(&wrong, 1);
        /* The threads have their turn before the keys go. */
        int before = atomic_load(&allowed) + atomic_load(&refused);
        while (atomic_load(&allowed) + atomic_load(&refused) < before + 2) sched_yield();
    }
    atomic_store(&done, 1);
    for (int index = 0; index < ASKING; index++) pthread_join(threads[index], NULL);
    mcpauth_engine_free(engine);
    mcpauth_gate_free(gate);
    CHECK(atomic_load(&wrong) == 0);
    CHECK(atomic_load(&allowed) > 0 && atomic_load(&refused) > 0 && atomic_load(&events) > 0);
    CHECK(atomic_load(&released) == ROUNDS);
    free(forged);
    free(token);
    free(jwks);
    fprintf(stderr, "%d allowed, %d refused, %d fetches, %d events\n", allowed, refused, fetches, events);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
