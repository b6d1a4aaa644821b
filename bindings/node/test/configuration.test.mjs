// How a configuration gets to the engine, and how its refusals come back.

import assert from 'node:assert/strict';
import test from 'node:test';
import { customFetch } from 'jose';
import { MCPAuth, MCPAuthAuthServerError } from 'mcp-auth';
import { resource, silent } from './support.mjs';

const metadata = { resource, authorizationServers: [{ issuer: 'https://as.example.com', type: 'oidc' }] };
const mcpAuth = new MCPAuth({ protectedResources: { metadata }, logger: silent });

function refused(build) {
  let refusal;
  assert.throws(build, (error) => {
    refusal = error;
    return error instanceof MCPAuthAuthServerError && error.code === 'invalid_server_config';
  });
  return refusal;
}

test('resources: one, or a list', () => {
  const config = { protectedResources: [{ metadata }] };
  assert.equal(new MCPAuth(config).config, config);
  assert.throws(() => {
    mcpAuth.config = {};
  }, TypeError);
});

test('every kind of authorization server', () => {
  new MCPAuth({
    protectedResources: {
      metadata: {
        resource,
        authorizationServers: [
          { issuer: 'https://a.example.com', type: 'oauth', tokenType: 'strict', algorithms: ['ES256'] },
          { type: 'oidc', metadata: { issuer: 'https://b.example.com', jwksUri: 'https://b.example.com/jwks', x: {} } },
          { issuer: 'https://c.example.com', jwksUri: 'https://c.example.com/jwks' },
        ],
      },
    },
  });
});

test('nothing, or nonsense', () => {
  for (const config of [
    undefined,
    {},
    { protectedResources: [] },
    { protectedResources: {} },
    { protectedResources: 1 },
  ]) {
    refused(() => new MCPAuth(config));
  }
});

test('a refusal lists every problem and says where it is', () => {
  const error = refused(
    () => new MCPAuth({ protectedResources: [{ metadata: { resource: 'not a url' }, metdata: 1 }] }),
  );
  assert.ok(error.cause.problems.length >= 2, JSON.stringify(error.cause));
  assert.ok(error.cause.problems.some(({ pointer }) => pointer === '/protected_resources/0/metadata/resource'));
  assert.ok(error.message.includes(error.cause.error_description));
});

test('unknown modes are refused, and options of the host are of their type', () => {
  for (const mode of ['opaque', undefined, {}]) {
    assert.throws(() => mcpAuth.bearerAuth(mode, { resource }), TypeError);
  }
  for (const option of [{ property: 7 }, { property: '' }, { authorize: 'yes' }]) {
    assert.throws(() => mcpAuth.bearerAuth('jwt', { resource, ...option }), TypeError);
  }
});

test('options of jose are translated, and the others refused by name', () => {
  mcpAuth.bearerAuth('jwt', { resource, jwtVerify: { clockTolerance: '30 s', requiredClaims: ['email'] } });
  for (const [jwtVerify, message] of [
    [{ typ: 'JWT' }, /jwtVerify\.typ/],
    [{ algorithms: ['none'] }, /algorithms/],
    [{ currentDate: new Date() }, /jwtVerify\.currentDate/],
    [{ subject: 'alice' }, /jwtVerify\.subject/],
    [{ clockTolerance: 'a while' }, /clockTolerance/],
    [{ clockTolerance: -1 }, /leeway/],
  ]) {
    assert.throws(() => mcpAuth.bearerAuth('jwt', { resource, jwtVerify }), message);
  }
  for (const [remoteJwkSet, message] of [
    [{ cooldownDuration: 900_000 }, /key_cooldown/],
    [{ headers: {} }, /remoteJwkSet\.headers/],
    [{ [customFetch]: fetch }, /remoteJwkSet\.Symbol/],
    [{ timeoutDuration: '5s' }, /timeoutDuration/],
    [{ cacheMaxAge: 0 }, /cacheMaxAge/],
  ]) {
    assert.throws(() => mcpAuth.bearerAuth('jwt', { resource, remoteJwkSet }), message);
    assert.throws(() => mcpAuth.bearerAuth('jwt', { resource, remoteJwtSet: remoteJwkSet }), message);
  }
  assert.throws(() => mcpAuth.bearerAuth('jwt', { resource, leeway: 7, jwtVerify: { clockTolerance: 7 } }), /twice/);
});

test('options of a gate: the resource must be there and known', () => {
  refused(() => mcpAuth.bearerAuth('jwt'));
  refused(() => mcpAuth.bearerAuth('jwt', {}));
  refused(() => mcpAuth.bearerAuth('jwt', { resource: 'https://other.example.com' }));
});

test('an unknown option is refused by name, also when it is a function', () => {
  assert.match(refused(() => mcpAuth.bearerAuth('jwt', { resource, requiredScope: ['a'] })).message, /required_scopes/);
  assert.match(refused(() => mcpAuth.bearerAuth('jwt', { resource, onError() {} })).message, /on_error/);
});

test('an option that is undefined was not given', () => {
  mcpAuth.bearerAuth('jwt', { resource, audience: undefined, leeway: undefined });
});

test('audience: one, several, or the ugly spelling for any', () => {
  for (const audience of [resource, [resource, 'other'], { dangerouslyAny: true }]) {
    mcpAuth.bearerAuth('jwt', { resource, audience });
  }
  for (const audience of ['', [], null, {}]) refused(() => mcpAuth.bearerAuth('jwt', { resource, audience }));
});

test('both spellings of one member at once are refused', () => {
  refused(() => mcpAuth.bearerAuth('jwt', { resource, requiredScopes: ['a'], required_scopes: ['b'] }));
});

test('the policy of every gate is logged once', () => {
  const lines = [];
  const logged = new MCPAuth({
    protectedResources: { metadata },
    logger: { ...silent, info: (line) => lines.push(line) },
  });
  logged.bearerAuth('jwt', { resource });
  assert.equal(lines.length, 1);
  assert.ok(lines[0].includes(resource));
});
