/* mcpauth.hpp: what a wrapper can get wrong. What the engine decides is for the vectors. */
#include <cstdio>
#include <mcpauth.hpp>
#include <type_traits>

static int passed, failed;
#define CHECK(condition) \
    ((condition) ? (void)passed++ : (void)(failed++, std::printf("%s:%d: %s\n", __FILE__, __LINE__, #condition)))

static const char *const CONFIGURATION =
    R"({"protected_resources":{"metadata":{"resource":"https://api.example.com/notes",
        "authorization_servers":[{"issuer":"https://auth.example.com","type":"oidc"}]}}})";
static const char *const OPTIONS =
    R"({"resource":"https://api.example.com/notes","operations":{"tools/call":{"delete":["delete:notes"]}}})";

template <class Handle>
constexpr bool moves_only = std::is_nothrow_move_constructible_v<Handle> && std::is_nothrow_move_assignable_v<Handle> &&
                            !std::is_copy_constructible_v<Handle> && !std::is_copy_assignable_v<Handle>;
static_assert(moves_only<mcpauth::engine> && moves_only<mcpauth::gate> && moves_only<mcpauth::answer>);

/* The code of the error that the call throws; its problems too, where it has some. */
template <class Call>
static std::uint32_t thrown(Call &&call, std::string *problems = nullptr) {
    try {
        call();
    } catch (const mcpauth::configuration_error &error) {
        if (problems) *problems = error.problems;
        return error.code;
    } catch (const mcpauth::error &error) {
        return error.code;
    }
    return MCPAUTH_OK;
}

static void errors_carry_their_problems() {
    std::string problems;
    CHECK(thrown([] { mcpauth::engine(R"({"protected_ressources":{}})"); }, &problems) == MCPAUTH_INVALID_CONFIGURATION);
    CHECK(problems.find("protected_ressources") != std::string::npos);
    CHECK(thrown([] { mcpauth::engine(""); }) == MCPAUTH_INVALID_CONFIGURATION);
    CHECK(thrown([] { mcpauth::engine(std::string_view()); }) == MCPAUTH_INVALID_CONFIGURATION);

    mcpauth::engine engine(CONFIGURATION);
    problems.clear();
    CHECK(thrown([&] { mcpauth::gate(engine, R"({"resource":"https://other.example"})"); }, &problems) ==
          MCPAUTH_INVALID_CONFIGURATION);
    CHECK(problems.find("/resource") != std::string::npos);
    CHECK(thrown([&] { engine.update("{}"); }) == MCPAUTH_INVALID_CONFIGURATION);
    CHECK(thrown([&] { engine.update(CONFIGURATION); }) == MCPAUTH_OK);
}

static void handles_move() {
    mcpauth::engine first(CONFIGURATION);
    mcpauth::gate gate(first, OPTIONS);
    mcpauth::engine second = std::move(first);
    CHECK(first.get() == nullptr && second.get() != nullptr);
    CHECK(thrown([&] { mcpauth::gate(first, OPTIONS); }) == MCPAUTH_NULL_ARGUMENT);
    second = mcpauth::engine(CONFIGURATION); /* frees the one before, whose gate goes on */
    CHECK(gate.check(mcpauth::request("GET", "/notes")).number(MCPAUTH_STATUS) == 401);
    mcpauth::answer answer = gate.check(mcpauth::request("GET", "/notes"));
    mcpauth::answer taken = std::move(answer);
    CHECK(!answer.allowed() && answer.headers().empty() && answer.text(MCPAUTH_BODY).empty()); /* nothing passes by an oversight */
    CHECK(taken.number(MCPAUTH_CODE) == MCPAUTH_MISSING_AUTHORIZATION);
}

static void answers_are_read_whole() {
    mcpauth::engine engine(CONFIGURATION);
    mcpauth::gate gate(engine, OPTIONS);
    mcpauth::answer refused = gate.check(mcpauth::request("POST", "/notes"));
    bool challenged = false;
    for (const auto &[name, value] : refused.headers())
        challenged |= name == "WWW-Authenticate" && value.rfind("Bearer resource_metadata=", 0) == 0;
    CHECK(challenged);

    mcpauth::request asked("GET", "/.well-known/oauth-protected-resource/notes");
    asked.add_header("Host", "api.example.com");
    auto metadata = engine.metadata(asked, 1800000000);
    CHECK(metadata && metadata->number(MCPAUTH_STATUS) == 200);
    CHECK(metadata && metadata->text(MCPAUTH_BODY).find("https://auth.example.com") != std::string::npos);
    CHECK(!engine.metadata(mcpauth::request("GET", "/notes")));
}

static void what_is_asked_for_can_be_given() {
    mcpauth::engine engine(CONFIGURATION);
    mcpauth::gate gate(engine, R"({"resource":"https://api.example.com/notes","verify":"custom",
                                    "operations":{"tools/call":{"delete":["delete:notes"]}}})");
    mcpauth::request request("POST", "/notes");
    request.add_header("Authorization", "Bearer opaque");
    request.add_header("Content-Type", "application/json");
    CHECK(gate.check(request).kind() == MCPAUTH_NEED_VERDICT);
    request.set_verdict(R"({"auth_info":{"issuer":"https://auth.example.com","subject":"alice","scopes":[],
                                          "audience":"https://api.example.com/notes"}})");
    CHECK(gate.check(request).kind() == MCPAUTH_NEED_BODY);
    request.set_body(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read"}})");
    CHECK(gate.check(request).allowed());
    CHECK(gate.check(request).text(MCPAUTH_SUBJECT) == "alice");
    request.set_body(""); /* empty is not absent: it is no message */
    CHECK(gate.check(request).kind() == MCPAUTH_RESPOND);
}

int main() {
    errors_carry_their_problems();
    handles_move();
    answers_are_read_whole();
    what_is_asked_for_can_be_given();
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
