// A notes server: TypeScript SDK 1.x on Express, streamable HTTP with sessions, guarded by mcp-auth.
//
//   node node_express.mjs PORT ISSUER [LEEWAY]        PORT 0 takes a free one
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import express from 'express';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { MCPAuth } from 'mcp-auth';
import { z } from 'zod';

const [, , port, issuer, leeway = 60] = process.argv;
const server = http.createServer();
await new Promise((listening) => server.listen(Number(port), '127.0.0.1', listening));
const resource = `http://127.0.0.1:${server.address().port}/mcp`;

const mcpAuth = new MCPAuth({
  protectedResources: {
    metadata: { resource, authorizationServers: [{ issuer, type: 'oidc' }], scopesSupported: ['read:notes', 'write:notes'] },
  },
});

const notes = new Map(); // subject -> texts
const answer = (value) => ({ content: [{ type: 'text', text: JSON.stringify(value) }] });

function notesServer() {
  const mcp = new McpServer({ name: 'notes', version: '1.0.0' });
  mcp.registerTool('whoami', { description: 'Who the server thinks you are' }, ({ authInfo }) => answer({ subject: authInfo.subject, scopes: authInfo.scopes }));
  mcp.registerTool('list_notes', { description: 'Your notes' }, ({ authInfo }) => answer(notes.get(authInfo.subject) ?? []));
  mcp.registerTool('write_note', { description: 'Write a note', inputSchema: { text: z.string() } }, ({ text }, { authInfo }) => {
    notes.set(authInfo.subject, [...(notes.get(authInfo.subject) ?? []), text]);
    return answer('written');
  });
  return mcp;
}

const app = express().use(mcpAuth.protectedResourceMetadataRouter());
const guard = mcpAuth.bearerAuth('jwt', {
  resource,
  audience: resource,
  requiredScopes: ['read:notes'],
  operations: { 'tools/call': { write_note: ['write:notes'] } }, // beside requiredScopes
  leeway: Number(leeway),
});

const sessions = new Map(); // session id -> transport
app.all('/mcp', guard, express.json(), async (req, res) => {
  let transport = sessions.get(req.headers['mcp-session-id']);
  if (!transport) {
    transport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID, onsessioninitialized: (id) => sessions.set(id, transport) });
    transport.onclose = () => sessions.delete(transport.sessionId);
    await notesServer().connect(transport);
  }
  await transport.handleRequest(req, res, req.body);
});

server.on('request', app);
console.log(JSON.stringify({ resource, endpoint: resource }));
