// What the application has to say itself: scopes by functions, a last word, lists, reports.

import assert from 'node:assert/strict';
import test from 'node:test';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import * as v2 from '@modelcontextprotocol/server';
import express5 from 'express';
import { MCPAuthBearerAuthError } from 'mcp-auth';
import { bearerAuth } from 'mcp-auth/fetch';
import { ask, authorizationServer, guard, listen, resource, silent } from './support.mjs';

const call = (name) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } });

/** An application behind a gate with these options, and a way to call its tools. */
async function application(t, options, more) {
  const server = await authorizationServer(t);
  const gate = guard(server, more).bearerAuth('jwt', { resource, ...options });
  const app = express5();
  app.all('/', express5.json(), gate, (req, res) => res.json({ subject: req.auth?.subject ?? null }));
  const url = await listen(t, app);
  const headers = { 'content-type': 'application/json' };
  return {
    gate,
    get: (claims) => ask(url, { token: server.token(claims) }),
    post: (message, claims) =>
      ask(url, {
        method: 'POST',
        headers,
        body: JSON.stringify(message),
        ...(claims && { token: server.token(claims) }),
      }),
  };
}

test('scopes of an operation may be told by a function, and the challenge names all that are needed', async (t) => {
  const seen = [];
  const owner = async (auth, operation) => {
    seen.push([auth.subject, operation]);
    return auth.subject === 'alice' ? [] : ['delete:notes'];
  };
  for (const needs of [owner, { delete_note: owner }]) {
    const { post } = await application(t, { requiredScopes: ['read:notes'], operations: { 'tools/call': needs } });
    assert.equal((await post(call('delete_note'), { scope: 'read:notes' })).status, 200);
    const refused = await post(call('delete_note'), { sub: 'bob', scope: 'read:notes' });
    assert.equal(refused.status, 403);
    assert.match(refused.headers['www-authenticate'], /scope="read:notes delete:notes".*error="insufficient_scope"/);
    assert.deepEqual(JSON.parse(refused.body).missing_scopes, ['delete:notes']);
    const allowed = await post(call('delete_note'), { sub: 'bob', scope: 'read:notes delete:notes' });
    assert.equal(allowed.status, 200);
    assert.deepEqual(seen.at(-1), ['bob', { method: 'tools/call', name: 'delete_note' }]);
  }
});

test('a batch needs the scopes of all its operations', async (t) => {
  const operations = { 'tools/call': { a: () => ['scope:a'], b: () => undefined, c: ['scope:c'] } };
  const { post } = await application(t, { operations });
  const batch = [call('a'), call('b'), call('c')];
  const refused = await post(batch, { scope: 'scope:c' });
  assert.equal(refused.status, 403);
  assert.deepEqual(JSON.parse(refused.body).missing_scopes, ['scope:a']);
  assert.equal((await post(batch, { scope: 'scope:a scope:c' })).status, 200);
});

test('authorize() has the last word, on every request', async (t) => {
  const seen = [];
  const authorize = async (auth, operation) => {
    seen.push([auth?.subject, operation?.name]);
    return auth?.subject === 'alice';
  };
  const { get, post } = await application(t, { authorize });
  for (let i = 0; i < 2; i += 1) assert.equal((await post(call('read_note'), {})).status, 200);
  assert.equal((await get({})).status, 200);
  const refused = await post(call('read_note'), { sub: 'bob' });
  assert.equal(refused.status, 403);
  assert.equal(refused.headers['www-authenticate'], undefined);
  assert.deepEqual(seen, [
    ['alice', 'read_note'],
    ['alice', 'read_note'],
    ['alice', undefined],
    ['bob', 'read_note'],
  ]);
});

test('authorize(): nothing but true lets pass', async (t) => {
  for (const [authorize, status] of [
    [() => undefined, 403],
    [() => 1, 403],
    [() => Promise.resolve(false), 403],
    [
      () => {
        throw new MCPAuthBearerAuthError('invalid_token');
      },
      403,
    ],
    [() => Promise.reject(new Error('no database')), 500],
    [() => true, 200],
  ]) {
    const { get } = await application(t, { authorize });
    assert.equal((await get({})).status, status, String(authorize));
  }
});

