// What the addon tells hosts beside decisions: documents to fetch beforehand, readiness, errors of a search.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import test from 'node:test';

const require = createRequire(import.meta.url);
const { Discovery, Engine } = require(join(dirname(require.resolve('mcp-auth')), 'native.js'));
const now = 1_800_000_000;
const jwks = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'z57G-W32wBqYfiG3Ez3leTzhdkYqOU2oRpzs7QJ0NcM' }] };

function engineOf(...servers) {
  const metadata = { resource: 'https://api.example.com/notes', authorization_servers: servers };
  return new Engine(JSON.stringify({ protected_resources: { metadata } }));
}

test('every document can be fetched beforehand', () => {
  const one = { issuer: 'https://one.example', jwks_uri: 'https://one.example/jwks' };
  const engine = engineOf(one, { issuer: 'https://two.example', type: 'oidc' });
  const documents = {
    'https://one.example/jwks': jwks,
    'https://two.example/.well-known/openid-configuration': {
      issuer: 'https://two.example',
      jwks_uri: 'https://two.example/jwks',
    },
    'https://two.example/jwks': jwks,
  };
  const fetched = [];
  for (let fetch = engine.pending(now); fetch !== null; fetch = engine.pending(now)) {
    assert.equal(engine.isReady(now), false);
    fetched.push(fetch.url);
    engine.supply(fetch.id, 200, [], Buffer.from(JSON.stringify(documents[fetch.url])), now);
  }
  assert.deepEqual(fetched, Object.keys(documents));
  assert.equal(engine.isReady(now), true);
  assert.equal(engine.pending(now + 599), null);
  assert.equal(engine.pending(now + 600).url, 'https://one.example/jwks');
  assert.equal(engine.isReady(now + 600 + 3600), false);
});

test('a failed fetch is not asked for again at once', () => {
  const engine = engineOf({ issuer: 'https://one.example', jwks_uri: 'https://one.example/jwks' });
  engine.supplyFailure(engine.pending(now).id, now);
  assert.equal(engine.pending(now), null);
  assert.equal(engine.isReady(now), false);
  assert.notEqual(engine.pending(now + 1), null);
});

test('a search tells the type and the issuer that are wrong', () => {
  assert.throws(
    () => new Discovery('nowhere', 'saml'),
    (error) => {
      const pointers = JSON.parse(error.message).problems.map(({ pointer }) => pointer);
      assert.deepEqual(pointers, ['/issuer', '/type']);
      return true;
    },
  );
});

test('a search tells a wrong document from one that could not be had', () => {
  for (const [status, body, code, documented] of [
    [200, '<html>', 'malformed_document', 'fetch_server_config_error'],
    [500, '{}', 'document_status', 'fetch_server_config_error'],
    [200, '{}', 'malformed_document', 'invalid_server_metadata'],
    [200, '{"issuer":"https://evil.example"}', 'issuer_mismatch', 'invalid_server_metadata'],
  ]) {
    const discovery = new Discovery('https://one.example', 'oidc');
    assert.equal(discovery.documentedError, null);
    discovery.supply(status, [], Buffer.from(body));
    assert.deepEqual([discovery.error[0], discovery.documentedError], [code, documented]);
  }
});
