// The smallest guarded server, laid out as on the Get-started page: Express.
//
//   node guard.mjs PORT ISSUER        PORT 0 takes a free one
import http from 'node:http';
import express from 'express';
import { MCPAuth } from 'mcp-auth';

const [, , port, issuer] = process.argv;
const server = http.createServer();
await new Promise((listening) => server.listen(Number(port), '127.0.0.1', listening));
const origin = `http://127.0.0.1:${server.address().port}`;
const resource = `${origin}/notes`;

const metadata = { resource, authorizationServers: [{ issuer, type: 'oidc' }], scopesSupported: ['read:notes'] };
const mcpAuth = new MCPAuth({ protectedResources: [{ metadata }] });
const guard = mcpAuth.bearerAuth('jwt', { resource, audience: resource, requiredScopes: ['read:notes'] });

const app = express();
app.use(mcpAuth.protectedResourceMetadataRouter());
app.get('/health', (req, res) => res.send('ok'));
// `all`: with `get`, Express answers OPTIONS itself and the gate never sees a preflight.
app.all('/notes', guard, (req, res) => res.json({ subject: req.auth.subject }));

server.on('request', app);
console.log(JSON.stringify({ origin, resource }));
