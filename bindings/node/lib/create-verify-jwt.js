'use strict';

const { types } = require('node:util');

const { Answers } = require('./answers.js');
const { AuthInfo } = require('./auth-info.js');
const { invalidToken, MCPAuthTokenVerificationError } = require('./errors.js');
const { fromJwtVerify } = require('./jose-options.js');
const { toWireJson } = require('./names.js');
const { JwtVerifier } = require('../native.js');
const { accepted, refusal } = require('./refusal.js');

// What of jose's options means something where neither issuer nor audience are judged.
const OPTIONS = ['algorithms', 'clockTolerance'];

// jose's getters throw these for a token that names no key, or not one; everything else they throw is a failure.
const NO_KEY = ['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWKS_MULTIPLE_MATCHING_KEYS'];

/**
 * A function that verifies JWTs with the key that `getKey` chooses, for `bearerAuth` and `handleBearerAuth`. `getKey` is
 * called as jose calls it, with the token's header; a key itself will do as well.
 */
function createVerifyJwt(getKey, options) {
  const verifier = accepted(() => new JwtVerifier(toWireJson(fromJwtVerify(options, OPTIONS), {})));

  const answers = new Answers();

  return async function verifyJwt(token) {
    const header = JSON.parse(refused(() => verifier.header(token)));
    const key = keyFor(await chosen(getKey, header, token));
    const answer = answers.read(verifier.check(token, key, Math.floor(Date.now() / 1000)));
    if (answer.kind === 'allow') return new AuthInfo(answer.caller, () => token);
    throw new MCPAuthTokenVerificationError(answer.bodyError, { code: answer.code, text: answer.text });
  };
}

/** What the engine makes of a token; a token that it does not read is invalid. */
function refused(read) {
  try {
    return read();
  } catch (error) {
    const cause = refusal(error);
    throw cause ? invalidToken(cause) : error;
  }
}

async function chosen(getKey, header, token) {
  if (typeof getKey !== 'function') return getKey;
  const [encoded, payload, signature] = token.split('.');
  try {
    return await getKey(header, { protected: encoded, payload, signature });
  } catch (error) {
    throw NO_KEY.includes(error?.code) ? invalidToken(error) : error;
  }
}

/** A key as the engine takes it: a public JWK as JSON text, or the bytes of a secret. */
function keyFor(key) {
  if (key instanceof Uint8Array) return key;
  if (types.isCryptoKey(key)) return keyFor(crypto().KeyObject.from(key));
  if (types.isKeyObject(key)) {
    if (key.type === 'secret') return key.export();
    return JSON.stringify((key.type === 'private' ? crypto().createPublicKey(key) : key).export({ format: 'jwk' }));
  }
  if (typeof key === 'object' && key !== null && 'kty' in key) {
    return key.kty === 'oct' ? Buffer.from(String(key.k), 'base64url') : JSON.stringify(key);
  }
  throw new TypeError('the key must be a CryptoKey, a KeyObject, a JWK or, for HMAC, a Uint8Array');
}

/** Loading it takes longer than all of this package. */
function crypto() {
  return require('node:crypto');
}

module.exports = { createVerifyJwt };
