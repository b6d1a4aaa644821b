// The web-standard gate and Hono, with the types of Node's globals.

import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { Hono } from 'hono';
import { MCPAuth } from 'mcp-auth';
import { bearerAuth, type Decision, metadata, protect } from 'mcp-auth/fetch';
import * as hono from 'mcp-auth/hono';

const resource = 'https://api.example.com/notes';
const mcpAuth = new MCPAuth({ protectedResources: { metadata: { resource, authorizationServers: [] } } });

const app = new Hono<{ Variables: hono.AuthVariables }>();
app.use(hono.metadata(mcpAuth));
app.use('/mcp/*', hono.bearerAuth(mcpAuth, 'jwt', { resource }));
app.get('/mcp', (c) => c.json({ subject: c.var.auth?.subject, scopes: c.get('auth')?.scopes }));
// @ts-expect-error there may be none
app.get('/mcp/who', (c) => c.text(c.var.auth.subject));

const gate = bearerAuth(mcpAuth, 'jwt', { resource });
export async function fetchHandler(request: Request): Promise<Response> {
  const document: Response | undefined = await metadata(mcpAuth)(request);
  if (document) return document;
  const decision: Decision = await gate(request);
  // @ts-expect-error it depends on the kind
  decision.response;
  if (decision.kind === 'respond') return decision.response;
  return decision.complete(new Response(await decision.request.text(), { headers: decision.headers }));
}

const mcp = createMcpHandler(() => new McpServer({ name: 'notes', version: '1.0.0' }));
const handler = protect(mcpAuth, 'jwt', { resource }, (request, authInfo) =>
  mcp.fetch(request, authInfo ? { authInfo } : {}),
);

export { handler as GET, handler as POST };

export const POST_NOTE = protect(mcpAuth, 'jwt', { resource }, (_request, auth, context: { params: { id: string } }) =>
  Response.json([auth?.subject, context.params.id]),
);
// @ts-expect-error the context is needed
POST_NOTE(new Request(resource));
// @ts-expect-error there is no such option
bearerAuth(mcpAuth, 'jwt', { resource, required_scopes: [] });
