import assert from 'node:assert/strict';
import test from 'node:test';
import {
  fetchServerConfig,
  fetchServerConfigByWellKnownUrl,
  MCPAuth,
  MCPAuthAuthServerError,
  MCPAuthConfigError,
} from 'mcp-auth';
import { ask, authorizationServer, listen, resource, silent } from './support.mjs';

const invalid = (error) => error instanceof MCPAuthAuthServerError && error.code === 'invalid_server_metadata';
const unusable = (error) => error instanceof MCPAuthConfigError && error.code === 'fetch_server_config_error';

test('metadata come in camelCase, with members nobody knows', async (t) => {
  const server = await authorizationServer(t);
  const metadata = server.metadata;
  server.metadata = () => ({ ...metadata(), x_y: { keep_me: 1 }, 'x-vendor': 2, sixLegs: 3 });
  const config = await fetchServerConfig(server.issuer, { type: 'oidc' });
  assert.deepEqual(config, {
    type: 'oidc',
    metadata: {
      issuer: server.issuer,
      jwksUri: `${server.issuer}/jwks`,
      responseTypesSupported: ['code'],
      xY: { keep_me: 1 },
      'x-vendor': 2,
      sixLegs: 3,
    },
  });
});

test('the result makes a guard that needs no discovery', async (t) => {
  const server = await authorizationServer(t);
  const fetched = await fetchServerConfig(server.issuer, { type: 'oauth' });
  const metadata = { resource, authorizationServers: [fetched] };
  const gate = new MCPAuth({ protectedResources: { metadata }, logger: silent }).bearerAuth('jwt', { resource });
  const url = await listen(t, (req, res) => gate(req, res, () => res.end('in')));
  assert.equal((await ask(url, { token: server.token() })).body, 'in');
  assert.deepEqual(server.requests, { jwks: 1, metadata: 1 });
});

for (const [name, repair] of Object.entries({
  transpileData: (data) => ({ ...data, op_policy_uri: 'https://example.com' }),
  'async transpileData': async (data) => ({ ...data, op_policy_uri: 'https://example.com' }),
})) {
  test(`${name} gets and returns the names of the wire`, async (t) => {
    const server = await authorizationServer(t);
    let seen;
    const transpileData = (data) => {
      seen = data;
      return repair(data);
    };
    const { metadata } = await fetchServerConfig(server.issuer, { type: 'oidc', transpileData });
    assert.deepEqual(seen, server.metadata());
    assert.equal(metadata.opPolicyUri, 'https://example.com');
    assert.equal(metadata.jwksUri, `${server.issuer}/jwks`);
  });
}

test('transpileData must return an object', async (t) => {
  const server = await authorizationServer(t);
  await assert.rejects(
    fetchServerConfig(server.issuer, { type: 'oidc', transpileData: () => undefined }),
    (error) => error instanceof MCPAuthAuthServerError && error.code === 'invalid_server_metadata',
  );
});

test('a document at a URL of its own', async (t) => {
  const server = await authorizationServer(t);
  for (const url of [`${server.issuer}/anywhere`, new URL(`${server.issuer}/anywhere`)]) {
    const { metadata } = await fetchServerConfigByWellKnownUrl(url, { type: 'oidc' });
    assert.equal(metadata.issuer, server.issuer);
  }
});

const answers = {
  'a status': (_req, res) => res.writeHead(500).end(),
  'no JSON': (_req, res) => res.end('<html>'),
  'a list': (_req, res) => res.end('[]'),
  'a broken connection': (_req, res) => res.socket.destroy(),
};
for (const [name, answer] of Object.entries(answers)) {
  test(`what cannot be had is one kind of error: ${name}`, async (t) => {
    const server = await authorizationServer(t);
    server.answer.metadata = answer;
    await assert.rejects(fetchServerConfig(server.issuer, { type: 'oidc' }), (error) => {
      return unusable(error) && error.message.length > 0 && typeof error.cause.code === 'string';
    });
  });
}

test('a document that says the wrong thing is another: the name of another issuer (RFC 8414 3.3)', async (t) => {
  const server = await authorizationServer(t);
  server.answer.metadata = (_req, res) => res.end('{"issuer":"https://evil.example.com"}');
  await assert.rejects(fetchServerConfig(server.issuer, { type: 'oidc' }), (error) => {
    return invalid(error) && typeof error.cause.code === 'string';
  });
});

test('an issuer that is none cannot be had; a type that is none is a TypeError', async () => {
  await assert.rejects(fetchServerConfig('not a url', { type: 'oidc' }), unusable);
  await assert.rejects(fetchServerConfig('https://as.example.com', { type: 'saml' }), TypeError);
  await assert.rejects(fetchServerConfig('https://as.example.com'), TypeError);
  await assert.rejects(fetchServerConfigByWellKnownUrl('not a url', { type: 'oidc' }), unusable);
});
