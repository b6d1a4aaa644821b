"""A protected resource: what it says about itself (RFC 9728) and whom it trusts."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from mcpauth._authorization_server import AuthServerConfig

__all__ = [
    "ProtectedResourceMetadata",
    "ProtectedResourceMetadataBase",
    "ResourceServerConfig",
    "ResourceServerMetadata",
]


class ProtectedResourceMetadataBase(BaseModel):
    """The members of protected resource metadata (RFC 9728 section 2) but for the authorization servers.

    Everything is published as it is written here; members that are not listed are kept.
    """

    model_config = ConfigDict(extra="allow")

    resource: str
    """The resource identifier: an https URL without fragment, best with a path and without a trailing slash."""
    jwks_uri: str | None = None
    scopes_supported: list[str] | None = None
    bearer_methods_supported: list[str] | None = None
    resource_signing_alg_values_supported: list[str] | None = None
    resource_name: str | None = None
    resource_documentation: str | None = None
    resource_policy_uri: str | None = None
    resource_tos_uri: str | None = None
    tls_client_certificate_bound_access_tokens: bool | None = None
    authorization_details_types_supported: list[str] | None = None
    dpop_signing_alg_values_supported: list[str] | None = None
    dpop_bound_access_tokens_required: bool | None = None
    signed_metadata: str | None = None


class ProtectedResourceMetadata(ProtectedResourceMetadataBase):
    """Protected resource metadata as it is published: the authorization servers are issuers."""

    authorization_servers: list[str] | None = None


class ResourceServerMetadata(ProtectedResourceMetadataBase):
    """Protected resource metadata as it is configured: the authorization servers are trusted servers."""

    authorization_servers: list[AuthServerConfig] | None = None


class ResourceServerConfig(BaseModel):
    """One protected resource."""

    model_config = ConfigDict(extra="allow")

    metadata: ResourceServerMetadata
    scope_hierarchy: dict[str, list[str]] | None = None
    """Broad scopes, each with the narrower ones that a token has with it."""

    def __init__(
        self,
        metadata: ResourceServerMetadata,
        *,
        scope_hierarchy: dict[str, list[str]] | None = None,
        **unknown: Any,
    ) -> None:
        super().__init__(metadata=metadata, scope_hierarchy=scope_hierarchy, **unknown)
