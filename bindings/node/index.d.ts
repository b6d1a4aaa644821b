/** Decides who may call an MCP server. `Claims` are those that the application reads of `auth.claims`. */
export class MCPAuth<Claims extends object = Record<string, unknown>> {
  /** Throws an `MCPAuthAuthServerError` that lists every problem of the configuration. */
  constructor(config: MCPAuthConfig);

  readonly config: MCPAuthConfig;

  /** Middleware that serves the metadata documents (RFC 9728) of all protected resources. */
  protectedResourceMetadataRouter(): RequestHandler;

  /** @deprecated Middleware that serves the metadata of `server`. With `protectedResources` clients ask the server itself. */
  delegatedRouter(): RequestHandler;

  /** Middleware that lets pass who has a valid access token for the resource, and sets `req.auth`. */
  bearerAuth(
    mode: VerifyAccessTokenMode,
    options?: BearerAuthConfig<Claims> & BearerAuthJwtConfig,
  ): Gate<RequestHandler>;
  /** The same with tokens that a function verifies; issuer, audience, time and scopes are checked as for a JWT. */
  bearerAuth(verify: VerifyAccessTokenFunction, options?: BearerAuthConfig<Claims>): Gate<RequestHandler>;

  /** Other resources and issuers from the next request on: all of it, or nothing where it is refused. */
  update(config: ResourceServerModeConfig | AuthServerModeConfig): void;

  /** Fetches metadata and keys before the first token comes; resolves to `ready()`. */
  prefetch(): Promise<boolean>;

  /** Whether every issuer has usable keys, for readiness probes. */
  ready(): boolean;
}

export type MCPAuthConfig = (ResourceServerModeConfig | AuthServerModeConfig) & HostConfig;

/** What both modes have. */
export interface EngineConfig {
  /** How many verified tokens are remembered at most: 0 to 65,536, by default 4,096. */
  tokenCacheSize?: number;
}

export interface ResourceServerModeConfig extends EngineConfig {
  /** One resource or several. */
  protectedResources: ResourceServerConfig | readonly ResourceServerConfig[];
  server?: undefined;
}

/** @deprecated Use `protectedResources`. */
export interface AuthServerModeConfig extends EngineConfig {
  /** The authorization server whose metadata are served in its place. */
  server: AuthServerConfig;
  protectedResources?: undefined;
}

/** What the host does. */
export interface HostConfig {
  /** Fetches keys and metadata instead of the global `fetch`, for proxies and the like. */
  fetch?: Fetch;
  /** Hears of policies, refusals and outages; `console` fits. Without it only warnings show, on stderr. */
  logger?: Logger;
  /** Ends all fetches, when the application shuts down. */
  signal?: AbortSignalLike;
}

export interface ResourceServerConfig {
  metadata: CamelCaseProtectedResourceMetadata;
  /** Scopes that include others: `{ 'notes': ['read:notes', 'write:notes'] }`. */
  scopeHierarchy?: Readonly<Record<string, readonly string[]>>;
}

/** Published byte for byte; members unknown here too. */
export interface CamelCaseProtectedResourceMetadata extends ResourceDescription {
  /** Whose tokens are trusted. */
  authorizationServers: readonly AuthServerConfig[];
}

/** RFC 9728 as it is published: authorization servers are their issuers. */
export interface PublishedProtectedResourceMetadata extends ResourceDescription {
  authorizationServers?: readonly string[];
}

export interface ResourceDescription {
  /** The identifier of the resource: its URL. */
  resource: string;
  jwksUri?: string;
  scopesSupported?: readonly string[];
  bearerMethodsSupported?: readonly string[];
  resourceSigningAlgValuesSupported?: readonly string[];
  resourceName?: string;
  resourceDocumentation?: string;
  resourcePolicyUri?: string;
  resourceTosUri?: string;
  tlsClientCertificateBoundAccessTokens?: boolean;
  authorizationDetailsTypesSupported?: readonly string[];
  dpopSigningAlgValuesSupported?: readonly string[];
  dpopBoundAccessTokensRequired?: boolean;
  signedMetadata?: string;
  [member: string]: unknown;
}

