"""Starts the parts of an end-to-end run (authorization server, MCP server, client) and sees that none survives it.

Only the standard library: the demo runs with whatever `python3` there is. The environments come from setup.sh.
"""

import contextlib
import ctypes
import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ.get("BUILD_DIR", HERE.parent.parent / "build")).resolve()
LOGS = BUILD / "e2e-logs"
MCP1, MCP2, FASTMCP = (BUILD / f"venv-{name}/bin/python" for name in ("mcp1", "mcp2", "fastmcp"))
NODE = "node"

READY_SECONDS = 30  # a cold import of pydantic and mcp on a busy machine
SILENCE_SECONDS = 30  # no client is quiet that long unless it is stuck

SERVERS = {  # name -> interpreter, program, transport
    "python-mcp1": (MCP1, "servers/python_mcp1.py", "http"),
    "python-mcp1-sse": (MCP1, "servers/python_mcp1_sse.py", "sse"),
    "python-mcp2": (MCP2, "servers/python_mcp2.py", "http"),
    "python-fastmcp": (FASTMCP, "servers/python_fastmcp.py", "http"),
    "node-ts1-express": (NODE, "servers/node_ts1_express.mjs", "http"),
    "node-ts2-express": (NODE, "servers/node_ts2_express.mjs", "http"),
    "node-ts2-hono": (NODE, "servers/node_ts2_hono.mjs", "http"),
}
CLIENTS = {  # name -> interpreter, program
    "client-ts1": (NODE, "clients/client_ts1.mjs"),
    "client-ts2": (NODE, "clients/client_ts2.mjs"),
    "client-py1": (MCP1, "clients/client_py1.py"),
    "client-py2": (MCP2, "clients/client_py2.py"),
}


class Failed(Exception):
    """Something did not start or did not go through; the message is for a person."""


class Part:
    """A process of its own session that speaks JSON lines."""

    def __init__(self, name, command):
        LOGS.mkdir(parents=True, exist_ok=True)
        self.name, self.log = name, LOGS / f"{name}.log"
        self.lines = queue.Queue()
        try:
            with self.log.open("w") as log:
                self.process = subprocess.Popen(
                    [str(word) for word in command],
                    cwd=HERE,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                    start_new_session=True,  # its own process group: stop() reaches its children, Ctrl-C does not
                    preexec_fn=_die_with_parent,
                )
        except FileNotFoundError:
            raise Failed(f"{command[0]} is missing: has setup.sh run?") from None
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def next(self, seconds):
        """The next line, None at the end."""
        try:
            line = self.lines.get(timeout=seconds)
        except queue.Empty:
            raise Failed(f"{self.name}: silent for {seconds} s{self.complaint()}") from None
        return json.loads(line) if line else None

    def ready(self):
        announcement = self.next(READY_SECONDS)
        if announcement is None:
            if in_use := re.search("port .* in use|address already in use.*", self.log.read_text(), re.IGNORECASE):
                raise Failed(f"{self.name}: {in_use[0]}")
            raise Failed(f"{self.name}: did not start{self.complaint()}")
        return announcement

    def complaint(self):
        """The end of its stderr."""
        lines = [line for line in self.log.read_text().splitlines() if line.strip()]
        return "".join(f"\n    {line}" for line in ["", *lines[-15:]]) if lines else ""

    def stop(self):
        for how, seconds in ((signal.SIGTERM, 3), (signal.SIGKILL, 10)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
                break
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)  # children that outlived it
        self.process.stdout.close()


@dataclass
class AuthorizationServer:
    issuer: str

    def control(self, path, **members):
        """The test-only endpoints; see authorization-server.mjs."""
        request = urllib.request.Request(
            f"{self.issuer}/__test/{path}", json.dumps(members).encode() if members else None
        )
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    def token(self, **members):
        return self.control("token", **members)["token"]


@dataclass
class Server:
    name: str
    transport: str
    resource: str
    endpoint: str


class Stage(contextlib.ExitStack):
    """`with Stage() as stage:` everything started on it is gone when the block ends, however it ends."""

    def _start(self, name, *command):
        part = Part(name, command)
        self.callback(part.stop)
        return part

    def program(self, name, *command):
        """Starts it; what it announces when it is ready."""
        return self._start(name, *command).ready()

    def authorization_server(self, *options):
        return AuthorizationServer(
            self.program("authorization-server", NODE, "authorization-server.mjs", *options)["issuer"]
        )

    def server(self, name, issuer, *options, port=0):
        interpreter, program, transport = SERVERS[name]
        announcement = self.program(name, interpreter, program, port, issuer, *options)
        return Server(name, transport, announcement["resource"], announcement["endpoint"])

    def client(self, name, server, flow, mode="legacy", user="alice"):
        """Runs a client to its end; yields its events as they come."""
        interpreter, program = CLIENTS[name]
        options = ["--transport", server.transport, "--flow", flow, "--mode", mode, "--user", user]
        part = self._start(f"{name}-{mode}-{flow}-at-{server.name}", interpreter, program, server.endpoint, *options)
        while event := part.next(SILENCE_SECONDS):
            if event["event"] == "failed":
                raise Failed(f"{part.name}: {event['error']}{part.complaint()}")
            yield event
        if part.process.wait(5) != 0:
            raise Failed(f"{part.name}: exit {part.process.returncode}{part.complaint()}")


def metadata_url(resource):
    """RFC 9728 section 3.1: the well-known path goes between host and path."""
    parts = urlsplit(resource)
    return f"{parts.scheme}://{parts.netloc}/.well-known/oauth-protected-resource{parts.path}"


LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None  # loaded here: a forked child shall load nothing


def _die_with_parent():
    """Even if we are killed without a chance to clean up (Linux; elsewhere stop() has to do)."""
    if LIBC:
        LIBC.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
