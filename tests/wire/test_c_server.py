"""The C library's HTTP examples: a real authorization server, and JWK Set endpoints that break each limit of a fetch."""

import base64
import json
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from exchange import ask, bearer
from guards import HERE, Guard, free_port, good_token
from stage import BUILD, Part
from test_outage import retry_after, unjudged

PROGRAMS = ("http_server_asan", "http_server_cpp")
FETCH_SECONDS = 5  # what the engine gives a fetch
AT_ONCE = 16
JWKS_BYTES = 65_536  # what the engine takes of a JWK Set
METADATA = "/.well-known/oauth-protected-resource/notes"


@pytest.fixture(scope="session")
def programs():
    built = subprocess.run([HERE.parent.parent / "ffi/tests/http.sh"], capture_output=True, text=True, check=False)
    if built.returncode == 3:
        pytest.skip(built.stdout.strip())
    assert built.returncode == 0, built.stdout + built.stderr


@pytest.fixture(params=PROGRAMS)
def serve(request, programs):
    """Starts the program for an issuer; what it leaves behind is looked at when it ends."""
    parts = []

    def start(issuer, *environment):
        command = ["env", *environment, BUILD / "c" / request.param, free_port(), issuer]
        parts.append(Part(request.param, command))
        server = Guard(**parts[-1].ready())
        server.log = parts[-1].log
        return server

    yield start
    for part in parts:
        part.stop()
        assert part.process.returncode == 0, part.complaint()  # AddressSanitizer and leaks end it otherwise


def test_it_challenges_and_publishes_its_metadata(stage, serve):
    issuer = stage.authorization_server().issuer
    server = serve(issuer)
    refused = ask(server)
    assert refused.status == 401
    assert refused.values(b"www-authenticate") == [
        b'Bearer resource_metadata="%s%s", scope="read:notes"' % (server.origin.encode(), METADATA.encode())
    ]
    document = ask(server, target=METADATA)
    assert document.status == 200
    published = json.loads(document.body)
    assert (published["resource"], published["authorization_servers"]) == (server.resource, [issuer])
    assert ask(server, target="/elsewhere").status == 404


def test_a_token_of_the_token_endpoint_is_let_in(stage, serve):
    authorization_server = stage.authorization_server()
    server = serve(authorization_server.issuer)
    token = client_credentials(authorization_server, resource=server.resource, scope="read:notes")
    for method in ("GET", "POST"):
        answer = ask(server, method, headers=bearer(token))
        assert (answer.status, answer.body) == (200, b"m2m")


def test_other_tokens_are_refused(stage, serve):
    authorization_server = stage.authorization_server()
    server = serve(authorization_server.issuer)

    def status(**members):
        return ask(server, headers=bearer(good_token(authorization_server, server, **members))).status

    assert status() == 200
    assert status(aud=f"{server.origin}/other") == 401
    assert status(exp_in=-600) == 401
    assert status(key="wrong") == 401
    assert status(iss="https://other.example") == 401
    assert ask(server, headers=bearer("garbage")).status == 401
    forbidden = ask(server, headers=bearer(good_token(authorization_server, server, scope="write:notes")))
    assert forbidden.status == 403
    (challenge,) = forbidden.values(b"www-authenticate")
    assert b'error="insufficient_scope"' in challenge


def test_many_requests_cause_one_fetch(stage, serve):
    authorization_server = stage.authorization_server()
    server = serve(authorization_server.issuer)
    headers = bearer(good_token(authorization_server, server))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [pool.submit(ask, server, headers=headers) for _ in range(200)]
    assert {answer.result().status for answer in answers} == {200}
    counts = authorization_server.control("counts")
    assert (counts["metadata"], counts["jwks"]) == (1, 1)


@pytest.fixture
def serve_prefetched(programs):
    """Starts the program that fetches what it can before it serves."""
    parts = []

    def start(issuer):
        parts.append(Part("prefetch", [BUILD / "c" / "http_server_asan", free_port(), issuer, "30", "prefetch"]))
        return Guard(**parts[-1].ready())

    yield start
    for part in parts:
        part.stop()
        assert part.process.returncode == 0, part.complaint()


def test_keys_are_there_before_the_first_request(stage, serve_prefetched):
    authorization_server = stage.authorization_server()
    server = serve_prefetched(authorization_server.issuer)
    counts = authorization_server.control("counts")
    assert (counts["metadata"], counts["jwks"]) == (1, 1)
    assert ask(server, headers=bearer(good_token(authorization_server, server))).status == 200
    counts = authorization_server.control("counts")
    assert (counts["metadata"], counts["jwks"]) == (1, 1)


def test_a_prefetch_that_fails_keeps_no_server_from_starting(serve_prefetched):
    server = serve_prefetched(f"http://127.0.0.1:{free_port()}")
    assert ask(server).status == 401


def test_no_proxy_of_the_environment_is_asked(stage, serve):
    authorization_server = stage.authorization_server()
    nobody = f"http://127.0.0.1:{free_port()}"
    server = serve(authorization_server.issuer, f"http_proxy={nobody}", f"all_proxy={nobody}")
    assert ask(server, headers=bearer(good_token(authorization_server, server))).status == 200


LIMITS = {  # what the JWK Set is -> what the log says; whether a status is good the engine decides, in silence
    "redirected": "",
    "too large": "the response is larger than allowed",
    "compressed": "the response is compressed",
    "many headers": "too many headers",
    "long headers": "too many headers",
}


