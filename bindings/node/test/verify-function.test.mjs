// Tokens that the application verifies by a function of its own.

import assert from 'node:assert/strict';
import test from 'node:test';
import express5 from 'express';
import express4 from 'express4';
import {
  handleBearerAuth,
  MCPAuth,
  MCPAuthAuthServerError,
  MCPAuthBearerAuthError,
  MCPAuthConfigError,
  MCPAuthTokenVerificationError,
} from 'mcp-auth';
import { ask, listen, resource, silent } from './support.mjs';

const issuer = 'https://as.example.com';
const info = { token: 'opaque', issuer, subject: 'alice', clientId: '', scopes: ['read:notes'], audience: resource };

function guarded(logger = silent) {
  return new MCPAuth({
    protectedResources: { metadata: { resource, authorizationServers: [{ issuer, type: 'oidc' }] } },
    logger,
  });
}

async function asked(t, gate, express = express5) {
  const app = express();
  app.use(gate, (req, res) => res.json({ ...req.auth, token: req.auth.token, claims: req.auth.claims }));
  const { status, headers, body } = await ask(await listen(t, app), { token: 'opaque' });
  return { status, challenge: headers['www-authenticate'], body: JSON.parse(body), text: body };
}

for (const [name, express] of Object.entries({ express4, express5 })) {
  for (const [kind, verify] of Object.entries({ sync: () => info, async: async () => info })) {
    test(`${name}, ${kind}: what the function says is req.auth`, async (t) => {
      const claims = { sub: 'alice', deep: { list: [1, 'ü'] } };
      const seen = [];
      const gate = guarded().bearerAuth(
        (token) => {
          seen.push(token);
          return kind === 'sync' ? { ...verify(), claims } : verify().then((info) => ({ ...info, claims }));
        },
        { resource, requiredScopes: ['read:notes'] },
      );
      const { status, body } = await asked(t, gate, express);
      assert.equal(status, 200);
      assert.deepEqual(seen, ['opaque']);
      assert.deepEqual([body.subject, body.clientId, body.token, body.claims], ['alice', '', 'opaque', claims]);
    });
  }
}

test('issuer, audience, time and scopes are checked all the same', async (t) => {
  const mcpAuth = guarded();
  for (const [change, status, error] of [
    [{ issuer: 'https://evil.example.com' }, 401, 'invalid_issuer'],
    [{ audience: 'https://other.example.com' }, 401, 'invalid_audience'],
    [{ audience: undefined }, 401, 'invalid_audience'],
    [{ expiresAt: 1 }, 401, 'invalid_token'],
    [{ scopes: [] }, 403, 'missing_required_scopes'],
    [{ scopes: undefined }, 403, 'missing_required_scopes'],
  ]) {
    const gate = mcpAuth.bearerAuth(() => ({ ...info, ...change }), { resource, requiredScopes: ['read:notes'] });
    const { body, challenge, ...answer } = await asked(t, gate);
    assert.deepEqual([answer.status, body.error], [status, error], JSON.stringify(change));
    assert.match(challenge, /^Bearer resource_metadata=/);
  }
});

test('a function that returns nothing refuses, and nothing crashes', async (t) => {
  for (const nothing of [undefined, null]) {
    const { status, body } = await asked(
      t,
      guarded().bearerAuth(() => nothing, { resource }),
    );
    assert.deepEqual([status, body.error], [401, 'invalid_token']);
  }
  for (const nonsense of ['alice', 7, [], {}, { ...info, scopes: 'read:notes' }, { ...info, subject: 7 }]) {
    const { status, body } = await asked(
      t,
      guarded().bearerAuth(() => nonsense, { resource }),
    );
    assert.deepEqual([status, body.error], [500, 'server_error'], JSON.stringify(nonsense));
  }
});

