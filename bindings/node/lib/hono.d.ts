import type {
  AuthInfo,
  BearerAuthConfig,
  BearerAuthJwtConfig,
  Gate,
  MCPAuth,
  VerifyAccessTokenFunction,
  VerifyAccessTokenMode,
} from '../index.js';
import type { WebRequest, WebResponse } from './fetch.js';

/** What the gate sets: `new Hono<{ Variables: AuthVariables }>()` makes `c.var.auth` known. */
export interface AuthVariables<Claims extends object = Record<string, unknown>> {
  /** Undefined for an anonymous caller. */
  auth: AuthInfo<Claims> | undefined;
}

/** What is used of Hono's context. */
export interface Context {
  readonly req: { raw: WebRequest; arrayBuffer(): Promise<ArrayBuffer> };
  res: WebResponse;
  // biome-ignore lint/suspicious/noExplicitAny: Hono's own has overloads that nothing narrower fits
  set: (name: any, value: any) => void;
}

export type MiddlewareHandler = (c: Context, next: () => Promise<void>) => Promise<WebResponse | undefined>;

/** The middleware that lets a request pass with `c.var.auth`, or answers it. */
export function bearerAuth<Claims extends object>(
  mcpAuth: MCPAuth<Claims>,
  mode: VerifyAccessTokenMode | VerifyAccessTokenFunction,
  options?: BearerAuthConfig<Claims> & BearerAuthJwtConfig,
): Gate<MiddlewareHandler>;

/** The middleware that answers requests for metadata documents and passes everything else on. */
export function metadata(mcpAuth: MCPAuth<never>): MiddlewareHandler;
