import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test from 'node:test';
import { format, inspect } from 'node:util';

// Not reachable through the package, hence by its path.
const require = createRequire(import.meta.url);
const { AuthInfo } = require('../node_modules/mcp-auth/lib/auth-info.js');
const { Caller } = require('../node_modules/mcp-auth/lib/caller.js');

const token = 'header.payload.signature';
const known = {
  issuer: 'https://as.example.com',
  subject: 'alice',
  scopes: ['a'],
  audience: ['b'],
  expiresAt: 5,
};
const caller = new Caller(known, '{"sub":"alice","deep":{"x":1}}');

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
  new AuthInfo(new Caller(known, 'not JSON'));
});

test('no client is an empty string', () => {
  assert.equal(new AuthInfo(caller, () => token).clientId, '');
  assert.equal(new AuthInfo(new Caller({ ...known, clientId: 'app' })).clientId, 'app');
});

test('all who look see the same claims, and nobody can change them at any depth', () => {
  const text =
    '{"sub":"alice","roles":["a",["b"]],"org":{"id":7,"none":null,"empty":{}},"__proto__":{"isAdmin":true},"at":-0.5,"list":[]}';
  const caller = new Caller(known, text);
  const { claims } = new AuthInfo(caller);
  assert.equal(new AuthInfo(caller).claims, claims);
  assert.deepEqual(claims, JSON.parse(text));
  assert.equal(JSON.stringify(claims), text);
  assert.equal(Object.getPrototypeOf(claims), Object.prototype);
  assert.equal(claims.isAdmin, undefined);
  const own = Object.getOwnPropertyDescriptor(claims, '__proto__').value;
  for (const one of [claims, claims.roles, claims.roles[1], claims.org, claims.org.empty, claims.list, own]) {
    assert.ok(Object.isFrozen(one));
  }
  assert.throws(() => claims.roles.push('c'), TypeError);
});
