"""The types that an application meets."""

from typing import Any, TypeAlias

from mcpauth._auth_info import AuthInfo
from mcpauth._authorization_server import AuthorizationServerMetadata, AuthServerConfig, AuthServerType
from mcpauth._jwt_payload import JwtPayload
from mcpauth._operation import Operation
from mcpauth._protected_resource import (
    ProtectedResourceMetadata,
    ProtectedResourceMetadataBase,
    ResourceServerConfig,
    ResourceServerMetadata,
)
from mcpauth._verifier import VerifyAccessTokenFunction

__all__ = [
    "AuthInfo",
    "AuthServerConfig",
    "AuthServerType",
    "AuthorizationServerMetadata",
    "JwtPayload",
    "Operation",
    "ProtectedResourceMetadata",
    "ProtectedResourceMetadataBase",
    "Record",
    "ResourceServerConfig",
    "ResourceServerMetadata",
    "VerifyAccessTokenFunction",
]

Record: TypeAlias = dict[str, Any]
"""A JSON object."""
