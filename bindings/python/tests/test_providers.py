"""The call shape; what each preset gives is held to the vectors by core."""

import inspect
import json
from pathlib import Path
from typing import Any

import pytest
from mcpauth import AuthServerConfig, MCPAuth, MCPAuthAuthServerException, providers
from mcpauth._json import to_json
from mcpauth.config import ResourceServerConfig, ResourceServerMetadata

MAP = Path(__file__).parents[3] / "tests" / "vectors" / "providers-map.json"
ROWS: list[dict[str, Any]] = json.loads(MAP.read_text())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_a_provider_is_one_call(row: dict[str, Any]) -> None:
    provider = getattr(providers, row["preset"])
    if row["expect"] == "configuration_error":
        with pytest.raises(MCPAuthAuthServerException, match="opaque"):
            provider(**row["parameters"])
        return
    server = provider(**row["parameters"])
    assert isinstance(server, AuthServerConfig)
    assert json.loads(to_json(server)) == row["server"]
    metadata = ResourceServerMetadata(resource=row["gate"]["resource"], authorization_servers=[server])
    MCPAuth(protected_resources=ResourceServerConfig(metadata=metadata))


def test_every_preset_has_its_function() -> None:
    assert {row["preset"] for row in ROWS} == set(providers.__all__)
    for name in providers.__all__:
        assert inspect.getdoc(getattr(providers, name)), name


def test_a_mistake_names_its_place() -> None:
    with pytest.raises(MCPAuthAuthServerException) as refused:
        providers.entra(tenant_id="common", app_id="aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")
    assert refused.value.code == "invalid_server_config"
    assert refused.value.cause["problems"][0]["pointer"] == "/tenant_id"
    with pytest.raises(TypeError, match="token_type"):
        providers.clerk(frontend_api="clerk.example.com", token_type="guarded")  # type: ignore[call-arg]
