// What of the addon no vector asks.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import test from 'node:test';

const require = createRequire(import.meta.url);
const installed = dirname(require.resolve('mcp-auth'));
const { Engine } = require(join(installed, 'native.js'));
const { Sieve } = require(join(installed, 'lib', 'sieve.js'));
const server = { issuer: 'https://as.example', jwks: { keys: [] } };

test('an engine tells its mode', () => {
  const metadata = { resource: 'https://api.example/notes', authorization_servers: [server] };
  assert.equal(new Engine(JSON.stringify({ server })).isLegacy, true);
  assert.equal(new Engine(JSON.stringify({ protected_resources: { metadata } })).isLegacy, false);
});

test('a policy tells that nothing is refused', () => {
  const gate = new Engine(JSON.stringify({ server })).gate(JSON.stringify({ report_only: true }));
  assert.match(gate.policy(), /REPORT ONLY: nothing is refused$/);
});

test('a gate names the headers that it looks at, and a sieve lets them through as they came', () => {
  const engine = new Engine(JSON.stringify({ server }));
  const plain = engine.gate('{}').headers();
  const ofOperations = engine.gate('{"read_operation":true}').headers();
  assert.ok(plain.includes('authorization') && plain.includes('origin') && plain.includes('mcp-session-id'));
  assert.ok(!plain.includes('content-type') && ofOperations.includes('content-type'));
  const lines = (headers) => headers.flatMap((name) => [name, 'a', name.toUpperCase(), 'b', name, 'c']);
  const sieve = new Sieve(ofOperations);
  assert.deepEqual(sieve.sifted([...lines(ofOperations), 'Accept', '*/*', 'X-Odd']), lines(ofOperations));
  assert.deepEqual(sieve.sifted(['', 'x', 'x'.repeat(9999), 'y', '\u{1F512}', 'z']), []);
});

test('a gate takes no text for a token that only looks like it', () => {
  const gate = new Engine(JSON.stringify({ server })).gate('{}');
  // In latin1 the first character of each is an `e`.
  for (const first of ['\u0165', '\u2165', '\ud865']) {
    const answer = gate.firstToken()(`${first}yJhbGciOiJFUzI1NiJ9.e30.c2ln`, 1_800_000_000);
    assert.equal(answer.code, 'malformed_credentials');
  }
});
