// What the middleware does with the engine's answers.

import assert from 'node:assert/strict';
import test from 'node:test';
import express5 from 'express';
import express4 from 'express4';
import { ask, authorizationServer, guard, listen, resource } from './support.mjs';

const requiredScopes = ['read:notes'];

for (const [name, express] of Object.entries({ express4, express5 })) {
  test(`${name}: who has a valid token passes, with req.auth`, async (t) => {
    const server = await authorizationServer(t);
    const app = express();
    app.get('/notes', guard(server).bearerAuth('jwt', { resource, requiredScopes }), (req, res) => {
      const { token, ...auth } = req.auth;
      res.json({ ...auth, claims: req.auth.claims, extra: req.auth.extra, token: req.auth.token });
    });
    const token = server.token({ scope: 'read:notes write:notes', client_id: 'app', email: 'a@example.com' });
    const { status, body } = await ask(`${await listen(t, app)}/notes`, { token });
    const auth = JSON.parse(body);
    assert.equal(status, 200);
    assert.equal(auth.token, token);
    assert.deepEqual([auth.issuer, auth.subject, auth.clientId], [server.issuer, 'alice', 'app']);
    assert.deepEqual([auth.scopes, auth.audience], [['read:notes', 'write:notes'], [resource]]);
    assert.deepEqual([auth.claims.email, auth.expiresAt], ['a@example.com', auth.claims.exp]);
    assert.deepEqual(auth.extra.claims, auth.claims);
  });

  test(`${name}: who has none is told where to get one`, async (t) => {
    const server = await authorizationServer(t);
    const app = express();
    app.use(guard(server).bearerAuth('jwt', { resource, requiredScopes }));
    const { status, headers, body } = await ask(await listen(t, app));
    assert.equal(status, 401);
    assert.match(headers['www-authenticate'], /^Bearer resource_metadata="https:.*\/notes", scope="read:notes"$/);
    assert.match(headers['content-type'], /^application\/json/);
    assert.equal(JSON.parse(body).error, 'missing_auth_header');
    assert.deepEqual(server.requests, { jwks: 0, metadata: 0 });
  });

  test(`${name}: a scope is missing`, async (t) => {
    const server = await authorizationServer(t);
    const app = express();
    app.use(guard(server).bearerAuth('jwt', { resource, requiredScopes }));
    const { status, headers, body } = await ask(await listen(t, app), { token: server.token() });
    assert.equal(status, 403);
    assert.match(headers['www-authenticate'], /error="insufficient_scope"/);
    assert.equal(JSON.parse(body).error, 'missing_required_scopes');
  });

  test(`${name}: an answer to HEAD has no body`, async (t) => {
    const server = await authorizationServer(t);
    const app = express();
    app.use(guard(server).bearerAuth('jwt', { resource }));
    const { status, headers, body } = await ask(await listen(t, app), { method: 'HEAD' });
    assert.deepEqual([status, body], [401, '']);
    assert.match(headers['www-authenticate'], /^Bearer /);
  });
}

test('two Authorization headers are seen as two', async (t) => {
  const server = await authorizationServer(t);
  const app = express5();
  app.use(guard(server).bearerAuth('jwt', { resource }));
  const authorization = [`Bearer ${server.token()}`, 'Bearer other'];
  assert.equal((await ask(await listen(t, app), { headers: { authorization } })).status, 400);
});

test('without raw headers, as on serverless platforms, the merged ones count', async (t) => {
  const server = await authorizationServer(t);
  const app = express5();
  app.use((req, _res, next) => {
    req.rawHeaders = [];
    next();
  });
  app.use(guard(server).bearerAuth('jwt', { resource }), (_req, res) => res.end());
  assert.equal((await ask(await listen(t, app), { token: server.token() })).status, 200);
});

test('what cors() said about sharing stays; other headers of ours replace', async (t) => {
  const server = await authorizationServer(t);
  const app = express5();
  app.use((_req, res, next) => {
    res.setHeader('Access-Control-Allow-Origin', 'https://app.example.com').setHeader('Vary', 'Accept');
    res.setHeader('Content-Type', 'text/html').setHeader('Content-Length', '1');
    next();
  });
  app.use(guard(server).bearerAuth('jwt', { resource }));
  const { headers } = await ask(await listen(t, app), { headers: { origin: 'https://app.example.com' } });
  assert.equal(headers['access-control-allow-origin'], 'https://app.example.com');
  assert.match(headers.vary, /Accept/);
  assert.match(headers['content-type'], /json/);
});

test('a preflight is answered before anyone asks for a token', async (t) => {
  const server = await authorizationServer(t);
  const app = express5();
  app.use(guard(server).bearerAuth('jwt', { resource }));
  const headers = { origin: 'https://app.example.com', 'access-control-request-method': 'POST' };
  assert.equal((await ask(await listen(t, app), { method: 'OPTIONS', headers })).status, 204);
});

test('an error of the application is the application’s', async (t) => {
  const server = await authorizationServer(t);
  const app = express5();
  app.use(guard(server).bearerAuth('jwt', { resource }), () => {
    throw new Error('mine');
  });
  app.use((error, _req, res, _next) => res.status(418).end(error.message));
  const url = await listen(t, app);
  for (let i = 0; i < 2; i += 1) {
    const { status, body } = await ask(url, { token: server.token() });
    assert.deepEqual([status, body], [418, 'mine']);
  }
});

test('what jose users know: algorithms and typ of a gate', async (t) => {
  const server = await authorizationServer(t);
  const mcpAuth = guard(server);
  const app = express5();
  for (const [path, jwtVerify] of [
    ['/rsa', { algorithms: ['RS256'] }],
    ['/ec', { algorithms: ['ES256'] }],
    ['/typ', { typ: 'application/AT+JWT' }],
  ]) {
    app.use(path, mcpAuth.bearerAuth('jwt', { resource, jwtVerify }), (_req, res) => res.end());
  }
  const url = await listen(t, app);
  for (const [path, typ, status] of [
    ['/rsa', 'at+jwt', 401],
    ['/ec', 'JWT', 200],
    ['/typ', 'JWT', 401],
    ['/typ', 'at+jwt', 200],
  ]) {
    assert.equal((await ask(url + path, { token: server.token({}, { typ }) })).status, status, `${path} ${typ}`);
  }
});
