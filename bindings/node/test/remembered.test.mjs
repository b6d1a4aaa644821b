// A token that comes again: it is the same caller, and what one request does to him no other request sees.

import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import express from 'express';
import * as web from 'mcp-auth/fetch';
import { tokenVerifier } from 'mcp-auth/sdk';
import { ask, authorizationServer, guard, listen, resource } from './support.mjs';

const require = createRequire(import.meta.url);
const { Answers } = require(join(dirname(require.resolve('mcp-auth')), 'lib', 'answers.js'));

const options = { resource, requiredScopes: ['read:notes'] };
const claims = { scope: 'read:notes write:notes', client_id: 'app', roles: ['reader'], org: { id: 7 } };

/** What a request can find out about its caller. */
function told(auth) {
  const { token, issuer, subject, clientId, scopes, audience, expiresAt, claims, extra } = auth;
  return JSON.parse(JSON.stringify({ token, issuer, subject, clientId, scopes, audience, expiresAt, claims, extra }));
}

/** Does to a caller whatever a request could do. */
function spoil(auth) {
  for (const one of [auth, auth.extra]) {
    one.issuer = 'https://evil.example';
    one.subject = 'mallory';
    one.audience?.push('everything');
    one.scopes?.push('admin');
    if (one.scopes) one.scopes[0] = 'admin';
  }
  for (const attempt of [
    () => auth.claims.roles.push('admin'),
    () => (auth.claims.org.id = 8),
    () => (auth.claims.sub = 'mallory'),
    () => (auth.extra.claims.email = 'mallory@example.com'),
    () => Object.setPrototypeOf(auth.claims, { isAdmin: true }),
  ]) {
    assert.throws(attempt, TypeError);
  }
  auth.extra.more = true;
  auth.expiresAt = 0;
  auth.clientId = 'other';
  auth.added = true;
}

/** Which of the decisions so far were about a token that was remembered. */
function watch(t) {
  const seen = [];
  const see = ({ cached }) => seen.push(cached);
  subscribe('mcp-auth:decision', see);
  t.after(() => unsubscribe('mcp-auth:decision', see));
  return seen;
}

test('express: what one request does to its caller the next one does not see', async (t) => {
  const server = await authorizationServer(t);
  const cached = watch(t);
  const app = express();
  app.use(guard(server).bearerAuth('jwt', options), (req, res) => {
    const before = told(req.auth);
    const { added } = req.auth;
    spoil(req.auth);
    res.json({ before, added });
  });
  const url = await listen(t, app);
  const token = server.token(claims);
  const bodies = [];
  for (let times = 0; times < 3; times += 1) bodies.push((await ask(url, { token })).body);
  assert.deepEqual(cached, [false, true, true]);
  const { before } = JSON.parse(bodies[0]);
  assert.deepEqual([before.token, before.subject, before.scopes], [token, 'alice', ['read:notes', 'write:notes']]);
  assert.deepEqual(before.claims.org, { id: 7 });
  assert.deepEqual(bodies, [bodies[0], bodies[0], bodies[0]]);
});

test('fetch: requests that run beside each other have a caller each', async (t) => {
  const server = await authorizationServer(t);
  const gate = web.bearerAuth(guard(server), 'jwt', options);
  const token = server.token(claims);
  const request = () => new Request(resource, { headers: { authorization: `Bearer ${token}` } });
  await gate(request());
  const [{ auth: one }, { auth: other }] = await Promise.all([gate(request()), gate(request())]);
  const before = told(other);
  spoil(one);
  assert.deepEqual(told(other), before);
  assert.ok(!inspect(other, { showHidden: true, depth: 9 }).includes(token));
});

test('SDK: what is done to the info of one request the next one does not see', async (t) => {
  const server = await authorizationServer(t);
  const cached = watch(t);
  const verifier = tokenVerifier(guard(server), 'jwt', options);
  const token = server.token(claims);
  const spread = ({ token, clientId, scopes, expiresAt, resource, extra }) =>
    structuredClone({ token, clientId, scopes, expiresAt, resource: resource.href, extra });
  const infos = [];
  for (let times = 0; times < 3; times += 1) {
    const info = await verifier.verifyAccessToken(token);
    infos.push(spread(info));
    info.scopes.push('admin');
    info.resource.hash = 'other';
    info.extra.audience.push('everything');
    assert.throws(() => info.extra.claims.roles.push('admin'), TypeError);
    info.extra.subject = 'mallory';
    info.token = 'other';
    for (const shown of [inspect(info), JSON.stringify(info), inspect({ ...info }), JSON.stringify({ ...info })]) {
      assert.ok(!shown.includes(token));
    }
  }
  assert.deepEqual(cached, [false, true, true]);
  assert.deepEqual(infos, [infos[0], infos[0], infos[0]]);
  assert.deepEqual([infos[0].token, infos[0].extra.subject], [token, 'alice']);
});

