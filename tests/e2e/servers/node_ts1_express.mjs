// TypeScript SDK 1.x on Express, streamable HTTP with sessions, guarded by mcp-auth.
import { randomUUID } from 'node:crypto';
import express from 'express';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { addTools, forBrowsers, mcpAuth, policy, serve } from './notes.mjs';

const sessions = new Map(); // session id -> transport
const app = express().use(mcpAuth.protectedResourceMetadataRouter());
app.all('/mcp', mcpAuth.bearerAuth('jwt', policy), forBrowsers, express.json(), async (req, res) => {
  let transport = sessions.get(req.headers['mcp-session-id']);
  if (!transport) {
    transport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID, onsessioninitialized: (id) => sessions.set(id, transport) });
    transport.onclose = () => sessions.delete(transport.sessionId);
    await addTools(new McpServer({ name: 'notes', version: '1.0.0' }), ({ authInfo }) => authInfo).connect(transport);
  }
  await transport.handleRequest(req, res, req.body);
});
serve(app);