export type AuthServerType = 'oauth' | 'oidc';

export type AuthServerConfig = ResolvedAuthServerConfig | AuthServerDiscoveryConfig | AuthServerKeysConfig;

/** Of every kind of authorization server. */
export interface AuthServerOptions {
  /** The algorithms its tokens may be signed with. */
  algorithms?: readonly string[];
  /** `strict`: only `typ: at+jwt` (RFC 9068). */
  tokenType?: 'guarded' | 'strict';
  /** What `iss` may be, where that is not the advertised issuer alone. */
  tokenIssuers?: readonly string[];
  /** The claims that may hold the subject, the first present one first. */
  subjectClaims?: readonly string[];
  /** The claims that may hold the scopes, the first present one first. */
  scopeClaims?: readonly string[];
  /** Scopes as they are advertised, each with the name that tokens carry. */
  scopeNames?: Readonly<Record<string, string>>;
  /** `checked_by_gateway`: a gateway checks the key that a token is bound to. */
  senderConstraint?: 'refuse' | 'checked_by_gateway';
  /** What `aud` may be in its tokens, beside what the gate expects. */
  audience?: readonly string[];
  /** The same, shared with other APIs: gates must require a scope. */
  wideAudience?: readonly string[];
  /** Clients whose tokens may have no `aud`. */
  clientsWithoutAudience?: readonly string[];
  /** Seconds between two fetches of its keys, for tokens whose key is not among them: 1 to 300. */
  keyCooldown?: number;
  /** Claims that its tokens must have. */
  requiredClaims?: readonly string[];
}

/** The metadata are at hand, from `fetchServerConfig` or written down. */
export interface ResolvedAuthServerConfig extends AuthServerOptions {
  metadata: CamelCaseAuthorizationServerMetadata;
  type: AuthServerType;
}

/** The metadata are looked up when the first token comes. */
export interface AuthServerDiscoveryConfig extends AuthServerOptions {
  issuer: string;
  type: AuthServerType;
}

/** The keys are known, nothing has to be discovered. */
export type AuthServerKeysConfig = AuthServerOptions & { issuer: string; type?: AuthServerType } & (
    | { jwksUri: string }
    | { jwks: { keys: readonly object[] } }
  );

/** RFC 8414. To verify tokens, `issuer` and `jwksUri` are enough. */
export interface CamelCaseAuthorizationServerMetadata {
  issuer: string;
  authorizationEndpoint?: string;
  tokenEndpoint?: string;
  jwksUri?: string;
  registrationEndpoint?: string;
  scopesSupported?: string[];
  responseTypesSupported?: string[];
  responseModesSupported?: string[];
  grantTypesSupported?: string[];
  tokenEndpointAuthMethodsSupported?: string[];
  tokenEndpointAuthSigningAlgValuesSupported?: string[];
  serviceDocumentation?: string;
  uiLocalesSupported?: string[];
  opPolicyUri?: string;
  opTosUri?: string;
  revocationEndpoint?: string;
  revocationEndpointAuthMethodsSupported?: string[];
  revocationEndpointAuthSigningAlgValuesSupported?: string[];
  introspectionEndpoint?: string;
  introspectionEndpointAuthMethodsSupported?: string[];
  introspectionEndpointAuthSigningAlgValuesSupported?: string[];
  codeChallengeMethodsSupported?: string[];
  userinfoEndpoint?: string;
  [member: string]: unknown;
}

