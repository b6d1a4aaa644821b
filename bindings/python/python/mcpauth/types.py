"""The types that an application meets."""

from mcpauth._auth_info import AuthInfo
from mcpauth._authorization_server import AuthorizationServerMetadata, AuthServerConfig, AuthServerType
from mcpauth._protected_resource import (
    ProtectedResourceMetadata,
    ProtectedResourceMetadataBase,
    ResourceServerConfig,
    ResourceServerMetadata,
)

__all__ = [
    "AuthInfo",
    "AuthServerConfig",
    "AuthServerType",
    "AuthorizationServerMetadata",
    "ProtectedResourceMetadata",
    "ProtectedResourceMetadataBase",
    "ResourceServerConfig",
    "ResourceServerMetadata",
]
