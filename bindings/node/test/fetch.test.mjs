// The web-standard gate: a request in, a tagged result out.

import assert from 'node:assert/strict';
import test from 'node:test';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { bearerAuth, metadata, protect } from 'mcp-auth/fetch';
import { authorizationServer, guard, resource } from './support.mjs';

const operations = { 'tools/call': { delete_note: ['delete:notes'] } };

function request({ token, ...init } = {}) {
  const headers = { ...(token && { authorization: `Bearer ${token}` }), ...init.headers };
  return new Request(resource, { ...init, headers });
}

function call(name, token) {
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } });
  return request({ method: 'POST', token, headers, body });
}

test('the result says what to do', async (t) => {
  const server = await authorizationServer(t);
  const gate = bearerAuth(guard(server), 'jwt', { resource });
  const passed = request({ token: server.token() });
  const allow = await gate(passed);
  assert.equal(allow.kind, 'allow');
  assert.equal(allow.auth.subject, 'alice');
  assert.equal(allow.request, passed);
  assert.ok(allow.headers instanceof Headers);

  const { kind, response } = await gate(request());
  assert.deepEqual([kind, response.status], ['respond', 401]);
  assert.match(response.headers.get('www-authenticate'), /^Bearer /);
  assert.equal((await response.json()).error, 'missing_auth_header');
  const head = await gate(request({ method: 'HEAD' }));
  assert.equal(await head.response.text(), '');
});

test('a body that the gate has read can be read again', async (t) => {
  const server = await authorizationServer(t);
  const gate = bearerAuth(guard(server), 'jwt', { resource, operations });
  const token = server.token();
  const { request } = await gate(call('read_note', token));
  assert.equal((await request.json()).params.name, 'read_note');
  assert.equal(request.headers.get('content-type'), 'application/json');
  assert.equal((await gate(call('delete_note', token))).response.status, 403);
});

test('a body that was read before is given as it was parsed', async (t) => {
  const server = await authorizationServer(t);
  const lines = [];
  const logger = { info() {}, debug() {}, warn: (line) => lines.push(line) };
  const gate = bearerAuth(guard(server, { logger }), 'jwt', { resource, operations });
  for (const [name, status] of [
    ['read_note', undefined],
    ['delete_note', 403],
  ]) {
    const read = call(name, server.token());
    const parsedBody = await read.json();
    const decision = await gate(read, { parsedBody });
    assert.equal(decision.response?.status, status);
    if (status === undefined) assert.equal((await decision.request.json()).params.name, name);
  }
  const read = call('read_note', server.token());
  await read.text();
  assert.equal((await gate(read)).response.status, 500);
  assert.match(lines[0], /Body|body|stream/);
});

test('a response that cannot be changed gets our headers all the same', async (t) => {
  const server = await authorizationServer(t);
  const gate = bearerAuth(guard(server), 'jwt', { resource });
  const origin = { origin: 'https://app.example.com' };
  const { complete, headers } = await gate(request({ token: server.token(), headers: origin }));
  const response = complete(Response.redirect('https://api.example.com/elsewhere'));
  assert.equal(response.headers.get('location'), 'https://api.example.com/elsewhere');
  for (const [name, value] of headers) assert.equal(response.headers.get(name), value);
});

test('metadata documents, and undefined for everything else', async (t) => {
  const answer = metadata(guard(await authorizationServer(t)));
  const document = await answer(new Request('https://api.example.com/.well-known/oauth-protected-resource/notes'));
  assert.equal((await document.json()).resource, resource);
  assert.equal(await answer(request()), undefined);
});

test('one handler for every route of a framework with file routes', async (t) => {
  const server = await authorizationServer(t);
  const handler = protect(guard(server), 'jwt', { resource }, (_request, auth, context) =>
    Response.json({ subject: auth.subject, id: context.params.id }),
  );
  const context = { params: { id: '7' } };
  const passed = await handler(request({ token: server.token() }), context);
  assert.deepEqual(await passed.json(), { subject: 'alice', id: '7' });
  assert.equal((await handler(request(), context)).status, 401);
  const well = new Request('https://api.example.com/.well-known/oauth-protected-resource/notes');
  assert.equal((await handler(well)).status, 200);
});

test('the MCP SDK’s createMcpHandler behind the gate', async (t) => {
  const server = await authorizationServer(t);
  const mcp = createMcpHandler(() => {
    const notes = new McpServer({ name: 'notes', version: '1.0.0' });
    notes.registerTool('whoami', {}, async (ctx) => ({
      content: [{ type: 'text', text: String(ctx.http?.authInfo?.extra?.subject) }],
    }));
    return notes;
  });
  t.after(() => mcp.close?.());
  const handler = protect(guard(server), 'jwt', { resource, operations }, (request, authInfo) =>
    mcp.fetch(request, { authInfo }),
  );
  const response = await handler(call('whoami', server.token()));
  assert.equal(response.status, 200);
  assert.match(await response.text(), /alice/);
});
