"""The samples, as their READMEs start them, with a real authorization server and a real client."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
from stage import BUILD, LOGS, MCP2, NODE, Stage  # noqa: E402 - the end-to-end tests are no package

SCOPES = "create:todos read:todos delete:todos"
LANGUAGES = ["python", "node"]


@pytest.fixture(scope="module")
def authorization_server():
    with Stage() as stage:
        yield stage.authorization_server("--scopes", SCOPES)


@pytest.fixture(scope="module")
def started(authorization_server):
    """Starts a sample once; its origin."""
    running = {}

    def start(language, name):
        if (language, name) not in running:
            with socket.create_server(("127.0.0.1", 0)) as probe:
                port = probe.getsockname()[1]
            command, variables = start_of(language, name)
            known = {
                "MCP_AUTH_ISSUER": authorization_server.issuer,
                "MCP_RESOURCE_IDENTIFIER": f"http://127.0.0.1:{port}/mcp",
            }
            environment = {**os.environ, "PORT": str(port), **{variable: known[variable] for variable in variables}}
            environment["PATH"] = f"{MCP2.parent}{os.pathsep}{environment['PATH']}"
            log = LOGS / f"sample-{language}-{name}.log"
            LOGS.mkdir(parents=True, exist_ok=True)
            with log.open("w") as output:
                process = subprocess.Popen(
                    shlex.split(command),
                    cwd=folder(language, name),
                    env=environment,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,  # npm starts the server as a child
                )
            running[language, name] = process, f"http://127.0.0.1:{port}"
            wait_until_it_answers(process, f"http://127.0.0.1:{port}/", log)
        return running[language, name][1]

    yield start
    for process, _ in running.values():
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


def start_of(language, name):
    """The command that its README ends with, and the variables that it has set before."""
    readme = (ROOT / "samples" / language / name / "README.md").read_text()
    [commands] = re.findall(r"^```console\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)
    variables = re.findall(r"^\$ export (\w+)=", commands, re.MULTILINE)
    return commands.rstrip().rpartition("\n$ ")[2], variables


def folder(language, name):
    """The sample's own folder; Node looks for packages from there, so there it is seen from the tests' environment."""
    source = ROOT / "samples" / language / name
    if language == "python":
        return source
    seen = BUILD / "e2e-node" / "samples" / name
    seen.mkdir(parents=True, exist_ok=True)
    for file in source.glob("*.js*"):
        (seen / file.name).write_text(file.read_text())
    return seen


def wait_until_it_answers(process, url, log):
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(url, timeout=5)
        except urllib.error.HTTPError:
            return
        except OSError:
            assert process.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        else:
            return


def visit(url, *calls, **options):
    """What a client meets that makes these calls."""
    program = BUILD / "e2e-node" / "samples-client.mjs"
    program.write_text((Path(__file__).parent / "client.mjs").read_text())
    done = subprocess.run(
        [NODE, program, url, json.dumps({**options, "calls": calls})],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return [json.loads(line) for line in done.stdout.splitlines()]


def said(events):
    return [json.loads(event["text"]) for event in events if event["event"] == "tool" and not event["error"]]


def browsed(events):
    return [event["scope"] for event in events if event["event"] == "browser"]


def tools(language):
    names = ("create_todo", "get_todos", "delete_todo")
    return names if language == "python" else tuple(name.replace("_", "-") for name in names)


def call(url, token, name, **arguments):
    """A tool call by hand, with a token of one's choice: the status, the challenge, what the tool says."""
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
    headers = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    request = urllib.request.Request(
        url, json.dumps(message).encode(), {**headers, "Authorization": f"Bearer {token}"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            text = response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["WWW-Authenticate"], None
    data = next((line[5:] for line in text.splitlines() if line.startswith("data:") and line[5:].strip()), text)
    result = json.loads(data)["result"]
    return 200, None, (result.get("isError", False), result["content"][0]["text"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_todos_are_created_after_a_step_up(started, language):
    create, get, delete = tools(language)
    url = started(language, "todo-manager") + "/mcp"
    events = visit(url, (get, {}), (create, {"content": "buy milk"}), (get, {}))
    assert browsed(events) == ["read:todos", "create:todos"]
    refused = [event for event in events if event["event"] == "answer" and event["status"] == 403]
    assert ['scope="create:todos", error="insufficient_scope"' in event["challenge"] for event in refused] == [True]
    _, created, listed = said(events)
    assert (created["content"], created["ownerId"], len(created["id"])) == ("buy milk", "alice", 8)
    assert created in listed
    assert said(visit(url, (delete, {"id": created["id"]}))) == [{"deleted": created["id"]}]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_belongs_to_others_needs_a_scope(started, authorization_server, language):
    create, get, delete = tools(language)
    url = started(language, "todo-manager") + "/mcp"

    def token(user, scope=""):
        return authorization_server.token(sub=user, client_id="c", aud=url, scope=scope)

    status, challenge, _ = call(url, token("bob"), create, content="walk")
    assert status == 403
    assert 'scope="create:todos", error="insufficient_scope"' in challenge
    _, _, (_, text) = call(url, token("bob", "create:todos"), create, content="walk")
    walk = json.loads(text)

    assert json.loads(call(url, token("alice"), get)[2][1]) == []
    assert walk in json.loads(call(url, token("bob"), get)[2][1])
    assert walk in json.loads(call(url, token("alice", "read:todos"), get)[2][1])

    is_error, text = call(url, token("alice", "read:todos"), delete, id=walk["id"])[2]
    assert is_error, text
    assert call(url, token("alice", "delete:todos"), delete, id=walk["id"])[2] == (
        False,
        json.dumps({"deleted": walk["id"]}, separators=(", ", ": ") if language == "python" else (",", ":")),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoami_says_what_userinfo_says(started, authorization_server, language):
    origin = started(language, "whoami")
    transport, path = ("sse", "/sse") if language == "python" else ("http", "/mcp")
    for user in ("alice", "bob"):
        events = visit(origin + path, ("whoami", {}), user=user, scope="openid", transport=transport)
        assert said(events) == [{"sub": user}]
        assert events[0]["status"] == 401
    document = json.load(urllib.request.urlopen(origin + "/.well-known/oauth-authorization-server", timeout=10))
    assert document["issuer"] == authorization_server.issuer


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoami_refuses_a_token_that_userinfo_refuses(started, language):
    origin = started(language, "whoami")
    request = urllib.request.Request(
        f"{origin}/{'sse' if language == 'python' else 'mcp'}", headers={"Authorization": "Bearer made-up"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    assert refused.value.code == 401
    assert json.load(refused.value)["error"] == "invalid_token"
