// An authorization server of the tests' own, and a way to talk to an application on loopback.

import { createSign, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { MCPAuth } from 'mcp-auth';

export const resource = 'https://api.example.com/notes';

/** Starts an HTTP server; it stops when the test `t` ends. */
export async function listen(t, handler) {
  const server = http.createServer(handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/**
 * Signs tokens and serves its metadata and keys. `answer.jwks` and `answer.metadata` may be replaced by a test;
 * `requests` counts.
 */
export async function authorizationServer(t) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'ES256', use: 'sig' };
  const json = (res, value) => res.setHeader('content-type', 'application/json').end(JSON.stringify(value));
  const server = {
    issuer: '',
    jwk,
    requests: { jwks: 0, metadata: 0 },
    answer: {
      jwks: (_req, res) => json(res, { keys: [jwk] }),
      metadata: (_req, res) => json(res, server.metadata()),
    },
    metadata: () => ({ issuer: server.issuer, jwks_uri: `${server.issuer}/jwks`, response_types_supported: ['code'] }),
    token: (claims = {}, header = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const payload = { iss: server.issuer, sub: 'alice', aud: resource, iat: now, exp: now + 600, ...claims };
      const signed = `${encode({ alg: 'ES256', typ: 'at+jwt', kid: 'key-1', ...header })}.${encode(payload)}`;
      const key = { key: privateKey, dsaEncoding: 'ieee-p1363' };
      return `${signed}.${createSign('sha256').update(signed).sign(key).toString('base64url')}`;
    },
  };
  server.issuer = await listen(t, (req, res) => {
    const what = req.url === '/jwks' ? 'jwks' : 'metadata';
    server.requests[what] += 1;
    server.answer[what](req, res);
  });
  return server;
}

/** An `MCPAuth` for one resource that trusts `server`. */
export function guard(server, options = {}) {
  return new MCPAuth({
    protectedResources: { metadata: { resource, authorizationServers: [{ issuer: server.issuer, type: 'oidc' }] } },
    logger: silent,
    ...options,
  });
}

export const silent = { info() {}, debug() {}, warn() {} };

/** One request; the header `authorization` from `token`. Resolves to status, headers and the text of the body. */
export async function ask(url, { token, ...options } = {}) {
  const headers = { ...(token && { authorization: `Bearer ${token}` }), ...options.headers };
  const req = http.request(url, {
    method: options.method ?? 'GET',
    headers,
    agent: options.agent,
    signal: options.signal,
  });
  const response = once(req, 'response');
  for (const chunk of [options.body ?? []].flat()) {
    req.write(chunk);
    await new Promise((resolve) => setImmediate(resolve));
  }
  req.end();
  const [res] = await response;
  const chunks = [];
  for await (const chunk of res) chunks.push(chunk);
  return { status: res.statusCode, headers: res.headers, body: Buffer.concat(chunks).toString() };
}
