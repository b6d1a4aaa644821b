"""Known providers: each function gives the `AuthServerConfig` that trusts one, for `authorization_servers`.

Made of the engine's table: `UPDATE=1 cargo test -p mcpauth-core --test presets`.
"""

from collections.abc import Sequence
from typing import Literal

from mcpauth._authorization_server import AuthServerConfig
from mcpauth._preset import server

__all__ = [
    "asgardeo",
    "auth0",
    "authentik",
    "clerk",
    "cognito",
    "descope",
    "duende",
    "entra",
    "github",
    "google",
    "hydra",
    "keycloak",
    "logto",
    "oidc_provider",
    "okta",
    "pingone",
    "scalekit",
    "stytch",
    "workos",
    "zitadel",
]


def logto(
    *,
    endpoint: str,
) -> AuthServerConfig:
    """Logto.

    Relaxes nothing.

    Args:
        endpoint: The endpoint of the tenant, such as https://tenant1.logto.app.
    """
    return server("logto", locals())


def auth0(
    *,
    domain: str,
    custom_domain: str | None = None,
    token_type: Literal["guarded", "strict"] | None = None,
) -> AuthServerConfig:
    """Auth0.

    Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4), unless token_type is strict.

    Args:
        domain: The domain of the tenant that is advertised, such as acme.us.auth0.com.
        custom_domain: Another domain of the tenant, whose tokens are accepted too.
        token_type: Which types tokens may have: strict for APIs with the RFC 9068 profile, which is recommended.
    """
    return server("auth0", locals())


def okta(
    *,
    domain: str,
    authorization_server_id: str,
    audience: str | None = None,
    subject_claims: Sequence[str] | None = None,
) -> AuthServerConfig:
    """Okta, custom authorization server.

    Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4). The audience is accepted beside the resource
    identifier; with api://default, which other APIs share, a scope must be required.

    Args:
        domain: The domain of the organization, such as acme.okta.com.
        authorization_server_id: The id of the custom authorization server, such as default; tokens of the
            organization's own are opaque.
        audience: The audience of the authorization server, where it is not the resource identifier.
        subject_claims: The claims to take the subject from, uid before sub for instance: sub may be a login name that
            changes hands.
    """
    return server("okta", locals())


def entra(
    *,
    tenant_id: str,
    app_id: str,
    app_id_uri: str | None = None,
    v1_tokens: bool | None = None,
    app_only: bool | None = None,
    scope_names: dict[str, str] | None = None,
) -> AuthServerConfig:
    """Microsoft Entra ID, one tenant.

    Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4). The ids of the application are accepted as
    audience beside the resource identifier.

    Args:
        tenant_id: The id of the tenant; trust several tenants by an entry each.
        app_id: The application (client) id of the API, the audience of v2 tokens.
        app_id_uri: The App ID URI of the API, the audience of v1 tokens.
        v1_tokens: Whether v1 tokens, whose issuer is sts.windows.net, are accepted too.
        app_only: Whether tokens are v2 tokens of applications without a user, which need roles and azp in place of scp.
        scope_names: Scopes as they are asked for with the name that tokens carry, such as api://notes/read: read.
    """
    return server("entra", locals())


def keycloak(
    *,
    base_url: str,
    realm: str,
    token_type: Literal["guarded", "strict"] | None = None,
) -> AuthServerConfig:
    """Keycloak.

    Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4), unless token_type is strict.

    Args:
        base_url: The URL of the server, such as https://kc.example.com.
        realm: The realm.
        token_type: Which types tokens may have: strict where clients are set to at+jwt access tokens.
    """
    return server("keycloak", locals())


def cognito(
    *,
    region: str,
    user_pool_id: str,
    clients_without_audience: Sequence[str] | None = None,
) -> AuthServerConfig:
    """AWS Cognito.

    Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4). Tokens without an audience are accepted of the
    clients in clients_without_audience.

    Args:
        region: The region, such as us-east-1.
        user_pool_id: The id of the user pool, such as us-east-1_AbCdEf123.
        clients_without_audience: Client ids whose tokens may lack an audience; better bind them to the resource.
    """
    return server("cognito", locals())


def workos(
    *,
    domain: str,
) -> AuthServerConfig:
    """WorkOS AuthKit.

    Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4).

    Args:
        domain: The AuthKit domain, such as acme.authkit.app.
    """
    return server("workos", locals())


def descope(
    *,
    project_id: str,
    mcp_server_id: str,
    base_url: str | None = None,
    token_issuers: Sequence[str] | None = None,
) -> AuthServerConfig:
    """Descope, MCP server.

    Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4). The id of the project, which other APIs share,
    is accepted as audience, so that a scope must be required.

    Args:
        project_id: The id of the project.
        mcp_server_id: The id of the MCP server.
        base_url: The URL of the service or of a custom domain; by default https://api.descope.com.
        token_issuers: More issuers of its tokens, such as those of the project or of a tenant.
    """
    return server("descope", locals())


