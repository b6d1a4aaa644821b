// TypeScript SDK 2.x on Hono, guarded by mcp-auth: web standards throughout, both eras, no sessions.
import { getRequestListener } from '@hono/node-server';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { bearerAuth, metadata } from 'mcp-auth/hono';
import { addTools, mcpAuth, policy, serve } from './notes.mjs';

const handler = createMcpHandler(() => addTools(new McpServer({ name: 'notes', version: '1.0.0' }), ({ http }) => http.authInfo));

const app = new Hono().use(metadata(mcpAuth));
app.use('/mcp', bearerAuth(mcpAuth, 'jwt', policy), cors({ origin: '*', exposeHeaders: ['Mcp-Session-Id'] })); // cors is for what the application answers
app.all('/mcp', (c) => handler.fetch(c.req.raw, { authInfo: c.var.auth }));
serve(getRequestListener(app.fetch));
