"""What the engine says about a configuration, as an exception."""

import json
from collections.abc import Callable
from typing import TypeVar

from mcpauth.exceptions import AuthServerExceptionCode, MCPAuthAuthServerException

__all__ = ["configured", "refused"]

T = TypeVar("T")


def configured(make: Callable[[str], T], text: str) -> T:
    """What the engine makes of a configuration, or the exception that tells what is wrong with it."""
    try:
        return make(text)
    except ValueError as error:
        cause = json.loads(str(error))
        raise MCPAuthAuthServerException(AuthServerExceptionCode.INVALID_SERVER_CONFIG, cause) from None


def refused(description: str) -> MCPAuthAuthServerException:
    """The exception for what only the application side can see to be wrong."""
    cause = {"error_description": description}
    return MCPAuthAuthServerException(AuthServerExceptionCode.INVALID_SERVER_CONFIG, cause)
