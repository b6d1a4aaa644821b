/* Fetches with libcurl what an mcpauth engine asks for: C99 or C++17 with POSIX threads, nothing to build; link with -lcurl.
 *
 *     mcpauth_curl curl;
 *     mcpauth_curl_init(&curl, engine);
 *     mcpauth_curl_prefetch(&curl);                          where keys are to be there before the first request
 *     mcpauth_curl_check(&curl, gate, &request, &answer);    in place of mcpauth_gate_check
 *     mcpauth_curl_destroy(&curl);
 *
 * Every limit of a fetch is kept: its time in all (connecting, sending and receiving together), its size, counted while it
 * comes in, its URL and no other. No redirect is followed, no other scheme than http and https is spoken, nothing
 * compressed is accepted, no cookie, .netrc or kept connection is used. What breaks a limit, and what never came, is a
 * failed fetch for the engine, which answers with keys it has or with 503.
 *
 * Proxies: none, not even one that http_proxy, https_proxy or all_proxy names; set one in `prepare`.
 *
 * Threads: _init before another thread uses the struct, _destroy after the last one; the others may be called by any thread
 * at any time, and block it while a document is fetched. Threads that need one document wait for one fetch of it, as long
 * as an engine has one mcpauth_curl. _init calls curl_global_init, which libcurls without CURL_VERSION_THREADSAFE want
 * done before there are threads. The time limit holds for the name's lookup too, where libcurl was built with
 * CURL_VERSION_ASYNCHDNS, as distributions do. Signals are left alone, so ignore SIGPIPE, as servers do.
 */

#ifndef MCPAUTH_CURL_H
#define MCPAUTH_CURL_H

#include <curl/curl.h>
#include <mcpauth.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a response may have at most; with more it is a failed fetch. */
#define MCPAUTH_CURL_HEADERS 128
#define MCPAUTH_CURL_HEADER_BYTES 32768

/* A fetch under way. It lives with the thread that runs it. */
struct mcpauth_curl_flight {
    uint64_t id;
    struct mcpauth_curl_flight *next;
};

/* Fetches for one engine, which must outlive it. */
typedef struct mcpauth_curl {
    /* Called for each handle before the limits are set, which it cannot lift: for a CA file, a proxy or a client
     * certificate. NULL after _init; set it before the first use. */
    void (*prepare)(CURL *handle, void *userdata);
    /* Called with a URL and the reason when a fetch has failed, for the log; both texts last for the call. NULL likewise. */
    void (*failed)(const char *url, const char *reason, void *userdata);
    /* Handed to both. */
    void *userdata;
    /* Not for you. */
    const mcpauth_engine *engine;
    struct mcpauth_curl_flight *flights;
    pthread_mutex_t lock;
    pthread_cond_t landed;
} mcpauth_curl;

/* What came in so far. */
struct mcpauth_curl_reply {
    size_t body_limit;
    size_t body_length;
    size_t line_bytes;
    size_t header_count;
    const char *refused;
    uint8_t *body;
    mcpauth_header headers[MCPAUTH_CURL_HEADERS];
    uint8_t lines[MCPAUTH_CURL_HEADER_BYTES];
};

/* What an engine is asked: with a gate about a request or a token alone, without one about a request for metadata, with
 * neither gate nor request what it can fetch in advance. */
struct mcpauth_curl_question {
    const mcpauth_gate *gate;
    const mcpauth_request *request;
    mcpauth_view token;
    mcpauth_view verdict;
};

/* MCPAUTH_OK, or MCPAUTH_APPLICATION_FAILURE where libcurl or the system cannot give what is needed. */
static inline uint32_t mcpauth_curl_init(mcpauth_curl *curl, const mcpauth_engine *engine) {
    memset(curl, 0, sizeof *curl);
    curl->engine = engine;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return MCPAUTH_APPLICATION_FAILURE;
    if (pthread_mutex_init(&curl->lock, NULL) == 0) {
        if (pthread_cond_init(&curl->landed, NULL) == 0) return MCPAUTH_OK;
        pthread_mutex_destroy(&curl->lock);
    }
    curl_global_cleanup();
    return MCPAUTH_APPLICATION_FAILURE;
}

/* Gives back what a successful _init took. */
static inline void mcpauth_curl_destroy(mcpauth_curl *curl) {
    pthread_cond_destroy(&curl->landed);
    pthread_mutex_destroy(&curl->lock);
    curl_global_cleanup();
}

