"""What is published about a protected resource, and where (RFC 9728)."""

from mcpauth import _mcpauth as native
from mcpauth._protected_resource import ProtectedResourceMetadata, ResourceServerMetadata

__all__ = ["create_resource_metadata_endpoint", "transpile_resource_metadata"]


def create_resource_metadata_endpoint(resource: str) -> str:
    """The URL of a resource's metadata document (RFC 9728 section 3.1).

    Raises:
        TypeError: The resource identifier is no URL that can have one.
    """
    return native.resource_metadata_url(resource)


def transpile_resource_metadata(metadata: ResourceServerMetadata) -> ProtectedResourceMetadata:
    """Configured metadata in its published form: the authorization servers are issuers."""
    members = {name: value for name, value in metadata if name != "authorization_servers" and value is not None}
    servers = [server.metadata or server for server in metadata.authorization_servers or ()]
    issuers = [server.issuer for server in servers if server.issuer is not None]
    return ProtectedResourceMetadata(**members, authorization_servers=issuers or None)
