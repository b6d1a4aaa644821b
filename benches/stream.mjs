// Measures a long SSE response through the Node package's gate beside the same application without it:
// stream.mjs CASES NODE_MODULES ROUNDS MICROSECONDS. The twin of stream.py.

import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { race } from './race.mjs';

const CHUNKS = 20_000;
const CHUNK = Buffer.from(
  'event: message\ndata: {"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":1}}\n\n',
);

const [path, modules, rounds, microseconds] = process.argv.slice(2);
const require = createRequire(join(modules, 'benches.cjs'));
const express = require('express');
const { MCPAuth } = require('mcp-auth');

const cases = JSON.parse(readFileSync(path, 'utf8'));
const server = application().listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const candidates = { 'mcp-auth': () => read('/guarded'), 'no gate': () => read('/bare') };
const measured = await race(candidates, Number(rounds), Number(microseconds));
const aChunk = ([name, { min, median }]) => [name, { min: min / CHUNKS, median: median / CHUNKS }];
const perChunk = Object.fromEntries(Object.entries(measured).map(aChunk));
console.log(JSON.stringify({ group: 'stream', what: 'Express, a chunk of SSE', candidates: perChunk }));
server.close();

function application() {
  const { issuer, jwks, resource } = cases;
  const mcpAuth = new MCPAuth({
    protectedResources: { metadata: { resource, authorizationServers: [{ issuer, jwks }] } },
    logger: { info() {}, debug() {}, warn: console.error },
  });
  const app = express();
  app.get('/bare', stream);
  app.get('/guarded', mcpAuth.bearerAuth('jwt', { resource }), stream);
  return app;
}

async function stream(_req, res) {
  res.setHeader('Content-Type', 'text/event-stream');
  for (let sent = 0; sent < CHUNKS; sent += 1) {
    if (!res.write(CHUNK)) await new Promise((resolve) => res.once('drain', resolve));
  }
  res.end();
}

/** Asks and reads to the end; fails if anything is missing. */
async function read(target) {
  const headers = { Authorization: `Bearer ${cases.algorithms[0].tokens[0].token}` };
  const response = await new Promise((resolve, reject) => {
    get({ port: server.address().port, path: target, headers, agent: false }, resolve).on('error', reject);
  });
  if (response.statusCode !== 200) throw new Error(`${target} answered ${response.statusCode}`);
  let length = 0;
  for await (const data of response) length += data.length;
  if (length !== CHUNKS * CHUNK.length) throw new Error(`${target} ended after ${length} bytes`);
}
