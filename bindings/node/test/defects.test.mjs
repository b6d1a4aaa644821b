// What earlier packages of this name, and others, got wrong: one test each. Where the engine alone decides, the vectors
// say more; here the whole way through Express counts. Defects with a test elsewhere: an async transpileData
// (server-config), a verifier that returns nothing (verify-function), types without the SDK (types-bare.mts), both modes at
// once (legacy), a web-standard handler (fetch).

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import test from 'node:test';
import express5 from 'express';
import { fetchServerConfig, MCPAuth } from 'mcp-auth';
import { ask, authorizationServer, guard, listen, resource, silent } from './support.mjs';

const require = createRequire(import.meta.url);
const WELL_KNOWN = '/.well-known/oauth-protected-resource';

async function application(t, server, { mcpAuth = guard(server), ...options } = {}) {
  const app = express5();
  app.use(mcpAuth.protectedResourceMetadataRouter());
  app.use(mcpAuth.bearerAuth('jwt', { resource, ...options }), (req, res) => res.json(req.auth));
  return listen(t, app);
}

function guardOf(...metadata) {
  const authorizationServers = [{ issuer: 'https://as.example.com', type: 'oidc' }];
  const protectedResources = metadata.map((one) => ({ metadata: { authorizationServers, ...one } }));
  return new MCPAuth({ protectedResources, logger: silent });
}

test('metadata of another issuer are not used', async (t) => {
  const server = await authorizationServer(t);
  const metadata = server.metadata;
  server.metadata = () => ({ ...metadata(), issuer: 'https://other.example.com' });
  assert.equal((await ask(await application(t, server), { token: server.token() })).status, 503);
  await assert.rejects(fetchServerConfig(server.issuer, { type: 'oidc' }), { code: 'invalid_server_metadata' });
});

test('a discovery that fails is not tried again for every request, and answers without a stack', async (t) => {
  const server = await authorizationServer(t);
  server.answer.metadata = (_req, res) => res.writeHead(500).end();
  const url = await application(t, server);
  for (let i = 0; i < 20; i += 1) {
    const { status, headers, body } = await ask(url, { token: server.token() });
    assert.equal(status, 503);
    assert.match(headers['retry-after'], /^\d+$/);
    assert.doesNotMatch(body, /\.m?js/);
  }
  assert.ok(server.requests.metadata < 10, String(server.requests.metadata));
});

test('a good token is not refused because the keys cannot be had', async (t) => {
  const server = await authorizationServer(t);
  server.answer.jwks = (_req, res) => res.writeHead(500).end();
  const url = await application(t, server);
  for (let i = 0; i < 20; i += 1) {
    const { status, headers } = await ask(url, { token: server.token() });
    assert.deepEqual([status, headers['www-authenticate']], [503, undefined]);
  }
  assert.ok(server.requests.jwks < 10, String(server.requests.jwks));
});

test('a server that says nothing of PKCE is discovered all the same', async (t) => {
  const server = await authorizationServer(t);
  assert.equal(server.metadata().code_challenge_methods_supported, undefined);
  assert.equal((await ask(await application(t, server), { token: server.token() })).status, 200);
});

test('a path that means something to a router is a path', async (t) => {
  const odd = 'https://api.example.com/a*(b)/:c+';
  const app = express5();
  app.use(guardOf({ resource: odd }).protectedResourceMetadataRouter());
  const url = await listen(t, app);
  const headers = { host: 'api.example.com' };
  assert.equal(JSON.parse((await ask(`${url}${WELL_KNOWN}/a*(b)/:c+`, { headers })).body).resource, odd);
  assert.equal((await ask(`${url}${WELL_KNOWN}/axxb/7`, { headers })).status, 404);
});

