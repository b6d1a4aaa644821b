// createVerifyJwt(): every kind of key that jose's getters return, and how refusals come out.

import assert from 'node:assert/strict';
import { createHmac, createPublicKey, createSecretKey, generateKeyPairSync, webcrypto } from 'node:crypto';
import test from 'node:test';
import { inspect } from 'node:util';
import { createLocalJWKSet, createRemoteJWKSet, SignJWT } from 'jose';
import { createVerifyJwt, MCPAuthTokenVerificationError } from 'mcp-auth';
import { authorizationServer, resource } from './support.mjs';

const secret = new Uint8Array(32).fill(7);
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = publicKey.export({ format: 'jwk' });

const sign = (key, alg, claims = {}) =>
  new SignJWT({ scope: 'read:notes', client_id: 'app', ...claims })
    .setProtectedHeader({ alg, kid: 'key-1' })
    .setIssuer('https://as.example.com')
    .setSubject('alice')
    .setAudience(resource)
    .setExpirationTime(claims.exp ?? '5m')
    .sign(key);

const cryptoKey = await webcrypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, true, [
  'verify',
]);
const keys = {
  'a CryptoKey': [cryptoKey, 'ES256'],
  'a public KeyObject': [publicKey, 'ES256'],
  'a private KeyObject': [privateKey, 'ES256'],
  'a JWK': [{ ...jwk, alg: 'ES256' }, 'ES256'],
  'a secret Uint8Array': [secret, 'HS256'],
  'a secret KeyObject': [createSecretKey(secret), 'HS256'],
  'a secret JWK': [{ kty: 'oct', k: Buffer.from(secret).toString('base64url') }, 'HS256'],
};

for (const [name, [key, alg]] of Object.entries(keys)) {
  test(`${name} verifies`, async () => {
    const token = await sign(alg === 'HS256' ? secret : privateKey, alg);
    let asked;
    const verify = createVerifyJwt((header, { payload }) => {
      asked = { header, payload };
      return key;
    });
    const { subject, clientId, scopes, audience, issuer, claims, ...rest } = await verify(token);
    assert.deepEqual([subject, clientId, scopes, audience], ['alice', 'app', ['read:notes'], [resource]]);
    assert.deepEqual([issuer, claims.sub, rest.expiresAt], ['https://as.example.com', 'alice', claims.exp]);
    assert.deepEqual(asked, { header: { alg, kid: 'key-1' }, payload: token.split('.')[1] });
    assert.equal((await createVerifyJwt(key)(token)).token, token);
  });
}

test('the getters of jose', async (t) => {
  const server = await authorizationServer(t);
  const token = server.token();
  for (const getKey of [
    createRemoteJWKSet(new URL(`${server.issuer}/jwks`)),
    createLocalJWKSet({ keys: [server.jwk] }),
  ]) {
    const verify = createVerifyJwt(getKey);
    assert.equal((await verify(token)).subject, 'alice');
    await assert.rejects(verify(server.token({}, { kid: 'other' })), invalid);
  }
});

function invalid(error) {
  assert.ok(error instanceof MCPAuthTokenVerificationError, inspect(error));
  assert.equal(error.code, 'invalid_token');
  return true;
}

test('what is refused is an MCPAuthTokenVerificationError that does not hold the token', async () => {
  const verify = createVerifyJwt(() => publicKey);
  const good = await sign(privateKey, 'ES256');
  const forged = `${good.slice(0, -4)}AAAA`;
  const expired = await sign(privateKey, 'ES256', { exp: 1 });
  for (const token of ['', 'opaque', 'a.b.c', forged, expired, await sign(secret, 'HS256')]) {
    await assert.rejects(verify(token), (error) => {
      assert.ok(token === '' || !inspect(error, { depth: 9 }).includes(token), token);
      return invalid(error);
    });
  }
});

test('a public key is never a secret', async () => {
  const pem = Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }));
  const unsigned = (await sign(secret, 'HS256')).split('.').slice(0, 2).join('.');
  const token = `${unsigned}.${createHmac('sha256', pem).update(unsigned).digest('base64url')}`;
  await assert.rejects(createVerifyJwt(() => createPublicKey(pem))(token), invalid);
});

test('a failure of the getter is not the token’s', async () => {
  const token = await sign(privateKey, 'ES256');
  const outage = new Error('no network');
  await assert.rejects(createVerifyJwt(() => Promise.reject(outage))(token), outage);
  for (const key of [undefined, null, 'text', 7]) {
    await assert.rejects(createVerifyJwt(() => key)(token), TypeError);
  }
});

test('options are jose’s, as far as they mean something', async () => {
  const past = await sign(privateKey, 'ES256', { exp: Math.floor(Date.now() / 1000) - 90 });
  await assert.rejects(createVerifyJwt(() => publicKey)(past), invalid);
  for (const clockTolerance of [120, '120s', '2 minutes']) {
    assert.equal((await createVerifyJwt(() => publicKey, { clockTolerance })(past)).subject, 'alice');
  }
  const token = await sign(privateKey, 'ES256');
  await assert.rejects(createVerifyJwt(() => publicKey, { algorithms: ['RS256'] })(token), invalid);
  assert.throws(() => createVerifyJwt(() => publicKey, { currentDate: new Date() }), /jwtVerify\.currentDate is not/);
  assert.throws(() => createVerifyJwt(() => publicKey, { clockTolerance: 'a while' }), /clockTolerance/);
  assert.throws(() => createVerifyJwt(() => publicKey, { algorithms: ['none'] }), { code: 'invalid_server_config' });
});
