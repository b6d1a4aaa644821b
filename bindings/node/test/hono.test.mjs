// Hono in front of the web-standard gate, on Node's own adapter and without any.

import assert from 'node:assert/strict';
import test from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { bearerAuth, metadata } from 'mcp-auth/hono';
import { ask, authorizationServer, guard, listen, resource } from './support.mjs';

const operations = { 'tools/call': { delete_note: ['delete:notes'] } };
const call = (name) => JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } });
const post = (body) => ({ method: 'POST', body, headers: { 'content-type': 'application/json' } });

async function application(t, server, routes, ...before) {
  const mcpAuth = guard(server);
  const app = new Hono();
  for (const middleware of before) app.use(middleware);
  app.use(metadata(mcpAuth));
  app.use('/mcp/*', bearerAuth(mcpAuth, 'jwt', { resource, operations }));
  routes(app);
  return { app, url: await listen(t, getRequestListener(app.fetch)) };
}

test('who has a valid token passes, with c.var.auth', async (t) => {
  const server = await authorizationServer(t);
  const { app, url } = await application(t, server, (app) =>
    app.get('/mcp', (c) => c.json({ subject: c.var.auth.subject, same: c.get('auth') === c.var.auth })),
  );
  const token = server.token();
  const answers = [
    await ask(`${url}/mcp`, { token }),
    await text(app.request('/mcp', { headers: { authorization: `Bearer ${token}` } })),
  ];
  for (const { status, body } of answers) {
    assert.deepEqual([status, JSON.parse(body)], [200, { subject: 'alice', same: true }]);
  }
});

test('who has none is told where to get one, and what is there is public', async (t) => {
  const server = await authorizationServer(t);
  const { url } = await application(t, server, (app) => app.get('/health', (c) => c.text('well')));
  const refused = await ask(`${url}/mcp`);
  assert.equal(refused.status, 401);
  assert.match(refused.headers['www-authenticate'], /^Bearer resource_metadata="https:.*\/notes"$/);
  const document = await ask(`${url}/.well-known/oauth-protected-resource/notes`, {
    headers: { host: 'api.example.com' },
  });
  assert.equal(JSON.parse(document.body).resource, resource);
  assert.equal((await ask(`${url}/health`)).body, 'well');
});

test('the gate reads the body, and Hono and the handler read it again', async (t) => {
  const server = await authorizationServer(t);
  const { url } = await application(t, server, (app) => {
    app.post('/mcp', async (c) => c.text(await c.req.text()));
    app.post('/mcp/raw', async (c) => c.text(await c.req.raw.text()));
  });
  for (const path of ['/mcp', '/mcp/raw']) {
    const token = server.token({ scope: 'read:notes' });
    const passed = await ask(url + path, { ...post(call('read_note')), token });
    assert.deepEqual([passed.status, passed.body], [200, call('read_note')]);
    const refused = await ask(url + path, { ...post(call('delete_note')), token });
    assert.equal(refused.status, 403);
    assert.match(refused.headers['www-authenticate'], /scope="delete:notes"/);
  }
});

test('a body that Hono has read before is judged as the application sees it', async (t) => {
  const server = await authorizationServer(t);
  const parse = async (c, next) => {
    await c.req.json();
    await next();
  };
  const routes = (app) => app.post('/mcp', async (c) => c.json([await c.req.json(), await c.req.raw.json()]));
  const { url } = await application(t, server, routes, parse);
  const token = server.token();
  const passed = await ask(`${url}/mcp`, { ...post(call('read_note')), token });
  assert.deepEqual(JSON.parse(passed.body), [JSON.parse(call('read_note')), JSON.parse(call('read_note'))]);
  assert.equal((await ask(`${url}/mcp`, { ...post(call('delete_note')), token })).status, 403);
});

test('a body that is too large is 413', async (t) => {
  const server = await authorizationServer(t);
  const { url } = await application(t, server, () => {});
  const body = Array.from({ length: 80 }, () => ' '.repeat(2 ** 16));
  assert.equal((await ask(`${url}/mcp`, { ...post(body), token: server.token() })).status, 413);
});

test('a session belongs to who opened it', async (t) => {
  const server = await authorizationServer(t);
  const { url } = await application(t, server, (app) =>
    app.get('/mcp', (c) => c.body(null, 200, { 'mcp-session-id': 's-1' })),
  );
  const headers = { 'mcp-session-id': 's-1' };
  await ask(`${url}/mcp`, { token: server.token() });
  assert.equal((await ask(`${url}/mcp`, { token: server.token(), headers })).status, 200);
  assert.equal((await ask(`${url}/mcp`, { token: server.token({ sub: 'bob' }), headers })).status, 404);
});

test('what cors() said about sharing stays', async (t) => {
  const server = await authorizationServer(t);
  const { url } = await application(t, server, () => {}, cors({ origin: 'https://app.example.com' }));
  const { headers } = await ask(`${url}/mcp`, { headers: { origin: 'https://app.example.com' } });
  assert.equal(headers['access-control-allow-origin'], 'https://app.example.com');
});

async function text(response) {
  const { status, ...rest } = await response;
  return { status: (await response).status, body: await (await response).text(), ...rest };
}
