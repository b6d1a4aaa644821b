import assert from 'node:assert/strict';
import test from 'node:test';
import express5 from 'express';
import { ask, authorizationServer, guard, listen, resource } from './support.mjs';

for (const [way, open] of [
  ['setHeader', (res) => res.setHeader('Mcp-Session-Id', 's1').end()],
  ['writeHead with an object', (res) => res.writeHead(200, { 'mcp-session-id': 's1' }).end()],
  ['writeHead with a list', (res) => res.writeHead(200, ['MCP-Session-Id', 's1']).end()],
]) {
  test(`a session that was opened with ${way} is its caller's alone`, async (t) => {
    const server = await authorizationServer(t);
    const app = express5();
    app.use(guard(server).bearerAuth('jwt', { resource }));
    app.post('/', (_req, res) => open(res));
    app.get('/', (req, res) => res.end(req.auth.subject));
    const address = await listen(t, app);
    const headers = { 'mcp-session-id': 's1' };

    assert.equal((await ask(address, { method: 'POST', token: server.token({ sub: 'alice' }) })).status, 200);
    assert.equal((await ask(address, { token: server.token({ sub: 'alice', jti: 'newer' }), headers })).status, 200);
    const bob = await ask(address, { token: server.token({ sub: 'bob' }), headers });
    assert.equal(bob.status, 404);
    assert.match(bob.body, /session_not_found/);
    assert.equal((await ask(address, { token: server.token({ sub: 'bob' }) })).status, 200);
  });
}
