// An MCP server for todos whose tools need scopes. The environment says whose tokens are good; see README.md.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import express from 'express';
import { MCPAuth, MCPAuthBearerAuthError } from 'mcp-auth';
import { z } from 'zod';
import { TodoService } from './service.js';

const { MCP_AUTH_ISSUER: issuer, MCP_RESOURCE_IDENTIFIER: resource = 'http://localhost:3001/mcp', PORT = 3001 } = process.env;

const mcpAuth = new MCPAuth({
  protectedResources: {
    metadata: {
      resource,
      authorizationServers: [{ issuer, type: 'oidc' }],
      // What a client should ask for at first; it steps up to the others.
      scopesSupported: ['read:todos'],
    },
  },
});
const todos = new TodoService();
const answer = (value) => ({ content: [{ type: 'text', text: JSON.stringify(value) }] });

function createMcpServer() {
  const server = new McpServer({ name: 'todo-manager', version: '1.0.0' });
  const content = z.string();
  server.registerTool(
    'create-todo',
    { description: 'Creates a todo of the caller', inputSchema: { content } },
    ({ content }, { authInfo }) => answer(todos.create({ content, ownerId: authInfo.subject })),
  );
  server.registerTool(
    'get-todos',
    { description: "All todos with read:todos, otherwise the caller's own" },
    ({ authInfo }) => answer(todos.list(authInfo.scopes.includes('read:todos') ? undefined : authInfo.subject)),
  );
  server.registerTool(
    'delete-todo',
    { description: "Deletes a todo of the caller, or anybody's with delete:todos", inputSchema: { id: z.string() } },
    ({ id }, { authInfo }) => {
      const todo = todos.get(id);
      if (todo === undefined) return answer({ error: 'there is no such todo' });
      if (todo.ownerId !== authInfo.subject && !authInfo.scopes.includes('delete:todos')) {
        // Whose todo it is only the tool knows, so the client learns it from the tool's answer and not from a challenge.
        throw new MCPAuthBearerAuthError('missing_required_scopes', { missingScopes: ['delete:todos'] });
      }
      todos.delete(id);
      return answer({ deleted: id });
    },
  );
  return server;
}

const gate = mcpAuth.bearerAuth('jwt', {
  resource,
  operations: { 'tools/call': { 'create-todo': ['create:todos'] } },
});

const app = express();
app.use(mcpAuth.protectedResourceMetadataRouter());
app.all(new URL(resource).pathname, gate, async (req, res) => {
  const server = createMcpServer();
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  res.on('close', () => server.close());
  await server.connect(transport);
  await transport.handleRequest(req, res);
});
app.listen(PORT);
