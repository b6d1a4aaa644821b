import type {
  BearerAuthConfig,
  BearerAuthJwtConfig,
  Gate,
  MCPAuth,
  RequestHandler,
  VerifyAccessTokenFunction,
  VerifyAccessTokenMode,
} from '../index.js';

/** `mcpAuth.bearerAuth(mode, options)`, under the name that it has for every framework. */
export function bearerAuth<Claims extends object>(
  mcpAuth: MCPAuth<Claims>,
  mode: VerifyAccessTokenMode | VerifyAccessTokenFunction,
  options?: BearerAuthConfig<Claims> & BearerAuthJwtConfig,
): Gate<RequestHandler>;

/** The middleware that answers requests for metadata documents and passes everything else on. */
export function metadata(mcpAuth: MCPAuth<never>): RequestHandler;
