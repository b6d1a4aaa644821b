import assert from 'node:assert/strict';
import test from 'node:test';
import {
  MCPAuthAuthServerError,
  MCPAuthBearerAuthError,
  MCPAuthConfigError,
  MCPAuthError,
  MCPAuthTokenVerificationError,
} from 'mcp-auth';

const errors = [
  new MCPAuthConfigError('fetch_server_config_error', 'text'),
  new MCPAuthAuthServerError('missing_jwks_uri'),
  new MCPAuthBearerAuthError('invalid_token'),
  new MCPAuthTokenVerificationError('token_verification_failed'),
];

test('every error is an MCPAuthError and an Error with the name of its class', () => {
  for (const error of errors) {
    assert.ok(error instanceof MCPAuthError && error instanceof Error);
    assert.equal(error.name, error.constructor.name);
    assert.match(String(error), new RegExp(`^${error.name}: .`));
  }
});

test('toJson shows the cause only when asked', () => {
  const error = new MCPAuthAuthServerError('invalid_server_config', { reason: 'why' });
  const { error: code, errorDescription, cause, ...rest } = error.toJson();
  assert.deepEqual([code, cause, rest], ['invalid_server_config', undefined, {}]);
  assert.equal(errorDescription, error.message);
  assert.deepEqual(error.toJson(true).cause, { reason: 'why' });
});

test('a bearer error tells the missing scopes and where to read more', () => {
  const cause = { missingScopes: ['a', 'b'], uri: new URL('https://example.com/why') };
  const json = new MCPAuthBearerAuthError('missing_required_scopes', cause).toJson();
  assert.deepEqual(json.missingScopes, ['a', 'b']);
  assert.equal(json.errorUri, 'https://example.com/why');
});

test('a code that is not known gets a message too', () => {
  for (const Kind of [MCPAuthAuthServerError, MCPAuthBearerAuthError, MCPAuthTokenVerificationError]) {
    const error = new Kind('something_new');
    assert.equal(error.code, 'something_new');
    assert.ok(error.message.length > 0);
  }
});
