// The call shape; what each preset gives is held to the vectors by core.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import test from 'node:test';
import { MCPAuth, MCPAuthAuthServerError } from 'mcp-auth';
import { entra } from 'mcp-auth/providers';

const providers = await import('mcp-auth/providers');
const rows = JSON.parse(readFileSync(join(process.env.REPOSITORY, 'tests/vectors/providers-map.json'), 'utf8'));
const camelCase = (name) => name.replace(/_([a-z])/g, (_match, letter) => letter.toUpperCase());
const camelCased = (object) =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [camelCase(name), value]));

for (const row of rows) {
  test(row.name, () => {
    const provider = providers[camelCase(row.preset)];
    const call = () => provider(camelCased(row.parameters));
    if (row.expect === 'configuration_error') {
      assert.throws(call, { name: 'MCPAuthAuthServerError', message: /opaque/ });
      return;
    }
    const server = call();
    assert.deepEqual(server, camelCased(row.server));
    const metadata = { resource: row.gate.resource, authorizationServers: [server] };
    new MCPAuth({ protectedResources: { metadata } });
  });
}

test('every preset has its function, for CommonJS too', () => {
  const functions = Object.keys(createRequire(import.meta.url)('mcp-auth/providers'));
  assert.deepEqual(functions.sort(), [...new Set(rows.map((row) => camelCase(row.preset)))].sort());
  for (const name of functions) assert.equal(typeof providers[name], 'function', name);
});

test('a mistake names its place', () => {
  assert.throws(
    () => entra({ tenantId: 'common', appId: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee' }),
    (error) => error instanceof MCPAuthAuthServerError && error.cause.problems[0].pointer === '/tenant_id',
  );
  assert.throws(() => providers.clerk({ frontendApi: 'clerk.example.com', tokenType: 'guarded' }), /token_type/);
  assert.throws(() => entra(), /tenant_id/);
});
