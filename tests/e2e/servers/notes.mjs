// What the Node notes servers share: the tools, and who may call them. Each server shows how its SDK is guarded.
//
//   node PROGRAM PORT ISSUER [LEEWAY]        PORT 0 takes a free one
import http from 'node:http';
import { MCPAuth } from 'mcp-auth';
import { z } from 'zod';

const [, , port, issuer, leeway = 60] = process.argv;
const server = http.createServer();
await new Promise((listening) => server.listen(Number(port), '127.0.0.1', listening));

export const resource = `http://127.0.0.1:${server.address().port}/mcp`;
export const mcpAuth = new MCPAuth({
  protectedResources: {
    metadata: { resource, authorizationServers: [{ issuer, type: 'oidc' }], scopesSupported: ['read:notes', 'write:notes'] },
  },
});
export const policy = {
  resource,
  audience: resource,
  requiredScopes: ['read:notes'],
  operations: { 'tools/call': { write_note: ['write:notes'] } }, // beside requiredScopes
  leeway: Number(leeway),
};

const notes = new Map(); // subject -> texts
const answer = (value) => ({ content: [{ type: 'text', text: JSON.stringify(value) }] });

/** `caller` finds the auth info in what the SDK hands to a tool. */
export function addTools(mcp, caller) {
  mcp.registerTool('whoami', { description: 'Who the server thinks you are' }, (context) => answer({ subject: caller(context).subject, scopes: caller(context).scopes }));
  mcp.registerTool('list_notes', { description: 'Your notes' }, (context) => answer(notes.get(caller(context).subject) ?? []));
  mcp.registerTool('write_note', { description: 'Write a note', inputSchema: z.object({ text: z.string() }) }, ({ text }, context) => {
    const { subject } = caller(context);
    notes.set(subject, [...(notes.get(subject) ?? []), text]);
    return answer('written');
  });
  return mcp;
}

/** Lets pages of other origins read what the application answers; the gate in front does so for its own answers. */
export function forBrowsers(req, res, next) {
  res.setHeader('Access-Control-Allow-Origin', '*');
  res.setHeader('Access-Control-Expose-Headers', 'Mcp-Session-Id');
  next();
}

/** Announces the server in one line; it runs until SIGTERM. */
export function serve(listener) {
  server.on('request', listener);
  console.log(JSON.stringify({ resource, endpoint: resource }));
}
