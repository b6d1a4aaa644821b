// Made of the engine's table: `UPDATE=1 cargo test -p mcpauth-core --test presets`.

import type { AuthServerConfig } from '../index.js';

/**
 * Logto.
 *
 * Relaxes nothing.
 */
export function logto(parameters: {
  /** The endpoint of the tenant, such as https://tenant1.logto.app. */
  endpoint: string;
}): AuthServerConfig;

/**
 * Auth0.
 *
 * Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4), unless token_type is strict.
 */
export function auth0(parameters: {
  /** The domain of the tenant that is advertised, such as acme.us.auth0.com. */
  domain: string;
  /** Another domain of the tenant, whose tokens are accepted too. */
  customDomain?: string;
  /** Which types tokens may have: strict for APIs with the RFC 9068 profile, which is recommended. */
  tokenType?: 'guarded' | 'strict';
}): AuthServerConfig;

/**
 * Okta, custom authorization server.
 *
 * Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4). The audience is accepted beside the resource
 * identifier; with api://default, which other APIs share, a scope must be required.
 */
export function okta(parameters: {
  /** The domain of the organization, such as acme.okta.com. */
  domain: string;
  /** The id of the custom authorization server, such as default; tokens of the organization's own are opaque. */
  authorizationServerId: string;
  /** The audience of the authorization server, where it is not the resource identifier. */
  audience?: string;
  /** The claims to take the subject from, uid before sub for instance: sub may be a login name that changes hands. */
  subjectClaims?: readonly string[];
}): AuthServerConfig;

/**
 * Microsoft Entra ID, one tenant.
 *
 * Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4). The ids of the application are accepted as
 * audience beside the resource identifier.
 */
export function entra(parameters: {
  /** The id of the tenant; trust several tenants by an entry each. */
  tenantId: string;
  /** The application (client) id of the API, the audience of v2 tokens. */
  appId: string;
  /** The App ID URI of the API, the audience of v1 tokens. */
  appIdUri?: string;
  /** Whether v1 tokens, whose issuer is sts.windows.net, are accepted too. */
  v1Tokens?: boolean;
  /** Whether tokens are v2 tokens of applications without a user, which need roles and azp in place of scp. */
  appOnly?: boolean;
  /** Scopes as they are asked for with the name that tokens carry, such as api://notes/read: read. */
  scopeNames?: Readonly<Record<string, string>>;
}): AuthServerConfig;

/**
 * Keycloak.
 *
 * Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4), unless token_type is strict.
 */
export function keycloak(parameters: {
  /** The URL of the server, such as https://kc.example.com. */
  baseUrl: string;
  /** The realm. */
  realm: string;
  /** Which types tokens may have: strict where clients are set to at+jwt access tokens. */
  tokenType?: 'guarded' | 'strict';
}): AuthServerConfig;

/**
 * AWS Cognito.
 *
 * Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4). Tokens without an audience are accepted of the
 * clients in clients_without_audience.
 */
export function cognito(parameters: {
  /** The region, such as us-east-1. */
  region: string;
  /** The id of the user pool, such as us-east-1_AbCdEf123. */
  userPoolId: string;
  /** Client ids whose tokens may lack an audience; better bind them to the resource. */
  clientsWithoutAudience?: readonly string[];
}): AuthServerConfig;

/**
 * WorkOS AuthKit.
 *
 * Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4).
 */
export function workos(parameters: {
  /** The AuthKit domain, such as acme.authkit.app. */
  domain: string;
}): AuthServerConfig;

/**
 * Descope, MCP server.
 *
 * Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4). The id of the project, which other APIs share, is
 * accepted as audience, so that a scope must be required.
 */
export function descope(parameters: {
  /** The id of the project. */
  projectId: string;
  /** The id of the MCP server. */
  mcpServerId: string;
  /** The URL of the service or of a custom domain; by default https://api.descope.com. */
  baseUrl?: string;
  /** More issuers of its tokens, such as those of the project or of a tenant. */
  tokenIssuers?: readonly string[];
}): AuthServerConfig;

/**
 * Stytch Connected Apps.
 *
 * Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4). The id of the project, which other APIs share, is
 * accepted as audience, so that a scope must be required.
 */