/** The same under the names of the wire, all that a client needs there. */
export interface AuthorizationServerMetadata {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  response_types_supported: string[];
  jwks_uri?: string;
  registration_endpoint?: string;
  scopes_supported?: string[];
  response_modes_supported?: string[];
  grant_types_supported?: string[];
  token_endpoint_auth_methods_supported?: string[];
  token_endpoint_auth_signing_alg_values_supported?: string[];
  service_documentation?: string;
  ui_locales_supported?: string[];
  op_policy_uri?: string;
  op_tos_uri?: string;
  revocation_endpoint?: string;
  revocation_endpoint_auth_methods_supported?: string[];
  revocation_endpoint_auth_signing_alg_values_supported?: string[];
  introspection_endpoint?: string;
  introspection_endpoint_auth_methods_supported?: string[];
  introspection_endpoint_auth_signing_alg_values_supported?: string[];
  code_challenge_methods_supported?: string[];
  userinfo_endpoint?: string;
  [member: string]: unknown;
}

/** RFC 9728, under the names of the wire. */
export interface ProtectedResourceMetadata {
  resource: string;
  authorization_servers?: string[];
  jwks_uri?: string;
  scopes_supported?: string[];
  bearer_methods_supported?: string[];
  resource_signing_alg_values_supported?: string[];
  resource_name?: string;
  resource_documentation?: string;
  resource_policy_uri?: string;
  resource_tos_uri?: string;
  tls_client_certificate_bound_access_tokens?: boolean;
  authorization_details_types_supported?: string[];
  dpop_signing_alg_values_supported?: string[];
  dpop_bound_access_tokens_required?: boolean;
  signed_metadata?: string;
  [member: string]: unknown;
}

/** What was left out here is decided by the engine: see the README for its defaults. */
export interface BearerAuthConfig<Claims extends object = Record<string, unknown>> {
  /** The identifier of the protected resource that this route belongs to; none with `server`. */
  resource?: string;
  /** Instead of the resource: one of these must be in the token's `aud`. */
  audience?: string | readonly string[] | { dangerouslyAny: true };
  /** Audiences shared with other APIs; they need `requiredScopes`. */
  wideAudience?: readonly string[];
  /** What tokens may be signed with here, in place of what their issuer may use. */
  algorithms?: readonly string[];
  /** `strict`: only `typ: at+jwt` here (RFC 9068), whatever the issuer may use. */
  tokenType?: 'guarded' | 'strict';
  /** All of them are needed. */
  requiredScopes?: readonly string[];
  /** Claims that must be there. */
  requiredClaims?: readonly string[];
  /** Classes of authentication, of which one is needed (RFC 9470). */
  acrValues?: readonly string[];
  /** Seconds since the user has authenticated, at most (RFC 9470). */
  maxAge?: number;
  /** Origins of browser pages that may ask; every one, unless they are given. */
  allowedOrigins?: readonly string[];
  /** Tells the caller more about why a token is refused. */
  showErrorDetails?: boolean;
  /** Seconds that clocks may differ. */
  leeway?: number;
  /** `false`: the application does CORS for our answers too. */
  cors?: boolean;
  /** Refuses nobody, and logs who would have been: for a migration. */
  reportOnly?: boolean;
  /** More scopes by JSON-RPC method, or by method and name: `{ 'tools/call': { delete_note: ['delete:notes'] } }`. */
  operations?: Readonly<Record<string, OperationNeeds<Claims> | Readonly<Record<string, OperationNeeds<Claims>>>>>;
  /** What becomes of an operation that is not in `operations`. */
  undeclared?: 'base' | 'deny';
  /** Something in front of the server has compared `Mcp-Method` and `Mcp-Name` with the body. */
  trustOperationHeaders?: boolean;
  /**
   * The last word on a request that is good otherwise, once for each operation of it. Only `true` lets pass. `auth` is
   * undefined for an anonymous caller, `operation` for a request without one.
   */
  authorize?: (auth: AuthInfo<Claims> | undefined, operation: Operation | undefined) => boolean | Promise<boolean>;
  /** Where the caller is put instead of `req.auth`. */
  property?: string;
}

