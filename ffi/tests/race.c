/* A race on purpose: the library writes one number from two threads. ThreadSanitizer must see it, or it sees nothing. */
#include <pthread.h>

#include "check.h"

static mcpauth_gate *gate;
static uint32_t visible;

static void *write_it(void *unused) {
    for (int round = 0; round < 1000; round++) mcpauth_gate_visible(gate, NULL, 0, view("tools/call"), view("a"), &visible);
    return unused;
}

int main(void) {
    mcpauth_engine *engine = NULL;
    pthread_t threads[2];
    CHECK(mcpauth_engine_new(view(CONFIGURATION), &engine, NULL) == MCPAUTH_OK);
    CHECK(mcpauth_gate_new(engine, view(OPTIONS), &gate, NULL) == MCPAUTH_OK);
    for (int index = 0; index < 2; index++) {
        if (pthread_create(&threads[index], NULL, write_it, NULL) != 0) return 2;
    }
    for (int index = 0; index < 2; index++) pthread_join(threads[index], NULL);
    mcpauth_gate_free(gate);
    mcpauth_engine_free(engine);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
