// TypeScript SDK 2.x on Express, guarded by mcp-auth: 2026-07-28 without sessions, earlier revisions with them.
import { randomUUID } from 'node:crypto';
import { createMcpExpressApp } from '@modelcontextprotocol/express';
import { NodeStreamableHTTPServerTransport, toNodeHandler, toWebRequest } from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest, McpServer } from '@modelcontextprotocol/server';
import { addTools, forBrowsers, mcpAuth, policy, serve } from './notes.mjs';

const notesServer = () => addTools(new McpServer({ name: 'notes', version: '1.0.0' }), ({ http }) => http.authInfo);
const modern = toNodeHandler(createMcpHandler(notesServer, { legacy: 'reject' }));
const sessions = new Map(); // session id -> transport

async function legacy(req, res) {
  let transport = sessions.get(req.headers['mcp-session-id']);
  if (!transport) {
    transport = new NodeStreamableHTTPServerTransport({ sessionIdGenerator: randomUUID, onsessioninitialized: (id) => sessions.set(id, transport) });
    transport.onclose = () => sessions.delete(transport.sessionId);
    await notesServer().connect(transport);
  }
  await transport.handleRequest(req, res, req.body);
}

// It parses the body of every request before the gate sees it.
const app = createMcpExpressApp().use(mcpAuth.protectedResourceMetadataRouter());
app.all('/mcp', mcpAuth.bearerAuth('jwt', policy), forBrowsers, async (req, res) => {
  await ((await isLegacyRequest(await toWebRequest(req, req.body))) ? legacy(req, res) : modern(req, res, req.body));
});
serve(app);
