"""What was broken in earlier versions, each by what it does now; other files test the rest of each."""

import asyncio
import json
import logging
import re
import subprocess
import sys
import time
from typing import Any

import httpx
import pytest
from mcpauth import MCPAuth
from mcpauth.config import (
    AuthorizationServerMetadata,
    AuthServerConfig,
    AuthServerType,
    ResourceServerConfig,
    ResourceServerMetadata,
)
from mcpauth.exceptions import BearerAuthExceptionCode, MCPAuthAuthServerException, MCPAuthBearerAuthException
from mcpauth.utils import validate_server_config
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send
from support.asgi import Exchange, http_scope
from support.auth import with_discovery, with_keys
from support.authorization_server import KEYS, METADATA, AuthorizationServer
from support.recorder import Recorder
from support.tokens import ISSUER, RESOURCE, SigningKey


def gate(auth: MCPAuth, app: Any = None, **options: Any) -> Any:
    return auth.bearer_auth_middleware("jwt", resource=RESOURCE, **options)(app or Recorder(auth))


def ask(app: Any, headers: dict[str, str] | None = None, *messages: Any, **more: Any) -> Exchange:
    return asyncio.run(Exchange(*messages).run(app, http_scope(headers=headers or {}, **more)))


def challenge(answer: Exchange) -> dict[str, str]:
    """Its parameters, if the whole header has the grammar of RFC 9110 section 11.6.1 with quoted strings."""
    value = answer.headers["www-authenticate"]
    assert re.fullmatch(r'Bearer (\w+="[^"\\\x00-\x1f]*"(, |$))+', value), value
    return dict(re.findall(r'(\w+)="([^"]*)"', value))


# ---- Python ----


def test_p1_keys_are_fetched_once_however_many_requests(authorization_server: AuthorizationServer) -> None:
    app = gate(with_discovery(authorization_server.issuer))
    assert {ask(app, authorization_server.bearer(sub=f"u{n}")).status for n in range(100)} == {200}
    assert authorization_server.asked == {METADATA: 1, KEYS: 1}


def test_p2_forged_tokens_cause_no_fetches(authorization_server: AuthorizationServer) -> None:
    app = gate(with_discovery(authorization_server.issuer))
    assert ask(app, authorization_server.bearer()).status == 200
    forger = SigningKey("unknown")
    for n in range(50):
        assert ask(app, forger.bearer(iss=authorization_server.issuer, sub=f"u{n}")).status == 401
    assert authorization_server.asked[KEYS] <= 2


def test_p3_a_slow_authorization_server_holds_up_nobody_else(
    authorization_server: AuthorizationServer, serve: Any
) -> None:
    authorization_server.hold()
    guarded = Mount("/", app=gate(with_discovery(authorization_server.issuer)))
    with serve(Starlette(routes=[Route("/health", lambda request: PlainTextResponse("ok")), guarded])) as url:
        with httpx.Client(base_url=url) as client:
            client.get("/health")
            started = time.monotonic()
            with pytest.raises(httpx.ReadTimeout):
                client.post("/notes", headers=authorization_server.bearer(), timeout=0.3)
            assert client.get("/health", timeout=0.2).text == "ok"
            assert time.monotonic() - started < 2
        authorization_server.release()


def test_p4_a_handler_sees_the_caller_of_its_own_message_not_of_the_session(key: SigningKey) -> None:
    """tests/test_identity.py has the sessions; here are two requests whose work is interleaved."""
    auth = with_keys(key)
    seen: dict[str, list[str]] = {}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        first = auth.require_auth_info().subject
        for _ in range(3):
            await asyncio.sleep(0.01)
            seen.setdefault(first, []).append(auth.require_auth_info().subject)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def both() -> None:
        guarded = gate(auth, app)
        asks = [Exchange().run(guarded, http_scope(headers=key.bearer(sub=name))) for name in ("alice", "bob")]
        await asyncio.gather(*asks)

    asyncio.run(both())
    assert seen == {"alice": ["alice"] * 3, "bob": ["bob"] * 3}


def test_p5_a_websocket_needs_a_token_too(key: SigningKey) -> None:
    app = Recorder()
    scope = {**http_scope(), "type": "websocket", "subprotocols": []}
    answer = asyncio.run(Exchange({"type": "websocket.connect"}).run(gate(with_keys(key), app), scope))
    assert answer.sent[0]["type"] == "websocket.close"
    assert app.scopes == []