test('the errors of this package are answered with their code', async (t) => {
  for (const [error, status, code] of [
    [new MCPAuthTokenVerificationError('invalid_token'), 401, 'invalid_token'],
    [new MCPAuthTokenVerificationError('token_verification_failed'), 401, 'token_verification_failed'],
    [new MCPAuthBearerAuthError('invalid_audience', { expected: 'a', actual: 'b' }), 401, 'invalid_audience'],
    [new MCPAuthBearerAuthError('missing_required_scopes', { missingScopes: ['x'] }), 403, 'missing_required_scopes'],
    [new MCPAuthAuthServerError('missing_jwks_uri'), 500, 'server_error'],
    [new MCPAuthConfigError('fetch_server_config_error', 'text'), 500, 'server_error'],
  ]) {
    const gate = guarded().bearerAuth(() => Promise.reject(error), { resource });
    const { body, ...answer } = await asked(t, gate);
    assert.deepEqual([answer.status, body.error], [status, code]);
    if (status === 403) assert.deepEqual(body.missing_scopes, ['x']);
  }
});

test('any other error is a server error without a stack, and the log has it without the token', async (t) => {
  const lines = [];
  const gate = guarded({ ...silent, warn: (line) => lines.push(line) }).bearerAuth(
    (token) => {
      throw new Error(`no luck with ${token}`);
    },
    { resource },
  );
  const { status, body, text } = await asked(t, gate);
  assert.deepEqual([status, body.error], [500, 'server_error']);
  assert.doesNotMatch(text, /no luck|\.m?js/);
  assert.match(lines.join('\n'), /no luck with \(token\)/);
  assert.doesNotMatch(lines.join('\n'), /opaque/);
});

test('details name what was expected and what came, with the names of claims as they are', async (t) => {
  const gate = guarded().bearerAuth(() => ({ ...info, audience: 'other', claims: { camelCase: 1 } }), {
    resource,
    showErrorDetails: true,
  });
  const { body, text } = await asked(t, gate);
  assert.deepEqual(body.cause, { expected: [resource], actual: 'other' });
  assert.doesNotMatch(text, /camelCase|camel_case/);
});

test('handleBearerAuth() does the same without an MCPAuth', async (t) => {
  const verifyAccessToken = async () => info;
  const good = await asked(t, handleBearerAuth({ verifyAccessToken, issuer, audience: resource }));
  assert.deepEqual([good.status, good.body.subject], [200, 'alice']);
  for (const [options, error] of [
    [{ issuer: 'https://other.example.com' }, 'invalid_issuer'],
    [{ issuer, audience: 'other' }, 'invalid_audience'],
    [{ issuer, requiredScopes: ['write:notes'] }, 'missing_required_scopes'],
    [{ issuer, resource: 'https://other.example.com' }, 'invalid_audience'],
  ]) {
    const { body, challenge } = await asked(t, handleBearerAuth({ verifyAccessToken, ...options }));
    assert.equal(body.error, error);
    assert.equal(/resource_metadata="https:\/\/other/.test(challenge), 'resource' in options, challenge);
  }
});

test('handleBearerAuth(): a function may judge the issuer', async (t) => {
  const seen = [];
  const validate = (issuer) => {
    seen.push(issuer);
    if (!issuer.startsWith('https://tenant-')) throw new MCPAuthBearerAuthError('invalid_issuer');
  };
  const tenants = ['https://tenant-1.example.com', 'https://tenant-2.example.com', 'https://evil.example.com'];
  let next = 0;
  const verifyAccessToken = () => {
    const issuer = tenants[next];
    next += 1;
    return { ...info, issuer };
  };
  const app = express5();
  app.use(handleBearerAuth({ verifyAccessToken, issuer: validate }), (req, res) => res.json(req.auth));
  const url = await listen(t, app);
  // All at once: no issuer takes another's place.
  const answers = await Promise.all(tenants.map(() => ask(url, { token: 'opaque' })));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 401]);
  const passed = answers.filter(({ status }) => status === 200).map(({ body }) => JSON.parse(body).issuer);
  assert.deepEqual(passed.sort(), tenants.slice(0, 2));
  assert.deepEqual(seen, tenants);
});

test('handleBearerAuth(): what cannot be is a TypeError', () => {
  for (const options of [
    { issuer },
    { verifyAccessToken: 'jwt', issuer },
    { verifyAccessToken() {} },
    { verifyAccessToken() {}, issuer: 7 },
    { verifyAccessToken() {}, issuer: 'not a URL' },
  ]) {
    assert.throws(() => handleBearerAuth(options), TypeError);
  }
  assert.throws(() => handleBearerAuth({ verifyAccessToken() {}, issuer, scopes: [] }), /scopes/);
});
