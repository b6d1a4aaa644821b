// The native verifier: the cases of tests/vectors/verifier, and tokens that jose signs here and now.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const require = createRequire(import.meta.url);
const installed = dirname(require.resolve('mcp-auth'));
const { JwtVerifier } = require(join(installed, 'native.js'));
const { Answers } = require(join(installed, 'lib', 'answers.js'));
const file = join(process.env.REPOSITORY, 'tests', 'vectors', 'verifier', 'cases.jsonl');
const now = () => Math.floor(Date.now() / 1000);

for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) {
  const vector = JSON.parse(line);
  test(vector.name, () => replay(vector));
}

function replay({ options, expect_options_error, steps }) {
  if (expect_options_error) {
    assert.throws(
      () => new JwtVerifier(text(options)),
      (error) => JSON.parse(error.message).problems.some(({ pointer }) => pointer === expect_options_error.pointer),
    );
    return;
  }
  const verifier = new JwtVerifier(text(options));
  let fetch = 0;
  for (const { check, header, supply, now, expect } of steps) {
    if (check) {
      const answer = whole(verifier.check(check.token, key(check.key), now));
      if (answer.kind === 'fetch') fetch = answer.id;
      const [[kind, members]] = Object.entries(expect);
      assert.equal(answer.kind, kind, answer.code);
      for (const [name, expected] of Object.entries(members)) {
        assert.deepEqual(answer[camelCase(name)] ?? null, expected, name);
      }
    } else if (header !== undefined) {
      assert.deepEqual(headerOf(verifier, header), expect);
    } else if (supply) {
      verifier.supply(fetch, supply.status, [], Buffer.from(JSON.stringify(supply.body)), now);
    } else {
      verifier.supplyFailure(fetch, now);
    }
  }
}

/** An answer whose caller, where somebody calls, stands beside the rest. */
function whole(told) {
  const answer = new Answers().read(told);
  return { ...answer, ...answer.caller };
}

function headerOf(verifier, token) {
  try {
    return { header: JSON.parse(verifier.header(token)) };
  } catch (error) {
    const { code, text } = JSON.parse(error.message);
    assert.equal(typeof text, 'string');
    return { refused: code };
  }
}

function key(written) {
  if (written === null) return null;
  return 'secret' in written ? Buffer.from(written.secret, 'base64') : text(written.jwk);
}

function text(value) {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function camelCase(name) {
  return name.replace(/_[a-z]/g, (letter) => letter[1].toUpperCase());
}

for (const algorithm of ['RS256', 'PS256', 'RS512', 'ES256', 'ES384', 'ES512', 'EdDSA']) {
  test(`what jose signs with ${algorithm} passes with the public key`, async () => {
    const { privateKey, publicKey } = await generateKeyPair(algorithm);
    const jwk = JSON.stringify(await exportJWK(publicKey));
    const token = await signed(algorithm, privateKey);
    const answer = whole(new JwtVerifier(text({ algorithms: [algorithm] })).check(token, jwk, now()));
    assert.equal(answer.kind, 'allow', answer.code);
    assert.deepEqual([answer.subject, answer.scopes, answer.algorithm], ['user-1', ['read', 'write'], algorithm]);
    const other = new JwtVerifier('{"algorithms": ["RS384"]}').check(token, jwk, now());
    assert.equal(other.code, 'unsupported_algorithm');
    assert.notEqual(other.text, '');
  });
}

for (const algorithm of ['HS256', 'HS384', 'HS512']) {
  test(`what jose signs with ${algorithm} passes with the secret alone`, async () => {
    const secret = new Uint8Array(64).map((_, index) => index);
    const token = await signed(algorithm, secret);
    const verifier = new JwtVerifier(text({ algorithms: [algorithm] }));
    assert.equal(whole(verifier.check(token, secret, now())).kind, 'allow');
    assert.equal(verifier.check(token, new Uint8Array(64), now()).code, 'bad_signature');
  });
}

function signed(alg, key) {
  const claims = { iss: 'https://as.example', sub: 'user-1', scope: 'read write' };
  return new SignJWT(claims).setProtectedHeader({ alg }).setExpirationTime('1m').sign(key);
}