def test_p6_a_custom_verifier_does_not_switch_checks_off(key: SigningKey) -> None:
    async def verify(token: str) -> Any:
        return {"issuer": "https://elsewhere.example", "subject": "mallory", "audience": RESOURCE}

    app = with_keys(key).bearer_auth_middleware(verify, resource=RESOURCE)(Recorder())
    assert json.loads(ask(app, {"Authorization": "Bearer x"}).body)["error"] == "invalid_issuer"
    with pytest.raises(MCPAuthAuthServerException):
        with_keys(key).bearer_auth_middleware(verify, audience="", resource=RESOURCE)


def test_p7_a_server_that_cannot_be_used_is_refused_in_resource_mode_too() -> None:
    for wrong in ({"issuer": "no url"}, {"issuer": ISSUER, "jwks_uri": "http://as.example.com/jwks"}):
        with pytest.raises(MCPAuthAuthServerException):
            with_servers(AuthServerConfig.model_validate(wrong))


def test_p7_what_clients_will_trip_over_is_said_at_start(caplog: pytest.LogCaptureFixture) -> None:
    metadata = AuthorizationServerMetadata(issuer=ISSUER, jwks_uri=f"{ISSUER}/jwks")
    with caplog.at_level(logging.WARNING, "mcpauth"):
        with_servers(AuthServerConfig(metadata=metadata, type=AuthServerType.OAUTH))
    said = [record.getMessage() for record in caplog.records]
    assert said
    assert all(line.startswith(f"{ISSUER}: ") for line in said)


def with_servers(*servers: AuthServerConfig, resource: str = RESOURCE) -> MCPAuth:
    metadata = ResourceServerMetadata(resource=resource, authorization_servers=list(servers))
    return MCPAuth(protected_resources=ResourceServerConfig(metadata=metadata))


def segment(value: Any) -> str:
    import base64

    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "header",
    [{"alg": "ES256", "crit": ["x"], "x": 1}, {"alg": "ES256", "kid": 7}, {"alg": "ES256", "kid": None}, [], 7],
)
def test_p8_odd_tokens_are_401_never_500(key: SigningKey, header: Any) -> None:
    claims = {"iss": ISSUER, "sub": "alice", "aud": RESOURCE, "exp": 9e9}
    deep: Any = 1
    for _ in range(200):
        deep = [deep]
    for payload in (claims, {**claims, "deep": deep}, "text", None):
        token = f"{segment(header)}.{segment(payload)}.{segment('signature')}"
        assert ask(gate(with_keys(key)), {"Authorization": f"Bearer {token}"}).status == 401


def test_p9_two_instances_do_not_share_their_caller_and_none_is_left_behind(key: SigningKey) -> None:
    first, second = with_keys(key), with_keys(key)
    app = Recorder(second)

    async def one_task() -> None:
        await Exchange().run(gate(first, app), http_scope(headers=key.bearer()))
        assert first.auth_info is None

    asyncio.run(one_task())
    assert app.callers == [None]


