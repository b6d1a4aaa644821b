// The verifier inside the MCP SDKs' own middleware.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test from 'node:test';
import { inspect } from 'node:util';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import { bearerAuthChallengeResponse, requireBearerAuth as requireBearerAuthV2 } from '@modelcontextprotocol/server';
import express5 from 'express';
import { tokenVerifier } from 'mcp-auth/sdk';
import { ask, authorizationServer, guard, listen, resource } from './support.mjs';

const require = createRequire(import.meta.url);
const cjs = {
  requireBearerAuth: require('@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js').requireBearerAuth,
  tokenVerifier: require('mcp-auth/sdk').tokenVerifier,
};
const expectedResource = new URL(resource);
const scope = 'read:notes';

for (const [format, sdk] of Object.entries({ ESM: { requireBearerAuth, tokenVerifier }, CommonJS: cjs })) {
  test(`v1, ${format}: requireBearerAuth answers as it should`, async (t) => {
    const server = await authorizationServer(t);
    const verifier = sdk.tokenVerifier(guard(server), 'jwt', { resource });
    const app = express5();
    app.use(sdk.requireBearerAuth({ verifier, expectedResource, requiredScopes: [scope] }), (req, res) =>
      res.json([req.auth.token, req.auth.clientId, req.auth.extra.claims.sub]),
    );
    const url = await listen(t, app);
    const token = server.token({ scope, client_id: 'app' });
    const passed = await ask(url, { token });
    assert.deepEqual([passed.status, JSON.parse(passed.body)], [200, [token, 'app', 'alice']]);

    const bad = await ask(url, { token: server.token({ aud: 'other', scope }) });
    assert.equal(bad.status, 401);
    assert.match(bad.headers['www-authenticate'], /^Bearer error="invalid_token"/);
    assert.equal((await ask(url, { token: server.token() })).status, 403);
    server.answer.jwks = (_req, res) => res.writeHead(500).end();
    assert.equal((await ask(url, { token: server.token({ scope }, { kid: 'new' }) })).status < 500, true);
  });
}

test('v1: scopes that the verifier demands are a 403 too', async (t) => {
  const server = await authorizationServer(t);
  const verifier = tokenVerifier(guard(server), 'jwt', { resource, requiredScopes: [scope] });
  const app = express5();
  app.use(requireBearerAuth({ verifier }), (_req, res) => res.end());
  const { status, headers } = await ask(await listen(t, app), { token: server.token() });
  assert.equal(status, 403);
  assert.match(headers['www-authenticate'], /error="insufficient_scope"/);
});

test('v1: an outage is not the token’s fault', async (t) => {
  const server = await authorizationServer(t);
  server.answer.jwks = (_req, res) => res.writeHead(500).end();
  const verifier = tokenVerifier(guard(server), 'jwt', { resource });
  const app = express5();
  app.use(requireBearerAuth({ verifier }), (_req, res) => res.end());
  const { status, headers } = await ask(await listen(t, app), { token: server.token() });
  assert.deepEqual([status, headers['www-authenticate']], [500, undefined]);
});

test('v2: the gate for web-standard requests', async (t) => {
  const server = await authorizationServer(t);
  const resourceMetadataUrl = 'https://api.example.com/.well-known/oauth-protected-resource/notes';
  for (const tokenVerifierOf of [tokenVerifier, cjs.tokenVerifier]) {
    const verifier = tokenVerifierOf(guard(server), 'jwt', { resource });
    const gate = requireBearerAuthV2({ verifier, expectedResource, resourceMetadataUrl, requiredScopes: [scope] });
    const asked = (token) => gate(new Request(resource, { headers: { authorization: `Bearer ${token}` } }));

    const token = server.token({ scope });
    const info = await asked(token);
    assert.deepEqual([info.token, info.extra.subject, info.resourceMetadataUrl], [token, 'alice', resourceMetadataUrl]);
    assert.ok(!inspect(info, { depth: 9, showHidden: true }).includes(token));
    assert.ok(!JSON.stringify(info).includes(token));

    assert.equal((await asked(server.token({ aud: 'other', scope }))).status, 401);
    assert.equal((await asked(server.token())).status, 403);
    assert.equal((await asked('forged')).status, 401);
  }
});

test('v2: errors are known to any copy of the SDK', async (t) => {
  const verifier = tokenVerifier(guard(await authorizationServer(t)), 'jwt', { resource });
  const error = await verifier.verifyAccessToken('forged').catch((error) => error);
  const response = bearerAuthChallengeResponse(error);
  assert.equal(response.status, 401);
  assert.equal((await response.json()).error, 'invalid_token');
});

test('a function of the application’s own, and the SDK’s errors given by hand', async (t) => {
  const server = await authorizationServer(t);
  class InvalidTokenError extends Error {
    static errorCode = 'invalid_token';
  }
  const verifier = tokenVerifier(guard(server), () => null, { resource }, { InvalidTokenError });
  await assert.rejects(verifier.verifyAccessToken('opaque'), InvalidTokenError);
});