test('anonymous operations pass by authorize() as well', async (t) => {
  const seen = [];
  const { post } = await application(t, {
    operations: { 'tools/call': { motd: 'anonymous' } },
    authorize: (auth) => {
      seen.push(auth);
      return true;
    },
  });
  const { status, body } = await post(call('motd'));
  assert.deepEqual([status, JSON.parse(body).subject], [200, null]);
  assert.deepEqual(seen, [undefined]);
});

test('reportOnly lets pass and tells what would have been refused', async (t) => {
  const lines = [];
  const logger = { ...silent, warn: (line) => lines.push(line) };
  const options = { reportOnly: true, requiredScopes: ['read:notes'], authorize: (auth) => auth.subject === 'alice' };
  const { get, post } = await application(t, options, { logger });
  for (const claims of [{}, { sub: 'bob', scope: 'read:notes' }]) {
    const { status, body } = await get(claims);
    assert.deepEqual([status, JSON.parse(body).subject], [200, claims.sub ?? 'alice']);
  }
  assert.equal(lines.length, 2, lines.join('\n'));
  assert.match(lines[0], /insufficient_scope/);
  assert.match(lines[1], /not_permitted/);
  // A caller that the engine would refuse is nobody, and the function may not be ready for that.
  const anonymous = await post(call('read_note'));
  assert.deepEqual([anonymous.status, JSON.parse(anonymous.body).subject], [200, null]);
});

test('reportOnly: tokens without number are one warning of a kind', async (t) => {
  const lines = [];
  const { get } = await application(
    t,
    { reportOnly: true },
    { logger: { ...silent, warn: (line) => lines.push(line) } },
  );
  for (let i = 0; i < 5; i += 1) assert.equal((await get({ aud: `https://other-${i}.example.com` })).status, 200);
  assert.equal(lines.length, 1, lines.join('\n'));
  assert.match(lines[0], /other-0/);
});

const tools = ['read_note', 'delete_note', 'purge', 'motd'].map((name) => ({ name, description: name }));
const operations = {
  'tools/call': {
    delete_note: ['delete:notes'],
    purge: (auth) => (auth?.subject === 'root' ? [] : ['purge']),
    motd: 'anonymous',
  },
};

test('visibleTools() lists what the caller may call, for no shared cache', async (t) => {
  const server = await authorizationServer(t);
  const gates = [
    guard(server).bearerAuth('jwt', { resource, operations }),
    bearerAuth(guard(server), 'jwt', { resource, operations }),
  ];
  for (const gate of gates) {
    for (const [auth, names] of [
      [undefined, ['motd']],
      [{ subject: 'alice', scopes: [] }, ['read_note', 'motd']],
      [{ subject: 'bob', scopes: ['delete:notes', 'purge'] }, ['read_note', 'delete_note', 'purge', 'motd']],
      [{ subject: 'root', scopes: [] }, ['read_note', 'purge', 'motd']],
    ]) {
      const result = await gate.visibleTools(auth, tools);
      assert.deepEqual(
        result.tools.map(({ name }) => name),
        names,
      );
      assert.equal(result.cacheScope, 'private');
    }
    const page = await gate.visibleTools(undefined, { tools, nextCursor: 'n' });
    assert.deepEqual([page.nextCursor, page.tools.length], ['n', 1]);
  }
});

test('a rule for something that is not registered is reported once', async (t) => {
  const server = await authorizationServer(t);
  const lines = [];
  const mcpAuth = guard(server, { logger: { ...silent, warn: (line) => lines.push(line) } });
  const misspelt = { 'tools/call': { read_note: ['a'], raed_note: ['a'] }, 'prompts/get': { greet: ['a'] } };
  const gate = mcpAuth.bearerAuth('jwt', { resource, operations: misspelt });
  const raed = { method: 'tools/call', name: 'raed_note' };

  assert.deepEqual(gate.unregistered(tools), [raed]);
  assert.deepEqual(gate.unregistered(['read_note']), [raed]);
  assert.equal(lines.length, 1);
  assert.match(lines[0], /raed_note/);
  assert.throws(() => gate.unregistered({}), TypeError);

  for (const Server of [McpServer, v2.McpServer]) {
    const notes = new Server({ name: 'notes', version: '1.0.0' });
    notes.registerTool('read_note', {}, async () => ({ content: [] }));
    notes.registerPrompt('hello', {}, async () => ({ messages: [] }));
    assert.deepEqual(gate.unregistered(notes), [raed, { method: 'prompts/get', name: 'greet' }]);
  }
});