test('forged tokens and resources without number: one fetch of the keys', async (t) => {
  const server = await authorizationServer(t);
  const authorizationServers = [{ issuer: server.issuer, type: 'oidc' }];
  const resources = ['/a', '/b', '/c', '/d'].map((path) => `https://api.example.com${path}`);
  const protectedResources = resources.map((one) => ({ metadata: { resource: one, authorizationServers } }));
  const mcpAuth = new MCPAuth({ protectedResources, logger: silent });
  const app = express5();
  for (const one of resources) {
    app.use(new URL(one).pathname, mcpAuth.bearerAuth('jwt', { resource: one }), (_req, res) => res.end());
  }
  const url = await listen(t, app);
  for (const one of resources) {
    const at = url + new URL(one).pathname;
    assert.equal((await ask(at, { token: server.token({ aud: one }) })).status, 200);
    for (const kid of ['key-1', 'forged-1', 'forged-2']) {
      const token = `${server.token({ aud: one }, { kid }).slice(0, -8)}AAAAAAAA`;
      assert.equal((await ask(at, { token })).status, 401);
    }
  }
  assert.equal(server.requests.metadata, 1);
  assert.ok(server.requests.jwks <= 2, String(server.requests.jwks));
});

test('details of an expired token are not its payload', async (t) => {
  const server = await authorizationServer(t);
  const token = server.token({ exp: 1, email: 'alice@example.com' });
  const { status, body } = await ask(await application(t, server, { showErrorDetails: true }), { token });
  assert.equal(status, 401);
  assert.doesNotMatch(body, /alice|email/);
});

test('a challenge has codes of RFC 6750, and the body the documented ones', async (t) => {
  const server = await authorizationServer(t);
  const url = await application(t, server, { requiredScopes: ['read'] });
  for (const [claims, code, error] of [
    [{ scope: 'read', aud: 'other' }, 'invalid_token', 'invalid_audience'],
    [{ scope: 'read', iss: 'https://evil.example.com' }, 'invalid_token', 'invalid_issuer'],
    [{}, 'insufficient_scope', 'missing_required_scopes'],
  ]) {
    const { headers, body } = await ask(url, { token: server.token(claims) });
    assert.equal(/ error="([^"]+)"/.exec(headers['www-authenticate'])[1], code);
    assert.equal(JSON.parse(body).error, error);
    // RFC 9110 section 11.2, without anything that clients' regular expressions trip over.
    assert.match(headers['www-authenticate'], /^Bearer (?:[a-z_]+="[^"\\]+"(?:, |$))+$/);
    assert.match(headers['www-authenticate'], /resource_metadata="[^"]+", scope="read"/);
  }
});

test('who sends nothing is told of no error', async (t) => {
  const { headers } = await ask(await application(t, await authorizationServer(t), { requiredScopes: ['read'] }));
  assert.doesNotMatch(headers['www-authenticate'], /error/);
});

test('the audience is checked though nobody has said so, and may be several', async (t) => {
  const server = await authorizationServer(t);
  const url = await application(t, server);
  assert.equal((await ask(url, { token: server.token({ aud: 'other' }) })).status, 401);
  const several = await application(t, server, { audience: ['a', 'b'] });
  assert.equal((await ask(several, { token: server.token({ aud: 'b' }) })).status, 200);
});

test('the slash of a root resource makes no difference', async (t) => {
  const server = await authorizationServer(t);
  const root = 'https://api.example.com';
  const authorizationServers = [{ issuer: server.issuer, type: 'oidc' }];
  const mcpAuth = new MCPAuth({
    protectedResources: { metadata: { resource: root, authorizationServers } },
    logger: silent,
  });
  const url = await application(t, server, { mcpAuth, resource: root });
  for (const aud of [root, `${root}/`]) assert.equal((await ask(url, { token: server.token({ aud }) })).status, 200);
  assert.equal((await ask(url, { token: server.token({ aud: `${root}/x` }) })).status, 401);
});

