// Middleware of Express in process: gates.mjs CASES OURS PEERS JWKS_URL ROUNDS MICROSECONDS. The twin of gates.py.
//
// Each is called as Express calls it, with the request and the response that Node makes; what a gate costs is what it
// takes beyond making those two.

import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

import { ours } from './ours.mjs';
import { packages } from './packages.mjs';
import { race } from './race.mjs';

const [path, folder, peers, jwksUrl, rounds, microseconds] = process.argv.slice(2);
const { jose, published, sdk, versions } = await packages(peers);
const cases = JSON.parse(readFileSync(path, 'utf8'));
const { issuer, resource, leeway } = cases;
const requiredScopes = cases.gate.required_scopes;
const { middleware } = ours(folder, cases);
const socket = new Socket();

for (const { name: algorithm, tokens } of cases.algorithms.filter(({ name }) => ['RS256', 'ES256'].includes(name))) {
  const ofOneKey = tokens.filter(({ pem }) => pem === tokens[0].pem);
  const gates = {
    'no gate': undefined,
    'mcp-auth': middleware({ tokenCacheSize: 0 }),
    'mcp-auth cached': middleware({}),
    ...withPublished(),
    ...(await withSdk(algorithm, tokens[0].jwk)),
  };
  const candidates = Object.fromEntries(Object.entries(gates).map(([name, gate]) => [name, requests(gate, ofOneKey)]));
  const measured = await race(candidates, Number(rounds), Number(microseconds));
  console.log(JSON.stringify({ group: 'gate', what: `Express, ${algorithm}`, candidates: measured, versions }));
}

/** Requests as the parser leaves them, each until the application would get it. */
function requests(gate, tokens) {
  const headers = tokens.map(({ token }) =>
    [
      ['Host', 'rs.example'],
      ['Content-Type', 'application/json'],
      ['Accept', 'application/json, text/event-stream'],
      ['MCP-Protocol-Version', '2025-11-25'],
      ['Authorization', `Bearer ${token}`],
      ['Content-Length', '97'],
    ].flat(),
  );
  return (number) => {
    const req = new IncomingMessage(socket);
    req.method = 'POST';
    req.url = req.originalUrl = '/mcp';
    const own = headers[number % headers.length];
    req._addHeaderLines(own, own.length); // as the parser does
    let isDone = false;
    let wake;
    const res = new ServerResponse(req);
    res.json = res.send = (body) => {
      throw new Error(`refused: ${res.statusCode} ${JSON.stringify(body)}`);
    };
    const finish = (error) => {
      if (error) throw error;
      isDone = true;
      wake?.();
    };
    if (gate === undefined) finish();
    else gate(req, res, finish);
    if (!isDone) {
      return new Promise((resolve) => {
        wake = resolve;
      });
    }
  };
}

/** mcp-auth as it is published, which fetches the keys once. */
function withPublished() {
  if (published === undefined) return {};
  const metadata = {
    issuer,
    authorizationEndpoint: `${issuer}/authorize`,
    tokenEndpoint: `${issuer}/token`,
    jwksUri: jwksUrl,
    responseTypesSupported: ['code'],
    grantTypesSupported: ['authorization_code'],
    codeChallengeMethodsSupported: ['S256'],
  };
  const mcpAuth = new published.MCPAuth({
    protectedResources: { metadata: { resource, authorizationServers: [{ type: 'oidc', metadata }] } },
  });
  const options = { resource, audience: resource, requiredScopes, jwtVerify: { clockTolerance: leeway } };
  return { [`mcp-auth ${versions['mcp-auth']}`]: mcpAuth.bearerAuth('jwt', options) };
}

/** The official SDK's middleware with the verifier that its users write. */
async function withSdk(algorithm, jwk) {
  if (sdk === undefined || jose === undefined) return {};
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const options = { algorithms: [algorithm], audience: resource, issuer, clockTolerance: leeway };
  const verifier = {
    async verifyAccessToken(token) {
      const { payload } = await jose.jwtVerify(token, key, options);
      const { client_id: clientId, scope, exp: expiresAt } = payload;
      return { token, clientId, scopes: scope.split(' '), expiresAt, extra: payload };
    },
  };
  return { 'SDK with jose': sdk.requireBearerAuth({ verifier, requiredScopes }) };
}
