// The authorization server mode, which is deprecated and works.

import assert from 'node:assert/strict';
import test from 'node:test';
import express5 from 'express';
import { fetchServerConfig, MCPAuth, MCPAuthAuthServerError } from 'mcp-auth';
import { metadata as fetchMetadata } from 'mcp-auth/fetch';
import { ask, authorizationServer, listen, resource, silent } from './support.mjs';

async function application(t, config, options) {
  const mcpAuth = new MCPAuth({ logger: silent, ...config });
  const app = express5();
  app.use(mcpAuth.delegatedRouter());
  app.use(mcpAuth.bearerAuth('jwt', options), (req, res) => res.json(req.auth));
  return { mcpAuth, url: await listen(t, app) };
}

const WELL_KNOWN = '/.well-known/oauth-authorization-server';

test('the server’s metadata are served and its tokens accepted, without a resource', async (t) => {
  const server = await authorizationServer(t);
  const configs = [await fetchServerConfig(server.issuer, { type: 'oidc' }), { issuer: server.issuer, type: 'oidc' }];
  for (const config of configs) {
    const { url, mcpAuth } = await application(t, { server: config }, { requiredScopes: ['read'] });
    const { status, headers, body } = await ask(url + WELL_KNOWN, { headers: { origin: 'https://app.example.com' } });
    assert.equal(status, 200, body);
    assert.deepEqual(JSON.parse(body), server.metadata());
    assert.equal(headers['access-control-allow-origin'], '*');
    const document = await fetchMetadata(mcpAuth)(new Request(`https://api.example.com${WELL_KNOWN}`));
    assert.equal((await document.json()).issuer, server.issuer);

    const passed = await ask(url, { token: server.token({ scope: 'read', aud: 'anything' }) });
    assert.deepEqual([passed.status, JSON.parse(passed.body).subject], [200, 'alice']);
    const refused = await ask(url);
    assert.equal(refused.status, 401);
    assert.doesNotMatch(refused.headers['www-authenticate'], /resource_metadata/);
  }
});

test('an audience is checked where it is given', async (t) => {
  const server = await authorizationServer(t);
  const { url } = await application(t, { server: { issuer: server.issuer, type: 'oidc' } }, { audience: resource });
  assert.equal((await ask(url, { token: server.token() })).status, 200);
  assert.equal((await ask(url, { token: server.token({ aud: 'other' }) })).status, 401);
});

test('options need not be given at all', async (t) => {
  const server = await authorizationServer(t);
  const { url } = await application(t, { server: { issuer: server.issuer, type: 'oidc' } });
  assert.equal((await ask(url, { token: server.token() })).status, 200);
});

test('it is deprecated, and each mode has its router', async () => {
  const lines = [];
  const logger = { ...silent, warn: (line) => lines.push(line) };
  const server = { issuer: 'https://as.example.com', type: 'oidc' };
  const legacy = new MCPAuth({ server, logger });
  assert.equal(lines.length, 1);
  assert.match(lines[0], /deprecated.*protectedResources/);
  const modern = new MCPAuth({
    protectedResources: { metadata: { resource, authorizationServers: [server] } },
    logger,
  });
  for (const router of [() => legacy.protectedResourceMetadataRouter(), () => modern.delegatedRouter()]) {
    assert.throws(router, (error) => {
      assert.ok(error instanceof MCPAuthAuthServerError);
      return error.code === 'invalid_server_config';
    });
  }
});

test('a mode is chosen, not guessed: neither of the two, both, or an empty list are refused', () => {
  const server = { issuer: 'https://as.example.com', type: 'oidc' };
  const protectedResources = { metadata: { resource, authorizationServers: [server] } };
  for (const config of [{}, { server, protectedResources }, { protectedResources: [] }]) {
    assert.throws(() => new MCPAuth({ ...config, logger: silent }), { code: 'invalid_server_config' });
  }
});

test('what MCP clients will trip over at a server is warned about at start, and stops nothing', async (t) => {
  const server = await authorizationServer(t);
  const lines = [];
  const resolved = await fetchServerConfig(server.issuer, { type: 'oidc' });
  const protectedResources = { metadata: { resource, authorizationServers: [resolved] } };
  const mcpAuth = new MCPAuth({ protectedResources, logger: { ...silent, warn: (line) => lines.push(line) } });
  assert.ok(lines.some((line) => line.includes(server.issuer) && line.includes('code_challenge_methods_supported')));
  const app = express5();
  app.use(mcpAuth.bearerAuth('jwt', { resource }), (_req, res) => res.end());
  assert.equal((await ask(await listen(t, app), { token: server.token() })).status, 200);
});
