import type {
  AuthInfo,
  BearerAuthConfig,
  BearerAuthJwtConfig,
  Gate,
  MCPAuth,
  VerifyAccessTokenFunction,
  VerifyAccessTokenMode,
} from '../index.js';

// The types of the web standards are optional (DOM, Node, Workers): whichever are there are meant.
export type WebRequest = typeof globalThis extends { Request: { prototype: infer Global } } ? Global : unknown;
export type WebResponse = typeof globalThis extends { Response: { prototype: infer Global } } ? Global : unknown;
export type WebHeaders = typeof globalThis extends { Headers: { prototype: infer Global } } ? Global : unknown;

/** What to do with a request. */
export type Decision<Claims extends object = Record<string, unknown>> =
  | {
      readonly kind: 'allow';
      /** Undefined for an anonymous caller. */
      readonly auth: AuthInfo<Claims> | undefined;
      /** The request with its body unread, also where the gate has read it. */
      readonly request: WebRequest;
      /** For the application's response. */
      readonly headers: WebHeaders;
      /** Adds the headers to the application's response, and notes the MCP session that it opens. */
      complete(response: WebResponse): WebResponse;
    }
  | { readonly kind: 'respond'; readonly response: WebResponse };

/** A gate for web-standard requests. */
export function bearerAuth<Claims extends object>(
  mcpAuth: MCPAuth<Claims>,
  mode: VerifyAccessTokenMode | VerifyAccessTokenFunction,
  options?: BearerAuthConfig<Claims> & BearerAuthJwtConfig,
): Gate<
  (
    request: WebRequest,
    /** What was made of the body, where it has been read before. */
    given?: { readonly parsedBody?: unknown },
  ) => Promise<Decision<Claims>>
>;

/** Answers requests for metadata documents; resolves to undefined for any other request. */
export function metadata(mcpAuth: MCPAuth<never>): (request: WebRequest) => Promise<WebResponse | undefined>;

/** A handler of requests behind a gate, with the metadata documents in front of it. */
export function protect<Claims extends object, More extends unknown[]>(
  mcpAuth: MCPAuth<Claims>,
  mode: VerifyAccessTokenMode | VerifyAccessTokenFunction,
  options: BearerAuthConfig<Claims> & BearerAuthJwtConfig,
  handler: (
    request: WebRequest,
    auth: AuthInfo<Claims> | undefined,
    ...more: More
  ) => WebResponse | Promise<WebResponse>,
): Gate<(request: WebRequest, ...more: More) => Promise<WebResponse>>;
