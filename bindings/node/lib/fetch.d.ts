import type { AuthInfo, BearerAuthConfig, MCPAuth } from '../index.js';

// The types of the web standards are optional (DOM, Node, Workers): whichever are there are meant.
export type WebRequest = typeof globalThis extends { Request: { prototype: infer Global } } ? Global : unknown;
export type WebResponse = typeof globalThis extends { Response: { prototype: infer Global } } ? Global : unknown;
export type WebHeaders = typeof globalThis extends { Headers: { prototype: infer Global } } ? Global : unknown;

/** What to do with a request. */
export type Decision =
  | {
      readonly kind: 'allow';
      /** Undefined for an anonymous caller. */
      readonly auth: AuthInfo | undefined;
      /** The request with its body unread, also where the gate has read it. */
      readonly request: WebRequest;
      /** For the application's response. */
      readonly headers: WebHeaders;
      /** Adds the headers to the application's response, and notes the MCP session that it opens. */
      complete(response: WebResponse): WebResponse;
    }
  | { readonly kind: 'respond'; readonly response: WebResponse };

/** A gate for web-standard requests. */
export function bearerAuth(
  mcpAuth: MCPAuth,
  mode: 'jwt',
  options: BearerAuthConfig,
): (request: WebRequest) => Promise<Decision>;

/** Answers requests for metadata documents; resolves to undefined for any other request. */
export function metadata(mcpAuth: MCPAuth): (request: WebRequest) => Promise<WebResponse | undefined>;

/** A handler of requests behind a gate, with the metadata documents in front of it. */
export function protect<More extends unknown[]>(
  mcpAuth: MCPAuth,
  mode: 'jwt',
  options: BearerAuthConfig,
  handler: (request: WebRequest, auth: AuthInfo | undefined, ...more: More) => WebResponse | Promise<WebResponse>,
): (request: WebRequest, ...more: More) => Promise<WebResponse>;