@pytest.mark.parametrize("what", LIMITS)
def test_a_set_that_breaks_a_limit_is_not_taken(stage, serve, what):
    authorization_server = stage.authorization_server()
    with urllib.request.urlopen(f"{authorization_server.issuer}/jwks") as response:
        keys = response.read().decode()
    behaviour = {
        "redirected": {
            "status": 302,
            "headers": {"location": f"{authorization_server.issuer}/elsewhere"},
            "body": keys,
        },
        # It would be good JSON, and good keys, but for its length.
        "too large": {"status": 200, "headers": {}, "body": keys + " " * (JWKS_BYTES + 1 - len(keys))},
        "compressed": {"status": 200, "headers": {"content-encoding": "gzip"}, "body": keys},
        "many headers": {"status": 200, "headers": {f"x-{n}": "1" for n in range(130)}, "body": keys},
        "long headers": {"status": 200, "headers": {f"x-{n}": "1" * 4000 for n in range(9)}, "body": keys},
    }[what]
    authorization_server.control("behave", jwks=behaviour)
    server = serve(authorization_server.issuer)
    started = time.monotonic()
    assert retry_after(ask(server, headers=bearer(good_token(authorization_server, server)))) >= 1
    assert time.monotonic() - started < FETCH_SECONDS
    assert authorization_server.control("counts")["other"] == 0  # the redirect's target was not asked
    logged = server.log.read_text()
    assert LIMITS[what] in logged
    assert bool(LIMITS[what]) == (f"cannot fetch {authorization_server.issuer}/jwks: " in logged)


def test_a_set_of_the_full_size_is_taken(stage, serve):
    authorization_server = stage.authorization_server()
    with urllib.request.urlopen(f"{authorization_server.issuer}/jwks") as response:
        keys = response.read().decode()
    body = keys + " " * (JWKS_BYTES - len(keys))
    authorization_server.control(
        "behave", jwks={"status": 200, "headers": {"content-encoding": "identity"}, "body": body}
    )
    server = serve(authorization_server.issuer)
    assert ask(server, headers=bearer(good_token(authorization_server, server))).status == 200


@pytest.mark.parametrize("what", ["headers", "body", "silence"])
def test_a_slow_set_ends_with_its_time(serve, what):
    """All who wait for it, wait for the same fetch."""
    with Dripping(what) as slow:
        server = serve(slow.issuer)
        started = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = [pool.submit(ask, server, headers=bearer(unjudged(slow.issuer))) for _ in range(AT_ONCE)]
        for answer in answers:
            retry_after(answer.result())
        assert FETCH_SECONDS - 0.5 < time.monotonic() - started < FETCH_SECONDS + 2
        assert slow.asked == {"/.well-known/openid-configuration": 1, "/jwks": 1}


def test_a_short_soak_has_no_wrong_answer(programs):
    """`make soak` is the long one."""
    command = [sys.executable, HERE.parent.parent / "ffi/tests/soak.py", "6"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "wrong answers 0" in done.stdout


def test_a_server_without_a_good_certificate_is_not_asked(serve, tmp_path):
    """Whoever takes certificates of his own says so in `prepare`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        issuer = f"https://127.0.0.1:{listener.getsockname()[1]}"
        received = []

        def handshake():
            connection, _ = listener.accept()
            with suppress(ssl.SSLError, OSError), tls_of_a_stranger(tmp_path).wrap_socket(connection, True) as tls:
                received.append(tls.recv(1))

        thread = threading.Thread(target=handshake, daemon=True)
        thread.start()
        server = serve(issuer)
        retry_after(ask(server, headers=bearer(unjudged(issuer))))
        thread.join()
    assert "certificate" in server.log.read_text()
    assert not b"".join(received)


def tls_of_a_stranger(folder):
    """For 127.0.0.1 and today, but signed by nobody who is known."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, today - timedelta(1), today + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "stranger.pem").write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "stranger.pem")
    return context


class Dripping:
    """Metadata at once; a JWK Set that comes a byte at a time, and would for minutes."""

    def __init__(self, what):
        self.what, self.asked, self.over = what, {}, threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.issuer = f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.listener.close()

    def _accept(self):
        while not self.over.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection):
        with connection:
            target = connection.recv(65536).split(b" ")[1].decode()
            self.asked[target] = self.asked.get(target, 0) + 1
            if target != "/jwks":
                document = json.dumps(
                    {
                        "issuer": self.issuer,
                        "jwks_uri": f"{self.issuer}/jwks",
                        "authorization_endpoint": f"{self.issuer}/auth",
                        "token_endpoint": f"{self.issuer}/token",
                        "response_types_supported": ["code"],
                        "code_challenge_methods_supported": ["S256"],
                    }
                ).encode()
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n" + document
                )
                return
            head = b"HTTP/1.1 200 OK\r\n"
            first = {"headers": head + b"x-slow: ", "body": head + b'\r\n{"keys":[', "silence": b""}[self.what]
            try:
                connection.sendall(first)
                while not self.over.wait(0.1):
                    if self.what != "silence":
                        connection.sendall(b" ")
            except OSError:
                return  # the other side has had enough, which is what is tested


def client_credentials(authorization_server, **members):
    """A token as a real client gets it (RFC 6749 section 4.4)."""
    form = urllib.parse.urlencode({"grant_type": "client_credentials", **members}).encode()
    secret = base64.b64encode(b"m2m:m2m-secret").decode()
    request = urllib.request.Request(f"{authorization_server.issuer}/token", form, {"Authorization": f"Basic {secret}"})
    with urllib.request.urlopen(request) as response:
        return json.load(response)["access_token"]