/* A copy with a zero behind it, yours to free. NULL where memory is short. */
static inline char *mcpauth_curl_text(mcpauth_view before, const char *between, mcpauth_view after) {
    size_t gap = strlen(between);
    char *text = (char *)malloc(before.length + gap + after.length + 1);
    if (!text) return NULL;
    if (before.length) memcpy(text, before.data, before.length);
    memcpy(text + before.length, between, gap);
    if (after.length) memcpy(text + before.length + gap, after.data, after.length);
    text[before.length + gap + after.length] = 0;
    return text;
}

static inline size_t mcpauth_curl_on_body(char *data, size_t one, size_t length, void *context) {
    struct mcpauth_curl_reply *reply = (struct mcpauth_curl_reply *)context;
    (void)one; /* libcurl: always 1 */
    if (length > reply->body_limit - reply->body_length) {
        reply->refused = "the response is larger than allowed";
        return length + 1; /* whatever differs from the length ends the transfer */
    }
    memcpy(reply->body + reply->body_length, data, length);
    reply->body_length += length;
    return length;
}

static inline size_t mcpauth_curl_on_header(char *data, size_t one, size_t length, void *context) {
    struct mcpauth_curl_reply *reply = (struct mcpauth_curl_reply *)context;
    const char *colon = (const char *)memchr(data, ':', length);
    const char *value, *end = data + length;
    mcpauth_header *header;
    uint8_t *line;
    (void)one;
    if (length >= 5 && memcmp(data, "HTTP/", 5) == 0) { /* the final response comes after interim ones (RFC 9110 15.2) */
        reply->header_count = 0;
        reply->line_bytes = 0;
        return length;
    }
    if (!colon || *data == ' ' || *data == '\t') return length; /* the empty line, or a folded one (RFC 9112 5.2) */
    for (value = colon + 1; value < end && (*value == ' ' || *value == '\t'); value++) continue;
    while (value < end && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' ' || end[-1] == '\t')) end--;
    if (reply->header_count == MCPAUTH_CURL_HEADERS || length > sizeof reply->lines - reply->line_bytes) {
        reply->refused = "the response has too many headers";
        return length + 1;
    }
    if (colon - data == 16 && curl_strnequal(data, "Content-Encoding", 16) &&
        !(end - value == 8 && curl_strnequal(value, "identity", 8))) {
        reply->refused = "the response is compressed, which was not asked for";
        return length + 1;
    }
    line = reply->lines + reply->line_bytes;
    memcpy(line, data, length);
    reply->line_bytes += length;
    header = &reply->headers[reply->header_count++];
    header->name.data = line;
    header->name.length = (size_t)(colon - data);
    header->value.data = line + (value - data);
    header->value.length = (size_t)(end - value);
    return length;
}

/* The headers of the fetch as libcurl takes them. NULL where memory is short. */
static inline struct curl_slist *mcpauth_curl_headers(const mcpauth_answer *fetch) {
    /* Not asking first is one round trip less, and a server's answer to that question is not the one to the fetch. */
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    size_t index;
    for (index = 0; list; index++) {
        mcpauth_header header = mcpauth_answer_header(fetch, index);
        char *line;
        struct curl_slist *longer;
        if (!header.name.data) break;
        line = mcpauth_curl_text(header.name, ": ", header.value);
        longer = line ? curl_slist_append(list, line) : NULL;
        free(line);
        if (!longer) curl_slist_free_all(list);
        list = longer;
    }
    return list;
}

/* The limits come after `prepare`. An option that this libcurl does not know is an error, not a limit less. */
static inline int mcpauth_curl_set(const mcpauth_curl *curl, CURL *handle, const mcpauth_answer *fetch, const char *url,
                                   const char *method, const struct curl_slist *headers, struct mcpauth_curl_reply *reply) {
    mcpauth_view body = mcpauth_answer_text(fetch, MCPAUTH_BODY);
    int errors = curl_easy_setopt(handle, CURLOPT_PROXY, "");
    if (errors == CURLE_UNKNOWN_OPTION) errors = CURLE_OK; /* a libcurl that knows no proxies asks none */
    if (curl->prepare) curl->prepare(handle, curl->userdata);
    errors |= curl_easy_setopt(handle, CURLOPT_URL, url);
    errors |= curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
#if LIBCURL_VERSION_NUM >= 0x075500
    errors |= curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    errors |= curl_easy_setopt(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    errors |= curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    errors |= curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, (long)mcpauth_answer_number(fetch, MCPAUTH_TIMEOUT_MS));
    errors |= curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L); /* a time limit by SIGALRM is none for threads */
    errors |= curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
    if (body.length) { /* before the method, which it would make POST */
        errors |= curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.length);
        errors |= curl_easy_setopt(handle, CURLOPT_POSTFIELDS, (const char *)body.data);
    }
    errors |= curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, method);
    errors |= curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, (const char *)NULL);
    errors |= curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, mcpauth_curl_on_body);
    errors |= curl_easy_setopt(handle, CURLOPT_WRITEDATA, (void *)reply);
    errors |= curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, mcpauth_curl_on_header);
    errors |= curl_easy_setopt(handle, CURLOPT_HEADERDATA, (void *)reply);
    return errors == CURLE_OK;
}