/** Scopes beside `requiredScopes`; `anonymous`: nothing, not even a token. */
export type OperationNeeds<Claims extends object = Record<string, unknown>> =
  | readonly string[]
  | 'anonymous'
  | ((
      auth: AuthInfo<Claims> | undefined,
      operation: Operation,
    ) => readonly string[] | undefined | Promise<readonly string[] | undefined>);

/** What a message of MCP wants. */
export interface Operation {
  /** Such as `tools/call`. */
  readonly method: string;
  /** The tool, prompt or resource. */
  readonly name: string | undefined;
}

export type VerifyAccessTokenMode = 'jwt';

/**
 * Verifies an access token: is it genuine, and is its time not over? Throws an `MCPAuthTokenVerificationError` where it is
 * not, or returns nothing; any other error is answered with a server error.
 */
export type VerifyAccessTokenFunction = (
  token: string,
) => VerifiedAuthInfo | null | undefined | Promise<VerifiedAuthInfo | null | undefined>;

/** What a function may say of a token. */
export interface VerifiedAuthInfo {
  token?: string;
  /** Must be trusted for the resource. */
  issuer?: string | undefined;
  subject?: string | undefined;
  clientId?: string | undefined;
  scopes?: readonly string[] | undefined;
  audience?: string | readonly string[] | null | undefined;
  /** Unix seconds. */
  expiresAt?: number | undefined;
  claims?: object | undefined;
}

/** Throws an `MCPAuthBearerAuthError` for an issuer that is not trusted. */
export type ValidateIssuerFunction = (issuer: string) => void | Promise<void>;

/** For users of jose. */
export interface BearerAuthJwtConfig {
  /** Those options of jose's `jwtVerify` that mean something here; others are refused. */
  jwtVerify?: VerifyJwtOptions;
  /** Those options of jose's `createRemoteJWKSet` that mean something here; others are refused. */
  remoteJwkSet?: RemoteJwkSetOptions;
  /** @deprecated It is `remoteJwkSet`. */
  remoteJwtSet?: RemoteJwkSetOptions;
}

/** For the fetches of all gates: the shortest time for a fetch and age of keys counts, and the longest pause. */
export interface RemoteJwkSetOptions {
  /** Milliseconds for a fetch, 5000 at most. */
  timeoutDuration?: number;
  /** Milliseconds between two fetches of the same keys, 300000 at most. */
  cooldownDuration?: number;
  /** Milliseconds that keys are kept, whatever their server says: a minute to a day. */
  cacheMaxAge?: number;
}

export interface VerifyJwtOptions {
  algorithms?: readonly string[];
  audience?: string | readonly string[];
  /** Seconds that clocks may differ, or a text such as `30s`. */
  clockTolerance?: number | string;
  requiredClaims?: readonly string[];
  typ?: 'at+jwt' | 'application/at+jwt';
}

/** A gate, and what else can be asked of it. */
export type Gate<Handler> = Handler & {
  /** What of a list of tools this caller may call, as a result of `tools/list` that no shared cache keeps. */
  visibleTools<Tool extends { readonly name: string }>(
    auth: { readonly scopes: readonly string[] } | undefined,
    tools: readonly Tool[],
  ): Promise<{ tools: Tool[]; cacheScope: 'private' }>;
  visibleTools<Tool extends { readonly name: string }, Result extends { readonly tools: readonly Tool[] }>(
    auth: { readonly scopes: readonly string[] } | undefined,
    result: Result,
  ): Promise<Omit<Result, 'tools'> & { tools: Tool[]; cacheScope: 'private' }>;

  /**
   * The rules in `operations` for which nothing is registered: misspellings, most likely. They are warned about. An
   * `McpServer`, or a list of its tools or their names.
   */
  unregistered(registered: object | readonly (string | { readonly name: string })[]): Operation[];
};