def test_p10_exceptions_of_the_application_are_its_own(key: SigningKey, caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise MCPAuthBearerAuthException(BearerAuthExceptionCode.INVALID_TOKEN)

    with pytest.raises(MCPAuthBearerAuthException):
        ask(gate(with_keys(key), app), key.bearer())
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_p11_chunks_pass_one_by_one_as_they_are(key: SigningKey) -> None:
    chunks = [{"type": "http.response.body", "body": b"x" * n, "more_body": n < 9} for n in range(10)]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for number, chunk in enumerate(chunks):
            await send(chunk)
            assert exchange.sent[number + 1] is chunk

    exchange = Exchange()
    asyncio.run(exchange.run(gate(with_keys(key), app), http_scope(headers=key.bearer())))
    assert exchange.sent[1:] == chunks


def test_p12_keys_without_kid_and_chosen_algorithms_work(key: SigningKey) -> None:
    [jwk] = key.jwks["keys"]
    bare = {name: value for name, value in jwk.items() if name not in {"kid", "alg"}}
    auth = with_servers(AuthServerConfig(issuer=ISSUER, jwks={"keys": [bare]}))
    import jwt

    claims = jwt.decode(key.token(), options={"verify_signature": False})
    token = jwt.encode(claims, key._private, "ES256")
    assert ask(gate(auth), {"Authorization": f"Bearer {token}"}).status == 200
    chosen = with_servers(AuthServerConfig(issuer=ISSUER, jwks=key.jwks, algorithms=["RS512", "EdDSA"]))
    assert ask(gate(chosen), key.bearer()).status == 401


def test_p13_around_a_whole_application_clients_can_still_discover(key: SigningKey) -> None:
    auth = with_keys(key)
    app = Starlette(
        routes=[*auth.resource_metadata_router().routes],
        middleware=[Middleware(auth.bearer_auth_middleware("jwt", resource=RESOURCE))],
    )
    answer = ask(app, None, method="GET", path="/.well-known/oauth-protected-resource/notes")
    assert (answer.status, json.loads(answer.body)["resource"]) == (200, RESOURCE)


def test_p14_details_are_json_and_absent_when_there_are_none(key: SigningKey) -> None:
    app = gate(with_keys(key), show_error_details=True)
    assert "cause" not in json.loads(ask(app).body)
    wrong = json.loads(ask(app, key.bearer(aud="https://elsewhere.example")).body)
    assert wrong["cause"] == {"expected": [RESOURCE], "actual": "https://elsewhere.example"}


def test_p15_encoded_paths_match_and_quotes_are_refused(key: SigningKey) -> None:
    encoded = "https://api.example.com/caf%C3%A9"
    app = Starlette(routes=with_keys(key, resource=encoded).resource_metadata_router().routes)
    assert ask(app, None, method="GET", path="/.well-known/oauth-protected-resource/caf%C3%A9").status == 200
    with pytest.raises(MCPAuthAuthServerException):
        with_keys(key, resource='https://api.example.com/"quoted"')


# ---- both languages ----


def test_x1_the_challenge_has_the_codes_of_rfc_6750_and_the_body_the_documented_ones(key: SigningKey) -> None:
    app = gate(with_keys(key), required_scopes=["write:notes"])
    missing = ask(app, key.bearer())
    assert (missing.status, json.loads(missing.body)["error"]) == (403, "missing_required_scopes")
    assert challenge(missing)["error"] == "insufficient_scope"
    assert challenge(missing)["scope"] == "write:notes"
    assert challenge(ask(app, key.bearer(exp=1)))["error"] == "invalid_token"


def test_x2_no_error_without_a_credential_and_scope_and_metadata_always(key: SigningKey) -> None:
    app = gate(with_keys(key), required_scopes=["write:notes"])
    assert set(challenge(ask(app))) == {"resource_metadata", "scope"}
    for headers in (key.bearer(), key.bearer(exp=1)):
        assert {"resource_metadata", "scope", "error"} <= set(challenge(ask(app, headers)))


@pytest.mark.parametrize("header", ["", "Basic x", "Bearer", "Bearer  ", 'Bearer "x"', "Bearer a b", "Bearer\tx"])
def test_x3_every_challenge_has_the_grammar_of_a_header(key: SigningKey, header: str) -> None:
    challenge(ask(gate(with_keys(key)), {"Authorization": header}))


def test_x4_the_audience_is_checked_by_default_and_may_be_several(key: SigningKey) -> None:
    app = gate(with_keys(key))
    assert ask(app, key.bearer(aud="https://elsewhere.example")).status == 401
    several = gate(with_keys(key), audience=["client-guid", RESOURCE])
    assert [ask(several, key.bearer(aud=aud)).status for aud in ("client-guid", ["x", RESOURCE], "x")] == [
        200,
        200,
        401,
    ]


def test_x5_a_host_with_and_without_slash_is_one_resource(key: SigningKey) -> None:
    for resource, audience in (
        ("https://a.example", "https://a.example/"),
        ("https://a.example/", "https://a.example"),
    ):
        auth = with_keys(key, resource=resource)
        app = auth.bearer_auth_middleware("jwt", resource=resource)(Recorder())
        assert ask(app, key.bearer(aud=audience)).status == 200


@pytest.mark.parametrize(
    "claims", [{"exp": None}, {"cnf": {"jkt": "x"}}, {"nonce": "n", "at_hash": "h"}, {"events": {}}], ids=str
)
def test_x6_what_is_no_access_token_is_refused(key: SigningKey, claims: dict[str, Any]) -> None:
    assert ask(gate(with_keys(key)), key.bearer(**claims)).status == 401


def test_x6_other_types_of_token_are_refused(key: SigningKey) -> None:
    import jwt

    claims = jwt.decode(key.token(), options={"verify_signature": False})
    for kind in ("logout+jwt", "dpop+jwt"):
        token = jwt.encode(claims, key._private, "ES256", headers={"kid": "k1", "typ": kind})
        assert ask(gate(with_keys(key)), {"Authorization": f"Bearer {token}"}).status == 401


def test_x7_scopes_may_be_in_scp(key: SigningKey) -> None:
    app = gate(with_keys(key), required_scopes=["read:notes"])
    assert ask(app, key.bearer(scope=None, scp="read:notes other")).status == 200
    assert ask(app, key.bearer(scope=None, scp=["read:notes"])).status == 200


def test_x7_scopes_may_be_in_a_claim_that_the_operator_names(key: SigningKey) -> None:
    server = AuthServerConfig(issuer=ISSUER, jwks=key.jwks, scope_claims=["permissions"])
    app = gate(with_servers(server), required_scopes=["read:notes"])
    assert ask(app, key.bearer(scope="openid", permissions=["read:notes"])).status == 200
    assert ask(app, key.bearer(scope="read:notes")).status == 403


def test_x8_an_issuer_that_differs_by_a_slash_is_found_by_discovery(authorization_server: AuthorizationServer) -> None:
    issuer = authorization_server.issuer
    authorization_server.documents[METADATA]["issuer"] = f"{issuer}/"
    app = gate(with_discovery(issuer))
    assert ask(app, authorization_server.key.bearer(iss=f"{issuer}/")).status == 200


def test_x9_a_browser_can_ask_first_and_read_the_challenge(key: SigningKey) -> None:
    app = gate(with_keys(key))
    origin = {"Origin": "https://app.example"}
    preflight = ask(app, {**origin, "Access-Control-Request-Method": "POST"}, method="OPTIONS")
    assert (preflight.status, preflight.headers["access-control-allow-origin"]) == (204, "*")
    refused = ask(app, origin)
    assert refused.headers["access-control-allow-origin"] == "*"
    assert "www-authenticate" in refused.headers["access-control-expose-headers"].lower()


def test_x10_resources_that_differ_by_host_do_not_collide(key: SigningKey) -> None:
    hosts = ["https://a.example/mcp", "https://b.example/mcp"]
    server = AuthServerConfig(issuer=ISSUER, jwks=key.jwks)
    both = [
        ResourceServerConfig(metadata=ResourceServerMetadata(resource=host, authorization_servers=[server]))
        for host in hosts
    ]
    app = Starlette(routes=MCPAuth(protected_resources=both).resource_metadata_router().routes)
    path = "/.well-known/oauth-protected-resource/mcp"
    for host in hosts:
        answer = ask(app, {"Host": host.split("/")[2]}, method="GET", path=path)
        assert json.loads(answer.body)["resource"] == host


def test_x11_more_than_one_space_after_the_scheme_is_fine(key: SigningKey) -> None:
    token = key.token()
    statuses = [
        ask(gate(with_keys(key)), {"Authorization": value}).status
        for value in (f"Bearer  {token}", f"bearer {token}", f"Bearer {token}  ", f"Bearer\t{token}")
    ]
    assert statuses == [200, 200, 200, 401]


def test_x13_an_authorization_server_that_is_down_does_not_keep_the_application_from_starting() -> None:
    auth = with_servers(AuthServerConfig(issuer="http://127.0.0.1:1", type=AuthServerType.OIDC))
    app = Starlette(routes=auth.resource_metadata_router().routes)
    assert ask(app, None, method="GET", path="/.well-known/oauth-protected-resource/notes").status == 200


def test_x14_importing_loads_nothing_that_is_not_needed_yet() -> None:
    program = "import sys, mcpauth; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"httpx", "mcp", "fastapi", "fastmcp", "jwt", "cryptography", "uvicorn"} & set(loaded)


def test_x15_a_server_without_dynamic_registration_is_only_noted() -> None:
    document = {
        "issuer": ISSUER,
        "authorization_endpoint": f"{ISSUER}/auth",
        "token_endpoint": f"{ISSUER}/token",
        "jwks_uri": f"{ISSUER}/jwks",
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "client_id_metadata_document_supported": True,
    }
    result = validate_server_config(AuthServerConfig.model_validate({"metadata": document, "type": "oauth"}))
    assert result.is_valid
    assert "dynamic_registration_not_supported" not in {warning.code for warning in result.warnings}
    without = {**document, "client_id_metadata_document_supported": None}
    result = validate_server_config(AuthServerConfig.model_validate({"metadata": without, "type": "oauth"}))
    assert "client_id_metadata_document_not_supported" in {warning.code for warning in result.warnings}
