// One MCPAuth for several resources: Express. The last one trusts both issuers, the others the first.
//
//   node resources.mjs PORT ISSUER ISSUER        PORT 0 takes a free one
import http from 'node:http';
import express from 'express';
import { MCPAuth } from 'mcp-auth';

const [, , port, ...issuers] = process.argv;
const server = http.createServer();
await new Promise((listening) => server.listen(Number(port), '127.0.0.1', listening));
const origin = `http://127.0.0.1:${server.address().port}`;
const trusted = { notes: issuers.slice(0, 1), tasks: issuers.slice(0, 1), mail: issuers };

const mcpAuth = new MCPAuth({
  protectedResources: Object.entries(trusted).map(([name, some]) => ({
    metadata: { resource: `${origin}/${name}`, authorizationServers: some.map((issuer) => ({ issuer, type: 'oidc' })) },
  })),
});

const app = express().use(mcpAuth.protectedResourceMetadataRouter());
app.get('/health', (req, res) => res.send('ok'));
for (const name in trusted) {
  const resource = `${origin}/${name}`;
  app.all(`/${name}/`, mcpAuth.bearerAuth('jwt', { resource, audience: resource }), (req, res) => res.json({ subject: req.auth.subject }));
}

server.on('request', app);
console.log(JSON.stringify({ origin, resource: `${origin}/notes` }));
