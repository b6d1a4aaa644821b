/* Whole tokens in C: peers CASES ROUNDS MICROSECONDS. Ours beside cjose (-DCJOSE) and libjwt (-DLIBJWT), in turns.
 *
 * All verify a token and check issuer, audience and time. cjose has its key parsed once and its payload read by jansson;
 * libjwt takes PEM for each token and knows no other way, and it takes no token of type at+jwt, so it gets others. */
#define _POSIX_C_SOURCE 199309L
#include <jansson.h>
#include <mcpauth.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef CJOSE
#include <cjose/cjose.h>
#endif
#ifdef LIBJWT
#include <jwt.h>
#endif

#define MAX_ROUNDS 4096
#define MAX_TOKENS 64

struct token {
    const char *text, *plain, *pem;
    size_t length;
#ifdef CJOSE
    cjose_jwk_t *key;
#endif
};

struct candidate {
    const char *name;
    int (*verify)(const struct candidate *, const struct token *);
    mcpauth_gate *gate;
    size_t calls, next;
    double times[MAX_ROUNDS];
};

static json_t *cases;
static const char *issuer, *resource;
static uint64_t now, leeway;
static struct token tokens[MAX_TOKENS];
static size_t count;

static void fail(const char *what) {
    fprintf(stderr, "peers: %s\n", what);
    exit(1);
}

static mcpauth_view view(const char *text) {
    mcpauth_view result = {(const uint8_t *)text, strlen(text)};
    return result;
}

static int with_ours(const struct candidate *own, const struct token *token) {
    mcpauth_answer *answer = NULL;
    mcpauth_view text = {(const uint8_t *)token->text, token->length};
    mcpauth_view verdict = {NULL, 0};
    int allowed = mcpauth_gate_check_token(own->gate, text, verdict, now, &answer) == MCPAUTH_OK &&
                  mcpauth_answer_kind(answer) == MCPAUTH_ALLOW &&
                  mcpauth_answer_text(answer, MCPAUTH_SUBJECT).length > 0;
    mcpauth_answer_free(answer);
    return allowed;
}

static mcpauth_gate *gate_with_cache(json_t *size) {
    mcpauth_engine *engine = NULL;
    mcpauth_gate *gate = NULL;
    json_t *configuration = json_deep_copy(json_object_get(cases, "configuration"));
    char *options = json_dumps(json_object_get(cases, "gate"), 0);
    if (size) json_object_set_new(configuration, "token_cache_size", size);
    if (mcpauth_engine_new(view(json_dumps(configuration, 0)), &engine, NULL) != MCPAUTH_OK) fail("configuration");
    if (mcpauth_gate_new(engine, view(options), &gate, NULL) != MCPAUTH_OK) fail("gate");
    return gate; /* it and its engine live as long as the process */
}

#if defined(CJOSE)
static int claims_hold(json_t *claims) {
    const char *iss = json_string_value(json_object_get(claims, "iss"));
    const char *aud = json_string_value(json_object_get(claims, "aud"));
    uint64_t exp = (uint64_t)json_integer_value(json_object_get(claims, "exp"));
    uint64_t nbf = (uint64_t)json_integer_value(json_object_get(claims, "nbf"));
    return iss && aud && !strcmp(iss, issuer) && !strcmp(aud, resource) && now < exp + leeway && nbf <= now + leeway;
}

static int with_cjose(const struct candidate *own, const struct token *token) {
    (void)own;
    cjose_err error;
    uint8_t *payload = NULL;
    size_t length = 0;
    cjose_jws_t *jws = cjose_jws_import(token->text, token->length, &error);
    if (!jws) return 0;
    int good = cjose_jws_verify(jws, token->key, &error) && cjose_jws_get_plaintext(jws, &payload, &length, &error);
    json_t *claims = good ? json_loadb((char *)payload, length, JSON_REJECT_DUPLICATES, NULL) : NULL;
    good = claims && claims_hold(claims);
    json_decref(claims);
    cjose_jws_release(jws);
    return good;
}
#endif

#ifdef LIBJWT
static int with_libjwt(const struct candidate *own, const struct token *token) {
    (void)own;
    jwt_t *jwt = NULL;
    if (jwt_decode(&jwt, token->plain, (const unsigned char *)token->pem, (int)strlen(token->pem))) return 0;
    const char *iss = jwt_get_grant(jwt, "iss"), *aud = jwt_get_grant(jwt, "aud");
    uint64_t exp = (uint64_t)jwt_get_grant_int(jwt, "exp"), nbf = (uint64_t)jwt_get_grant_int(jwt, "nbf");
    int good = iss && aud && !strcmp(iss, issuer) && !strcmp(aud, resource) && now < exp + leeway && nbf <= now + leeway;
    jwt_free(jwt);
    return good;
}
#endif

