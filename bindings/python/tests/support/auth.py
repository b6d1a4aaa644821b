"""MCPAuth objects as tests need them."""

from typing import Any

from mcpauth import MCPAuth
from mcpauth.config import AuthServerConfig, AuthServerType, ResourceServerConfig, ResourceServerMetadata

from support.tokens import ISSUER, RESOURCE, SigningKey


def with_keys(key: SigningKey, resource: str = RESOURCE, **metadata: Any) -> MCPAuth:
    """Trusts a key that it was given: no network."""
    return _auth(resource, AuthServerConfig(issuer=ISSUER, jwks=key.jwks), **metadata)


def with_discovery(issuer: str, resource: str = RESOURCE, **settings: Any) -> MCPAuth:
    """Trusts an issuer whose keys must be fetched."""
    return _auth(resource, AuthServerConfig(issuer=issuer, type=AuthServerType.OIDC), **settings)


def _auth(
    resource: str,
    server: AuthServerConfig,
    http_client: Any = None,
    token_cache_size: int | None = None,
    **metadata: Any,
) -> MCPAuth:
    described = ResourceServerMetadata(resource=resource, authorization_servers=[server], **metadata)
    resources = ResourceServerConfig(metadata=described)
    return MCPAuth(protected_resources=resources, http_client=http_client, token_cache_size=token_cache_size)
