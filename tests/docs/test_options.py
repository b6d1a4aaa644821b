"""docs/configuration.md has every option that the engine knows, and no other: the engine is asked."""

import json
import re

import pytest
from blocks import ROOT
from mcpauth import _mcpauth as native

PAGE = (ROOT / "docs/configuration.md").read_text("utf-8")
RESOURCE = "https://api.example.com/notes"
UNKNOWN = {"an_option_that_is_none": True}


def configuration(server=None):
    servers = [{"issuer": "https://auth.example.com", "type": "oidc", **(server or {})}]
    return json.dumps({"protected_resources": [{"metadata": {"resource": RESOURCE, "authorization_servers": servers}}]})


ASK = {
    "A server": lambda: native.Engine(configuration(UNKNOWN)),
    "Gate": lambda: native.Engine(configuration()).gate(json.dumps({"resource": RESOURCE, **UNKNOWN})),
    "Verifier": lambda: native.JwtVerifier(json.dumps(UNKNOWN)),
}


@pytest.mark.parametrize("section", ASK)
def test_every_option_is_described(section):
    with pytest.raises(ValueError, match="the options here are") as refused:
        ASK[section]()
    problems = json.loads(str(refused.value))["problems"]
    [known] = [problem["message"].partition("the options here are ")[2] for problem in problems]

    [text] = re.findall(rf"^##+ {section}\n(.*?)(?=^##|\Z)", PAGE, re.DOTALL | re.MULTILINE)
    rows = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    described = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(described) == sorted(known.split(", "))