export function stytch(parameters: {
  /** The domain of the project, such as acme.customers.stytch.com. */
  domain: string;
  /** The id of the project, the audience of its tokens. */
  projectId: string;
  /** Whether tokens of the issuer stytch.com/<project id> are accepted too. */
  legacyIssuer?: boolean;
  /** The URL of the keys, where the domain does not publish them. */
  jwksUri?: string;
}): AuthServerConfig;

/**
 * Clerk.
 *
 * Relaxes: Tokens without an audience are accepted of the clients in clients_without_audience.
 */
export function clerk(parameters: {
  /** The domain of the Frontend API, such as clerk.example.com. */
  frontendApi: string;
  /** Client ids whose tokens may lack an audience; better bind them to the resource. */
  clientsWithoutAudience?: readonly string[];
}): AuthServerConfig;

/**
 * Scalekit, MCP server.
 *
 * Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4). The id of the MCP server is accepted as audience
 * beside the resource identifier. Tokens of the environment's issuer are accepted beside those of the server that is
 * advertised.
 */
export function scalekit(parameters: {
  /** The URL of the environment, such as https://acme.scalekit.com. */
  environmentUrl: string;
  /** The id of the MCP server, which begins with res_. */
  resourceId: string;
}): AuthServerConfig;

/**
 * Ory Hydra, JWT access tokens.
 *
 * Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4).
 */
export function hydra(parameters: {
  /** The issuer as tokens spell it, with the slash at its end or without. */
  issuer: string;
}): AuthServerConfig;

/**
 * ZITADEL, JWT access tokens.
 *
 * Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4). The id of the project, which its other APIs
 * share, is accepted as audience; tokens have no scopes, so a role of the project is required instead.
 */
export function zitadel(parameters: {
  /** The domain of the instance, such as acme-x1.zitadel.cloud. */
  domain: string;
  /** The id of the project, the audience of its tokens. */
  projectId: string;
}): AuthServerConfig;

/**
 * authentik.
 *
 * Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4). The client id, which every token of the
 * application has, is accepted as audience, so that a scope must be required.
 */
export function authentik(parameters: {
  /** The URL of the server, such as https://auth.example.com. */
  baseUrl: string;
  /** The slug of the application. */
  slug: string;
  /** The client id of its provider, the audience of its tokens. */
  clientId: string;
}): AuthServerConfig;

/**
 * Duende IdentityServer.
 *
 * Relaxes: The name of the ApiResource is accepted as audience beside the resource identifier.
 */
export function duende(parameters: {
  /** The issuer, which should be pinned in IdentityServer. */
  issuer: string;
  /** The name of the ApiResource, where it is not the resource identifier. */
  apiResource?: string;
}): AuthServerConfig;

/**
 * PingOne.
 *
 * Relaxes: Tokens need not have the type at+jwt (RFC 9068 section 4), unless token_type is strict. The audience is
 * accepted beside the resource identifier.
 */
export function pingone(parameters: {
  /** The id of the environment. */
  environmentId: string;
  /** That of the region, such as eu; by default com. */
  topLevelDomain?: string;
  /** The audience of the custom resource, where it is not the resource identifier. */
  audience?: string;
  /** Which types tokens may have: strict from 2027-03-02 on, when all have the type at+jwt. */
  tokenType?: 'guarded' | 'strict';
}): AuthServerConfig;

/**
 * Asgardeo.
 *
 * Relaxes nothing.
 */
export function asgardeo(parameters: {
  /** The name of the organization. */
  organization: string;
  /** The URL of the service; by default https://api.asgardeo.io. */
  baseUrl?: string;
}): AuthServerConfig;

/**
 * node-oidc-provider.
 *
 * Relaxes nothing.
 */
export function oidcProvider(parameters: {
  /** The issuer as tokens spell it. */
  issuer: string;
}): AuthServerConfig;

/**
 * Google.
 *
 * A configuration error: it cannot trust Google: its access tokens are opaque and bound to no resource, so that a token
 * for any other service would open this one; trust an authorization server of your own that signs users in with Google.
 */
export function google(): never;

/**
 * GitHub.
 *
 * A configuration error: it cannot trust GitHub: its access tokens are opaque and bound to no resource, so that a token
 * for any other service would open this one; trust an authorization server of your own that signs users in with GitHub.
 */
export function github(): never;
