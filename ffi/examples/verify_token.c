/* Verifies an access token against a JWK Set file:  verify_token JWKS TOKEN ISSUER RESOURCE [NOW] */
#include <mcpauth.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TEXT(view) (int)(view).length, (const char *)(view).data

static mcpauth_view view(const char *text) {
    mcpauth_view result = {(const uint8_t *)text, strlen(text)};
    return result;
}

static int fail(const char *what, uint32_t code, mcpauth_text *problems) {
    fprintf(stderr, "%s: %.*s\n%.*s\n", what, TEXT(mcpauth_strerror(code)), TEXT(mcpauth_text_view(problems)));
    mcpauth_text_free(problems);
    return 2;
}

int main(int argc, char **argv) {
    static char jwks[65536], token[16386], configuration[70000], options[4096], credential[16400];
    if (argc < 5) return fprintf(stderr, "usage: verify_token JWKS TOKEN ISSUER RESOURCE [NOW]\n"), 2;
    FILE *jwks_file = fopen(argv[1], "rb"), *token_file = fopen(argv[2], "rb");
    if (!jwks_file || !token_file) return perror("cannot open"), 2;
    jwks[fread(jwks, 1, sizeof jwks - 1, jwks_file)] = 0;
    if (fscanf(token_file, "%16385s", token) != 1) return fprintf(stderr, "the token file is empty\n"), 2;
    fclose(jwks_file);
    fclose(token_file);

    /* One resource that trusts one issuer, whose keys are given. */
    snprintf(configuration, sizeof configuration,
             "{\"protected_resources\":{\"metadata\":{\"resource\":\"%s\",\"authorization_servers\":"
             "[{\"issuer\":\"%s\",\"jwks\":%s}]}}}", argv[4], argv[3], jwks);
    snprintf(options, sizeof options, "{\"resource\":\"%s\"}", argv[4]);
    snprintf(credential, sizeof credential, "Bearer %s", token);

    mcpauth_engine *engine = NULL;
    mcpauth_gate *gate = NULL;
    mcpauth_answer *answer = NULL;
    mcpauth_text *problems = NULL;
    uint32_t code = mcpauth_engine_new(view(configuration), &engine, &problems);
    if (code != MCPAUTH_OK) return fail("configuration", code, problems);
    code = mcpauth_gate_new(engine, view(options), &gate, &problems);
    if (code != MCPAUTH_OK) return mcpauth_engine_free(engine), fail("gate", code, problems);

    mcpauth_header header = {view("Authorization"), view(credential)};
    mcpauth_request request = {view("GET"), view("/"), &header, 1, {NULL, 0}, {NULL, 0}};
    uint64_t now = argc > 5 ? strtoull(argv[5], NULL, 10) : (uint64_t)time(NULL);
    code = mcpauth_gate_check(gate, &request, now, &answer);
    if (code != MCPAUTH_OK) return fail("check", code, NULL);

    int allowed = mcpauth_answer_kind(answer) == MCPAUTH_ALLOW;
    if (allowed) {
        printf("allowed: subject %.*s, scopes %.*s\n", TEXT(mcpauth_answer_text(answer, MCPAUTH_SUBJECT)),
               TEXT(mcpauth_answer_text(answer, MCPAUTH_SCOPES)));
    } else {
        uint32_t reason = (uint32_t)mcpauth_answer_number(answer, MCPAUTH_CODE);
        printf("refused: %.*s (%.*s)\n", TEXT(mcpauth_code_name(reason)), TEXT(mcpauth_strerror(reason)));
    }
    mcpauth_answer_free(answer);
    mcpauth_gate_free(gate);
    mcpauth_engine_free(engine);
    return allowed ? 0 : 1;
}
