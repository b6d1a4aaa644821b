"""An authorization server that publishes metadata and keys, counts who asks, and misbehaves on demand."""

import json
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import TracebackType
from typing import Any

from typing_extensions import Self

from support.tokens import SigningKey

METADATA = "/.well-known/openid-configuration"
KEYS = "/jwks"


class AuthorizationServer:
    """Answers in threads of its own; `hold()` makes it wait before it answers, until `release()`."""

    def __init__(self, key: SigningKey) -> None:
        self.key = key
        self.asked: Counter[str] = Counter()
        self.headers: dict[str, str] = {}
        self.documents: dict[str, Any] = {}
        self.misbehaviour: dict[str, Any] = {}
        self.arrived = Event()
        self._go = Event()
        self._go.set()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self.documents[METADATA] = {"issuer": self.issuer, "jwks_uri": self.issuer + KEYS, "x_unknown": {"kept": None}}
        self.documents[KEYS] = key.jwks

    def hold(self) -> None:
        self._go.clear()
        self.arrived.clear()

    def release(self) -> None:
        self._go.set()

    def token(self, **claims: Any) -> str:
        return self.key.token(iss=self.issuer, **claims)

    def bearer(self, **claims: Any) -> dict[str, str]:
        return self.key.bearer(iss=self.issuer, **claims)

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"  # connections are kept open

            def do_GET(self) -> None:
                owner.asked[self.path] += 1
                owner.headers = {name.lower(): value for name, value in self.headers.items()}
                owner.arrived.set()
                owner._go.wait(30)
                misbehave = owner.misbehaviour.get(self.path)
                if misbehave is not None:
                    misbehave(self)
                else:
                    self.answer(200, json.dumps(owner.documents.get(self.path)).encode())

            def answer(self, status: int, body: bytes, **headers: str) -> None:
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up on a bad answer is what these tests are about."""