/**
 * Middleware that verifies tokens with a function, without an `MCPAuth`. Issuer, audience, time and scopes are checked as
 * everywhere. Throws a `TypeError` for a verifier or an issuer that cannot be.
 */
export function handleBearerAuth<Claims extends object = Record<string, unknown>>(
  config: BearerAuthConfig<Claims> & {
    verifyAccessToken: VerifyAccessTokenFunction;
    /** The trusted issuer, or a function that throws for one it does not trust. */
    issuer: string | ValidateIssuerFunction;
  },
): Gate<RequestHandler>;

/**
 * Who calls. Neither `console.log` nor `JSON.stringify` shows the token.
 *
 * The gate fills in every member. Those that the `AuthInfo` of the MCP SDKs lacks are optional, because the SDKs
 * declare `req.auth` as theirs and both declarations must agree.
 */
export interface AuthInfo<Claims extends object = Record<string, unknown>> {
  readonly token: string;
  /** Empty when the token does not say. */
  clientId: string;
  scopes: string[];
  issuer?: string;
  subject?: string;
  audience?: string[];
  /** Unix seconds. */
  expiresAt?: number;
  /** All that was signed. Frozen at every depth: other requests with the same token see the same object. */
  readonly claims?: Claims;
  /** Issuer, subject, audience and claims in the place that the SDKs' `AuthInfo` has for them. */
  readonly extra?: Record<string, unknown>;
}

/** Fetches the metadata of an authorization server, once, before `new MCPAuth`. */
export function fetchServerConfig(issuer: string, options: FetchServerConfigOptions): Promise<ResolvedAuthServerConfig>;

/** The same for metadata at a URL of its own. */
export function fetchServerConfigByWellKnownUrl(
  wellKnownUrl: string | { readonly href: string },
  options: FetchServerConfigOptions,
): Promise<ResolvedAuthServerConfig>;

export interface FetchServerConfigOptions {
  type: AuthServerType;
  /** Repairs the fetched document; its names are in snake_case here. */
  // biome-ignore lint/suspicious/noExplicitAny: a document from elsewhere
  transpileData?: (data: any) => object | Promise<object>;
  fetch?: Fetch;
  signal?: AbortSignalLike;
}

/**
 * A function that verifies JWTs with the key that `getKey` chooses, as jose's getters do. Issuer, audience and scopes are
 * for whoever asks: `bearerAuth` and `handleBearerAuth` check them.
 */
export function createVerifyJwt(
  getKey: VerificationKey | ((header: JwtHeader, token: JwtParts) => VerificationKey | Promise<VerificationKey>),
  options?: VerifyJwtConfig,
): (token: string) => Promise<AuthInfo>;

/** A `CryptoKey`, a `KeyObject`, a JWK or, for HMAC, the bytes of a secret. */
export type VerificationKey = object;

// What jose's getters ask for.
export interface JwtHeader {
  alg: string;
  kid?: string;
  typ?: string;
  [member: string]: unknown;
}
export interface JwtParts {
  protected: string;
  payload: string;
  signature: string;
}

/** Of jose's options, those that mean something here. */
export interface VerifyJwtConfig {
  /** What tokens may be signed with. */
  algorithms?: readonly string[];
  /** Seconds that clocks may differ, or a text such as `30s`. */
  clockTolerance?: number | string;
}

/**
 * What MCP clients will trip over at an authorization server, by its metadata. `verbose` adds what is as it should be;
 * `revision` is the date of an MCP specification, the latest by default.
 */
export function validateServerConfig(
  config: { readonly metadata: CamelCaseAuthorizationServerMetadata },
  options?: boolean | { readonly verbose?: boolean; readonly revision?: string },
): AuthServerConfigValidationResult;

