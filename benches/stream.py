"""Measures a long SSE response through the Python package's gate beside the same application without it.

    stream.py CASES ROUNDS MICROSECONDS

A real server on loopback; a client that counts bytes. The twin of stream.mjs.
"""

import asyncio
import json
import socket
import sys
import threading
import time

import uvicorn
from mcpauth import AuthServerConfig, MCPAuth, ResourceServerConfig, ResourceServerMetadata
from race import race
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

CHUNKS = 20_000
CHUNK = b'event: message\ndata: {"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":1}}\n\n'


def main(path, rounds, microseconds):
    with open(path) as file:
        cases = json.load(file)
    token = cases["algorithms"][0]["tokens"][0]["token"]
    with served(application(cases)) as port:
        candidates = {"mcpauth": "/guarded/", "no gate": "/bare/"}
        readers = {name: lambda _, path=path: read(port, path, token) for name, path in candidates.items()}
        measured = race(readers, int(rounds), float(microseconds))
    a_chunk = {name: {key: time / CHUNKS for key, time in times.items()} for name, times in measured.items()}
    print(json.dumps({"group": "stream", "what": "ASGI, a chunk of SSE", "candidates": a_chunk}), flush=True)


def application(cases):
    server = AuthServerConfig(issuer=cases["issuer"], jwks=cases["jwks"])
    metadata = ResourceServerMetadata(resource=cases["resource"], authorization_servers=[server])
    mcp_auth = MCPAuth(protected_resources=ResourceServerConfig(metadata=metadata))
    guard = mcp_auth.bearer_auth_middleware("jwt", resource=cases["resource"])
    return Starlette(routes=[Mount("/bare", stream), Mount("/guarded", stream, middleware=[Middleware(guard)])])


async def stream(scope, receive, send):
    headers = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for _ in range(CHUNKS):
        await send({"type": "http.response.body", "body": CHUNK, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


class served:  # noqa: N801 - a context
    """The application behind uvicorn, in a thread, on a free port."""

    def __init__(self, app):
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.serve([self._listener])))

    def __enter__(self):
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        return self._listener.getsockname()[1]

    def __exit__(self, *_):
        self._server.should_exit = True
        self._thread.join()


def read(port, path, token):
    """Asks and reads to the end; fails if anything is missing."""
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request.encode())
        start, length = connection.recv(65_536), 0
        if not start.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"{path} answered {start.splitlines()[0]!r}")
        while data := connection.recv(1 << 20):
            length += len(data)
    if length < CHUNKS * len(CHUNK):
        raise SystemExit(f"{path} ended after {length} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
