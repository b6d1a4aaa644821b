"""Whoever sends a request is its caller, also inside a long-lived session, and nobody moves into another's session."""

import json

import pytest
from raw import Session
from stage import SERVERS
from visits import STATELESS, visiting

STATEFUL = [name for name in SERVERS if name not in STATELESS]


@visiting("two-users", [(server, way) for server in SERVERS for way in ("ts2", "py2")])
def test_two_users_with_sessions_of_their_own_see_themselves(report):
    tools = [event for event in report.events if event["event"] == "tool"]
    assert [event["user"] for event in tools[:4]] == ["alice", "bob", "alice", "bob"]
    assert len(tools) == 8, "four calls in turn, four at once"
    for event in tools:
        assert json.loads(event["text"])["subject"] == event["user"]


@pytest.mark.parametrize("name", STATEFUL)
def test_a_foreign_session_does_not_change_who_calls(house, name):
    server = house.server(name)
    alice, bob, renewed_alice = (
        house.authorization_server.token(sub=user, client_id="cli", scope=scope, aud=server.resource)
        for user, scope in (("alice", "read:notes"), ("bob", "read:notes"), ("alice", "read:notes write:notes"))
    )
    with Session(server, alice) as session:
        assert session.whoami(alice) == (200, {"subject": "alice", "scopes": ["read:notes"]})
        # By the SDK's own check, which we feed with the principal, or by ours: for bob there is no such session.
        assert session.whoami(bob) == (404, None)
        if server.transport == "http":
            assert (session.listen(bob), session.end(bob)) == (404, 404)
        # A session belongs to the principal, not to one token: alice goes on with a newer one, and is seen with it.
        assert session.whoami(renewed_alice) == (200, {"subject": "alice", "scopes": ["read:notes", "write:notes"]})
        assert session.whoami(alice) == (200, {"subject": "alice", "scopes": ["read:notes"]})
        if server.transport == "http":
            assert session.end(alice) in (200, 204)
