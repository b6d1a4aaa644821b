/* mcpauth.h for C++17: handles that free themselves, std::string_view in, std::string out, exceptions for errors.
 *
 * Every class can be moved and not copied; get() gives the C handle, for everything that is not here. A refused request is
 * no exception: its answer says how to respond. Threads: as in mcpauth.h. A handle that was moved from may only be destroyed
 * or assigned to; the library meets it as NULL, which it refuses.
 */

#ifndef MCPAUTH_HPP
#define MCPAUTH_HPP

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <mcpauth.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpauth {

/* A text as the C interface takes it; it must outlive the call. */
inline mcpauth_view view(std::string_view text) {
    /* Empty is not absent, which NULL is. */
    const char *data = text.data() ? text.data() : "";
    return {reinterpret_cast<const std::uint8_t *>(data), text.size()};
}

/* The bytes of a view, for as long as what it was read from lives. */
inline std::string_view text(mcpauth_view view) {
    return view.data ? std::string_view(reinterpret_cast<const char *>(view.data), view.length) : std::string_view();
}

/* A call that could not do its work; `code` is one of MCPAUTH_... */
class error : public std::runtime_error {
public:
    explicit error(std::uint32_t code) : std::runtime_error(std::string(text(mcpauth_strerror(code)))), code(code) {}
    std::uint32_t code;
};

/* MCPAUTH_INVALID_CONFIGURATION; `problems` is JSON that names each problem with a JSON pointer and what to write instead. */
class configuration_error : public error {
public:
    explicit configuration_error(std::string problems)
        : error(MCPAUTH_INVALID_CONFIGURATION), problems(std::move(problems)) {}
    std::string problems;
};

/* Nothing for MCPAUTH_OK, else throws; frees the problems. */
inline void succeed(std::uint32_t code, mcpauth_text *problems = nullptr) {
    if (code == MCPAUTH_OK) return;
    std::unique_ptr<mcpauth_text, void (*)(mcpauth_text *)> owned(problems, mcpauth_text_free);
    if (code == MCPAUTH_INVALID_CONFIGURATION) throw configuration_error(std::string(text(mcpauth_text_view(problems))));
    throw error(code);
}

template <class Handle, void (*Free)(Handle *)>
class handle {
public:
    Handle *get() const { return owned_.get(); }

protected:
    explicit handle(Handle *owned) : owned_(owned) {}

private:
    struct freeing {
        void operator()(Handle *owned) const { Free(owned); }
    };
    std::unique_ptr<Handle, freeing> owned_;
};

/* An HTTP request. It reads the texts where they are: they must outlive it. */
class request {
public:
    /* The method as sent, and path and query as on the request line, still percent-encoded. */
    request(std::string_view method, std::string_view target) {
        request_.method = view(method);
        request_.target = view(target);
    }
    /* Every header line in order, duplicates included. */
    void add_header(std::string_view name, std::string_view value) { headers_.push_back({view(name), view(value)}); }
    /* Where the engine has asked for it. */
    void set_body(std::string_view body) { request_.body = view(body); }
    /* Where the engine has asked for it: JSON as docs/configuration.md describes. */
    void set_verdict(std::string_view verdict) { request_.verdict = view(verdict); }
    /* For the C interface, until the next change of the request. */
    mcpauth_request get() const {
        mcpauth_request whole = request_;
        whole.headers = headers_.data();
        whole.header_count = headers_.size();
        return whole;
    }

private:
    mcpauth_request request_{};
    std::vector<mcpauth_header> headers_;
};

/* The decision on a request. */
class answer : public handle<mcpauth_answer, mcpauth_answer_free> {
public:
    /* Takes it over. */
    explicit answer(mcpauth_answer *owned) : handle(owned) {}
    /* One of MCPAUTH_ALLOW, _RESPOND, _FETCH, _NEED_BODY and _NEED_VERDICT. */
    std::uint32_t kind() const { return mcpauth_answer_kind(get()); }
    bool allowed() const { return kind() == MCPAUTH_ALLOW; }
    /* MCPAUTH_ISSUER to MCPAUTH_REPORT; empty where it has none. */
    std::string text(std::uint32_t field) const { return std::string(mcpauth::text(mcpauth_answer_text(get(), field))); }
    /* MCPAUTH_EXPIRES_AT to MCPAUTH_MAX_BYTES; 0 where it has none. */
    std::uint64_t number(std::uint32_t field) const { return mcpauth_answer_number(get(), field); }
    /* Of the response, of the fetch's request, or to add to the application's response. */
    std::vector<std::pair<std::string, std::string>> headers() const {
        std::vector<std::pair<std::string, std::string>> lines;
        for (std::size_t index = 0;; index++) {
            mcpauth_header header = mcpauth_answer_header(get(), index);
            if (!header.name.data) return lines;
            lines.emplace_back(mcpauth::text(header.name), mcpauth::text(header.value));
        }
    }
};

/* The answer that a function of the C interface gives: `give(mcpauth_answer **)` calls it and returns its code. Empty
 * where the function has none to give. */
template <class Give>
std::optional<answer> answered(Give &&give) {
    mcpauth_answer *given = nullptr;
    succeed(give(&given));
    if (!given) return std::nullopt;
    return answer(given);
}

/* Protected resources, the issuers they trust, and those issuers' keys. */
class engine : public handle<mcpauth_engine, mcpauth_engine_free> {
public:
    /* Throws configuration_error. */
    explicit engine(std::string_view configuration) : handle(made(configuration)) {}
    /* Puts another configuration in the place of the present one, or throws configuration_error and changes nothing. */
    void update(std::string_view configuration) {
        mcpauth_text *problems = nullptr;
        std::uint32_t code = mcpauth_engine_update(get(), view(configuration), &problems);
        succeed(code, problems);
    }
    /* Answers a request for a metadata document; empty where the request is for something else. */
    std::optional<answer> metadata(const request &asked, std::time_t now = std::time(nullptr)) const {
        mcpauth_request whole = asked.get();
        return answered([&](mcpauth_answer **out) {
            return mcpauth_engine_metadata(get(), &whole, static_cast<std::uint64_t>(now), out);
        });
    }

private:
    static mcpauth_engine *made(std::string_view configuration) {
        mcpauth_engine *engine = nullptr;
        mcpauth_text *problems = nullptr;
        std::uint32_t code = mcpauth_engine_new(view(configuration), &engine, &problems);
        succeed(code, problems);
        return engine;
    }
};

/* What one protected route asks of its callers. It keeps the engine's inside alive. */
class gate : public handle<mcpauth_gate, mcpauth_gate_free> {
public:
    /* Throws configuration_error. */
    gate(const engine &engine, std::string_view options) : handle(made(engine, options)) {}
    /* Decides on a request. Never empty. */
    answer check(const request &asked, std::time_t now = std::time(nullptr)) const {
        mcpauth_request whole = asked.get();
        return *answered([&](mcpauth_answer **out) {
            return mcpauth_gate_check(get(), &whole, static_cast<std::uint64_t>(now), out);
        });
    }

private:
    static mcpauth_gate *made(const engine &engine, std::string_view options) {
        mcpauth_gate *gate = nullptr;
        mcpauth_text *problems = nullptr;
        std::uint32_t code = mcpauth_gate_new(engine.get(), view(options), &gate, &problems);
        succeed(code, problems);
        return gate;
    }
};

} /* namespace mcpauth */

#endif /* MCPAUTH_HPP */
