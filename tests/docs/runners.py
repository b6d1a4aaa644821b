"""How a block of each language is run. A language without a runner is a failure of its block."""

import difflib
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import replace

import jwt
import pytest
from blocks import ROOT
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from house import HOST, client
from mcpauth import _mcpauth as native
from stage import BUILD

RESOURCE = f"{HOST}/notes"
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "docs", "version": "1"}},
}
MCP_HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


# ---- code -------------------------------------------------------------------------------------------------------------


def python(page, block):
    """Runs; what it calls `app` is served, and asked as `guards=` says. `file=` saves it for the commands."""
    run_code(page, block, block.settings.get("environment", "mcp2"))


def js(page, block):
    """The same; with `also=express4` once more on that."""
    if other := block.settings.get("also"):
        again = replace(block, text=block.text.replace("'express'", f"'{other}'"), settings=block.settings)
        assert again.text != block.text
        run_code(page, again, "node")
    run_code(page, block, "node")


def ts(page, block):
    """Type-checked strictly with the declarations of everything it imports, then the same as `js`."""
    folder = BUILD / "e2e-node/docs/ts"
    folder.mkdir(exist_ok=True)
    (folder / "block.mts").write_text(block.text)
    options = {
        "strict": True,
        "exactOptionalPropertyTypes": True,
        "target": "es2022",
        "module": "nodenext",
        "types": ["node"],
    }
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": ["block.mts"]}))
    tsc = [str(BUILD / "e2e-node/docs/node_modules/.bin/tsc"), "--project", str(folder)]
    done = subprocess.run(tsc, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout
    js(page, replace(block, text=(folder / "block.mjs").read_text(), settings=block.settings))


def run_code(page, block, kind):
    url = page.ask(kind, do="open")["url"]
    code = page.house.real(block.text, url)
    served = page.ask(
        kind,
        do="run",
        place=block.place,
        code=code,
        continues="continues" in block.words,
        serve="file" not in block.settings or "guards" in block.settings,
    )
    page.served = {other: at for other, at in page.served.items() if (other == "node") != (kind == "node")}
    if served["url"]:
        page.served[kind] = served["url"]
    if file := block.settings.get("file"):
        (page.house.folder / file).write_text(page.house.real(block.text))
    if kind != "node" and re.search(r"^server = ", block.text, re.MULTILINE):
        page.server = page.ask(kind, do="read", code="server.model_dump_json(exclude_none=True)")["value"]
    if path := block.settings.get("guards"):
        guards(page, served["url"], path, block.settings)


def guards(page, url, path, settings):
    """The application is guarded: a client finds its way, and a token for it lets in."""
    assert url, "the block serves nothing"
    resource = settings.get("resource", f"{url}{path}").replace(HOST, url)
    scope, method = settings.get("scope", "none"), settings.get("method", "POST")

    def ask(token=None):
        headers = {**MCP_HEADERS, **({"Authorization": f"Bearer {token}"} if token else {})}
        return client.request(method, url + path, headers=headers, json=INITIALIZE if method == "POST" else None)

    refused = ask()
    assert refused.status_code == 401, (refused.status_code, refused.text)
    challenge = refused.headers["www-authenticate"]
    metadata = re.search(r'resource_metadata="([^"]+)"', challenge)
    assert metadata, challenge
    document = client.get(metadata[1]).raise_for_status().json()
    assert document["resource"] == resource
    assert document["authorization_servers"] == [page.house.authorization_server.issuer]
    assert ask(page.house.token(f"{url}/elsewhere", scope)).status_code == 401
    if scope != "none":
        too_little = ask(page.house.token(resource, "none"))
        assert too_little.status_code == 403, too_little.text
        assert 'error="insufficient_scope"' in too_little.headers["www-authenticate"]

    def message(method, **parameters):
        headers = {**MCP_HEADERS, "Authorization": f"Bearer {page.house.token(resource, scope)}"}
        call = {"jsonrpc": "2.0", "id": 2, "method": method, "params": parameters}
        answer = client.post(url + path, headers=headers, json=call)
        events = [line.removeprefix("data:") for line in answer.text.splitlines() if line.startswith("data:")]
        return json.loads(next((event for event in events if event.strip()), answer.text))["result"]

    if tool := settings.get("calls"):
        assert message("tools/call", name=tool, arguments={})["content"][0]["text"] == settings["says"]
    if names := settings.get("lists"):
        assert [tool["name"] for tool in message("tools/list")["tools"]] == names.split(",")
    let_in = ask(page.house.token(resource, scope))
    assert let_in.status_code == int(settings.get("status", "200")), (let_in.status_code, let_in.text)


def c(page, block):
    """Compiles, links and runs; `prints=` is what it must say. With `curl`, libcurl is linked too, where it is there."""
    compiler, standard, suffix = {"c": ("gcc", "c99", ".c"), "cpp": ("g++", "c++17", ".cpp")}[block.language]
    program = page.house.folder / "program"
    source = program.with_suffix(suffix)
    source.write_text(block.text)
    libraries = [str(ROOT / "target/release/libmcpauth.a"), "-lpthread", "-lm", "-ldl", "-lgcc_s"]
    if "curl" in block.words:
        if shutil.which("curl-config") is None:
            pytest.skip("libcurl4-openssl-dev is not installed")
        libraries.append("-lcurl")
    flags = [f"-std={standard}", "-Wall", "-Wextra", "-Werror", f"-I{ROOT / 'ffi/include'}"]
    subprocess.run([compiler, *flags, str(source), *libraries, "-o", str(program)], check=True, timeout=60)
    output = subprocess.run([str(program)], check=True, timeout=20, capture_output=True, text=True).stdout
    assert block.settings["prints"] in output


# ---- data -------------------------------------------------------------------------------------------------------------


def json_(page, block):
    """A configuration of the engine; or, as the comment says, a part of one, or the claims of a token."""
    value = json.loads(block.text)
    if "server" in block.words:
        native.Engine(json.dumps(configuration(value)))
    elif "gate" in block.words:
        server = {"issuer": "https://auth.example.com", "type": "oidc"}
        native.Engine(json.dumps(configuration(server))).gate(json.dumps({"resource": RESOURCE, **value}))
    elif "verdict" in block.words:
        server = {"issuer": value["auth_info"]["issuer"], "type": "oidc"}
        gate = native.Engine(json.dumps(configuration(server))).gate(
            json.dumps({"resource": RESOURCE, "verify": "custom"})
        )
        assert isinstance(ask_gate(gate, "opaque", 0, block.text), native.Allow)
    elif "claims" in block.words:
        claims(page, value, block.settings)
    else:
        native.Engine(block.text)


def configuration(server, resource=RESOURCE):
    return {"protected_resources": [{"metadata": {"resource": resource, "authorization_servers": [server]}}]}


def claims(page, value, settings):
    """A token with these claims, signed by a key of the page's authorization server, is let in (or `refused=` by code)."""
    algorithm, typ = settings.get("alg", "RS256"), settings.get("typ")
    private = {
        "RS256": lambda: rsa.generate_private_key(65537, 2048),
        "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "ES384": lambda: ec.generate_private_key(ec.SECP384R1()),
        "EdDSA": ed25519.Ed25519PrivateKey.generate,
    }[algorithm]()
    public = json.loads(jwt.get_algorithm_by_name(algorithm).to_jwk(private.public_key()))
    server = {**json.loads(page.server), "jwks": {"keys": [{**public, "kid": "1"}]}}
    server.pop("jwks_uri", None)
    server.pop("type", None)
    engine = native.Engine(json.dumps(configuration(server)))
    scopes = settings.get("scope", "").split()
    gate = engine.gate(json.dumps({"resource": RESOURCE, **({"required_scopes": scopes} if scopes else {})}))
    token = jwt.encode(value, private, algorithm=algorithm, headers={"kid": "1", "typ": typ})
    answer = ask_gate(gate, token, value["iat"])
    if refused := settings.get("refused"):
        assert answer.code == refused
    else:
        assert isinstance(answer, native.Allow), answer.code
        assert answer.subject == settings.get("subject", value.get("sub"))


def ask_gate(gate, token, now, verdict=None):
    headers = [(b"Authorization", f"Bearer {token}".encode())]
    return gate.check("POST", "/notes", headers, None, verdict, now)


# ---- HTTP -------------------------------------------------------------------------------------------------------------


def http(page, block):
    """Asks whatever the page serves at this point, every runtime of it, and compares what the block shows."""
    request, response = re.split(r"(?m)^(?=HTTP/1\.1 )", block.text, maxsplit=1)
    assert page.served, "no block before this one serves anything"
    for url in page.served.values():
        exchange(page, url, request, response, block.settings)


def message(text):
    head, _, body = text.partition("\n\n")
    first, *lines = re.sub(r"\n[ \t]+", " ", head).splitlines()
    return first, [tuple(line.split(": ", 1)) for line in lines], body.strip()


def exchange(page, url, request, response, settings):
    first, headers, body = message(page.house.real(request, url))
    method, target, _ = first.split(" ")
    headers = dict(headers)
    if "token" in settings:
        resource = settings.get("resource", RESOURCE).replace(HOST, url)
        assert "Authorization" in headers
        headers["Authorization"] = f"Bearer {page.house.token(resource, settings['token'])}"
    headers.pop("Host", None)
    answer = client.request(method, url + target, headers=headers, content=body or None)

    status, shown, body = message(page.house.real(response, url))
    assert answer.status_code == int(status.split(" ")[1]), (url, answer.status_code, answer.text)
    for name, value in shown:
        pattern = ".*".join(re.escape(part) for part in value.split("..."))
        assert re.fullmatch(pattern, answer.headers.get(name, "")), (url, name, answer.headers.get(name))
    if body:
        assert answer.json() == json.loads(body), url


# ---- commands ---------------------------------------------------------------------------------------------------------


def console(page, block):
    """Runs each command after a `$`; what is shown below it must be what it prints. `...` stands for anything.

    Commands run in the repository, or `elsewhere`: in a folder of their own beside `build`. A `server` is started, asked
    and ended. With `dry`, make only says what it would do: the documentation's tests do not run all tests again.
    """
    commands = re.split(r"(?m)^\$ ", block.text)[1:]
    assert commands, "a console block shows commands after a $"
    environment = {
        **os.environ,
        "PATH": os.pathsep.join(
            [str(BUILD / "venv-mcp2/bin"), str(BUILD / "e2e-node/node_modules/.bin"), os.environ["PATH"]]
        ),
    }
    environment |= {
        "NO_COLOR": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "npm_config_audit": "false",
        "npm_config_fund": "false",
    }
    url = next(iter(page.served.values()), None)
    folder = page.house.folder if "elsewhere" in block.words else ROOT
    for text in commands:
        command, expected = split_command(text)
        command = re.sub(r"\s+# .*$", "", page.house.real(command, url))
        if "dry" in block.words:
            assert command.startswith("make "), command
            command += " --dry-run"
        if "server" in block.words:
            start_and_ask(page, command, environment, block.settings)
            continue
        status, printed = shell(command, folder, environment)
        assert status == int(block.settings.get("exit", "0")), f"$ {command}\n{printed}"
        if expected:
            compare(page.house.real(expected, url), printed)


def shell(command, folder, environment):
    """The exit status and the output; what still runs after a minute is ended with all its children."""
    with subprocess.Popen(
        ["bash", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            printed, _ = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        return process.returncode, printed


def split_command(text):
    lines = text.rstrip("\n").split("\n")
    count = 1
    while lines[count - 1].endswith("\\"):
        count += 1
    return "\n".join(lines[:count]), "\n".join(lines[count:])


def compare(expected, printed):
    pattern = "".join(
        r"(?:.*\n)*?"
        if line.strip() == "..."
        else ".*".join(re.escape(part) for part in line.rstrip().split("...")) + r"\s*\n"
        for line in expected.splitlines()
    )
    if not re.fullmatch(pattern, printed.rstrip() + "\n"):
        raise AssertionError(
            "\n".join(difflib.unified_diff(expected.splitlines(), printed.splitlines(), "shown", "printed"))
        )


def start_and_ask(page, command, environment, settings):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = command.replace(settings["port"], str(port))
    assert str(port) in command
    log = page.house.folder / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            shlex.split(command),
            cwd=page.house.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                answer = client.post(f"http://127.0.0.1:{port}{settings['path']}", json=INITIALIZE, headers=MCP_HEADERS)
                break
            except OSError:
                raise
            except Exception:
                assert process.poll() is None and time.monotonic() < deadline, log.read_text()
                time.sleep(0.05)
        assert answer.status_code == 401, answer.text
    finally:
        process.terminate()
        process.wait(10)


RUNNERS = {"python": python, "js": js, "ts": ts, "c": c, "cpp": c, "json": json_, "http": http, "console": console}


def run(page, block):
    assert block.language in RUNNERS, f"no runner for {block.language or 'a block without a language'!r}"
    RUNNERS[block.language](page, block)