/* The status of the response, or 0 where the fetch failed. */
static inline uint16_t mcpauth_curl_perform(const mcpauth_curl *curl, const mcpauth_answer *fetch,
                                            struct mcpauth_curl_reply *reply) {
    mcpauth_view nothing = {NULL, 0};
    char *url = mcpauth_curl_text(mcpauth_answer_text(fetch, MCPAUTH_URL), "", nothing);
    char *method = mcpauth_curl_text(mcpauth_answer_text(fetch, MCPAUTH_METHOD), "", nothing);
    struct curl_slist *headers = mcpauth_curl_headers(fetch);
    CURL *handle = curl_easy_init();
    const char *reason = "out of memory";
    long status = 0;
    if (url && method && headers && handle) {
        if (!mcpauth_curl_set(curl, handle, fetch, url, method, headers, reply)) {
            reason = "this libcurl lacks an option";
        } else {
            CURLcode code = curl_easy_perform(handle);
            reason = reply->refused ? reply->refused : curl_easy_strerror(code);
            if (code == CURLE_OK) curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
        }
    }
    if (status == 0 && curl->failed) curl->failed(url ? url : "", reason, curl->userdata);
    curl_easy_cleanup(handle);
    curl_slist_free_all(headers);
    free(method);
    free(url);
    return (uint16_t)status;
}

/* Fetches, and hands over how it ended. */
static inline uint32_t mcpauth_curl_fetch(const mcpauth_curl *curl, const mcpauth_answer *fetch) {
    uint64_t id = mcpauth_answer_number(fetch, MCPAUTH_FETCH_ID);
    size_t limit = (size_t)mcpauth_answer_number(fetch, MCPAUTH_MAX_BYTES);
    struct mcpauth_curl_reply *reply = (struct mcpauth_curl_reply *)calloc(1, sizeof *reply);
    uint8_t *body = (uint8_t *)malloc(limit ? limit : 1);
    mcpauth_view received = {body, 0};
    uint16_t status = 0;
    uint32_t code;
    if (reply && body) {
        reply->body = body;
        reply->body_limit = limit;
        status = mcpauth_curl_perform(curl, fetch, reply);
        received.length = reply->body_length;
    }
    code = mcpauth_engine_supply(curl->engine, id, status, status ? reply->headers : NULL, status ? reply->header_count : 0,
                                 received, (uint64_t)time(NULL));
    free(body);
    free(reply);
    return code;
}

static inline uint32_t mcpauth_curl_ask(const mcpauth_curl *curl, const struct mcpauth_curl_question *question,
                                        mcpauth_answer **answer) {
    uint64_t now = (uint64_t)time(NULL);
    if (!question->gate && !question->request) return mcpauth_engine_pending(curl->engine, now, answer);
    if (!question->gate) return mcpauth_engine_metadata(curl->engine, question->request, now, answer);
    if (question->request) return mcpauth_gate_check(question->gate, question->request, now, answer);
    return mcpauth_gate_check_token(question->gate, question->token, question->verdict, now, answer);
}

/* Under the lock: whether somebody fetches it, after waiting until that is over. */
static inline int mcpauth_curl_awaited(mcpauth_curl *curl, uint64_t id) {
    int awaited = 0;
    const struct mcpauth_curl_flight *flight = curl->flights;
    while (flight) {
        if (flight->id == id) {
            awaited = 1;
            pthread_cond_wait(&curl->landed, &curl->lock);
            flight = curl->flights; /* the list is another one now */
        } else {
            flight = flight->next;
        }
    }
    return awaited;
}