test('what is no access token is refused', async (t) => {
  const server = await authorizationServer(t);
  const url = await application(t, server);
  for (const typ of ['logout+jwt', 'dpop+jwt', 'id_token+jwt']) {
    assert.equal((await ask(url, { token: server.token({}, { typ }) })).status, 401, typ);
  }
  for (const claims of [{ cnf: { jkt: 'x' } }, { exp: undefined }, { at_hash: 'x' }]) {
    assert.equal((await ask(url, { token: server.token(claims) })).status, 401, JSON.stringify(claims));
  }
});

test('scopes are found where Entra and Okta put them', async (t) => {
  const server = await authorizationServer(t);
  const url = await application(t, server, { requiredScopes: ['read'] });
  for (const claims of [{ scp: 'read write' }, { scp: ['read'] }, { scopes: ['read'] }, { scope: 'read' }]) {
    assert.equal((await ask(url, { token: server.token(claims) })).status, 200, JSON.stringify(claims));
  }
});

test('an issuer that spells itself with a slash is found without', async (t) => {
  const server = await authorizationServer(t);
  const issuer = `${server.issuer}/`;
  const metadata = server.metadata;
  server.metadata = () => ({ ...metadata(), issuer });
  const url = await application(t, server);
  assert.equal((await ask(url, { token: server.token({ iss: issuer }) })).status, 200);
});

test('a browser’s preflight passes, and its page can read the challenge', async (t) => {
  const server = await authorizationServer(t);
  const url = await application(t, server);
  const origin = 'https://app.example.com';
  const asks = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };
  const preflight = await ask(url, { method: 'OPTIONS', headers: asks });
  assert.equal(preflight.status, 204);
  assert.match(preflight.headers['access-control-allow-headers'], /authorization/i);
  const { status, headers } = await ask(url, { headers: { origin } });
  assert.equal(status, 401);
  assert.ok(headers['access-control-allow-origin']);
  assert.match(headers['access-control-expose-headers'], /WWW-Authenticate/i);
});

test('resources on two hosts have a document each', async (t) => {
  const resources = ['https://a.example.com/mcp', 'https://b.example.com/mcp'];
  const app = express5();
  app.use(guardOf(...resources.map((one) => ({ resource: one }))).protectedResourceMetadataRouter());
  const url = await listen(t, app);
  for (const one of resources) {
    const { body } = await ask(`${url}${WELL_KNOWN}/mcp`, { headers: { host: new URL(one).host } });
    assert.equal(JSON.parse(body).resource, one);
  }
});

test('two blanks after Bearer are two blanks', async (t) => {
  const server = await authorizationServer(t);
  const headers = { authorization: `Bearer  ${server.token()}` };
  assert.equal((await ask(await application(t, server), { headers })).status, 200);
});

test('keys that were good serve on while they cannot be refreshed', async (t) => {
  const server = await authorizationServer(t);
  server.answer.jwks = (_req, res) =>
    res.setHeader('cache-control', 'max-age=60').end(JSON.stringify({ keys: [server.jwk] }));
  const url = await application(t, server);
  // The token is made before the clock goes on.
  const token = server.token({ exp: Math.floor(Date.now() / 1000) + 3000 });
  assert.equal((await ask(url, { token })).status, 200);
  server.answer.jwks = (_req, res) => res.writeHead(500).end();
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 600_000 });
  assert.equal((await ask(url, { token })).status, 200);
  assert.equal(server.requests.jwks, 2);
});

test('loading it takes little time and memory', () => {
  // The processor's time: that of the clock depends on who else works.
  const script = `
    const [cpu, memory] = [process.cpuUsage(), process.memoryUsage().rss];
    require(${JSON.stringify(require.resolve('mcp-auth'))});
    const { user, system } = process.cpuUsage(cpu);
    console.log(JSON.stringify([(user + system) / 1000, process.memoryUsage().rss - memory]));`;
  const [milliseconds, bytes] = JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }));
  assert.ok(milliseconds < 100, `${milliseconds} ms`);
  assert.ok(bytes < 20e6, `${bytes} bytes`);
});
