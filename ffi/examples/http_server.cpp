/* http_server.c in C++17, with mcpauth.hpp:  http_server PORT ISSUER */
#include <arpa/inet.h>
#include <csignal>
#include <cstring>
#include <iostream>
#include <mcpauth.hpp>
#include <mcpauth_curl.h>
#include <microhttpd.h>

namespace {

class server {
public:
    server(const std::string &resource, const std::string &issuer)
        : engine_(R"({"protected_resources":{"metadata":{"resource":")" + resource +
                  R"(","authorization_servers":[{"issuer":")" + issuer +
                  R"(","type":"oidc"}],"scopes_supported":["read:notes"]}}})"),
          gate_(engine_, R"({"resource":")" + resource + R"(","required_scopes":["read:notes"]})") {
        mcpauth::succeed(mcpauth_curl_init(&curl_, engine_.get()));
        curl_.failed = [](const char *url, const char *reason, void *) {
            std::cerr << "cannot fetch " << url << ": " << reason << std::endl;
        };
    }
    ~server() { mcpauth_curl_destroy(&curl_); }
    server(const server &) = delete;
    server &operator=(const server &) = delete;

    /* The engine's answer; empty where the request is for nothing that it knows. */
    std::optional<mcpauth::answer> answer(const mcpauth::request &asked, std::string_view path) {
        mcpauth_request request = asked.get();
        auto metadata = mcpauth::answered([&](mcpauth_answer **out) { return mcpauth_curl_metadata(&curl_, &request, out); });
        if (metadata || path != "/notes") return metadata;
        return mcpauth::answered(
            [&](mcpauth_answer **out) { return mcpauth_curl_check(&curl_, gate_.get(), &request, out); });
    }

private:
    mcpauth::engine engine_;
    mcpauth::gate gate_;
    mcpauth_curl curl_;
};

struct call {
    std::string target; /* libmicrohttpd decodes the URL later; the engine wants it as it was sent */
    bool begun = false;
};

void *on_url(void *, const char *url, MHD_Connection *) { return new call{url}; }

void on_end(void *, MHD_Connection *, void **context, MHD_RequestTerminationCode) { delete static_cast<call *>(*context); }

MHD_Result on_header(void *request, MHD_ValueKind, const char *name, size_t name_length, const char *value, size_t length) {
    static_cast<mcpauth::request *>(request)->add_header({name, name_length}, {value ? value : "", length});
    return MHD_YES;
}

MHD_Result respond(MHD_Connection *connection, unsigned status, const std::string &body, const mcpauth::answer *answer) {
    MHD_Response *response = MHD_create_response_from_buffer(body.size(), const_cast<char *>(body.data()), MHD_RESPMEM_MUST_COPY);
    if (!response) return MHD_NO;
    MHD_Result result = MHD_YES;
    if (answer)
        for (const auto &[name, value] : answer->headers())
            if (result == MHD_YES) result = MHD_add_response_header(response, name.c_str(), value.c_str());
    if (result == MHD_YES) result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

MHD_Result on_request(void *self, MHD_Connection *connection, const char *path, const char *method, const char *,
                      const char *, size_t *upload_size, void **context) try {
    auto &state = *static_cast<call *>(*context);
    if (!std::exchange(state.begun, true)) return MHD_YES; /* the headers are there, the body is to come */
    if (std::exchange(*upload_size, 0)) return MHD_YES;    /* nothing here reads it */
    mcpauth::request request(method, state.target);
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_header, &request);
    auto answer = static_cast<server *>(self)->answer(request, path);
    if (!answer) return respond(connection, MHD_HTTP_NOT_FOUND, "", nullptr);
    if (answer->allowed()) return respond(connection, MHD_HTTP_OK, answer->text(MCPAUTH_SUBJECT), &*answer);
    if (answer->kind() == MCPAUTH_RESPOND)
        return respond(connection, static_cast<unsigned>(answer->number(MCPAUTH_STATUS)), answer->text(MCPAUTH_BODY), &*answer);
    /* The body or a verdict, which this gate never asks for. */
    return respond(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, "", nullptr);
} catch (const std::exception &) {
    return respond(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, "", nullptr);
}

} /* namespace */

int main(int argc, char **argv) try {
    if (argc != 3) return std::cerr << "usage: http_server PORT ISSUER\n", 2;
    const auto port = static_cast<std::uint16_t>(std::stoi(argv[1]));
    const std::string origin = "http://127.0.0.1:" + std::to_string(port), resource = origin + "/notes";
    server server(resource, argv[2]);

    std::signal(SIGPIPE, SIG_IGN); /* a caller or an issuer who hangs up is no reason to end */
    sigset_t signals; /* for this thread alone */
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    /* A thread for each connection, because a check may wait for a fetch. */
    MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION, port, nullptr,
                                          nullptr, on_request, &server, MHD_OPTION_SOCK_ADDR, &address,
                                          MHD_OPTION_URI_LOG_CALLBACK, on_url, nullptr, MHD_OPTION_NOTIFY_COMPLETED, on_end,
                                          nullptr, MHD_OPTION_END);
    if (!daemon) return std::cerr << "port " << port << " is in use\n", 1;
    std::cout << R"({"origin":")" << origin << R"(","resource":")" << resource << "\"}" << std::endl;
    int received;
    sigwait(&signals, &received);
    MHD_stop_daemon(daemon);
    return 0;
} catch (const mcpauth::configuration_error &error) {
    return std::cerr << error.problems << '\n', 2;
} catch (const std::exception &error) {
    return std::cerr << error.what() << '\n', 2;
}
