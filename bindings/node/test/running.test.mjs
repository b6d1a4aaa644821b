// What can be asked of an MCPAuth while the application runs: prefetch, readiness, another configuration, events, an end.

import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import test from 'node:test';
import { inspect } from 'node:util';
import express5 from 'express';
import { fetchServerConfig } from 'mcp-auth';
import { ask, authorizationServer, guard, listen, resource } from './support.mjs';

const configuration = (...servers) => ({
  protectedResources: {
    metadata: { resource, authorizationServers: servers.map(({ issuer }) => ({ issuer, type: 'oidc' })) },
  },
});

async function application(t, mcpAuth, options) {
  const app = express5();
  app.use(mcpAuth.bearerAuth('jwt', { resource, ...options }), (req, res) => res.json(req.auth));
  return listen(t, app);
}

test('prefetch() fetches what the first token would wait for', async (t) => {
  const server = await authorizationServer(t);
  const mcpAuth = guard(server);
  assert.equal(mcpAuth.ready(), false);
  assert.equal(await mcpAuth.prefetch(), true);
  assert.equal(mcpAuth.ready(), true);
  assert.deepEqual(server.requests, { jwks: 1, metadata: 1 });
  await ask(await application(t, mcpAuth), { token: server.token() });
  assert.deepEqual(server.requests, { jwks: 1, metadata: 1 });
});

test('prefetch() of a server that is down ends, and the others are fetched', async (t) => {
  const [down, up] = [await authorizationServer(t), await authorizationServer(t)];
  down.answer.metadata = (_req, res) => res.writeHead(500).end();
  const mcpAuth = guard(down, configuration(down, up));
  assert.equal(await mcpAuth.prefetch(), false);
  assert.deepEqual(up.requests, { jwks: 1, metadata: 1 });
});

test('update() is for the next request, whole or not at all', async (t) => {
  const [before, after] = [await authorizationServer(t), await authorizationServer(t)];
  const mcpAuth = guard(before);
  const url = await application(t, mcpAuth);
  assert.equal((await ask(url, { token: after.token() })).status, 401);
  assert.throws(() => mcpAuth.update({ protectedResources: [] }), { code: 'invalid_server_config' });
  assert.throws(() => mcpAuth.update({ ...configuration(after), fetch }), /fetch/);
  assert.equal((await ask(url, { token: before.token() })).status, 200);

  const next = configuration(after);
  mcpAuth.update(next);
  assert.equal(mcpAuth.config, next);
  assert.equal((await ask(url, { token: after.token() })).status, 200);
  assert.equal((await ask(url, { token: before.token() })).status, 401);
});

test('decisions can be observed, without a byte of the token', async (t) => {
  const server = await authorizationServer(t);
  const url = await application(t, guard(server), { requiredScopes: ['read:notes'] });
  const seen = [];
  const listener = (message) => seen.push(message);
  subscribe('mcp-auth:decision', listener);
  t.after(() => unsubscribe('mcp-auth:decision', listener));
  const tokens = [server.token({ scope: 'read:notes' }), server.token()];
  for (const token of tokens) await ask(url, { token });

  const [allowed, refused] = seen;
  const token = { issuer: server.issuer, kid: 'key-1', algorithm: 'ES256', resource };
  assert.partialDeepStrictEqual?.(allowed, { kind: 'allow', anonymous: false, ...token });
  assert.deepEqual([refused.kind, refused.code, refused.status], ['respond', 'insufficient_scope', 403]);
  for (const { duration, ...message } of seen) {
    assert.ok(duration >= 0);
    const { issuer, kid, algorithm, resource } = message;
    assert.deepEqual({ issuer, kid, algorithm, resource }, token);
    for (const token of tokens) assert.ok(!inspect(message).includes(token.split('.')[2]));
  }
});

for (const [tokenCacheSize, again] of [
  [undefined, true],
  [0, false],
]) {
  test(`a decision tells whether the token was remembered, tokenCacheSize ${tokenCacheSize}`, async (t) => {
    const server = await authorizationServer(t);
    const seen = [];
    const see = ({ cached }) => seen.push(cached);
    subscribe('mcp-auth:decision', see);
    t.after(() => unsubscribe('mcp-auth:decision', see));
    const url = await application(t, guard(server, { ...configuration(server), tokenCacheSize }));
    const token = server.token();
    for (let times = 0; times < 2; times += 1) await ask(url, { token });
    assert.deepEqual(seen, [false, again]);
  });
}

test('an AbortSignal ends what is being fetched', async (t) => {
  const server = await authorizationServer(t);
  server.answer.metadata = () => {};
  const shutdown = new AbortController();
  const url = await application(t, guard(server, { signal: shutdown.signal }));
  const waiting = ask(url, { token: server.token() });
  while (server.requests.metadata === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  shutdown.abort();
  assert.equal((await waiting).status, 503);

  const { signal } = shutdown;
  await assert.rejects(fetchServerConfig(server.issuer, { type: 'oidc', signal }), {
    code: 'fetch_server_config_error',
  });
});

test('what another library has set is replaced with one warning, or left alone with `property`', async (t) => {
  const server = await authorizationServer(t);
  for (const [options, warnings, theirs] of [
    [{}, 1, undefined],
    [{ property: 'caller' }, 0, 'theirs'],
  ]) {
    const lines = [];
    const mcpAuth = guard(server, { logger: { info() {}, debug() {}, warn: (line) => lines.push(line) } });
    const app = express5();
    app.use((req, _res, next) => {
      req.auth = { by: 'theirs' };
      next();
    });
    const gate = mcpAuth.bearerAuth('jwt', { resource, ...options });
    // Twice, as on the whole application and on a route: ours does not warn about itself.
    app.use(gate, gate, (req, res) => res.json([req[options.property ?? 'auth'].subject, req.auth.by]));
    const url = await listen(t, app);
    for (let i = 0; i < 2; i += 1) {
      const { body } = await ask(url, { token: server.token() });
      assert.deepEqual(JSON.parse(body), ['alice', theirs ?? null]);
    }
    assert.equal(lines.length, warnings, lines.join('\n'));
  }
});
