// Whole tokens in Node: host.mjs CASES OURS PEERS ROUNDS MICROSECONDS. The twin of host.py.
//
// OURS and PEERS are folders of packages. All end with the claims as an object, because that is what the peers give.

import { deepStrictEqual } from 'node:assert';
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { ours } from './ours.mjs';
import { packages } from './packages.mjs';
import { race } from './race.mjs';

const [path, folder, peers, rounds, microseconds] = process.argv.slice(2);
const { jose, fastJwt, jsonwebtoken, awsJwtVerify, versions } = await packages(peers);
const cases = JSON.parse(readFileSync(path, 'utf8'));
const { issuer, resource: audience, leeway } = cases;
const { claims, verifier } = ours(folder, cases);

for (const { name: algorithm, tokens } of cases.algorithms) {
  const candidates = {
    'mcp-auth': withOurs(tokens, { tokenCacheSize: 0 }),
    'mcp-auth cached': withOurs(tokens, {}),
    'mcp-auth verifyAccessToken, cached': withVerifier(tokens, {}),
    ...(await withJose(algorithm, tokens)),
    ...withFastJwt(algorithm, tokens),
    ...withJsonwebtoken(algorithm, tokens),
    ...withAws(algorithm, tokens),
    'node:crypto, signature alone': withCrypto(algorithm, tokens),
  };
  for (const [name, run] of Object.entries(candidates)) {
    if (name.startsWith('node:')) continue;
    for (const [number, { token }] of tokens.entries()) deepStrictEqual({ ...(await run(number)) }, payload(token), name);
  }
  const measured = await race(candidates, Number(rounds), Number(microseconds));
  console.log(JSON.stringify({ group: 'token', what: algorithm, candidates: measured, versions }));
}

function payload(token) {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
}

/** A token, without a request around it, as the peers get it. */
function withOurs(tokens, options) {
  const verify = claims(options);
  return (number) => verify(tokens[number % tokens.length].token);
}

function withVerifier(tokens, options) {
  const own = verifier(options);
  return async (number) => (await own.verifyAccessToken(tokens[number % tokens.length].token)).extra.claims;
}

async function withJose(algorithm, tokens) {
  if (jose === undefined) return {};
  const options = { algorithms: [algorithm], audience, issuer, clockTolerance: leeway, requiredClaims: ['exp', 'sub'] };
  const keys = await Promise.all(tokens.map(({ jwk }) => jose.importJWK(jwk, algorithm)));
  return {
    jose: async (number) => {
      const at = number % tokens.length;
      return (await jose.jwtVerify(tokens[at].token, keys[at], options)).payload;
    },
  };
}

/** As its README has it: `cache: true`, whose key is a hash of the token, and the identity that it offers instead. */
function withFastJwt(algorithm, tokens) {
  if (fastJwt === undefined) return {};
  const verifiers = (options) =>
    byKey(tokens, ({ pem: key }) =>
      fastJwt.createVerifier({
        key,
        algorithms: [algorithm],
        allowedAud: audience,
        allowedIss: issuer,
        clockTolerance: leeway * 1_000,
        requiredClaims: ['exp', 'iss', 'aud', 'sub'],
        ...options,
      }),
    );
  return {
    'fast-jwt': verifiers({}),
    'fast-jwt cached': verifiers({ cache: true }),
    'fast-jwt cached, identity': freshly(tokens, verifiers({ cache: true, cacheKeyBuilder: (token) => token })),
  };
}

function withJsonwebtoken(algorithm, tokens) {
  if (jsonwebtoken === undefined || algorithm === 'EdDSA') return {}; // which it does not know
  const options = { algorithms: [algorithm], audience, issuer, clockTolerance: leeway };
  const verifiers = byKey(tokens, ({ jwk }) => {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    return (token) => jsonwebtoken.verify(token, key, options);
  });
  return { jsonwebtoken: verifiers };
}

function withAws(algorithm, tokens) {
  if (awsJwtVerify === undefined || algorithm === 'PS256') return {}; // which it does not know
  const verifier = awsJwtVerify.JwtVerifier.create({
    issuer,
    audience,
    jwksUri: 'https://issuer.example/jwks',
    graceSeconds: leeway,
  });
  verifier.cacheJwks(cases.jwks);
  return { 'aws-jwt-verify': (number) => verifier.verifySync(tokens[number % tokens.length].token) };
}

function withCrypto(algorithm, tokens) {
  const signed = tokens.map(({ token, jwk }) => {
    const [input, signature] = [token.slice(0, token.lastIndexOf('.')), token.slice(token.lastIndexOf('.') + 1)];
    const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
    if (algorithm === 'PS256') Object.assign(key, { padding: 6, saltLength: 32 });
    return [Buffer.from(input), key, Buffer.from(signature, 'base64url')];
  });
  const hash = { EdDSA: null, ES384: 'sha384' }[algorithm];
  return (number) => verify(hash === undefined ? 'sha256' : hash, ...signed[number % signed.length]);
}

/** What verifies each token: one function for each key. */
function byKey(tokens, make) {
  const made = new Map();
  for (const token of tokens) if (!made.has(token.pem)) made.set(token.pem, make(token));
  const functions = tokens.map(({ pem }) => made.get(pem));
  return (number, token = tokens[number % tokens.length].token) => functions[number % tokens.length](token);
}

/** With a new string each time, as it comes off a socket: V8 hashes a string once and remembers that. */
function freshly(tokens, verify) {
  const bytes = tokens.map(({ token }) => Buffer.from(token));
  return (number) => verify(number, bytes[number % bytes.length].latin1Slice());
}
