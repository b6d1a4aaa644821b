import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import test from 'node:test';
import {
  authServerErrorDescription,
  bearerAuthErrorDescription,
  MCPAuthAuthServerError,
  MCPAuthBearerAuthError,
  MCPAuthConfigError,
  MCPAuthError,
  MCPAuthJwtVerificationError,
  MCPAuthTokenVerificationError,
  tokenVerificationErrorDescription,
} from 'mcp-auth';

const require = createRequire(import.meta.url);
const native = require(join(dirname(require.resolve('mcp-auth')), 'native.js'));

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

test("every documented code has one message, which is the engine's", () => {
  const families = [
    [MCPAuthAuthServerError, authServerErrorDescription, 3],
    [MCPAuthBearerAuthError, bearerAuthErrorDescription, 7],
    [MCPAuthTokenVerificationError, tokenVerificationErrorDescription, 2],
  ];
  for (const [Kind, descriptions, count] of families) {
    assert.equal(Object.keys(descriptions).length, count);
    for (const [code, text] of Object.entries(descriptions)) {
      assert.equal(text, native.errorText(code));
      assert.equal(new Kind(code).message, text);
    }
  }
  assert.equal(native.errorText('quota_exceeded'), null);
  assert.equal(new MCPAuthBearerAuthError('quota_exceeded').message, 'quota_exceeded');
});

test('the native functions for metadata take and give JSON', () => {
  assert.equal(native.revisions().at(-1), '2026-07-28');
  const document = '{"issuer": "https://as.example"}';
  const findings = JSON.parse(native.validate(document, '2025-06-18', 'https://other.example'));
  assert.equal(findings.is_valid, false);
  assert.ok(findings.errors.some(({ code }) => code === 'issuer_mismatch'));
  const [problem] = JSON.parse(native.metadataProblems('authorization_server', document));
  assert.equal(problem.pointer, '/authorization_endpoint');
  assert.equal(native.metadataProblems('protected_resource', '{"resource": "https://api.example/mcp"}'), '[]');
  assert.throws(() => native.validate(document, 'latest'), /"pointer":"\/revision"/);
  assert.throws(() => native.metadataProblems('client', document), /"pointer":"\/kind"/);
});

test('the names that earlier guides teach are aliases', async () => {
  const warned = once(process, 'warning');
  const error = new MCPAuthJwtVerificationError('jwt_verification_failed');
  assert.ok(error instanceof MCPAuthTokenVerificationError);
  assert.equal(error.code, 'token_verification_failed');
  const [warning] = await warned;
  assert.equal(warning.name, 'DeprecationWarning');
  assert.match(warning.message, /token_verification_failed/);
});
