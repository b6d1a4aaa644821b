"""The documented helpers of `mcpauth.utils`."""

import json
import time
from typing import Any

import jwt
import pytest
from jwt.algorithms import HMACAlgorithm
from mcpauth.config import AuthorizationServerMetadata, AuthServerConfig, AuthServerType, ResourceServerMetadata
from mcpauth.exceptions import (
    MCPAuthAuthServerException,
    MCPAuthConfigException,
    MCPAuthTokenVerificationException,
    MCPAuthTokenVerificationExceptionCode,
)
from mcpauth.utils import (
    AuthServerConfigErrorCode,
    BearerWWWAuthenticateHeader,
    create_resource_metadata_endpoint,
    create_verify_jwt,
    transpile_resource_metadata,
    validate_server_config,
)
from support.authorization_server import KEYS, AuthorizationServer
from support.tokens import ISSUER, RESOURCE, SigningKey

# ---- create_verify_jwt ----


def sources(server: AuthorizationServer) -> list[Any]:
    return [
        server.issuer + KEYS,
        jwt.PyJWKClient(server.issuer + KEYS),
        jwt.PyJWK(server.key.jwks["keys"][0]),
    ]


@pytest.mark.parametrize("source", range(3), ids=["url", "client", "key"])
def test_a_jwt_is_verified_with_a_url_a_client_or_a_key(authorization_server: AuthorizationServer, source: int) -> None:
    verify = create_verify_jwt(sources(authorization_server)[source])
    info = verify(authorization_server.token(sub="bob", aud=["a", "b"], extra=1))
    assert (info.subject, info.issuer, info.scopes) == ("bob", authorization_server.issuer, ["read:notes"])
    assert info.claims["extra"] == 1
    for bad in ("x", authorization_server.token(exp=1), authorization_server.token(sub=None), SigningKey("k1").token()):
        with pytest.raises(MCPAuthTokenVerificationException) as caught:
            verify(bad)
        assert caught.value.code is MCPAuthTokenVerificationExceptionCode.INVALID_TOKEN
        assert caught.value.cause["error_description"]
        assert bad == "x" or bad not in str(caught.value.cause)


def test_keys_are_fetched_once(authorization_server: AuthorizationServer) -> None:
    verify = create_verify_jwt(authorization_server.issuer + KEYS)
    for _ in range(5):
        verify(authorization_server.token())
    for _ in range(20):
        with pytest.raises(MCPAuthTokenVerificationException):
            verify(SigningKey("forged").token())
    assert authorization_server.asked[KEYS] <= 2


def test_keys_that_cannot_be_had_are_no_bad_token(authorization_server: AuthorizationServer) -> None:
    authorization_server.misbehaviour[KEYS] = lambda handler: handler.answer(500, b"")
    with pytest.raises(MCPAuthConfigException):
        create_verify_jwt(authorization_server.issuer + KEYS)(authorization_server.token())
    with pytest.raises(MCPAuthTokenVerificationException) as caught:
        create_verify_jwt(jwt.PyJWKClient(authorization_server.issuer + KEYS))(authorization_server.token())
    assert caught.value.code is MCPAuthTokenVerificationExceptionCode.TOKEN_VERIFICATION_FAILED


def test_a_secret_verifies_only_where_the_caller_supplies_it(authorization_server: AuthorizationServer) -> None:
    secret = b"0123456789abcdef0123456789abcdef"
    members = json.loads(HMACAlgorithm.to_jwk(secret))
    token = jwt.encode({"iss": ISSUER, "sub": "alice"}, secret, "HS256")
    assert create_verify_jwt(jwt.PyJWK(members), ["HS256"])(token).subject == "alice"
    authorization_server.documents[KEYS] = {"keys": [{**members, "kid": "k1"}]}
    with pytest.raises(MCPAuthTokenVerificationException):
        create_verify_jwt(jwt.PyJWK(authorization_server.key.jwks["keys"][0]), ["HS256"])(token)


def test_algorithms_and_leeway_are_the_callers(authorization_server: AuthorizationServer) -> None:
    [_, _, key] = sources(authorization_server)
    with pytest.raises(MCPAuthTokenVerificationException):
        create_verify_jwt(key, ["RS256"])(authorization_server.token())
    late = authorization_server.token(exp=int(time.time()) - 30)
    create_verify_jwt(key)(late)
    with pytest.raises(MCPAuthTokenVerificationException):
        create_verify_jwt(key, leeway=0)(late)


