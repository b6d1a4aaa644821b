"""The whole story on real parts, told while it happens: a client that knows nothing but a URL is turned away, finds the
authorization server, gets a token, calls a tool, is refused for a missing scope, steps up and succeeds. Once with a
Python server and once with a Node server, both guarded by the same Rust engine.

    python3 tests/e2e/demo.py [--port N]     N, N+1 and N+2 are used; without it, free ports
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time

import paper
from stage import BUILD, HERE, Failed, Stage

ACTS = [  # server, what it is called, what it is made of, client, what it is made of
    ("python-mcp2", "Python server", "mcp 2.x and our mcpauth", "client-ts2", "@modelcontextprotocol/client 2.x"),
    ("node-ts1-express", "Node server", "SDK 1.x, Express and our mcp-auth", "client-py2", "Python mcp 2.x"),
]
WORDS = {200: "OK", 202: "Accepted", 401: "Unauthorized", 403: "Forbidden"}


def main():
    parser = argparse.ArgumentParser(description="A real client visits real MCP servers that our packages guard.")
    parser.add_argument("--port", type=int, default=0)
    port = parser.parse_args().port
    try:
        install()
        started = time.monotonic()
        with Stage() as stage:
            verdicts = perform(stage, port)
    except Failed as failure:
        print(f"\n{paper.bad('The demo failed.')} {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; everything that was started is gone", file=sys.stderr)
        return 130
    except BrokenPipeError:  # nobody reads on, as in `make demo | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    paper.headline("Done")
    for verdict in verdicts:
        print(f"  {paper.good(verdict)}")
    print("  One Rust engine decided every time, and fetched the keys once per server.")
    print(f"  All servers are gone again. {time.monotonic() - started:.0f} s.\n")
    return 0


def install():
    """Puts the packages where the servers find them; does nothing where they are already."""
    wheels, tarballs = sorted(BUILD.glob("wheels/*.whl")), sorted(BUILD.glob("tarballs/*.tgz"))
    if not wheels or not tarballs:
        raise Failed("The packages are not built yet: `make demo` does that, or `make package`.")
    if subprocess.run([HERE / "setup.sh", wheels[-1], tarballs[-1], "mcp2", "node"]).returncode:
        raise Failed("The packages could not be installed; the reason stands above.")


def perform(stage, port):
    authorization_server = stage.authorization_server("--port", port)
    print(paper.bold("\nWho may call this MCP server?"))
    print("Everything below happens now, on this machine, between real programs.\n")
    print(f"  authorization server  {authorization_server.issuer}  (npm oidc-provider; it has never heard of us)")
    verdicts = []
    for number, (server_name, title, server_parts, client, client_parts) in enumerate(ACTS, 1):
        begun = time.monotonic()
        server = stage.server(server_name, authorization_server.issuer, port=port and port + number)
        paper.headline(f"{number}. {title}")
        print(f"  {title.lower():<22}{server.endpoint}  ({server_parts})")
        print(f"  {'client':<22}{client_parts} as published, for its user alice")
        Act(authorization_server).play(stage.client(client, server, "step-up"))
        seconds = f"{time.monotonic() - begun:.1f} s"
        verdicts.append(f"{title}: turned away, let in, refused, stepped up, succeeded ({seconds})")
        print(f"\n  {paper.good(verdicts[-1])}")
    return verdicts


class Act:
    """One client visits one server: tells the client's events, and holds them to what must happen."""

    def __init__(self, authorization_server):
        self.authorization_server = authorization_server
        self.steps, self.visits, self.let_in, self.tools, self.sessions = 0, 0, False, [], set()

    def play(self, events):
        keys_fetched = self.authorization_server.control("counts")["jwks"]
        for event in events:
            if tell := getattr(self, event["event"], None):
                tell(event)
        expect(self.visits == 2, "the client did not step up")
        expect(self.tools == ["whoami", "write_note", "list_notes", "whoami"], "not every tool was called")
        expect(len(self.sessions) == 1, "the client lost its MCP session")
        fetches = self.authorization_server.control("counts")["jwks"] - keys_fetched
        expect(fetches == 1, f"the keys were fetched {fetches} times")

    def step(self, sentence):
        self.steps += 1
        paper.step(self.steps, sentence)

    def request(self, event):
        status, what = event["status"], event.get("tool") or event.get("rpc", "")
        if "session" in event:
            self.sessions.add(event["session"])
        if status == 401:
            expect(self.steps == 0, "a token of the authorization server was refused")
            self.step("The client knows nothing but the URL. It knocks without a token and is told where to look.")
        elif status == 403:
            self.step(f"The tool {what} needs more than this token allows. The refusal names all that is needed.")
        elif status in WORDS and not self.let_in:
            self.let_in = True
            self.step("The same door, now with the token. The engine has the keys fetched, once, and lets it in.")
        elif status in WORDS:
            return
        else:
            raise Failed(f"Not as it should be: {event['method']} {event['path']} {what} was answered with {status}.")
        paper.detail(f"{event['method']} {event['path']}  {what}")
        paper.detail(f"{status} {WORDS[status]}", paper.warm if status >= 400 else paper.good)
        if "challenge" in event:
            paper.challenge(event["challenge"])

    def metadata(self, event):
        document = event.get("document")
        if "protected-resource" in event["url"]:
            issuers = document and document["authorization_servers"]
            expect(issuers == [self.authorization_server.issuer], "the metadata names another authorization server")
            self.step("That document is ours (RFC 9728): what this server is, and whose tokens it trusts.")
        elif document:
            self.step("The authorization server says where to register, sign in and get tokens (RFC 8414). A part:")
            names = ("issuer", "registration_endpoint", "authorization_endpoint", "token_endpoint", "jwks_uri")
            document = {name: document.get(name) for name in names}
        else:
            return  # one of the places where it might have been
        paper.detail(f"GET {event['url']}")
        paper.document(document)

    def registration(self, event):
        expect(event["status"] == 201, "the authorization server did not register the client")
        self.step("The client has never been here, so it registers itself (RFC 7591).")
        paper.detail("201 Created", paper.good)

    def browser(self, event):
        self.visits += 1
        if self.visits == 1:
            self.step("alice signs in and consents, in a browser without a window. The scope is that of our header.")
        else:
            self.step("On that header alone the client steps up: it asks alice for the old scope and the new together.")
        paper.document({name: event[name] for name in ("scope", "resource", "code_challenge_method")})

    def token(self, event):
        expect(event["status"] == 200, f"no token: {event.get('error')}")
        if self.visits == 1:
            self.step("The client gets an access token. Signed in it, among other things:")
            names = ("iss", "sub", "aud", "scope")
        else:
            self.step("And it gets a wider token.")
            names = ("scope",)
        paper.document({name: event["claims"][name] for name in names})

    def tool(self, event):
        self.tools.append(event["name"])
        said = json.loads(event["text"])
        scopes = ["read:notes", "write:notes"] if self.visits == 2 else ["read:notes"]
        must_say = {
            "whoami": {"subject": "alice", "scopes": scopes},
            "write_note": "written",
            "list_notes": ["buy milk"],
        }
        expect(said == must_say[event["name"]], f"{event['name']} said {said}")
        if len(self.tools) == 1:
            self.step("The tool whoami, inside the MCP server, sees who calls:")
        elif event["name"] == "write_note":
            self.step("The same call again. It goes through:")
        elif event["name"] == "whoami":
            self.step("Same endpoint, same MCP session, and the tools see alice with what she may do now:")
        paper.detail(f"{event['name']} -> {json.dumps(said)}", paper.good)


def expect(condition, sentence):
    if not condition:
        raise Failed(f"Not as it should be: {sentence}.")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leaves by way of the stage, which clears up
    sys.stdout.reconfigure(line_buffering=True)
    sys.exit(main())