def stytch(
    *,
    domain: str,
    project_id: str,
    legacy_issuer: bool | None = None,
    jwks_uri: str | None = None,
) -> AuthServerConfig:
    """Stytch Connected Apps.

    Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4). The id of the project, which other APIs share,
    is accepted as audience, so that a scope must be required.

    Args:
        domain: The domain of the project, such as acme.customers.stytch.com.
        project_id: The id of the project, the audience of its tokens.
        legacy_issuer: Whether tokens of the issuer stytch.com/<project id> are accepted too.
        jwks_uri: The URL of the keys, where the domain does not publish them.
    """
    return server("stytch", locals())


def clerk(
    *,
    frontend_api: str,
    clients_without_audience: Sequence[str] | None = None,
) -> AuthServerConfig:
    """Clerk.

    Relaxes: Tokens without an audience are accepted of the clients in clients_without_audience.

    Args:
        frontend_api: The domain of the Frontend API, such as clerk.example.com.
        clients_without_audience: Client ids whose tokens may lack an audience; better bind them to the resource.
    """
    return server("clerk", locals())


def scalekit(
    *,
    environment_url: str,
    resource_id: str,
) -> AuthServerConfig:
    """Scalekit, MCP server.

    Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4). The id of the MCP server is accepted as audience
    beside the resource identifier. Tokens of the environment's issuer are accepted beside those of the server that is
    advertised.

    Args:
        environment_url: The URL of the environment, such as https://acme.scalekit.com.
        resource_id: The id of the MCP server, which begins with res_.
    """
    return server("scalekit", locals())


def hydra(
    *,
    issuer: str,
) -> AuthServerConfig:
    """Ory Hydra, JWT access tokens.

    Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4).

    Args:
        issuer: The issuer as tokens spell it, with the slash at its end or without.
    """
    return server("hydra", locals())


def zitadel(
    *,
    domain: str,
    project_id: str,
) -> AuthServerConfig:
    """ZITADEL, JWT access tokens.

    Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4). The id of the project, which its other APIs
    share, is accepted as audience; tokens have no scopes, so a role of the project is required instead.

    Args:
        domain: The domain of the instance, such as acme-x1.zitadel.cloud.
        project_id: The id of the project, the audience of its tokens.
    """
    return server("zitadel", locals())


def authentik(
    *,
    base_url: str,
    slug: str,
    client_id: str,
) -> AuthServerConfig:
    """Authentik.

    Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4). The client id, which every token of the
    application has, is accepted as audience, so that a scope must be required.

    Args:
        base_url: The URL of the server, such as https://auth.example.com.
        slug: The slug of the application.
        client_id: The client id of its provider, the audience of its tokens.
    """
    return server("authentik", locals())


def duende(
    *,
    issuer: str,
    api_resource: str | None = None,
) -> AuthServerConfig:
    """Duende IdentityServer.

    Relaxes: The name of the ApiResource is accepted as audience beside the resource identifier.

    Args:
        issuer: The issuer, which should be pinned in IdentityServer.
        api_resource: The name of the ApiResource, where it is not the resource identifier.
    """
    return server("duende", locals())


def pingone(
    *,
    environment_id: str,
    top_level_domain: str | None = None,
    audience: str | None = None,
    token_type: Literal["guarded", "strict"] | None = None,
) -> AuthServerConfig:
    """PingOne.

    Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4), unless token_type is strict. The audience is
    accepted beside the resource identifier.

    Args:
        environment_id: The id of the environment.
        top_level_domain: That of the region, such as eu; by default com.
        audience: The audience of the custom resource, where it is not the resource identifier.
        token_type: Which types tokens may have: strict from 2027-03-02 on, when all have the type at+jwt.
    """
    return server("pingone", locals())


def asgardeo(
    *,
    organization: str,
    base_url: str | None = None,
) -> AuthServerConfig:
    """Asgardeo.

    Relaxes nothing.

    Args:
        organization: The name of the organization.
        base_url: The URL of the service; by default https://api.asgardeo.io.
    """
    return server("asgardeo", locals())


def oidc_provider(
    *,
    issuer: str,
) -> AuthServerConfig:
    """Node-oidc-provider.

    Relaxes nothing.

    Args:
        issuer: The issuer as tokens spell it.
    """
    return server("oidc_provider", locals())


def google() -> AuthServerConfig:
    """Google.

    A configuration error: it cannot trust Google: its access tokens are opaque and bound to no resource, so that a
    token for any other service would open this one; trust an authorization server of your own that signs users in with
    Google.
    """
    return server("google", {})


def github() -> AuthServerConfig:
    """GitHub.

    A configuration error: it cannot trust GitHub: its access tokens are opaque and bound to no resource, so that a
    token for any other service would open this one; trust an authorization server of your own that signs users in with
    GitHub.
    """
    return server("github", {})
