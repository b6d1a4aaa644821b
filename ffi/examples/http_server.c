/* An HTTP server with a protected route, /notes:  http_server PORT ISSUER [KEY_COOLDOWN [prefetch]]
 * libmicrohttpd serves, libcurl fetches, mcpauth decides. */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <mcpauth_curl.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>

#define TEXT(view) (int)(view).length, (const char *)(view).data
#define MAX_HEADERS 100

struct server {
    mcpauth_engine *engine;
    mcpauth_gate *gate;
    mcpauth_curl curl;
};

struct call {
    int begun;
    char target[]; /* libmicrohttpd decodes the URL later; the engine wants it as it was sent */
};

static mcpauth_view view(const char *text) {
    mcpauth_view result = {(const uint8_t *)text, strlen(text)};
    return result;
}

static void *on_url(void *cls, const char *url, struct MHD_Connection *connection) {
    struct call *call = calloc(1, sizeof *call + strlen(url) + 1);
    (void)cls, (void)connection;
    if (call) strcpy(call->target, url);
    return call;
}

static void on_end(void *cls, struct MHD_Connection *connection, void **call, enum MHD_RequestTerminationCode why) {
    (void)cls, (void)connection, (void)why;
    free(*call);
}

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_length,
                                 const char *value, size_t value_length) {
    mcpauth_header **next = cls, header = {{(const uint8_t *)name, name_length}, {(const uint8_t *)value, value_length}};
    (void)kind;
    *(*next)++ = header;
    return MHD_YES;
}

static enum MHD_Result respond(struct MHD_Connection *connection, unsigned status, mcpauth_view body, mcpauth_answer *answer) {
    struct MHD_Response *response =
        MHD_create_response_from_buffer(body.length, (void *)body.data, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result result = response ? MHD_YES : MHD_NO;
    for (size_t i = 0; result == MHD_YES && mcpauth_answer_header(answer, i).name.data; i++) {
        mcpauth_header header = mcpauth_answer_header(answer, i);
        char *name = strndup((const char *)header.name.data, header.name.length);
        char *value = strndup((const char *)header.value.data, header.value.length);
        result = name && value ? MHD_add_response_header(response, name, value) : MHD_NO;
        free(name);
        free(value);
    }
    if (result == MHD_YES) result = MHD_queue_response(connection, status, response);
    if (response) MHD_destroy_response(response);
    mcpauth_answer_free(answer);
    return result;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *path, const char *method,
                                  const char *version, const char *upload, size_t *upload_size, void **context) {
    struct server *server = cls;
    struct call *call = *context;
    (void)version, (void)upload;
    if (!call) return MHD_NO;
    if (!call->begun) return call->begun = 1, MHD_YES; /* the headers are there, the body is to come */
    if (*upload_size) return *upload_size = 0, MHD_YES; /* nothing here reads it */

    mcpauth_header headers[MAX_HEADERS], *end = headers;
    if (MHD_get_connection_values_n(connection, MHD_HEADER_KIND, NULL, NULL) > MAX_HEADERS)
        return respond(connection, MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE, view(""), NULL);
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_header, &end);
    mcpauth_request request = {view(method), view(call->target), headers, (size_t)(end - headers), {NULL, 0}, {NULL, 0}};
    mcpauth_answer *answer = NULL;
    uint32_t code = mcpauth_curl_metadata(&server->curl, &request, &answer);
    if (code == MCPAUTH_OK && !answer) {
        if (strcmp(path, "/notes") != 0) return respond(connection, MHD_HTTP_NOT_FOUND, view(""), NULL);
        code = mcpauth_curl_check(&server->curl, server->gate, &request, &answer);
    }
    if (code != MCPAUTH_OK) return respond(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, view(""), NULL);
    switch (mcpauth_answer_kind(answer)) {
    case MCPAUTH_ALLOW: /* only now does the application work */
        return respond(connection, MHD_HTTP_OK, mcpauth_answer_text(answer, MCPAUTH_SUBJECT), answer);
    case MCPAUTH_RESPOND:
        return respond(connection, (unsigned)mcpauth_answer_number(answer, MCPAUTH_STATUS),
                       mcpauth_answer_text(answer, MCPAUTH_BODY), answer);
    default: /* the body or a verdict, which this gate never asks for */
        mcpauth_answer_free(answer);
        return respond(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, view(""), NULL);
    }
}

static void on_failed(const char *url, const char *reason, void *userdata) {
    (void)userdata;
    fprintf(stderr, "cannot fetch %s: %s\n", url, reason);
}

int main(int argc, char **argv) {
    char configuration[2048], options[512];
    struct server server;
    mcpauth_text *problems = NULL;
    if (argc < 3 || strlen(argv[2]) > 1000)
        return fprintf(stderr, "usage: http_server PORT ISSUER [KEY_COOLDOWN [prefetch]]\n"), 2;
    unsigned short port = (unsigned short)atoi(argv[1]);
    snprintf(configuration, sizeof configuration,
             "{\"protected_resources\":{\"metadata\":{\"resource\":\"http://127.0.0.1:%u/notes\","
             "\"authorization_servers\":[{\"issuer\":\"%s\",\"type\":\"oidc\",\"key_cooldown\":%d}],"
             "\"scopes_supported\":[\"read:notes\"]}}}", port, argv[2], argc > 3 ? atoi(argv[3]) : 30);
    snprintf(options, sizeof options,
             "{\"resource\":\"http://127.0.0.1:%u/notes\",\"required_scopes\":[\"read:notes\"]}", port);
    if (mcpauth_engine_new(view(configuration), &server.engine, &problems) != MCPAUTH_OK ||
        mcpauth_gate_new(server.engine, view(options), &server.gate, &problems) != MCPAUTH_OK ||
        mcpauth_curl_init(&server.curl, server.engine) != MCPAUTH_OK)
        return fprintf(stderr, "%.*s\n", TEXT(mcpauth_text_view(problems))), 2;
    server.curl.failed = on_failed;
    if (argc > 4 && mcpauth_curl_prefetch(&server.curl) != MCPAUTH_OK) return 1; /* else keys come with the first token */

    signal(SIGPIPE, SIG_IGN); /* a caller or an issuer who hangs up is no reason to end */
    sigset_t signals; /* for this thread alone */
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    /* A thread for each connection, because a check may wait for a fetch. */
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION, port, NULL, NULL, on_request, &server,
        MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_URI_LOG_CALLBACK, on_url, NULL,
        MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL, MHD_OPTION_END);
    if (!daemon) return fprintf(stderr, "port %u is in use\n", port), 1;
    printf("{\"origin\":\"http://127.0.0.1:%u\",\"resource\":\"http://127.0.0.1:%u/notes\"}\n", port, port);
    fflush(stdout);
    int received;
    sigwait(&signals, &received);
    MHD_stop_daemon(daemon);
    mcpauth_curl_destroy(&server.curl);
    mcpauth_gate_free(server.gate);
    mcpauth_engine_free(server.engine);
    return 0;
}
