import type {
  BearerAuthConfig,
  BearerAuthJwtConfig,
  MCPAuth,
  VerifyAccessTokenFunction,
  VerifyAccessTokenMode,
} from '../index.js';

/**
 * A verifier for `requireBearerAuth` of the MCP SDK, v1 and v2. The SDK's middleware writes the challenge itself: without
 * scopes per operation, browsers' preflights and 503. Our own gate does all of it.
 *
 * `sdkErrors` is the SDK v1's module `server/auth/errors.js`, where it cannot be found from here.
 */
export function tokenVerifier<Claims extends object>(
  mcpAuth: MCPAuth<Claims>,
  mode: VerifyAccessTokenMode | VerifyAccessTokenFunction,
  options?: BearerAuthConfig<Claims> & BearerAuthJwtConfig,
  sdkErrors?: object,
): { verifyAccessToken(token: string): Promise<SdkAuthInfo> };

/** The `AuthInfo` of the SDKs. */
export interface SdkAuthInfo {
  token: string;
  clientId: string;
  scopes: string[];
  expiresAt?: number;
  // biome-ignore lint/suspicious/noExplicitAny: a `URL`, whose type is optional
  resource?: any;
  /** Issuer, subject, audience and claims. */
  extra?: Record<string, unknown>;
}