test('hooks see the caller of a remembered token, and their operations', async (t) => {
  const server = await authorizationServer(t);
  const seen = [];
  const authorize = (auth, operation) => {
    seen.push([auth.subject, [...auth.scopes], operation?.name]);
    auth.scopes.push('admin');
    return true;
  };
  const app = express();
  app.use(guard(server).bearerAuth('jwt', { ...options, authorize }), (req, res) => res.json(req.auth.scopes));
  const url = await listen(t, app);
  const token = server.token(claims);
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'sum' } });
  for (let times = 0; times < 2; times += 1) {
    const answer = await ask(url, { token, method: 'POST', body, headers: { 'content-type': 'application/json' } });
    assert.deepEqual(JSON.parse(answer.body), ['read:notes', 'write:notes']);
  }
  assert.deepEqual(seen, Array(2).fill(['alice', ['read:notes', 'write:notes'], 'sum']));
});

test('a token is the one of the request, whatever was made of its headers since', async (t) => {
  const server = await authorizationServer(t);
  const app = express();
  app.use(guard(server).bearerAuth('jwt', options), (req, res) => {
    req.rawHeaders.fill('');
    delete req.headers.authorization;
    res.json(req.auth.token);
  });
  const url = await listen(t, app);
  const token = server.token(claims);
  for (let times = 0; times < 2; times += 1) assert.equal(JSON.parse((await ask(url, { token })).body), token);
});

test('another gate of the same MCPAuth recalls who a token is of, and asks for its own scopes', async (t) => {
  const server = await authorizationServer(t);
  const cached = watch(t);
  const mcpAuth = guard(server);
  const [one, other, strict] = ['read:notes', 'write:notes', 'admin'].map((scope) =>
    tokenVerifier(mcpAuth, 'jwt', { resource, requiredScopes: [scope] }),
  );
  const token = server.token(claims);
  await one.verifyAccessToken(token);
  assert.equal((await other.verifyAccessToken(token)).extra.subject, 'alice');
  await assert.rejects(strict.verifyAccessToken(token));
  assert.deepEqual(cached, [false, true, true]);
});

test('more callers than are remembered, each is who he is', async (t) => {
  const server = await authorizationServer(t);
  const cached = watch(t);
  const verifier = tokenVerifier(guard(server, { tokenCacheSize: 3 }), 'jwt', options);
  const tokens = Array.from({ length: 8 }, (_, at) => [`user-${at}`, server.token({ ...claims, sub: `user-${at}` })]);
  for (let times = 0; times < 40; times += 1) {
    const [subject, token] = tokens[(times * times + (times >> 1)) % tokens.length];
    for (let again = 0; again < 2; again += 1) {
      assert.equal((await verifier.verifyAccessToken(token)).extra.subject, subject);
    }
  }
  assert.ok(cached.includes(true) && cached.lastIndexOf(false) > 8);
});

test('threads remember callers of their own', async (t) => {
  const server = await authorizationServer(t);
  const token = server.token(claims);
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    const { MCPAuth } = require('mcp-auth');
    const { tokenVerifier } = require('mcp-auth/sdk');
    const { resource, issuer, token } = workerData;
    const metadata = { resource, authorizationServers: [{ issuer, type: 'oidc' }] };
    const verifier = tokenVerifier(new MCPAuth({ protectedResources: { metadata } }), 'jwt', { resource });
    (async () => {
      const subjects = [];
      for (let times = 0; times < 50; times += 1) subjects.push((await verifier.verifyAccessToken(token)).extra.subject);
      parentPort.postMessage(subjects);
    })();
  `;
  const { issuer } = server;
  const workers = [1, 2, 3].map(() => worker(code, { resource, issuer, token }));
  for (const subjects of await Promise.all(workers)) assert.deepEqual(subjects, Array(50).fill('alice'));
});

test('what is forgotten is forgotten here, and nobody gets in as somebody unknown', () => {
  const answers = new Answers();
  const caller = (subject) => `,"headers":[],"operations":[],"caller":{"issuer":"i","subject":"${subject}"}}\n{}`;
  answers.read(`{"kind":"allow","remember":1${caller('alice')}`);
  assert.equal(answers.read(1).caller.subject, 'alice');
  answers.read(`{"kind":"allow","remember":2,"forget":[1]${caller('bob')}`);
  assert.equal(answers.read(2).caller.subject, 'bob');
  const more = answers.read('{"kind":"allow","recall":2,"headers":[],"operations":[{"method":"m"}]}');
  assert.deepEqual([more.caller.subject, more.issuer, more.operations], ['bob', 'i', [{ method: 'm' }]]);
  for (const unknown of [1, 3, '{"kind":"allow","recall":1}'])
    assert.throws(() => answers.read(unknown), /not remembered/);
  // The engine did not keep it after all.
  answers.read(`{"kind":"allow","remember":4,"forget":[4]${caller('carol')}`);
  assert.throws(() => answers.read(4), /not remembered/);
});

async function worker(code, workerData) {
  const thread = new Worker(code, { eval: true, workerData });
  const [message] = await once(thread, 'message');
  await thread.terminate();
  return message;
}
