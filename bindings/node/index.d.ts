/** Decides who may call an MCP server. */
export class MCPAuth {
  constructor(config: MCPAuthConfig);

  readonly config: MCPAuthConfig;

  /** Middleware that serves the metadata documents (RFC 9728) of all protected resources. */
  protectedResourceMetadataRouter(): RequestHandler;

  /** Middleware that lets pass who has a valid access token for the resource, and sets `req.auth`. */
  bearerAuth(mode: 'jwt', options: BearerAuthConfig): RequestHandler;
}

export interface MCPAuthConfig {
  /** One resource or several. */
  protectedResources: ResourceServerConfig | readonly ResourceServerConfig[];
  /** Fetches keys and metadata instead of the global `fetch`, for proxies and the like. */
  fetch?: Fetch;
  /** Hears of policies, refusals and outages; `console` fits. Without it only warnings show, on stderr. */
  logger?: Logger;
}

export interface ResourceServerConfig {
  metadata: CamelCaseProtectedResourceMetadata;
}

/** Published byte for byte; members unknown here too. */
export interface CamelCaseProtectedResourceMetadata {
  /** The identifier of the resource: its URL. */
  resource: string;
  /** Whose tokens are trusted. */
  authorizationServers: readonly AuthServerConfig[];
  scopesSupported?: readonly string[];
  resourceName?: string;
  resourceDocumentation?: string;
  resourcePolicyUri?: string;
  resourceTosUri?: string;
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

export interface CamelCaseAuthorizationServerMetadata {
  issuer: string;
  jwksUri?: string;
  authorizationEndpoint?: string;
  tokenEndpoint?: string;
  [member: string]: unknown;
}

/** What was left out here is decided by the engine: see the README for its defaults. */
export interface BearerAuthConfig {
  /** The identifier of the protected resource that this route belongs to. */
  resource: string;
  /** Instead of the resource: one of these must be in the token's `aud`. */
  audience?: string | readonly string[] | { dangerouslyAny: true };
  /** All of them are needed. */
  requiredScopes?: readonly string[];
  /** Tells the caller more about why a token is refused. */
  showErrorDetails?: boolean;
  /** Seconds that clocks may differ. */
  leeway?: number;
  /** `false`: the application does CORS for our answers too. */
  cors?: boolean;
  /** More scopes by JSON-RPC method, or by method and name: `{ 'tools/call': { delete_note: ['delete:notes'] } }`. */
  operations?: Readonly<Record<string, OperationNeeds | Readonly<Record<string, OperationNeeds>>>>;
  /** What becomes of an operation that is not in `operations`. */
  undeclared?: 'base' | 'deny';
  /** Something in front of the server has compared `Mcp-Method` and `Mcp-Name` with the body. */
  trustOperationHeaders?: boolean;
}

/** Scopes beside `requiredScopes`; `anonymous`: nothing, not even a token. */
export type OperationNeeds = readonly string[] | 'anonymous';

/**
 * Who calls. Neither `console.log` nor `JSON.stringify` shows the token.
 *
 * The gate fills in every member. Those that the `AuthInfo` of the MCP SDKs lacks are optional, because the SDKs
 * declare `req.auth` as theirs and both declarations must agree.
 */
export interface AuthInfo {
  readonly token: string;
  /** Empty when the token does not say. */
  clientId: string;
  scopes: string[];
  issuer?: string;
  subject?: string;
  audience?: string[];
  /** Unix seconds. */
  expiresAt?: number;
  /** All that was signed. */
  readonly claims?: Record<string, unknown>;
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
