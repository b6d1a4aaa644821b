"""Inside a long-lived MCP session, `auth_info` is the caller of this message, and a session has one owner."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

pytest.importorskip("mcp")

from support.auth import with_keys
from support.mcp_servers import IdentityServer, Meeting
from support.mcp_sessions import HttpSession, SseSession
from support.serving import serving
from support.tokens import SigningKey


class Setting:
    """One server on one transport; `session(headers)` opens a session."""

    def __init__(self, server: IdentityServer, url: str, transport: str, stack: ExitStack) -> None:
        self.server = server
        self._url, self._transport, self._stack = url, transport, stack

    def session(self, headers: dict[str, str]) -> HttpSession | SseSession:
        if self._transport == "http":
            return HttpSession(self._url, headers)
        return self._stack.enter_context(SseSession(self._url, headers))


@pytest.fixture(params=["http", "sse"])
def setting(request: pytest.FixtureRequest, key: SigningKey) -> Iterator[Setting]:
    server = IdentityServer(with_keys(key))
    app = server.streamable_http() if request.param == "http" else server.sse()
    with serving(app) as url, ExitStack() as stack:
        yield Setting(server, url, request.param, stack)


def who(subject: str, *scopes: str) -> dict[str, Any]:
    return {"subject": subject, "scopes": list(scopes)}


def test_two_users_who_call_at_the_same_time_see_themselves(setting: Setting, key: SigningKey) -> None:
    alice, bob = key.bearer(sub="alice"), key.bearer(sub="bob")
    hers, his = setting.session(alice), setting.session(bob)
    for _ in range(3):
        setting.server.meeting = Meeting(2)
        with ThreadPoolExecutor() as pool:
            first, second = pool.submit(hers.call, alice, "whoami"), pool.submit(his.call, bob, "whoami")
            assert first.result(20) == who("alice", "read:notes")
            assert second.result(20) == who("bob", "read:notes")


def test_a_newer_token_on_the_same_session_is_the_one_that_counts(setting: Setting, key: SigningKey) -> None:
    old, new = key.bearer(scope="a"), key.bearer(scope="a b")
    session = setting.session(old)
    setting.server.meeting = Meeting(2)
    with ThreadPoolExecutor() as pool:
        first, second = pool.submit(session.call, old, "whoami"), pool.submit(session.call, new, "whoami")
        assert first.result(20) == who("alice", "a")
        assert second.result(20) == who("alice", "a", "b")
    assert session.call(new, "whoami_sync") == who("alice", "a", "b")
    assert session.call(old, "whoami_sync") == who("alice", "a")


@pytest.mark.parametrize("other", [{"sub": "bob"}, {"client_id": "other"}], ids=["user", "client"])
def test_another_principal_is_refused_on_the_session(setting: Setting, key: SigningKey, other: dict[str, str]) -> None:
    alice = key.bearer(sub="alice")
    session = setting.session(alice)
    assert session.send_tool_call(key.bearer(**other), "whoami").status_code == 404
    assert setting.server.calls == 0
    assert session.call(alice, "whoami") == who("alice", "read:notes")


def test_a_session_is_no_credential(setting: Setting, key: SigningKey) -> None:
    session = setting.session(key.bearer())
    assert session.send_tool_call({}, "whoami").status_code == 401
    assert setting.server.calls == 0


def test_a_request_that_a_tool_makes_in_the_same_process_has_its_own_caller(setting: Setting, key: SigningKey) -> None:
    alice = key.bearer(sub="alice")
    setting.server.inner_headers = key.bearer(sub="bob")
    answer = setting.session(alice).call(alice, "whoami_inside")
    assert answer == {"inner": who("bob", "read:notes"), "outer": who("alice", "read:notes")}
