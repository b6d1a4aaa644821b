"""Our two hosts, ready to be put on the stage of the end-to-end tests."""

import socket
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from stage import MCP2, NODE, Stage  # noqa: E402 - it lives next door

GUARDS = {"python": (MCP2, HERE / "servers/guard.py"), "node": (NODE, HERE / "servers/guard.mjs")}
RESOURCES = {"python": (MCP2, HERE / "servers/resources.py"), "node": (NODE, HERE / "servers/resources.mjs")}


@dataclass
class Guard:
    origin: str
    resource: str


class Wire(Stage):
    """`with Wire() as stage:` everything started on it is gone when the block ends, however it ends."""

    def guard(self, language, issuer, port=0):
        return Guard(**self.program(f"guard-{language}", *GUARDS[language], port, issuer))

    def resources(self, language, *issuers):
        """Several resources on one MCPAuth; `resource` is the first of them."""
        return Guard(**self.program(f"resources-{language}", *RESOURCES[language], 0, *issuers))


def good_token(authorization_server, server, **members):
    """A token that the guard accepts, but for the members that are given."""
    claims = {"sub": "alice", "client_id": "cli", "scope": "read:notes", "aud": server.resource}
    return authorization_server.token(**{**claims, **members})


def free_port():
    """For a program that does not choose one itself."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
