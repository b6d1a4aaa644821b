"""The names and signatures that applications use, and what a wrong configuration is told."""

import inspect
import json
import logging
import subprocess
import sys
from typing import Any

import mcpauth
import pytest
from mcpauth import DANGEROUSLY_ANY, MCPAuth, config, exceptions, types, utils
from mcpauth import _mcpauth as native
from mcpauth.config import AuthServerConfig, AuthServerType, ResourceServerConfig, ResourceServerMetadata
from mcpauth.exceptions import AuthServerExceptionCode, MCPAuthAuthServerException
from support.auth import with_keys
from support.tokens import ISSUER, RESOURCE, SigningKey


def test_the_version_tells_which_mcpauth_is_loaded() -> None:
    assert mcpauth.__version__.count(".") == 2


def test_importing_the_package_imports_nothing_that_takes_long() -> None:
    heavy = {"pydantic", "starlette", "asyncio", "httpx", "mcp", "json", "logging"}
    looks = f"import sys, mcpauth; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", looks], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_every_name_is_there_when_it_is_used() -> None:
    everything = "from mcpauth import *; import mcpauth; print(sorted(set(mcpauth.__all__) - set(globals())))"
    assert subprocess.run([sys.executable, "-c", everything], capture_output=True, text=True, check=True).stdout == (
        "[]\n"
    )
    assert set(mcpauth.__all__) <= set(dir(mcpauth))
    assert mcpauth.exceptions is exceptions
    with pytest.raises(AttributeError, match="nothing"):
        mcpauth.nothing  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("module", [config, types])
def test_both_modules_export_the_resource_server_classes(module: Any) -> None:
    assert module.ResourceServerConfig is ResourceServerConfig
    assert module.ResourceServerMetadata is ResourceServerMetadata


def test_the_fetch_functions_have_both_documented_paths() -> None:
    assert config.fetch_server_config is utils.fetch_server_config
    assert config.fetch_server_config_by_well_known_url is utils.fetch_server_config_by_well_known_url


@pytest.mark.parametrize(
    ("module", "names"),
    [
        (mcpauth, "AuthInfo AuthServerConfig ResourceServerConfig VerifyAccessTokenFunction AuthServerExceptionCode"),
        (config, "ServerMetadataPaths AuthorizationServerMetadataDefaults ProtectedResourceMetadata"),
        (types, "AuthInfo VerifyAccessTokenFunction JwtPayload Record"),
        (utils, "fetch_server_config fetch_server_config_by_well_known_url"),
    ],
)
def test_documented_names_are_where_they_are_documented(module: Any, names: str) -> None:
    assert [name for name in names.split() if name not in module.__all__] == []
    assert all(hasattr(module, name) for name in names.split())


def test_names_of_earlier_documentation_still_work_and_say_what_to_use() -> None:
    with pytest.warns(DeprecationWarning, match="MCPAuthTokenVerificationException"):
        exception = exceptions.MCPAuthJwtVerificationException
    with pytest.warns(DeprecationWarning, match="MCPAuthTokenVerificationExceptionCode"):
        code = exceptions.MCPAuthJwtVerificationExceptionCode.JWT_VERIFICATION_FAILED
    assert exception is exceptions.MCPAuthTokenVerificationException
    assert exception(code).to_json()["error"] == "token_verification_failed"
    with pytest.raises(AttributeError):
        exceptions.MCPAuthNothing  # type: ignore[attr-defined]  # noqa: B018


def test_positional_order_is_part_of_the_contract() -> None:
    names = list(inspect.signature(MCPAuth.bearer_auth_middleware).parameters)
    documented = ["mode_or_verify", "audience", "required_scopes", "show_error_details", "leeway", "resource"]
    assert names[1:7] == documented


def test_the_middleware_is_a_class(key: SigningKey) -> None:
    assert inspect.isclass(with_keys(key).bearer_auth_middleware("jwt", resource=RESOURCE))


def test_what_was_not_given_is_left_to_the_engine(key: SigningKey, monkeypatch: pytest.MonkeyPatch) -> None:
    auth = with_keys(key)
    seen: list[dict[str, Any]] = []
    gate = auth._engine.gate

    def watched(options: dict[str, Any]) -> Any:
        seen.append(options)
        return gate(options)

    monkeypatch.setattr(auth._engine, "gate", watched)
    auth.bearer_auth_middleware("jwt", resource=RESOURCE)
    auth.bearer_auth_middleware("jwt", DANGEROUSLY_ANY, leeway=30.0, resource=RESOURCE, undeclared="deny")
    assert seen == [
        {"resource": RESOURCE},
        {"resource": RESOURCE, "audience": {"dangerously_any": True}, "leeway": 30, "undeclared": "deny"},
    ]


