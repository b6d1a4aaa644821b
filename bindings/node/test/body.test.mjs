// Rules per operation need the body: the engine reads it, and the application reads it again.

import assert from 'node:assert/strict';
import http from 'node:http';
import test from 'node:test';
import express5 from 'express';
import express4 from 'express4';
import { ask, authorizationServer, guard, listen, resource } from './support.mjs';

const options = { resource, operations: { 'tools/call': { delete_note: ['delete:notes'] } } };
const call = (name, more = {}) =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: more } });
const large = call('read_note', { text: 'x'.repeat(200_000) });

const raw = async (req, res) => {
  let body = '';
  for await (const chunk of req) body += chunk;
  res.json({ raw: body });
};
const parsed = (req, res) => res.json({ parsed: req.body });
const later = (_req, _res, next) => setTimeout(next, 20);

for (const [version, express] of Object.entries({ express4, express5 })) {
  const json = express.json({ limit: '1mb' });
  const ways = {
    'the stream itself': { before: [], after: [raw], seen: (body) => ({ raw: body }) },
    'express.json() before': { before: [json], after: [parsed], seen: (body) => ({ parsed: JSON.parse(body) }) },
    'express.json() after': { before: [], after: [json, parsed], seen: (body) => ({ parsed: JSON.parse(body) }) },
    'express.json() after, slow neighbours': {
      before: [later],
      after: [later, json, parsed],
      seen: (body) => ({ parsed: JSON.parse(body) }),
    },
    'express.text() before': {
      before: [express.text({ type: '*/*', limit: '1mb' })],
      after: [parsed],
      seen: (body) => ({ parsed: body }),
    },
    'express.raw() before': {
      before: [express.raw({ type: '*/*', limit: '1mb' })],
      after: [(req, res) => res.json({ raw: req.body.toString() })],
      seen: (body) => ({ raw: body }),
    },
  };

  for (const [way, { before, after, seen }] of Object.entries(ways)) {
    test(`${version}, ${way}`, async (t) => {
      const server = await authorizationServer(t);
      const app = express();
      app.post('/', ...before, guard(server).bearerAuth('jwt', options), ...after);
      const url = await listen(t, app);
      const post = (body, scope) =>
        ask(url, {
          method: 'POST',
          body,
          token: server.token({ scope }),
          headers: { 'content-type': 'application/json' },
        });

      for (const body of [call('read_note'), large]) {
        const answer = await post(body, 'read:notes');
        assert.deepEqual([answer.status, JSON.parse(answer.body)], [200, seen(body)]);
      }
      const chunked = await post([large.slice(0, 10), large.slice(10, 90_000), large.slice(90_000)], 'read:notes');
      assert.deepEqual([chunked.status, JSON.parse(chunked.body)], [200, seen(large)]);

      const refused = await post(call('delete_note'), 'read:notes');
      assert.equal(refused.status, 403);
      assert.match(refused.headers['www-authenticate'], /scope="delete:notes"/);
      assert.equal((await post(call('delete_note'), 'delete:notes')).status, 200);
    });
  }

  test(`${version}: a body that is too large is 413, and the connection can be used again`, async (t) => {
    const server = await authorizationServer(t);
    const app = express();
    app.post('/', guard(server).bearerAuth('jwt', options), raw);
    const url = await listen(t, app);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    const token = server.token();
    const tooLarge = Array.from({ length: 80 }, () => ' '.repeat(2 ** 16));
    assert.equal((await ask(url, { method: 'POST', body: tooLarge, token, agent })).status, 413);
    assert.equal((await ask(url, { method: 'POST', body: call('read_note'), token, agent })).status, 200);
  });

  test(`${version}: an empty body stays one`, async (t) => {
    const server = await authorizationServer(t);
    const app = express();
    app.all('/', guard(server).bearerAuth('jwt', options), json, (req, res) => res.json(req.body ?? null));
    const url = await listen(t, app);
    const token = server.token();
    for (const headers of [{ 'content-length': '0' }, { 'transfer-encoding': 'chunked' }]) {
      // Whatever the engine thinks of no message at all: it must come to an answer.
      const { status } = await ask(url, { method: 'POST', token, headers });
      assert.ok(status < 500, String(status));
    }
    assert.equal((await ask(url, { token })).status, 200);
  });
}

test('an anonymous operation passes without a token, and without req.auth', async (t) => {
  const server = await authorizationServer(t);
  const app = express5();
  const operations = { 'tools/call': { motd: 'anonymous' } };
  app.post('/', guard(server).bearerAuth('jwt', { resource, operations }), (req, res) => res.json(req.auth ?? null));
  const url = await listen(t, app);
  const anonymous = await ask(url, { method: 'POST', body: call('motd') });
  assert.deepEqual([anonymous.status, JSON.parse(anonymous.body)], [200, null]);
  assert.equal((await ask(url, { method: 'POST', body: call('read_note') })).status, 401);
});

// body-parser decodes any charset that begins with `utf-`: the engine must not judge other names than it sees.
test('a body in UTF-7 is not a way around', async (t) => {
  const server = await authorizationServer(t);
  const app = express5();
  app.post('/', guard(server).bearerAuth('jwt', options), express5.json(), parsed);
  const headers = { 'content-type': 'application/json; charset=utf-7' };
  const body = call('+AGQ-elete_note');
  const { status } = await ask(await listen(t, app), { method: 'POST', token: server.token(), headers, body });
  assert.equal(status, 415);
});

test('a caller that goes away in the middle of a body leaves nothing behind', async (t) => {
  const server = await authorizationServer(t);
  const lines = [];
  const logger = { info() {}, debug() {}, warn: (line) => lines.push(line) };
  const app = express5();
  app.post('/', guard(server, { logger }).bearerAuth('jwt', options), raw);
  const url = await listen(t, app);
  const token = server.token();
  const req = http.request(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-length': 100 },
  });
  req.on('error', () => {});
  req.write('{');
  await new Promise((resolve) => setTimeout(resolve, 50));
  req.destroy();
  assert.equal((await ask(url, { method: 'POST', body: call('read_note'), token })).status, 200);
  assert.deepEqual(lines, []);
});