/* Under the lock, which is open during the fetch. */
static inline uint32_t mcpauth_curl_fly(mcpauth_curl *curl, const mcpauth_answer *fetch) {
    struct mcpauth_curl_flight flight, **place = &curl->flights;
    uint32_t code;
    flight.id = mcpauth_answer_number(fetch, MCPAUTH_FETCH_ID);
    flight.next = curl->flights;
    curl->flights = &flight;
    pthread_mutex_unlock(&curl->lock);
    code = mcpauth_curl_fetch(curl, fetch);
    pthread_mutex_lock(&curl->lock);
    while (*place != &flight) place = &(*place)->next;
    *place = flight.next;
    pthread_cond_broadcast(&curl->landed);
    return code;
}

/* Asks, fetches what is asked for, asks again: until there is an answer. */
static inline uint32_t mcpauth_curl_decide(mcpauth_curl *curl, const struct mcpauth_curl_question *question,
                                           mcpauth_answer **answer) {
    mcpauth_answer *asked = NULL;
    for (;;) {
        uint32_t code = mcpauth_curl_ask(curl, question, &asked);
        if (code != MCPAUTH_OK) return code;
        if (mcpauth_answer_kind(asked) != MCPAUTH_FETCH) break;
        pthread_mutex_lock(&curl->lock);
        if (!mcpauth_curl_awaited(curl, mcpauth_answer_number(asked, MCPAUTH_FETCH_ID))) {
            /* Between question and lock another thread may have supplied it, so the question is put again: nobody
             * can do so now without having been seen here. */
            uint64_t id = mcpauth_answer_number(asked, MCPAUTH_FETCH_ID);
            mcpauth_answer_free(asked);
            asked = NULL;
            code = mcpauth_curl_ask(curl, question, &asked);
            if (code == MCPAUTH_OK && mcpauth_answer_kind(asked) == MCPAUTH_FETCH &&
                mcpauth_answer_number(asked, MCPAUTH_FETCH_ID) == id)
                code = mcpauth_curl_fly(curl, asked);
        }
        pthread_mutex_unlock(&curl->lock);
        mcpauth_answer_free(asked);
        asked = NULL;
        if (code != MCPAUTH_OK) return code;
    }
    *answer = asked;
    return MCPAUTH_OK;
}

/* mcpauth_gate_check at the time of the call, with all that must be fetched for it; never gives MCPAUTH_FETCH. */
static inline uint32_t mcpauth_curl_check(mcpauth_curl *curl, const mcpauth_gate *gate, const mcpauth_request *request,
                                          mcpauth_answer **answer) {
    struct mcpauth_curl_question question = {gate, request, {NULL, 0}, {NULL, 0}};
    if (!gate || !request) return MCPAUTH_NULL_ARGUMENT;
    return mcpauth_curl_decide(curl, &question, answer);
}

/* mcpauth_gate_check_token likewise. */
static inline uint32_t mcpauth_curl_check_token(mcpauth_curl *curl, const mcpauth_gate *gate, mcpauth_view token,
                                                mcpauth_view verdict, mcpauth_answer **answer) {
    struct mcpauth_curl_question question = {gate, NULL, token, verdict};
    if (!gate) return MCPAUTH_NULL_ARGUMENT;
    return mcpauth_curl_decide(curl, &question, answer);
}

/* mcpauth_engine_metadata likewise; `*answer` becomes NULL where the request is for something else. */
static inline uint32_t mcpauth_curl_metadata(mcpauth_curl *curl, const mcpauth_request *request, mcpauth_answer **answer) {
    struct mcpauth_curl_question question = {NULL, request, {NULL, 0}, {NULL, 0}};
    if (!request) return MCPAUTH_NULL_ARGUMENT;
    return mcpauth_curl_decide(curl, &question, answer);
}

/* Fetches what every issuer needs before its first token: metadata and keys. A fetch that fails is no error of this call; it
 * is tried again when a request needs it. mcpauth_engine_is_ready tells whether all is there. */
static inline uint32_t mcpauth_curl_prefetch(mcpauth_curl *curl) {
    struct mcpauth_curl_question question = {NULL, NULL, {NULL, 0}, {NULL, 0}};
    mcpauth_answer *nothing = NULL;
    return mcpauth_curl_decide(curl, &question, &nothing);
}

#ifdef __cplusplus
}
#endif

#endif /* MCPAUTH_CURL_H */