export interface AuthServerConfigValidationResult {
  readonly isValid: boolean;
  /** Absent when there are none. */
  readonly errors?: readonly AuthServerConfigError[];
  readonly warnings: readonly AuthServerConfigWarning[];
  /** With `verbose`. */
  readonly successes?: readonly AuthServerConfigFinding[];
  /** With `verbose`: what is good to know. */
  readonly notes?: readonly AuthServerConfigFinding[];
}

export interface AuthServerConfigFinding<Code extends string = string> {
  readonly code: Code;
  /** What it means and what to change. */
  readonly description: string;
  /** A JSON pointer (RFC 6901) to the member of the metadata, in snake_case. */
  readonly pointer?: string;
}

export type AuthServerConfigError = AuthServerConfigFinding<AuthServerConfigErrorCode>;
export type AuthServerConfigWarning = AuthServerConfigFinding<AuthServerConfigWarningCode>;

// More may come: the documented ones are for completion.
export type AuthServerConfigErrorCode =
  | 'invalid_server_metadata'
  | 'code_response_type_not_supported'
  | 'authorization_code_grant_not_supported'
  | 'pkce_not_supported'
  | 's256_code_challenge_method_not_supported'
  | (string & {});
export type AuthServerConfigWarningCode = 'dynamic_registration_not_supported' | (string & {});
export type AuthServerSuccessCode =
  | 'server_metadata_valid'
  | 'code_response_type_supported'
  | 'authorization_code_grant_supported'
  | 'pkce_supported'
  | 's256_code_challenge_method_supported'
  | 'dynamic_registration_supported'
  | (string & {});

/** The issuer identifier of an authorization server, however it is configured. */
export function getIssuer(config: AuthServerConfig): string;

/** The well-known paths of the metadata of authorization servers. */
export const serverMetadataPaths: Readonly<Record<AuthServerType, string>>;

/** What members of authorization server metadata mean that are left out (RFC 8414 section 2). */
export const defaultValues: Readonly<{
  grantTypesSupported: readonly string[];
  responseModesSupported: readonly string[];
}>;

export const authorizationServerMetadataSchema: MetadataSchema<AuthorizationServerMetadata>;
export const camelCaseAuthorizationServerMetadataSchema: MetadataSchema<CamelCaseAuthorizationServerMetadata>;
export const protectedResourceMetadataSchema: MetadataSchema<ProtectedResourceMetadata>;
export const camelCaseProtectedResourceMetadataSchema: MetadataSchema<PublishedProtectedResourceMetadata>;

/** Checks the types of a metadata document, as zod would, and as a Standard Schema (https://standardschema.dev). */
export interface MetadataSchema<Metadata> {
  /** Throws an error with `issues` where something is wrong. Unknown members are kept. */
  parse(value: unknown): Metadata;
  safeParse(value: unknown): { success: true; data: Metadata } | { success: false; error: MetadataSchemaError };
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (
      value: unknown,
    ) => { readonly value: Metadata; readonly issues?: undefined } | { readonly issues: readonly MetadataIssue[] };
    readonly types?: { readonly input: Metadata; readonly output: Metadata } | undefined;
  };
}

export interface MetadataIssue {
  readonly message: string;
  readonly path: readonly (string | number)[];
}

export interface MetadataSchemaError extends Error {
  readonly issues: readonly MetadataIssue[];
}

/** Base of all errors of this package. Branch on `code`. */
export class MCPAuthError extends Error {
  constructor(code: string, message: string);
  readonly code: string;
  readonly cause?: unknown;
  toJson(showCause?: boolean): Record<string, unknown>;
}

export class MCPAuthConfigError extends MCPAuthError {
  constructor(code: string, message: string, cause?: unknown);
}

export class MCPAuthAuthServerError extends MCPAuthError {
  constructor(code: AuthServerErrorCode, cause?: unknown);
  readonly code: AuthServerErrorCode;
}

export class MCPAuthBearerAuthError extends MCPAuthError {
  constructor(code: BearerAuthErrorCode, cause?: MCPAuthBearerAuthErrorDetails);
  readonly code: BearerAuthErrorCode;
  readonly cause?: MCPAuthBearerAuthErrorDetails;
}

