"""Measures the Python package's gate beside PyJWT: host.py CASES SECONDS. The twin of host.mjs.

Both sides end with the claims as a dict, because that is what the peer gives.
"""

import json
import sys

import jwt
from mcpauth import _mcpauth
from race import race


def main(path, seconds):
    with open(path) as file:
        cases = json.load(file)
    engine = _mcpauth.Engine(json.dumps(cases["configuration"]))
    gate = engine.gate(json.dumps(cases["gate"]))
    for token in cases["tokens"]:
        ours, peer = with_gate(gate, cases, token), with_pyjwt(cases, token)
        if ours() != peer():
            raise SystemExit(f"{token['algorithm']}: the claims differ")
        measured = race(ours, peer, float(seconds) / len(cases["tokens"]))
        print(json.dumps({"operation": f"{token['algorithm']}, whole request", **measured}), flush=True)


def with_gate(gate, cases, token):
    headers = [  # what a client of MCP sends, as it stands in an ASGI scope
        (b"host", b"rs.example"),
        (b"content-type", b"application/json"),
        (b"accept", b"application/json, text/event-stream"),
        (b"mcp-protocol-version", b"2025-11-25"),
        (b"authorization", f"Bearer {token['token']}".encode()),
        (b"content-length", b"97"),
    ]
    return lambda: json.loads(gate.check("POST", "/mcp", headers, None, None, cases["now"]).claims)


def with_pyjwt(cases, token):
    key = jwt.PyJWK(token["jwk"])
    return lambda: jwt.decode(
        token["token"],
        key,
        algorithms=[token["algorithm"]],
        audience=cases["resource"],
        issuer=cases["issuer"],
        leeway=cases["leeway"],
        options={"require": ["exp", "iss", "aud", "sub"]},
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
