import type {
  AuthInfo,
  BearerAuthConfig,
  BearerAuthJwtConfig,
  Gate,
  MCPAuth,
  Request as RawRequest,
  Response as RawResponse,
  VerifyAccessTokenFunction,
  VerifyAccessTokenMode,
} from '../index.js';

/**
 * What the gate sets, on `request` and on `request.raw`, where the MCP SDKs look. To make `request.auth` known:
 * `declare module 'fastify' { interface FastifyRequest extends AuthRequest {} }`.
 */
export interface AuthRequest<Claims extends object = Record<string, unknown>> {
  /** Undefined for an anonymous caller. */
  auth?: AuthInfo<Claims> | undefined;
}

/** What is read of a request of Fastify. */
export interface Request {
  readonly raw: RawRequest;
  readonly body: unknown;
}

/** What is used of a reply of Fastify. */
export interface Reply {
  readonly raw: RawResponse;
  code(status: number): unknown;
  header(name: string, value: string): unknown;
  getHeader(name: string): unknown;
  getHeaders(): Record<string, unknown>;
  hasHeader(name: string): boolean;
  send(payload?: unknown): unknown;
}

export type OnRequestHook = (request: Request, reply: Reply) => Promise<unknown>;

/** The `onRequest` hook that lets a request pass with `request.auth`, or answers it. */
export function bearerAuth<Claims extends object>(
  mcpAuth: MCPAuth<Claims>,
  mode: VerifyAccessTokenMode | VerifyAccessTokenFunction,
  options?: BearerAuthConfig<Claims> & BearerAuthJwtConfig,
): Gate<OnRequestHook>;

/** The `onRequest` hook that answers requests for metadata documents and passes everything else on. */
export function metadata(mcpAuth: MCPAuth<never>): OnRequestHook;