export class MCPAuthTokenVerificationError extends MCPAuthError {
  constructor(code: MCPAuthTokenVerificationErrorCode, cause?: unknown);
  readonly code: MCPAuthTokenVerificationErrorCode;
}

/** @deprecated It is `MCPAuthTokenVerificationError`, and its code `token_verification_failed`. */
export const MCPAuthJwtVerificationError: {
  new (
    code: MCPAuthTokenVerificationErrorCode | 'jwt_verification_failed',
    cause?: unknown,
  ): MCPAuthTokenVerificationError;
  readonly prototype: MCPAuthTokenVerificationError;
};

export type AuthServerErrorCode = 'invalid_server_metadata' | 'invalid_server_config' | 'missing_jwks_uri';
export type BearerAuthErrorCode =
  | 'missing_auth_header'
  | 'invalid_auth_header_format'
  | 'missing_bearer_token'
  | 'invalid_issuer'
  | 'invalid_audience'
  | 'missing_required_scopes'
  | 'invalid_token';
export type MCPAuthTokenVerificationErrorCode = 'invalid_token' | 'token_verification_failed';

export interface MCPAuthBearerAuthErrorDetails {
  cause?: unknown;
  uri?: { readonly href: string };
  missingScopes?: readonly string[];
  expected?: unknown;
  actual?: unknown;
}

export const authServerErrorDescription: Readonly<Record<AuthServerErrorCode, string>>;
export const bearerAuthErrorDescription: Readonly<Record<BearerAuthErrorCode, string>>;
export const tokenVerificationErrorDescription: Readonly<Record<MCPAuthTokenVerificationErrorCode, string>>;

/** Fits Express 4 and 5, Connect, and `node:http` with a `next` of your own. */
export type RequestHandler = (req: Request, res: Response, next: (error?: unknown) => void) => void;

/** What is read of a request: that of Express or `node:http`. */
export interface Request {
  method?: string | undefined;
  url?: string | undefined;
  rawHeaders: string[];
}

/** What is used of a response. */
export interface Response {
  statusCode: number;
  readonly headersSent: boolean;
  getHeaderNames(): string[];
  hasHeader(name: string): boolean;
  setHeader(name: string, value: string): unknown;
  appendHeader(name: string, value: string): unknown;
  removeHeader(name: string): void;
  // biome-ignore lint/suspicious/noExplicitAny: `node:http` has overloads that nothing narrower fits
  end(body?: any): unknown;
}

export interface Logger {
  info(line: string): unknown;
  debug(line: string): unknown;
  warn(line: string): unknown;
}

/** What is used of an `AbortSignal`, whose own type is optional. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  throwIfAborted(): void;
  // biome-ignore lint/suspicious/noExplicitAny: `AbortSignal` has overloads that nothing narrower fits
  addEventListener(type: 'abort', listener: (event: any) => any): void;
  // biome-ignore lint/suspicious/noExplicitAny: the same
  removeEventListener(type: 'abort', listener: (event: any) => any): void;
}

/** What the global `fetch` can do, as far as it is used. */
export type Fetch = (
  url: string,
  init: {
    method: string;
    headers: [string, string][];
    // biome-ignore lint/suspicious/noExplicitAny: the types of `fetch` are optional
    body?: any;
    redirect: 'manual';
    // biome-ignore lint/suspicious/noExplicitAny: the types of `fetch` are optional
    signal: any;
  },
) => Promise<{
  readonly status: number;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the types of `fetch` are optional
  readonly headers: any;
  // biome-ignore lint/suspicious/noExplicitAny: the types of `fetch` are optional
  readonly body: any;
}>;

declare global {
  namespace Express {
    interface Request {
      auth?: AuthInfo | undefined;
    }
  }
}
