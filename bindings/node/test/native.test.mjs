// What of the addon no vector asks.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import test from 'node:test';

const require = createRequire(import.meta.url);
const { Engine } = require(join(dirname(require.resolve('mcp-auth')), 'native.js'));
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
