import type { BearerAuthConfig, MCPAuth, RequestHandler } from '../index.js';

/** `mcpAuth.bearerAuth(mode, options)`, under the name that it has for every framework. */
export function bearerAuth(mcpAuth: MCPAuth, mode: 'jwt', options: BearerAuthConfig): RequestHandler;

/** The middleware that answers requests for metadata documents and passes everything else on. */
export function metadata(mcpAuth: MCPAuth): RequestHandler;
