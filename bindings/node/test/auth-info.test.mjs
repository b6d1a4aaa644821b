import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test from 'node:test';
import { format, inspect } from 'node:util';

// Not reachable through the package, hence by its path.
const { AuthInfo } = createRequire(import.meta.url)('../node_modules/mcp-auth/lib/auth-info.js');

const token = 'header.payload.signature';
const caller = {
  issuer: 'https://as.example.com',
  subject: 'alice',
  scopes: ['a'],
  audience: ['b'],
  expiresAt: 5,
  claims: '{"sub":"alice","deep":{"x":1}}',
};

test('the token can be read', () => {
  const auth = new AuthInfo(caller, () => token);
  assert.equal(auth.token, token);
  assert.throws(() => {
    auth.token = 'other';
  }, TypeError);
});

test('the token is in no text made of it', () => {
  const auth = new AuthInfo(caller, () => token);
  const texts = [
    JSON.stringify(auth),
    JSON.stringify({ ...auth }),
    inspect(auth),
    inspect({ nested: { auth } }, { depth: 9, showHidden: true }),
    inspect(auth, { customInspect: false, showHidden: true }),
    format('%o %O %j %s', auth, auth, auth, auth),
    String(auth),
  ];
  for (const text of texts) assert.ok(!text.includes(token), text);
  assert.ok(inspect(auth).includes('alice'));
});

test('claims are parsed once, for the first who looks', () => {
  const auth = new AuthInfo(caller, () => token);
  assert.equal(auth.claims.deep.x, 1);
  assert.equal(auth.claims, auth.claims);
  assert.equal(auth.extra.claims, auth.claims);
  assert.equal(JSON.parse(JSON.stringify(auth)).claims.sub, 'alice');
  new AuthInfo({ ...caller, claims: 'not JSON' });
});

test('no client is an empty string', () => {
  assert.equal(new AuthInfo(caller, () => token).clientId, '');
  assert.equal(new AuthInfo({ ...caller, clientId: 'app' }).clientId, 'app');
});
