"""Decides who may call an MCP server: OAuth access tokens, RFC 9728 metadata, correct challenges."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mcpauth._mcpauth import __version__

if TYPE_CHECKING:
    from mcpauth._audience import DANGEROUSLY_ANY
    from mcpauth._mcp_auth import MCPAuth
    from mcpauth.config import AuthServerConfig, AuthServerType, ResourceServerConfig, ResourceServerMetadata
    from mcpauth.exceptions import (
        AuthServerExceptionCode,
        MCPAuthAuthServerException,
        MCPAuthBearerAuthException,
        MCPAuthException,
    )
    from mcpauth.middleware.create_bearer_auth import BearerAuthConfig
    from mcpauth.types import AuthInfo, VerifyAccessTokenFunction

__all__ = [
    "DANGEROUSLY_ANY",
    "AuthInfo",
    "AuthServerConfig",
    "AuthServerExceptionCode",
    "AuthServerType",
    "BearerAuthConfig",
    "MCPAuth",
    "MCPAuthAuthServerException",
    "MCPAuthBearerAuthException",
    "MCPAuthException",
    "ResourceServerConfig",
    "ResourceServerMetadata",
    "VerifyAccessTokenFunction",
    "__version__",
]

# Where each name is. The module is imported when the name is first used: the models need pydantic, which takes most of
# the time, and a process may import this package without making one.
_HOMES = {
    "DANGEROUSLY_ANY": "_audience",
    "AuthInfo": "types",
    "AuthServerConfig": "config",
    "AuthServerExceptionCode": "exceptions",
    "AuthServerType": "config",
    "BearerAuthConfig": "middleware.create_bearer_auth",
    "MCPAuth": "_mcp_auth",
    "MCPAuthAuthServerException": "exceptions",
    "MCPAuthBearerAuthException": "exceptions",
    "MCPAuthException": "exceptions",
    "ResourceServerConfig": "config",
    "ResourceServerMetadata": "config",
    "VerifyAccessTokenFunction": "types",
}
_MODULES = {"config", "exceptions", "middleware", "types"}

if not TYPE_CHECKING:  # a checker would take it for "every name exists"

    def __getattr__(name: str) -> Any:
        """A name that is used for the first time."""
        if name in _MODULES:
            return import_module(f"mcpauth.{name}")
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"mcpauth.{_HOMES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES})