/* Runs a batch, and tells the microseconds of a call. */
static double batch(struct candidate *one) {
    struct timespec start, end;
    int good = 1;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (size_t call = 0; call < one->calls; call++) good &= one->verify(one, &tokens[one->next++ % count]);
    clock_gettime(CLOCK_MONOTONIC, &end);
    if (!good) fail(one->name);
    return ((double)(end.tv_sec - start.tv_sec) * 1e6 + (double)(end.tv_nsec - start.tv_nsec) / 1e3) / (double)one->calls;
}

static int order(const void *one, const void *two) {
    double a = *(const double *)one, b = *(const double *)two;
    return (a > b) - (a < b);
}

static void race(const char *what, struct candidate *all, size_t sides, size_t rounds, double microseconds) {
    for (size_t side = 0; side < sides; side++) {
        all[side].calls = 20;
        batch(&all[side]);
        double once = batch(&all[side]);
        all[side].calls = once < microseconds ? (size_t)(microseconds / once) : 1;
    }
    for (size_t round = 0; round < rounds; round++)
        for (size_t side = 0; side < sides; side++) all[side].times[round] = batch(&all[side]);
    printf("{\"group\": \"token\", \"what\": \"%s\", \"candidates\": {", what);
    for (size_t side = 0; side < sides; side++) {
        qsort(all[side].times, rounds, sizeof(double), order);
        printf("%s\"%s\": {\"min\": %f, \"median\": %f}", side ? ", " : "", all[side].name, all[side].times[0],
               all[side].times[rounds / 2]);
    }
    printf("}}\n");
    fflush(stdout);
}

static void read_tokens(json_t *algorithm) {
    json_t *list = json_object_get(algorithm, "tokens"), *one;
    size_t at;
    count = 0;
    json_array_foreach(list, at, one) {
        struct token *token = &tokens[count++ % MAX_TOKENS];
        token->text = json_string_value(json_object_get(one, "token"));
        token->plain = json_string_value(json_object_get(one, "plain"));
        token->pem = json_string_value(json_object_get(one, "pem"));
        token->length = strlen(token->text);
#ifdef CJOSE
        cjose_err error;
        char *jwk = json_dumps(json_object_get(one, "jwk"), 0);
        token->key = cjose_jwk_import(jwk, strlen(jwk), &error);
        if (!token->key) fail("cjose does not read a key");
        free(jwk);
#endif
    }
}

int main(int argc, char **argv) {
    static struct candidate all[4];
    if (argc != 4 || !(cases = json_load_file(argv[1], 0, NULL))) fail("usage: peers CASES ROUNDS MICROSECONDS");
    size_t rounds = strtoul(argv[2], NULL, 10), at;
    if (rounds < 2 || rounds > MAX_ROUNDS) fail("too few or too many rounds");
    issuer = json_string_value(json_object_get(cases, "issuer"));
    resource = json_string_value(json_object_get(cases, "resource"));
    now = (uint64_t)json_integer_value(json_object_get(cases, "now"));
    leeway = (uint64_t)json_integer_value(json_object_get(cases, "leeway"));
    json_t *algorithm;
    json_array_foreach(json_object_get(cases, "algorithms"), at, algorithm) {
        const char *name = json_string_value(json_object_get(algorithm, "name"));
        if (strcmp(name, "RS256") && strcmp(name, "ES256")) continue;
        read_tokens(algorithm);
        size_t sides = 0;
        memset(all, 0, sizeof all);
        all[sides++] = (struct candidate){.name = "libmcpauth", .verify = with_ours, .gate = gate_with_cache(json_integer(0))};
        all[sides++] = (struct candidate){.name = "libmcpauth cached", .verify = with_ours, .gate = gate_with_cache(NULL)};
#ifdef CJOSE
        all[sides++] = (struct candidate){.name = "cjose", .verify = with_cjose};
#endif
#ifdef LIBJWT
        all[sides++] = (struct candidate){.name = "libjwt", .verify = with_libjwt};
#endif
        race(name, all, sides, rounds, strtod(argv[3], NULL));
    }
    return 0;
}
