"""Decides who may call an MCP server: OAuth access tokens, RFC 9728 metadata, correct challenges."""

from mcpauth._audience import DANGEROUSLY_ANY
from mcpauth._mcp_auth import MCPAuth
from mcpauth._mcpauth import __version__
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
