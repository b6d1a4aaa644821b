"""What the engine says of a token: the name of its code, or `accepted`."""

import json

from mcpauth import _mcpauth as native

from .cases import Case

__all__ = ["judge"]


def judge(case: Case) -> str:
    """The engine is told what the libraries are told, and no more."""
    server = {"issuer": case.issuer, "type": "oauth", "jwks": case.jwks, "algorithms": case.algorithms}
    resource = {"metadata": {"resource": "https://rs.example/mcp", "authorization_servers": [server]}}
    engine = native.Engine(json.dumps({"protected_resources": [resource]}))
    gate = engine.gate(
        json.dumps({"resource": "https://rs.example/mcp", "audience": case.audience, "leeway": case.leeway})
    )
    headers = [(b"authorization", b"Bearer " + case.token.encode())]
    answer = gate.check("POST", "/mcp", headers, None, None, case.now)
    if isinstance(answer, native.Allow):
        return "accepted"
    assert isinstance(answer, native.Respond), type(answer)
    return answer.code