def test_a_gate_says_its_policy_once(key: SigningKey, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "mcpauth"):
        with_keys(key).bearer_auth_middleware("jwt", resource=RESOURCE)
    [record] = [record for record in caplog.records if record.name == "mcpauth"]
    assert RESOURCE in record.getMessage()


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param({}, id="no resource"),
        pytest.param({"resource": "https://elsewhere.example/"}, id="unknown resource"),
        pytest.param({"resource": RESOURCE, "audience": ""}, id="empty audience"),
        pytest.param({"resource": RESOURCE, "audience": []}, id="no audience"),
        pytest.param({"resource": RESOURCE, "leeway": 601}, id="too much leeway"),
    ],
)
def test_a_gate_that_cannot_work_is_refused_at_once(key: SigningKey, arguments: dict[str, Any]) -> None:
    with pytest.raises(MCPAuthAuthServerException) as caught:
        with_keys(key).bearer_auth_middleware("jwt", **arguments)
    assert caught.value.code == AuthServerExceptionCode.INVALID_SERVER_CONFIG
    assert caught.value.cause["problems"]


def resource_server(**members: Any) -> ResourceServerConfig:
    return ResourceServerConfig(metadata=ResourceServerMetadata(resource=RESOURCE), **members)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"protected_resources": []}, id="no resource"),
        pytest.param(
            {
                "server": AuthServerConfig(issuer=ISSUER, type=AuthServerType.OIDC),
                "protected_resources": resource_server(),
            },
            id="both modes",
        ),
        pytest.param({"protected_resources": [resource_server(), resource_server()]}, id="the same resource twice"),
        pytest.param({"protected_resources": resource_server(metdata=1)}, id="unknown member"),
    ],
)
def test_a_configuration_that_cannot_work_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(MCPAuthAuthServerException) as caught:
        MCPAuth(**arguments)
    assert caught.value.code == AuthServerExceptionCode.INVALID_SERVER_CONFIG
    assert caught.value.cause["error_description"] in str(caught.value)


def test_every_problem_is_told_with_its_place() -> None:
    misspelt: Any = {"isuer": "x"}
    servers = [AuthServerConfig(issuer="not a url", type=AuthServerType.OIDC, **misspelt)]
    described = ResourceServerMetadata(resource="also none", authorization_servers=servers)
    with pytest.raises(MCPAuthAuthServerException) as caught:
        MCPAuth(protected_resources=ResourceServerConfig(metadata=described))
    pointers = {problem["pointer"] for problem in caught.value.cause["problems"]}
    assert (
        "/protected_resources/0/metadata/resource" in pointers or "/protected_resources/metadata/resource" in pointers
    )
    assert len(pointers) > 1


def test_an_unknown_mode_is_a_value_error(key: SigningKey) -> None:
    with pytest.raises(ValueError, match="opaque"):
        with_keys(key).bearer_auth_middleware("opaque", resource=RESOURCE)  # type: ignore[arg-type]


def test_exceptions_have_their_documented_json() -> None:
    details = exceptions.MCPAuthBearerAuthExceptionDetails(missing_scopes=["a"], expected="x", actual="y")
    error = exceptions.MCPAuthBearerAuthException(exceptions.BearerAuthExceptionCode.MISSING_REQUIRED_SCOPES, details)
    assert error.to_json() == {
        "error": "missing_required_scopes",
        "error_description": error.message,
        "missing_scopes": ["a"],
    }
    assert error.to_json(show_cause=True)["cause"] == {"missing_scopes": ["a"], "expected": "x", "actual": "y"}


def test_every_documented_code_has_a_message() -> None:
    families: list[tuple[Any, Any]] = [
        (exceptions.MCPAuthAuthServerException, exceptions.AuthServerExceptionCode),
        (exceptions.MCPAuthBearerAuthException, exceptions.BearerAuthExceptionCode),
        (exceptions.MCPAuthTokenVerificationException, exceptions.MCPAuthTokenVerificationExceptionCode),
    ]
    for exception, codes in families:
        for code in codes:
            assert exception(code).message == native.error_text(code.value)
    assert native.error_text("quota_exceeded") is None
    assert exceptions.MCPAuthException("quota_exceeded", "Later.").to_json()["error_description"] == "Later."
    assert exceptions.MCPAuthBearerAuthException("quota_exceeded").message == "quota_exceeded"


def test_the_native_functions_for_metadata_take_and_give_json() -> None:
    assert native.revisions()[-1] == "2026-07-28"
    document = '{"issuer": "https://as.example"}'
    findings = json.loads(native.validate(document, "2025-06-18", "https://other.example"))
    assert {"issuer_mismatch", "invalid_server_metadata"} <= {one["code"] for one in findings["errors"]}
    assert findings["is_valid"] is False
    problems = json.loads(native.metadata_problems("authorization_server", document))
    assert problems[0]["pointer"] == "/authorization_endpoint"
    assert json.loads(native.metadata_problems("protected_resource", '{"resource": "https://api.example/mcp"}')) == []
    with pytest.raises(ValueError, match='"pointer":"/revision"'):
        native.validate(document, "latest")
    with pytest.raises(ValueError, match='"pointer":"/kind"'):
        native.metadata_problems("client", document)
