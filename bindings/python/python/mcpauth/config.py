"""What an application configures: its protected resources and the authorization servers they trust."""

from mcpauth._authorization_server import (
    AuthorizationServerMetadata,
    AuthorizationServerMetadataDefaults,
    AuthServerConfig,
    AuthServerType,
    ServerMetadataPaths,
)
from mcpauth._discovery import fetch_server_config, fetch_server_config_by_well_known_url
from mcpauth._protected_resource import (
    ProtectedResourceMetadata,
    ProtectedResourceMetadataBase,
    ResourceServerConfig,
    ResourceServerMetadata,
)

__all__ = [
    "AuthServerConfig",
    "AuthServerType",
    "AuthorizationServerMetadata",
    "AuthorizationServerMetadataDefaults",
    "ProtectedResourceMetadata",
    "ProtectedResourceMetadataBase",
    "ResourceServerConfig",
    "ResourceServerMetadata",
    "ServerMetadataPaths",
    "fetch_server_config",
    "fetch_server_config_by_well_known_url",
]
