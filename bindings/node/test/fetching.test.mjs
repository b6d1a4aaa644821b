// How documents are fetched: once for all who wait, bound in time and size, whatever becomes of the requests.

import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import express from 'express';
import { ask, authorizationServer, guard, listen, resource } from './support.mjs';

async function application(t, server, options) {
  const app = express();
  app.get('/health', (_req, res) => res.end('well'));
  app.use(guard(server, options).bearerAuth('jwt', { resource }), (_req, res) => res.end('in'));
  return listen(t, app);
}

/** Holds back the answer of an endpoint until `release`. */
function hold(server, what) {
  const { promise, resolve } = withResolvers();
  const answer = server.answer[what];
  server.answer[what] = (req, res) => promise.then(() => answer(req, res));
  return resolve;
}

function withResolvers() {
  let resolve;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

async function until(condition) {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

test('many callers at once cause one fetch of each document', async (t) => {
  const server = await authorizationServer(t);
  const url = await application(t, server);
  const token = server.token();
  const answers = await Promise.all(Array.from({ length: 25 }, () => ask(url, { token })));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.deepEqual(server.requests, { jwks: 1, metadata: 1 });
  await ask(url, { token });
  assert.deepEqual(server.requests, { jwks: 1, metadata: 1 });
});

test('a key set that hangs holds up nobody else', async (t) => {
  const server = await authorizationServer(t);
  const release = hold(server, 'jwks');
  const url = await application(t, server);
  const waiting = ask(url, { token: server.token() });
  await until(() => server.requests.jwks === 1);
  assert.equal((await ask(`${url}/health`)).body, 'well');
  assert.equal((await ask(url)).status, 401);
  release();
  assert.equal((await waiting).status, 200);
});

test('a caller that goes away strands nobody', async (t) => {
  const server = await authorizationServer(t);
  const release = hold(server, 'jwks');
  const url = await application(t, server);
  const token = server.token();
  const gone = new AbortController();
  const first = ask(url, { token, signal: gone.signal });
  await until(() => server.requests.jwks === 1);
  const second = ask(url, { token });
  gone.abort();
  await assert.rejects(first, { name: 'AbortError' });
  release();
  assert.equal((await second).status, 200);
  assert.equal(server.requests.jwks, 1);
});

const failures = {
  'a redirect is not followed': (_req, res) => res.writeHead(302, { location: '/elsewhere' }).end(),
  'a status of 500': (_req, res) => res.writeHead(500).end(),
  'no JSON': (_req, res) => res.end('<html>'),
  'too large': (_req, res) => res.end(`{"keys":[${' '.repeat(2 ** 21)}]}`),
  'without end': (_req, res) => {
    const more = setInterval(() => res.write(' '.repeat(2 ** 16)), 1);
    res.on('close', () => clearInterval(more));
  },
  compressed: (_req, res) => res.setHeader('content-encoding', 'gzip').end(gzipSync('{"keys":[]}')),
  'a broken connection': (_req, res) => res.socket.destroy(),
  'cut short': (_req, res) => res.writeHead(200, { 'content-length': 100 }).write('{', () => res.socket.destroy()),
};

for (const [name, answer] of Object.entries(failures)) {
  test(`keys that cannot be had are 503, not 401: ${name}`, async (t) => {
    const server = await authorizationServer(t);
    server.answer.jwks = answer;
    const url = await application(t, server);
    const { status, headers } = await ask(url, { token: server.token() });
    assert.equal(status, 503);
    assert.ok(Number(headers['retry-after']) > 0);
    assert.equal(headers['www-authenticate'], undefined);
    assert.equal(server.requests.jwks, 1);
  });
}

test('an authorization server that is not there is 503 too, and the process lives on', async (t) => {
  const server = await authorizationServer(t);
  const nobody = { ...server, issuer: 'http://127.0.0.1:9' };
  const url = await application(t, nobody);
  assert.equal((await ask(url, { token: server.token({ iss: nobody.issuer }) })).status, 503);
  assert.equal((await ask(`${url}/health`)).status, 200);
});

test('a fetch of one’s own is used, and whatever it throws is a failure', async (t) => {
  const server = await authorizationServer(t);
  const seen = [];
  const own = (url, init) => {
    seen.push([url, init.method, init.redirect]);
    return fetch(url, init);
  };
  const url = await application(t, server, { fetch: own });
  assert.equal((await ask(url, { token: server.token() })).status, 200);
  assert.deepEqual(seen.at(-1), [`${server.issuer}/jwks`, 'GET', 'manual']);

  const throwing = () => {
    throw new Error('no network');
  };
  const other = await application(t, server, { fetch: throwing });
  assert.equal((await ask(other, { token: server.token() })).status, 503);
});

test('a fetch that does not heed its signal is given up', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const server = await authorizationServer(t);
  let started = 0;
  const deaf = () => {
    started += 1;
    return new Promise(() => {});
  };
  const url = await application(t, server, { fetch: deaf });
  const waiting = ask(url, { token: server.token() });
  await until(() => started === 1);
  t.mock.timers.tick(60_000);
  assert.equal((await waiting).status, 503);
});

test('timeoutDuration shortens a fetch, of every gate', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const server = await authorizationServer(t);
  let started = 0;
  const deaf = () => {
    started += 1;
    return new Promise(() => {});
  };
  const mcpAuth = guard(server, { fetch: deaf });
  mcpAuth.bearerAuth('jwt', { resource, remoteJwkSet: { timeoutDuration: 700 } });
  mcpAuth.bearerAuth('jwt', { resource, remoteJwtSet: { timeoutDuration: 200 } });
  mcpAuth.bearerAuth('jwt', { resource, remoteJwkSet: { timeoutDuration: 900 } });
  const waiting = mcpAuth.prefetch();
  await until(() => started === 1);
  t.mock.timers.tick(199);
  assert.equal(await Promise.race([waiting, Promise.resolve('waits')]), 'waits');
  t.mock.timers.tick(1);
  assert.equal(await waiting, false);
});

