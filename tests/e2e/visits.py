"""Clients' visits to servers: which there are, and all that a run wants at once, since they mostly wait."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from stage import SERVERS, Server, Stage

NO_LEEWAY = 0
REFRESHABLE_TTL = 6  # seconds: a session is set up well within it, and waiting for its end is bearable
AT_ONCE = 6

# The ways to connect: a client, its mode (auto: MCP 2026-07-28 where the server speaks it), and a user of its own, so that
# all of them can be at one server at the same time and it must not mix them up. (The page in the browser is alice.)
WAYS = {
    "ts1": ("client-ts1", "legacy", "bob"),
    "ts2": ("client-ts2", "legacy", "carol"),
    "ts2-2026-07-28": ("client-ts2", "auto", "dave"),
    "py1": ("client-py1", "legacy", "erin"),
    "py2": ("client-py2", "legacy", "frank"),
    "py2-2026-07-28": ("client-py2", "auto", "grace"),
}
OVER_SSE = ["ts2", "py1", "py2"]  # that transport is deprecated, and 2026-07-28 does not have it
SPEAK_2026 = ["python-mcp2", "python-fastmcp", "node-ts2-express", "node-ts2-hono"]
STATELESS = ["node-ts2-hono"]


def meet(server, way):
    """All do, but for what would show nothing new."""
    if server.endswith("-sse"):
        return way in OVER_SSE
    return server in SPEAK_2026 or way != "py2-2026-07-28"


PAIRS = [(server, way) for server in SERVERS for way in WAYS if meet(server, way)]


@dataclass(frozen=True)
class Visit:
    """What a client does at a server."""

    flow: str
    server: str
    way: str

    @property
    def user(self):
        return WAYS[self.way][2]

    @property
    def modern(self):
        """Whether client and server meet in 2026-07-28."""
        return self.way.endswith("2026-07-28") and self.server in SPEAK_2026

    @property
    def has_session(self):
        return not self.modern and self.server not in STATELESS

    def __str__(self):
        return f"{self.server}-{self.way}"


@dataclass(frozen=True)
class Report:
    """What became of a visit."""

    visit: Visit
    server: Server
    issuer: str
    events: list


def visiting(flow, pairs=PAIRS):
    """The test is asked about the `report` of each visit."""
    visits = [Visit(flow, *pair) for pair in pairs]
    return pytest.mark.parametrize("report", visits, indirect=True, ids=str)


class House:
    """One authorization server, and every MCP server once, for all tests that leave them as they are."""

    def __init__(self, stage):
        self.stage, self.servers = stage, {}
        self.authorization_server = stage.authorization_server("--refreshable-ttl", REFRESHABLE_TTL)

    def server(self, name):
        if name not in self.servers:
            self.servers[name] = self.stage.server(name, self.authorization_server.issuer, NO_LEEWAY)
        return self.servers[name]

    def receive(self, visits):
        """All of them; a visit -> its report to come."""
        pool = ThreadPoolExecutor(AT_ONCE)
        self.stage.callback(pool.shutdown, cancel_futures=True)
        reports = {}
        for visit in sorted(visits, key=lambda visit: (visit.server, visit.flow != "refresh")):
            self.server(visit.server)  # here: a server ends with the thread that started it
            reports[visit] = pool.submit(self._receive, visit)
        return reports

    def _receive(self, visit):
        client, mode, user = WAYS[visit.way]
        server = self.server(visit.server)
        with Stage() as stage:
            events = list(stage.client(client, server, visit.flow, mode, user))
        return Report(visit, server, self.authorization_server.issuer, events)
