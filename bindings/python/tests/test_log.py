"""What an operator reads, and what nobody can make the log say."""

import asyncio
import logging
import subprocess
import sys
from typing import Any

import pytest
from mcpauth import AuthServerConfig, MCPAuth, ResourceServerConfig, ResourceServerMetadata
from support.asgi import Exchange, http_scope
from support.auth import with_discovery, with_keys
from support.authorization_server import METADATA, AuthorizationServer
from support.recorder import Recorder
from support.tokens import ISSUER, RESOURCE, SigningKey


def ask(auth: MCPAuth, *requests: dict[str, str], **options: Any) -> list[int]:
    app = auth.bearer_auth_middleware("jwt", resource=RESOURCE, **options)(Recorder(auth))
    return [asyncio.run(Exchange().run(app, http_scope(headers=headers))).status for headers in requests]


def ours(caplog: pytest.LogCaptureFixture, level: int) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "mcpauth" and record.levelno == level]


def test_the_logger_is_silent_by_itself() -> None:
    assert any(isinstance(handler, logging.NullHandler) for handler in logging.getLogger("mcpauth").handlers)


def test_no_part_of_the_package_speaks_by_itself() -> None:
    alone = """
from mcpauth.utils import fetch_server_config
try:
    fetch_server_config("http://127.0.0.1:9", "oidc")
except Exception as error:
    print(type(error).__name__)
"""
    ran = subprocess.run([sys.executable, "-c", alone], capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("MCPAuthConfigException\n", "")


def test_a_decision_has_its_facts_apart_from_the_text(key: SigningKey, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "mcpauth"):
        ask(with_keys(key), key.bearer(), key.bearer(aud="https://elsewhere.example"), {})
    facts = ("code", "issuer", "kid", "algorithm", "cached", "resource")
    told = [tuple(getattr(record, fact) for fact in facts) for record in ours(caplog, logging.DEBUG)]
    assert told == [
        (None, ISSUER, "k1", "ES256", False, RESOURCE),
        ("wrong_audience", ISSUER, "k1", "ES256", False, RESOURCE),
        ("missing_authorization", None, None, None, False, RESOURCE),
    ]
    assert all(0 <= vars(record)["duration"] < 10 for record in ours(caplog, logging.DEBUG))


@pytest.mark.parametrize(("size", "again"), [(None, True), (0, False)])
def test_a_record_tells_whether_the_token_was_remembered(
    key: SigningKey, caplog: pytest.LogCaptureFixture, size: int | None, again: bool
) -> None:
    server = AuthServerConfig(issuer=ISSUER, jwks=key.jwks)
    resources = ResourceServerConfig(metadata=ResourceServerMetadata(resource=RESOURCE, authorization_servers=[server]))
    auth = MCPAuth(protected_resources=resources, token_cache_size=size)
    bearer = key.bearer()
    with caplog.at_level(logging.DEBUG, "mcpauth"):
        ask(auth, bearer, bearer)
        auth.update(protected_resources=resources)
        ask(auth, bearer, bearer)
    records = ours(caplog, logging.DEBUG)
    assert [vars(record)["cached"] for record in records] == [False, again, False, again]


def test_no_token_reaches_the_log(key: SigningKey, caplog: pytest.LogCaptureFixture) -> None:
    token = key.token()
    with caplog.at_level(logging.DEBUG):
        ask(with_keys(key), {"Authorization": f"Bearer {token}"}, {"Authorization": f"Bearer {token}x"})
    text = "".join(str(vars(record)) for record in caplog.records)
    assert not any(part in text for part in token.split("."))


def test_refusals_are_quiet_and_trouble_of_ours_is_told_once(
    authorization_server: AuthorizationServer, caplog: pytest.LogCaptureFixture
) -> None:
    authorization_server.misbehaviour[METADATA] = lambda handler: handler.answer(500, b"")
    auth = with_discovery(authorization_server.issuer)
    with caplog.at_level(logging.INFO):
        assert ask(auth, *[{}] * 5, *[authorization_server.bearer()] * 5) == [401] * 5 + [503] * 5
    assert len(ours(caplog, logging.WARNING)) == 1
    assert ours(caplog, logging.ERROR) == []


def test_report_only_refuses_nothing_and_tells_once_what_it_would_have(
    key: SigningKey, caplog: pytest.LogCaptureFixture
) -> None:
    auth = with_keys(key)
    app = Recorder(auth)
    guarded = auth.bearer_auth_middleware(
        "jwt",
        resource=RESOURCE,
        required_scopes=["write:notes"],
        report_only=True,
        authorize=lambda info, operation: info is None or info.subject != "mallory",
    )(app)
    requests = [{}, key.bearer(), key.bearer(), key.bearer(aud="https://elsewhere.example"), {"Authorization": "x"}]
    requests += [key.bearer(scope="write:notes", sub="mallory")]
    for headers in requests:
        assert asyncio.run(Exchange().run(guarded, http_scope("GET", headers=headers))).status == 200
    assert app.subjects == [None, "alice", "alice", "alice", None, "mallory"]
    told = [record.getMessage().split(":")[0] for record in ours(caplog, logging.WARNING)]
    assert told == [
        "401 missing_authorization",
        "403 insufficient_scope",
        "401 wrong_audience",
        "401 unsupported_scheme",
        "403 not_permitted",
    ]