def test_an_input_that_is_none_of_these_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="object"):
        create_verify_jwt(object())
    with pytest.raises(MCPAuthAuthServerException):
        create_verify_jwt("no url")
    with pytest.raises(MCPAuthAuthServerException, match="algorithms"):
        create_verify_jwt(RESOURCE, ["none"])


# ---- validate_server_config ----


def server(**members: Any) -> AuthServerConfig:
    document = {
        "issuer": ISSUER,
        "authorization_endpoint": f"{ISSUER}/auth",
        "token_endpoint": f"{ISSUER}/token",
        "jwks_uri": f"{ISSUER}/jwks",
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        **members,
    }
    return AuthServerConfig(metadata=AuthorizationServerMetadata.model_validate(document), type=AuthServerType.OAUTH)


def test_a_good_server_is_valid() -> None:
    result = validate_server_config(server())
    assert (result.is_valid, result.errors) == (True, [])
    assert "pkce_supported" in {finding.code for finding in result.successes}


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"response_types_supported": ["token"]}, AuthServerConfigErrorCode.CODE_RESPONSE_TYPE_NOT_SUPPORTED),
        ({"grant_types_supported": []}, AuthServerConfigErrorCode.AUTHORIZATION_CODE_GRANT_NOT_SUPPORTED),
        ({"code_challenge_methods_supported": None}, AuthServerConfigErrorCode.PKCE_NOT_SUPPORTED),
        (
            {"code_challenge_methods_supported": ["plain"]},
            AuthServerConfigErrorCode.S256_CODE_CHALLENGE_METHOD_NOT_SUPPORTED,
        ),
    ],
)
def test_each_documented_error_is_found(members: dict[str, Any], code: AuthServerConfigErrorCode) -> None:
    result = validate_server_config(server(**members))
    assert not result.is_valid
    assert [error.code for error in result.errors] == [code]
    assert result.errors[0].description


def test_a_revision_may_be_chosen() -> None:
    config = server(registration_endpoint=None)
    assert validate_server_config(config, revision="2025-03-26") != validate_server_config(config)
    with pytest.raises(ValueError, match="revision"):
        validate_server_config(config, revision="1999-01-01")


def test_a_server_that_is_yet_to_be_discovered_cannot_be_judged() -> None:
    with pytest.raises(ValueError, match="fetch_server_config"):
        validate_server_config(AuthServerConfig(issuer=ISSUER, type=AuthServerType.OIDC))


# ---- metadata and headers ----


@pytest.mark.parametrize(
    ("resource", "url"),
    [
        ("https://a.example", "https://a.example/.well-known/oauth-protected-resource"),
        ("https://a.example/", "https://a.example/.well-known/oauth-protected-resource"),
        ("https://a.example:8443/notes", "https://a.example:8443/.well-known/oauth-protected-resource/notes"),
        ("https://a.example/notes/", "https://a.example/.well-known/oauth-protected-resource/notes/"),
        ("https://a.example/n?x=1", "https://a.example/.well-known/oauth-protected-resource/n?x=1"),
    ],
)
def test_where_a_resources_metadata_is(resource: str, url: str) -> None:
    assert create_resource_metadata_endpoint(resource) == url


@pytest.mark.parametrize("resource", ["", "api", "urn:x", 'https://a.example/"'])
def test_what_is_no_resource_identifier_is_a_type_error(resource: str) -> None:
    with pytest.raises(TypeError):
        create_resource_metadata_endpoint(resource)


def test_configured_metadata_in_its_published_form() -> None:
    lazy = AuthServerConfig(issuer="https://lazy.example", type=AuthServerType.OIDC)
    metadata = ResourceServerMetadata(resource=RESOURCE, authorization_servers=[server(), lazy], resource_name="Notes")
    published = transpile_resource_metadata(metadata)
    assert published.model_dump(exclude_none=True) == {
        "resource": RESOURCE,
        "resource_name": "Notes",
        "authorization_servers": [ISSUER, "https://lazy.example"],
    }
    assert transpile_resource_metadata(ResourceServerMetadata(resource=RESOURCE)).authorization_servers is None


def test_a_challenge_of_ones_own_is_one_that_clients_can_read() -> None:
    header = BearerWWWAuthenticateHeader()
    assert (header.header_name, header.to_string()) == ("WWW-Authenticate", "")
    header.set_parameter_if_value_exists("error", "invalid_token").set_parameter_if_value_exists("scope", None)
    header.set_parameter_if_value_exists("realm", "").set_parameter_if_value_exists(
        "error_description", 'not "me"\r\nX: y'
    )
    assert header.to_string() == "Bearer error=\"invalid_token\", error_description=\"not 'me'''X: y\""
