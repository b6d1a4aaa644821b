"""What the documentation speaks of, for real: an authorization server, the processes that run its code, a place for its
commands. The pages name hosts that do not exist; here they have addresses."""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import httpx

from blocks import ROOT
from neighbours import neighbours

sys.path.insert(0, str(ROOT / "tests" / "e2e"))
from stage import BUILD, LOGS, MCP1, MCP2, NODE, Stage  # noqa: E402 - the end-to-end tests are no package

HERE = Path(__file__).resolve().parent
ISSUER = "https://auth.example.com"
"""The authorization server of the pages; with a path too, which the real one does without."""
NEIGHBOURS = ("https://sts.example.com", "https://calendar.example.com")
"""A token endpoint that exchanges tokens, and somebody else's API."""
HOST = "https://api.example.com"
"""Where the pages' MCP servers are."""
INTERPRETERS = {
    "mcp1": MCP1,
    "mcp2": MCP2,
    "fastmcp": BUILD / "venv-fastmcp/bin/python",
    "fastapi": BUILD / "venv-fastapi/bin/python",
}
SCOPES = "read:notes write:notes delete:notes list:notes admin:notes create:todos read:todos delete:todos openid profile email"


class House(ExitStack):
    """Everything that is started here is gone when it ends."""

    def __enter__(self):
        super().__enter__()
        LOGS.mkdir(parents=True, exist_ok=True)
        stage = self.enter_context(Stage())
        self.authorization_server = stage.authorization_server("--scopes", SCOPES)
        self.neighbours = self.enter_context(neighbours(self.authorization_server))
        self.workers = {}
        self.tokens = {}
        self.folder = Path(self.enter_context(tempfile.TemporaryDirectory(prefix="documentation-")))
        (self.folder / "build").symlink_to(BUILD)
        return self

    def worker(self, kind):
        """The process for `node`, or for a Python environment."""
        if kind not in self.workers:
            if kind == "node":
                modules = (
                    BUILD / "e2e-node" / "docs"
                )  # between the packages of the end-to-end tests and those of setup.sh
                for old in modules.glob("*.mjs"):
                    old.unlink()
                command = [NODE, HERE / "worker.mjs", modules]
            else:
                command = [INTERPRETERS[kind], HERE / "worker.py"]
            self.workers[kind] = self.enter_context(Worker(kind, command))
        return self.workers[kind]

    def token(self, resource, scope):
        """An access token of alice for a resource; the scope `none` has none."""
        if (resource, scope) not in self.tokens:
            claims = {"sub": "alice", "client_id": "notes-client", "aud": resource, "scope": scope.replace("none", "")}
            self.tokens[resource, scope] = self.authorization_server.token(**claims)
        return self.tokens[resource, scope]

    def real(self, text, host=None):
        """The text with the addresses that the pages' hosts have here."""
        issuer = self.authorization_server.issuer
        text = text.replace(f"{ISSUER}/oidc", issuer).replace(ISSUER, issuer)
        for neighbour in NEIGHBOURS:
            text = text.replace(neighbour, self.neighbours)
        return text.replace(HOST, host) if host else text


class Worker:
    """A process that runs blocks."""

    def __init__(self, kind, command):
        self.kind, self.log = kind, LOGS / f"docs-{kind}.log"
        self.command = [str(word) for word in command]

    def __enter__(self):
        # What belongs to whoever runs the tests is not a setting of the documentation.
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("MCP_", "UVICORN_"))}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, env=environment
            )
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.process.stdout.close()

    def ask(self, **job):
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"{self.kind} is gone: {self.log.read_text()[-2000:]}"
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer


class Page:
    """One page while its blocks run."""

    def __init__(self, house, name):
        self.house, self.name = house, name
        self.kinds = set()
        self.served = {}
        """The addresses of what its latest blocks serve, by kind."""
        self.server = None
        """The authorization server of its latest Python block, as the engine takes it."""

    def ask(self, kind, **job):
        self.kinds.add(kind)
        return self.house.worker(kind).ask(page=self.name, **job)

    def close(self):
        for kind in self.kinds:
            self.ask(kind, do="close")


client = httpx.Client(timeout=20, trust_env=False)
"""Asks what the pages serve."""
