// The hooks of Fastify.

import assert from 'node:assert/strict';
import test from 'node:test';
import Fastify from 'fastify';
import { bearerAuth, metadata } from 'mcp-auth/fastify';
import { ask, authorizationServer, guard, resource } from './support.mjs';

const operations = { 'tools/call': { delete_note: ['delete:notes'] } };
const call = (name) => JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } });
const post = (body) => ({ method: 'POST', body, headers: { 'content-type': 'application/json' } });

async function application(t, server, { hook = 'onRequest', before = () => {}, routes }) {
  const mcpAuth = guard(server);
  const app = Fastify();
  before(app);
  app.addHook('onRequest', metadata(mcpAuth));
  app.get('/health', async () => 'well');
  app.register(async (mcp) => {
    mcp.addHook(hook, bearerAuth(mcpAuth, 'jwt', { resource, operations }));
    routes(mcp);
  });
  t.after(() => app.close());
  return app.listen({ port: 0, host: '127.0.0.1' });
}

test('who has a valid token passes, with request.auth and request.raw.auth', async (t) => {
  const server = await authorizationServer(t);
  const url = await application(t, server, {
    routes: (app) => app.get('/mcp', async (request) => [request.auth.subject, request.raw.auth === request.auth]),
  });
  const { status, body } = await ask(`${url}/mcp`, { token: server.token() });
  assert.deepEqual([status, JSON.parse(body)], [200, ['alice', true]]);
});

test('who has none is told where to get one, and other routes stay public', async (t) => {
  const server = await authorizationServer(t);
  const url = await application(t, server, { routes: (app) => app.get('/mcp', async () => 'secret') });
  for (const method of ['GET', 'HEAD']) {
    const refused = await ask(`${url}/mcp`, { method });
    assert.equal(refused.status, 401);
    assert.match(refused.headers['www-authenticate'], /^Bearer resource_metadata="https:.*\/notes"$/);
    assert.match(refused.headers['content-type'], /^application\/json/);
  }
  const headers = { host: 'api.example.com' };
  const document = await ask(`${url}/.well-known/oauth-protected-resource/notes`, { headers });
  assert.equal(JSON.parse(document.body).resource, resource);
  assert.equal((await ask(`${url}/health`)).body, 'well');
});

for (const hook of ['onRequest', 'preHandler']) {
  test(`${hook}: the gate reads the body, and the handler sees it`, async (t) => {
    const server = await authorizationServer(t);
    const url = await application(t, server, {
      hook,
      routes: (app) => app.post('/mcp', async (request) => request.body),
    });
    const token = server.token({ scope: 'read:notes' });
    const passed = await ask(`${url}/mcp`, { ...post(call('read_note')), token });
    assert.deepEqual([passed.status, passed.body], [200, call('read_note')]);
    const refused = await ask(`${url}/mcp`, { ...post(call('delete_note')), token });
    assert.equal(refused.status, 403);
    assert.match(refused.headers['www-authenticate'], /scope="delete:notes"/);
  });
}

test('a session belongs to who opened it', async (t) => {
  const server = await authorizationServer(t);
  const url = await application(t, server, {
    routes: (app) => app.get('/mcp', async (_request, reply) => reply.header('mcp-session-id', 's-1').send('')),
  });
  const headers = { 'mcp-session-id': 's-1' };
  await ask(`${url}/mcp`, { token: server.token() });
  assert.equal((await ask(`${url}/mcp`, { token: server.token(), headers })).status, 200);
  assert.equal((await ask(`${url}/mcp`, { token: server.token({ sub: 'bob' }), headers })).status, 404);
});

test('what a CORS plugin said about sharing stays', async (t) => {
  const server = await authorizationServer(t);
  const origin = 'https://app.example.com';
  const url = await application(t, server, {
    before: (app) =>
      app.addHook('onRequest', async (_request, reply) => {
        reply.header('access-control-allow-origin', origin).header('vary', 'accept');
      }),
    routes: (app) => app.get('/mcp', async () => 'secret'),
  });
  const { headers } = await ask(`${url}/mcp`, { headers: { origin } });
  assert.equal(headers['access-control-allow-origin'], origin);
  assert.match(headers.vary, /accept/);
});
