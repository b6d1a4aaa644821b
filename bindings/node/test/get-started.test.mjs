// Runs the code of the Get-started page as it stands there, against a real authorization server and a real MCP client.
// What has to be put in for it to run is listed below. A block that changes, appears or goes must be looked at here.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test, { after, before } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ask } from './support.mjs';

const tests = join(process.env.REPOSITORY, 'tests');
const page = readFileSync(join(tests, 'get-started', 'get-started.es.md'), 'utf8');
const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block);

// The authorization server of the tests knows resources on loopback only; it is an identifier, nothing listens there.
const resource = 'http://127.0.0.1:3000/notes';
const issuer = '{the authorization server}';

/** SHA-256 of each block, and what is put in: what stands there, how often, and what comes in its place. */
const expected = [
  {
    name: 'initialise',
    sha256: 'cdbe2329f8b2487773dccacdaedf72648c83855f78cb1990f6ac78e146cde27c',
    substitutions: [
      ['https://api.example.com/notes', 1, resource],
      ['https://auth.logto.io/oidc', 1, issuer],
    ],
  },
  {
    name: 'mount the metadata',
    sha256: 'e97be925401f37f6fc34ba345b387e6516cde5a211684d0b21b3b019690468b1',
    substitutions: [],
  },
  {
    name: 'protect a route',
    sha256: 'ff69648b6f1a3618df10a99fe559cdaf9cbde9e80d65400effa511ee20afa9c0',
    substitutions: [['app.listen(3000);', 1, 'const listener = app.listen(0);']],
  },
  {
    name: 'a tool',
    sha256: 'f2d04cb8b43b1a1c533bfd4c1776f50df62b685983cac54c10d6e9a1d58d33b0',
    substitutions: [
      ['/* ... */', 1, "{ name: 'notes', version: '1.0.0' }"],
      [
        '// Ahora puedes usar el objeto `authInfo` para acceder a la información autenticada',
        1,
        "return { content: [{ type: 'text', text: JSON.stringify({ sum: a + b, authInfo }) }] };",
      ],
    ],
  },
];

// What the page leaves to the reader: the endpoint that the MCP server answers at.
const endpoint = `
import { randomUUID } from 'node:crypto';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => randomUUID() });
await server.connect(transport);
const operations = { 'tools/call': { add: ['write:notes'] } };
app.all('/mcp', mcpAuth.bearerAuth('jwt', { resource: resourceIdentifier, operations }), (req, res) =>
  transport.handleRequest(req, res),
);
`;

let as;
before(async () => {
  as = await startAuthorizationServer();
});
after(() => as.stop());

test('the page has the blocks that are known here', () => {
  const found = blocks.map((block) => createHash('sha256').update(block).digest('hex'));
  assert.deepEqual(
    found,
    expected.map(({ sha256 }) => sha256),
  );
});

test('the metadata are served', async (t) => {
  const { app } = await run('metadata', [block(0), block(1), 'export { app };']);
  const listener = app.listen(0);
  t.after(() => listener.close());
  const { status, body } = await ask(`${address(listener)}/.well-known/oauth-protected-resource/notes`);
  assert.equal(status, 200);
  const { resource: published, authorization_servers, scopes_supported } = JSON.parse(body);
  assert.deepEqual([published, authorization_servers], [resource, [as.issuer]]);
  assert.deepEqual(scopes_supported, ['read:notes', 'write:notes']);
});

test('the route lets in who may read notes, and prints no token', async (t) => {
  const { listener } = await run('route', [block(0), block(2), 'export { listener };']);
  t.after(() => close(listener));
  const log = t.mock.method(console, 'log', () => {});
  const url = `${address(listener)}/notes`;

  assert.equal((await ask(url)).status, 401);
  assert.equal((await ask(url, { token: await as.token('write:notes') })).status, 403);
  const token = await as.token('read:notes');
  const { status, body } = await ask(url, { token });
  assert.deepEqual([status, JSON.parse(body)], [200, { notes: [] }]);

  const { inspect } = await import('node:util');
  const printed = log.mock.calls.map(({ arguments: args }) => args.map((arg) => inspect(arg)).join(' ')).join('\n');
  assert.match(printed, /^'Auth info:' AuthInfo .*m2m/s);
  assert.ok(!printed.includes(token));
});

test('a tool sees who calls it', async (t) => {
  const { listener } = await run('tool', [block(0), block(2), block(3), endpoint, 'export { listener };']);
  t.after(() => close(listener));
  const client = await connect(t, `${address(listener)}/mcp`, await as.token('read:notes write:notes'));
  const { content } = await client.callTool({ name: 'add', arguments: { a: 1, b: 2 } });
  const { sum, authInfo } = JSON.parse(content[0].text);
  assert.equal(sum, 3);
  assert.deepEqual([authInfo.issuer, authInfo.clientId, authInfo.audience], [as.issuer, 'm2m', [resource]]);
  assert.equal(authInfo.claims.client_id, 'm2m');
  assert.equal(authInfo.token, undefined);
});

test('and who may not call it does not get there', async (t) => {
  const { listener } = await run('tool-refused', [block(0), block(2), block(3), endpoint, 'export { listener };']);
  t.after(() => close(listener));
  const client = await connect(t, `${address(listener)}/mcp`, await as.token('read:notes'));
  await assert.rejects(client.callTool({ name: 'add', arguments: { a: 1, b: 2 } }), /403|insufficient|scope/i);
});

/** A block with everything put in, each exactly as often as listed. */
function block(index) {
  return expected[index].substitutions.reduce((code, [what, times, instead]) => {
    assert.equal(code.split(what).length - 1, times, `${expected[index].name}: ${what}`);
    return code.replaceAll(what, instead === issuer ? as.issuer : instead);
  }, blocks[index]);
}

/** Runs blocks as one module. The page repeats its imports and its application from block to block, never in one run. */
function run(name, parts) {
  const file = new URL(`./page-${name}.mjs`, import.meta.url);
  writeFileSync(file, parts.join('\n'));
  return import(file);
}

function address(listener) {
  return `http://127.0.0.1:${listener.address().port}`;
}

function close(listener) {
  listener.close();
  listener.closeAllConnections();
}

async function connect(t, url, token) {
  const client = new Client({ name: 'test', version: '1.0.0' });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  t.after(() => client.close());
  return client;
}

/** The repository's own; `npm ci` in its folder must have been run. */
async function startAuthorizationServer() {
  const script = join(tests, 'e2e', 'authorization-server.mjs');
  const child = spawn(process.execPath, [script, '--die-with-parent'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const { value: line } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  assert.ok(line, 'the authorization server did not start: has `npm ci` been run in tests/e2e?');
  const { issuer } = JSON.parse(line);
  const metadata = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  return {
    issuer,
    stop: () => child.kill(),
    token: async (scope) => {
      const response = await fetch(metadata.token_endpoint, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from('m2m:m2m-secret').toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource, scope }),
      });
      const { access_token: token } = await response.json();
      assert.ok(token, 'no token');
      return token;
    },
  };
}
