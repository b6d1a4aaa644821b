// Fastify's own types take the hooks.

import Fastify from 'fastify';
import { MCPAuth } from 'mcp-auth';
import { type AuthRequest, bearerAuth, metadata } from 'mcp-auth/fastify';

declare module 'fastify' {
  interface FastifyRequest extends AuthRequest {}
}

const resource = 'https://api.example.com/notes';
const mcpAuth = new MCPAuth({ protectedResources: { metadata: { resource, authorizationServers: [] } } });
const app = Fastify();
app.addHook('onRequest', metadata(mcpAuth));
app.register(async (mcp) => {
  mcp.addHook('onRequest', bearerAuth(mcpAuth, 'jwt', { resource }));
  mcp.get('/mcp', async (request) => request.auth?.subject);
  // @ts-expect-error there may be none
  mcp.get('/who', async (request) => request.auth.subject);
});
app.post('/notes', { onRequest: bearerAuth(mcpAuth, 'jwt', { resource }) }, async () => 'ok');
