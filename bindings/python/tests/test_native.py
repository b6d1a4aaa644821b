"""What of the native module no vector asks."""

import json

import pytest
from mcpauth import _mcpauth as native

SERVER = {"issuer": "https://as.example", "jwks": {"keys": []}}
RESOURCE = {"metadata": {"resource": "https://api.example/notes", "authorization_servers": [SERVER]}}


def test_an_engine_tells_its_mode() -> None:
    assert native.Engine(json.dumps({"server": SERVER})).is_legacy
    assert not native.Engine(json.dumps({"protected_resources": RESOURCE})).is_legacy


def test_a_policy_tells_that_nothing_is_refused() -> None:
    gate = native.Engine(json.dumps({"server": SERVER})).gate(json.dumps({"report_only": True}))
    assert gate.policy().endswith("REPORT ONLY: nothing is refused")


def test_scopes_are_a_list_and_no_string() -> None:
    gate = native.Engine(json.dumps({"server": SERVER})).gate("{}")
    with pytest.raises(TypeError):
        gate.require("GET", "/", [], ["a"], "abc")
    with pytest.raises(TypeError):
        gate.visible("abc", "tools/call", ["a"])
