"""`mcpauth check URL` of both packages, as processes: the same bytes and the same exit status, whatever the server is.

A good server is one that our own hosts guard; the bad ones are scripted here, each with one thing changed.
"""

import fcntl
import json
import os
import pty
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from stage import BUILD, MCP2

COMMANDS = [
    [MCP2.parent / "mcpauth"],
    [MCP2.parent / "mcp-auth"],
    [MCP2, "-m", "mcpauth"],
    [BUILD / "e2e-node/node_modules/.bin/mcpauth"],
    [BUILD / "e2e-node/node_modules/.bin/mcp-auth"],
]
ONE_EACH = COMMANDS[0], COMMANDS[3]
WELL_KNOWN = "/.well-known/oauth-protected-resource"
SERVER_METADATA = "/.well-known/oauth-authorization-server"


def check(*words, commands=ONE_EACH):
    """What all of these commands print and how they end, which is the same."""

    def run(command):
        done = subprocess.run([*map(str, command), *words], capture_output=True, timeout=60)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    with ThreadPoolExecutor() as pool:
        first, *others = pool.map(run, commands)
    assert all(other == first for other in others), (first, others)
    return first


class Loopback(ThreadingHTTPServer):
    """An MCP server and its authorization server, told answer by answer."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server_address[1]}"
        self.resource = f"{self.origin}/mcp"
        self.challenge = f'Bearer resource_metadata="{self.origin}{WELL_KNOWN}/mcp", scope="mcp:read"'
        self.refusal = f'{self.challenge}, error="invalid_token", error_description="No"'
        self.status, self.forged_status = 401, 401
        document = {"resource": self.resource, "authorization_servers": [self.origin]}
        self.documents = {WELL_KNOWN + place: document for place in ("", "/mcp", "/mcp/")}
        self.metadata = self.documents[SERVER_METADATA] = {
            "issuer": self.origin,
            "authorization_endpoint": f"{self.origin}/authorize",
            "token_endpoint": f"{self.origin}/token",
            "jwks_uri": f"{self.origin}/jwks",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
        }
        x, y = "Ao5NC6ZKbfWfe8pSoQufofbG4wb7niI2hxJWruSwS6g", "CsSiGX2B0bVrHrKL_ZtH6sn54cxr6-SlSyFbc6vVXxc"
        self.documents["/jwks"] = {"keys": [{"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": "one"}]}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        document = self.server.documents.get(self.path)
        headers = {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"}
        if isinstance(document, str):
            self.answer(302, {"Location": document})
        elif document is None:
            self.answer(404, {})
        else:
            self.answer(200, headers, json.dumps(document).encode())

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.partition("?")[0] != "/mcp":
            return self.answer(404, {})
        forged = "Authorization" in self.headers
        status = self.server.forged_status if forged else self.server.status
        challenge = self.server.refusal if forged else self.server.challenge
        headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "WWW-Authenticate"}
        if status == 401 and challenge is not None:
            headers["WWW-Authenticate"] = challenge
        self.answer(status, headers, b'{"jsonrpc":"2.0","id":1,"result":{}}' if status == 200 else b"")

    def do_OPTIONS(self):
        allowed = self.headers.get("Access-Control-Request-Headers", "")
        self.answer(204, {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": allowed})

    def answer(self, status, headers, body=b""):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with Loopback() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def codes(report, kind):
    subject = next(one for one in report["subjects"] if one["kind"] == kind)
    return {finding["code"] for name in ("errors", "warnings") for finding in subject[name]}


def test_a_server_that_we_guard_is_good(stage, language):
    authorization_server = stage.authorization_server()
    guard = stage.guard(language, authorization_server.issuer)
    status, text, _ = check("check", guard.resource, "--json")
    report = json.loads(text)
    found = {one["kind"]: codes(report, one["kind"]) for one in report["subjects"]}
    assert found.pop("authorization_server") <= {"client_id_metadata_document_not_supported"}
    assert found == {"mcp_server": set(), "protected_resource_metadata": set(), "jwk_set": set()}
    assert status == 0


def test_every_name_of_the_command_prints_the_same(server):
    status, text, progress = check("check", server.resource, commands=COMMANDS)
    assert (status, progress) == (0, "")
    assert text.startswith(f"{server.resource} under MCP 2026-07-28\n\nMCP server {server.resource}\n  ok       asks")
    assert text.endswith("\nCompatible: 0 errors, 3 warnings.\n")
    assert "\x1b" not in text
    assert json.loads(check("check", server.resource, "--json")[1])["is_compatible"] is True


def mis_slashed_issuer(server):
    server.metadata["issuer"] += "/"
    return "Authorization server", "issuer_mismatch"


def no_pkce(server):
    del server.metadata["code_challenge_methods_supported"]
    return "Authorization server", "pkce_not_supported"


def no_challenge(server):
    server.challenge = None
    return "MCP server", "challenge_missing"


def empty_scope(server):
    server.challenge = server.challenge.replace("mcp:read", "")
    return "MCP server", "challenge_parameter_empty"


def non_ascii_challenge(server):
    server.challenge += ', error_description="\u00fcber"'  # one byte on the wire, in either language
    return "mcp_server", "challenge_description_characters"


def malformed_non_ascii_challenge(server):
    server.challenge = 'Bearer realm="\u00fc'
    return "MCP server", "challenge_malformed"


def wrong_resource(server):
    server.documents[f"{WELL_KNOWN}/mcp"] = {
        "resource": f"{server.resource}/",
        "authorization_servers": [server.origin],
    }
    return "Protected resource metadata", "resource_mismatch"


def redirected_metadata(server):
    server.documents[f"{WELL_KNOWN}/mcp"] = f"{WELL_KNOWN}/mcp/"
    return "Protected resource metadata", "resource_metadata_missing_at_challenge"


def open_door(server):
    server.status = server.forged_status = 200
    return "MCP server", "forged_token_accepted"


def crash_on_a_bad_token(server):
    server.forged_status = 500
    return "MCP server", "forged_token_failure"


def no_keys(server):
    del server.documents["/jwks"]
    return "JWK Set", "keys_missing"


BAD = [
    mis_slashed_issuer,
    no_pkce,
    no_challenge,
    empty_scope,
    malformed_non_ascii_challenge,
    wrong_resource,
    redirected_metadata,
    open_door,
    crash_on_a_bad_token,
    no_keys,
]


@pytest.mark.parametrize("spoil", BAD, ids=[spoil.__name__ for spoil in BAD])
def test_a_bad_server_is_told_what_to_change(server, spoil):
    title, code = spoil(server)
    status, text, _ = check("check", server.resource)
    assert status == 1
    [section] = [section for section in text.split("\n\n") if section.startswith(title)]
    assert f"\n  error    {code}" in section


def test_warnings_do_not_fail(server):
    kind, code = non_ascii_challenge(server)
    status, text, _ = check("check", server.resource, "--json")
    assert status == 0
    assert code in codes(json.loads(text), kind)


def test_an_authorization_server_is_found_by_its_issuer_and_by_its_document(server):
    status, text, _ = check("check", server.origin, "--as", "server", "--revision=2025-06-18")
    assert status == 0
    assert text.startswith(f"{server.origin} under MCP 2025-06-18\n\nAuthorization server {server.origin}\n")
    assert check("check", server.origin + SERVER_METADATA)[0] == 0


def test_nobody_answers(server):
    server.server_close()
    status, text, _ = check("check", f"{server.origin}/mcp")
    assert status == 2
    assert "  error    unreachable: " in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "say what to do: check URL"),
        (["check"], "check needs the URL of a server"),
        (["check", "http://mcp.example/"], "the URL must be an absolute URL that begins with https://"),
        (["check", "https://mcp.example/", "--jsn"], "--jsn is not an option; did you mean --json?"),
        (["check", "https://mcp.example/", "--as", "client"], "--as must be server or resource"),
    ],
)
def test_a_wrong_command_line_is_refused_with_a_hint(words, said):
    assert check(*words, commands=COMMANDS) == (2, "", f"{said}\nTry: mcpauth --help\n")


def test_help_and_version():
    status, text, _ = check("--help", commands=COMMANDS)
    assert status == 0
    assert text.startswith("Usage: mcpauth check [OPTIONS] URL")
    status, text, _ = check("--version")
    assert (status, text.split(" ")[0]) == (0, "mcpauth")


def on_a_terminal(command, *words, **environment):
    """What a person sees, and what the same run leaves when only its progress goes to the terminal."""
    seen, end = pty.openpty()
    outcome = subprocess.Popen(
        [*map(str, command), *words], stdout=end, stderr=end, env={**os.environ, **environment}, close_fds=True
    )
    os.close(end)
    fcntl.fcntl(seen, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
    text = b""
    while True:
        try:
            piece = os.read(seen, 65536)
        except OSError:  # the other end is closed (Linux says EIO)
            break
        if not piece:
            break
        text += piece
    os.close(seen)
    assert outcome.wait(60) == 0
    return text.decode()


def test_colours_and_progress_are_for_terminals(server):
    steps = "\r\x1b[Kasking the MCP server without a token ...\r\x1b[K"
    seen = [on_a_terminal(command, "check", server.resource) for command in ONE_EACH]
    assert seen[0] == seen[1]
    assert seen[0].startswith(steps)
    assert "\x1b[32mok      \x1b[0m asks_for_token" in seen[0]
    for words, environment in ((["--no-colour"], {}), ([], {"NO_COLOR": "1"})):
        plain = [on_a_terminal(command, "check", server.resource, *words, **environment) for command in ONE_EACH]
        assert plain[0] == plain[1]
        assert "\x1b[32m" not in plain[0]
