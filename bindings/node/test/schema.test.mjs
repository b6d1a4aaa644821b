// Metadata: schemas, validation, well-known paths.

import assert from 'node:assert/strict';
import test from 'node:test';
import * as mcpAuth from 'mcp-auth';

const server = {
  issuer: 'https://as.example.com',
  authorization_endpoint: 'https://as.example.com/authorize',
  token_endpoint: 'https://as.example.com/token',
  response_types_supported: ['code'],
  vendor_member: { kept: true },
};
const camelServer = {
  issuer: server.issuer,
  authorizationEndpoint: server.authorization_endpoint,
  tokenEndpoint: server.token_endpoint,
  responseTypesSupported: ['code'],
};
const resource = { resource: 'https://api.example.com', scopes_supported: ['read'] };
const camelResource = { resource: 'https://api.example.com', scopesSupported: ['read'] };

const schemas = {
  authorizationServerMetadataSchema: [mcpAuth.authorizationServerMetadataSchema, server, 'token_endpoint'],
  camelCaseAuthorizationServerMetadataSchema: [
    mcpAuth.camelCaseAuthorizationServerMetadataSchema,
    camelServer,
    'tokenEndpoint',
  ],
  protectedResourceMetadataSchema: [mcpAuth.protectedResourceMetadataSchema, resource, 'resource'],
  camelCaseProtectedResourceMetadataSchema: [
    mcpAuth.camelCaseProtectedResourceMetadataSchema,
    camelResource,
    'resource',
  ],
};

for (const [name, [schema, good, member]] of Object.entries(schemas)) {
  test(`${name}: what is good comes back equal, and is another object`, () => {
    assert.deepEqual(schema.parse(good), good);
    assert.notEqual(schema.parse(good), good);
    assert.deepEqual(schema.safeParse(good), { success: true, data: good });
    assert.deepEqual(schema['~standard'].validate(good), { value: good });
    assert.deepEqual([schema['~standard'].version, schema['~standard'].vendor], [1, 'mcp-auth']);
  });

  test(`${name}: what is wrong is named`, () => {
    const { [member]: _left, ...lacking } = good;
    for (const bad of [lacking, { ...good, [member]: 7 }]) {
      const { success, error } = schema.safeParse(bad);
      assert.equal(success, false);
      assert.deepEqual(error.issues[0].path, [member]);
      assert.throws(() => schema.parse(bad), error);
      assert.deepEqual(schema['~standard'].validate(bad), { issues: error.issues });
    }
    for (const nothing of [undefined, null, 'text', 7, [], [good]]) {
      assert.equal(schema.safeParse(nothing).success, false, String(nothing));
    }
  });
}

test('the path of a problem inside a list', () => {
  const { error } = mcpAuth.camelCaseProtectedResourceMetadataSchema.safeParse({
    ...camelResource,
    scopesSupported: [7],
  });
  assert.deepEqual(error.issues[0].path, ['scopesSupported', 0]);
});

test('validateServerConfig() tells errors and warnings, and more when asked', () => {
  const { validateServerConfig } = mcpAuth;
  const bad = validateServerConfig({ type: 'oauth', metadata: camelServer });
  assert.equal(bad.isValid, false);
  assert.ok(bad.errors.some(({ code }) => code === 'pkce_not_supported'));
  assert.equal(bad.successes, undefined);

  const metadata = { ...camelServer, jwksUri: 'https://as.example.com/jwks', codeChallengeMethodsSupported: ['S256'] };
  const good = validateServerConfig({ type: 'oauth', metadata });
  assert.equal(good.isValid, true);
  assert.ok(!('errors' in good));
  assert.ok(Array.isArray(good.warnings));
  const verbose = validateServerConfig({ type: 'oauth', metadata }, true);
  assert.ok(verbose.successes.some(({ code }) => code === 's256_code_challenge_method_supported'));
  for (const { description } of verbose.successes) assert.match(description, /\w/);
  const old = validateServerConfig({ type: 'oauth', metadata: camelServer }, { revision: '2025-03-26', verbose: true });
  assert.ok(old.successes.length > 0);

  assert.throws(() => validateServerConfig({ type: 'oidc', issuer: 'https://as.example.com' }), TypeError);
  assert.throws(() => validateServerConfig({ metadata }, { revision: 'yesterday' }), /revision/);
});

test('that clients register themselves is no longer asked of a server', () => {
  const metadata = { ...camelServer, jwksUri: 'https://as.example.com/jwks', codeChallengeMethodsSupported: ['S256'] };
  const { warnings } = mcpAuth.validateServerConfig({ type: 'oauth', metadata });
  assert.ok(!warnings.some(({ code }) => code === 'dynamic_registration_not_supported'));
});

test('getIssuer(), serverMetadataPaths and defaultValues', () => {
  const { getIssuer, serverMetadataPaths, defaultValues } = mcpAuth;
  assert.equal(getIssuer({ issuer: 'https://a.example.com', type: 'oidc' }), 'https://a.example.com');
  assert.equal(getIssuer({ type: 'oauth', metadata: camelServer }), server.issuer);
  assert.deepEqual(serverMetadataPaths, {
    oauth: '/.well-known/oauth-authorization-server',
    oidc: '/.well-known/openid-configuration',
  });
  assert.ok(Object.isFrozen(serverMetadataPaths) && Object.isFrozen(defaultValues));
  assert.deepEqual(defaultValues.grantTypesSupported, ['authorization_code', 'implicit']);
});