test('cooldownDuration is the pause between fetches for keys that nobody knows, over an update as well', async (t) => {
  const server = await authorizationServer(t);
  const mcpAuth = guard(server);
  const { protectedResources } = mcpAuth.config;
  const app = express();
  app.use(
    mcpAuth.bearerAuth('jwt', { resource, remoteJwkSet: { cooldownDuration: 5000 } }),
    mcpAuth.bearerAuth('jwt', { resource, remoteJwkSet: { cooldownDuration: 10_000 } }),
    (_req, res) => res.end(),
  );
  const url = await listen(t, app);
  const [token, forged] = [server.token(), server.token({}, { kid: 'unknown' })];
  const start = Date.now();
  t.mock.timers.enable({ apis: ['Date'], now: start });
  assert.equal((await ask(url, { token })).status, 200);
  for (const [seconds, fetches] of [
    [9, 1],
    [10, 2],
    [19, 2],
    [20, 3],
  ]) {
    t.mock.timers.setTime(start + seconds * 1000);
    assert.equal((await ask(url, { token: forged })).status, 401);
    assert.equal(server.requests.jwks, fetches, `after ${seconds} s`);
    mcpAuth.update({ protectedResources });
  }
});

test('cacheMaxAge stands in place of what the server says', async (t) => {
  const server = await authorizationServer(t);
  server.answer.jwks = (_req, res) =>
    res.setHeader('cache-control', 'max-age=86400').end(JSON.stringify({ keys: [server.jwk] }));
  const mcpAuth = guard(server);
  const gate = mcpAuth.bearerAuth('jwt', { resource, remoteJwkSet: { cacheMaxAge: 120_000 } });
  const app = express();
  app.use(gate, (_req, res) => res.end());
  const url = await listen(t, app);
  const token = server.token();
  const start = Date.now();
  t.mock.timers.enable({ apis: ['Date'], now: start });
  for (const [seconds, fetches] of [
    [0, 1],
    [110, 1],
    [130, 2],
  ]) {
    t.mock.timers.setTime(start + seconds * 1000);
    assert.equal((await ask(url, { token })).status, 200);
    assert.equal(server.requests.jwks, fetches);
  }
});

test('an outage is one warning, not one for every request', async (t) => {
  const server = await authorizationServer(t);
  server.answer.jwks = (_req, res) => res.writeHead(500).end();
  const lines = [];
  const logger = { info() {}, debug() {}, warn: (line) => lines.push(line) };
  const url = await application(t, server, { logger });
  for (let i = 0; i < 5; i += 1) await ask(url, { token: server.token() });
  assert.equal(lines.length, 1, lines.join('\n'));
});
