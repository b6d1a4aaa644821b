// Measures the Node package's gate beside jose: host.mjs CASES SECONDS NODE_MODULES. The twin of host.py.
//
// Both sides end with the claims as an object, because that is what the peer gives.

import { deepStrictEqual } from 'node:assert';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { race } from './race.mjs';

const [path, seconds, modules] = process.argv.slice(2);
const require = createRequire(join(modules, 'benches.cjs'));
const { Engine } = require(join(modules, 'mcp-auth', 'native.js'));
const { importJWK, jwtVerify } = await import(pathToFileURL(join(modules, 'jose', 'dist', 'webapi', 'index.js')));

const cases = JSON.parse(readFileSync(path, 'utf8'));
const gate = new Engine(JSON.stringify(cases.configuration)).gate(JSON.stringify(cases.gate));
for (const token of cases.tokens) {
  const ours = withGate(token);
  const peer = await withJose(token);
  deepStrictEqual(ours(), await peer());
  const measured = await race(ours, peer, Number(seconds) / cases.tokens.length);
  console.log(JSON.stringify({ operation: `${token.algorithm}, whole request`, ...measured }));
}

function withGate({ token }) {
  // What a client of MCP sends, as it stands in `rawHeaders`.
  const headers = [
    ['Host', 'rs.example'],
    ['Content-Type', 'application/json'],
    ['Accept', 'application/json, text/event-stream'],
    ['MCP-Protocol-Version', '2025-11-25'],
    ['Authorization', `Bearer ${token}`],
    ['Content-Length', '97'],
  ].flat();
  return () => JSON.parse(gate.check('POST', '/mcp', headers, null, null, cases.now).claims);
}

async function withJose({ algorithm, jwk, token }) {
  const key = await importJWK(jwk, algorithm);
  const options = {
    algorithms: [algorithm],
    audience: cases.resource,
    issuer: cases.issuer,
    clockTolerance: cases.leeway,
    requiredClaims: ['exp', 'sub'],
  };
  return async () => (await jwtVerify(token, key, options)).payload;
}
