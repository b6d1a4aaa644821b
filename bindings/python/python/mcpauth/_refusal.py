"""A refusal as an exception, for where the application itself sends the answer."""

import json
from dataclasses import dataclass

from mcpauth._mcpauth import Respond
from mcpauth.exceptions import BearerAuthExceptionCode, MCPAuthBearerAuthException, MCPAuthBearerAuthExceptionDetails

__all__ = ["RefusalResponse", "refusal"]


@dataclass(frozen=True)
class RefusalResponse:
    """The response that tells a client why, and what to do about it; to be sent as it is."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def refusal(answer: Respond) -> MCPAuthBearerAuthException:
    """The exception for an answer of the engine; `code` is the `error` of its body."""
    body = json.loads(answer.body) if answer.body else {}
    error = answer.body_error or answer.code
    documented = {code.value: code for code in BearerAuthExceptionCode}
    cause = body.get("cause") or {}
    known = {name: cause[name] for name in ("expected", "actual") if name in cause}
    details = MCPAuthBearerAuthExceptionDetails(missing_scopes=body.get("missing_scopes"), **known)
    exception = MCPAuthBearerAuthException(documented.get(error, error), details)
    exception.response = RefusalResponse(answer.status, answer.headers, answer.body)
    return exception
