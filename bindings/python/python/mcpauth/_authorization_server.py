"""An authorization server: how it is found and what it says about itself."""

from enum import Enum
from typing import Any

from pydantic import BaseModel, ConfigDict

__all__ = [
    "AuthServerConfig",
    "AuthServerType",
    "AuthorizationServerMetadata",
    "AuthorizationServerMetadataDefaults",
    "ServerMetadataPaths",
]


class AuthServerType(str, Enum):
    """Under which well-known path an authorization server publishes its metadata."""

    OAUTH = "oauth"
    """RFC 8414."""
    OIDC = "oidc"
    """OpenID Connect Discovery 1.0."""


class ServerMetadataPaths(str, Enum):
    """The well-known paths themselves."""

    OAUTH = "/.well-known/oauth-authorization-server"
    """RFC 8414 section 3."""
    OIDC = "/.well-known/openid-configuration"
    """OpenID Connect Discovery 1.0 section 4."""


class AuthorizationServerMetadataDefaults(Enum):
    """What a member that is absent means (RFC 8414 section 2)."""

    grant_types_supported = ["authorization_code", "implicit"]  # noqa: RUF012 - an enumeration's value
    response_modes_supported = ["query", "fragment"]  # noqa: RUF012


class AuthorizationServerMetadata(BaseModel):
    """Authorization server metadata (RFC 8414 section 2).

    Only `issuer` and `jwks_uri` are used to judge tokens. URLs stay the strings they are: an issuer is compared byte
    for byte. Members that are not listed here are kept.
    """

    model_config = ConfigDict(extra="allow")

    issuer: str
    authorization_endpoint: str | None = None
    token_endpoint: str | None = None
    jwks_uri: str | None = None
    registration_endpoint: str | None = None
    scopes_supported: list[str] | None = None
    response_types_supported: list[str] | None = None
    response_modes_supported: list[str] | None = None
    grant_types_supported: list[str] | None = None
    token_endpoint_auth_methods_supported: list[str] | None = None
    token_endpoint_auth_signing_alg_values_supported: list[str] | None = None
    service_documentation: str | None = None
    ui_locales_supported: list[str] | None = None
    op_policy_uri: str | None = None
    op_tos_uri: str | None = None
    revocation_endpoint: str | None = None
    revocation_endpoint_auth_methods_supported: list[str] | None = None
    revocation_endpoint_auth_signing_alg_values_supported: list[str] | None = None
    introspection_endpoint: str | None = None
    introspection_endpoint_auth_methods_supported: list[str] | None = None
    introspection_endpoint_auth_signing_alg_values_supported: list[str] | None = None
    code_challenge_methods_supported: list[str] | None = None
    userinfo_endpoint: str | None = None


class AuthServerConfig(BaseModel):
    """A trusted authorization server, in one of four forms.

    - `issuer` and `type`: its metadata is fetched when a token of it first arrives, and again later. An authorization
      server that is down does not keep the application from starting.
    - `metadata` and `type`: as `fetch_server_config` returns it, or written by hand.
    - `issuer` and `jwks_uri`: no discovery.
    - `issuer` and `jwks`: the keys themselves; nothing is ever fetched.

    The engine checks the combination; a member that it does not know it refuses by name.
    """

    model_config = ConfigDict(extra="allow")

    metadata: AuthorizationServerMetadata | None = None
    type: AuthServerType | None = None
    issuer: str | None = None
    jwks_uri: str | None = None
    jwks: dict[str, Any] | None = None
    algorithms: list[str] | None = None
    """Signature algorithms that tokens of this server may use; by default RS256 PS256 ES256 ES384 ES512 EdDSA."""
    token_type: str | None = None
    """`guarded` (default): `typ` is `at+jwt`, `JWT` or absent. `strict`: `at+jwt` alone (RFC 9068 section 4)."""
    token_issuers: list[str] | None = None
    """What `iss` may be, where that is not the advertised issuer alone."""
    subject_claims: list[str] | None = None
    """The claims that may hold the subject, the first present one first; by default `sub`."""
    scope_claims: list[str] | None = None
    """The claims that may hold the scopes, the first present one first; by default `scope`, `scp`, `scopes`."""
    scope_names: dict[str, str] | None = None
    """Scopes as they are advertised, each with the name that tokens carry."""
    sender_constraint: str | None = None
    """`refuse` (default): a token that is bound to a key is refused. `checked_by_gateway`: a gateway checks the key."""
    audience: list[str] | None = None
    """What `aud` may be in its tokens, beside what the gate expects."""
    wide_audience: list[str] | None = None
    """The same, shared with other APIs: gates must require a scope."""
    clients_without_audience: list[str] | None = None
    """Clients whose tokens may have no `aud`."""
    required_claims: list[str] | None = None
    """Claims that its tokens must have."""
    key_cooldown: int | None = None
    """Seconds between two fetches of its keys, for tokens whose key is not among them: 1 to 300, by default 30."""
