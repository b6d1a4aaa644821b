"""Decides who may call an MCP server: OAuth access tokens, RFC 9728 metadata, correct challenges."""

from mcpauth._audience import DANGEROUSLY_ANY
from mcpauth._mcp_auth import MCPAuth
from mcpauth._mcpauth import __version__
from mcpauth.config import AuthServerConfig, AuthServerType, ResourceServerConfig, ResourceServerMetadata
from mcpauth.exceptions import AuthServerExceptionCode, MCPAuthAuthServerException, MCPAuthException
from mcpauth.types import AuthInfo

__all__ = [
    "DANGEROUSLY_ANY",
    "AuthInfo",
    "AuthServerConfig",
    "AuthServerExceptionCode",
    "AuthServerType",
    "MCPAuth",
    "MCPAuthAuthServerException",
    "MCPAuthException",
    "ResourceServerConfig",
    "ResourceServerMetadata",
    "__version__",
]
