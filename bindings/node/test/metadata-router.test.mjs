import assert from 'node:assert/strict';
import test from 'node:test';
import express5 from 'express';
import express4 from 'express4';
import { MCPAuth } from 'mcp-auth';
import { ask, listen, resource, silent } from './support.mjs';

const path = '/.well-known/oauth-protected-resource/notes';
const mcpAuth = new MCPAuth({
  protectedResources: {
    metadata: {
      resource,
      authorizationServers: [{ issuer: 'https://as.example.com', type: 'oidc' }],
      scopesSupported: ['read:notes'],
      resource_documentation: 'https://api.example.com/docs',
      'resourceName#de-CH': 'Notizen',
      'x-vendor': { keepMe: [1] },
    },
  },
  logger: silent,
});

for (const [name, express] of Object.entries({ express4, express5 })) {
  const app = express();
  app.use(mcpAuth.protectedResourceMetadataRouter());
  app.use((_req, res) => res.status(418).end());

  test(`${name}: the document, in the names of the wire, unknown members kept`, async (t) => {
    const answer = await ask((await listen(t, app)) + path);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['access-control-allow-origin'], '*');
    assert.deepEqual(JSON.parse(answer.body), {
      resource,
      authorization_servers: ['https://as.example.com'],
      scopes_supported: ['read:notes'],
      bearer_methods_supported: ['header'],
      resource_documentation: 'https://api.example.com/docs',
      'resource_name#de-CH': 'Notizen',
      'x-vendor': { keepMe: [1] },
    });
  });

  test(`${name}: HEAD has the headers and no body`, async (t) => {
    const url = (await listen(t, app)) + path;
    const [get, head] = [await ask(url), await ask(url, { method: 'HEAD' })];
    assert.deepEqual([head.status, head.body], [200, '']);
    assert.equal(head.headers['content-type'], get.headers['content-type']);
  });

  test(`${name}: a preflight is answered`, async (t) => {
    const headers = { origin: 'https://app.example.com', 'access-control-request-method': 'GET' };
    const answer = await ask((await listen(t, app)) + path, { method: 'OPTIONS', headers });
    assert.deepEqual([answer.status, answer.body], [204, '']);
  });

  test(`${name}: everything else passes on`, async (t) => {
    const url = await listen(t, app);
    for (const other of ['/', '/notes', `${path}/more`]) assert.equal((await ask(url + other)).status, 418, other);
  });
}

test('below a mount point the path on the request line counts', async (t) => {
  const app = express5();
  app.use('/.well-known', mcpAuth.protectedResourceMetadataRouter());
  assert.equal((await ask((await listen(t, app)) + path)).status, 200);
});

test('without Express', async (t) => {
  const router = mcpAuth.protectedResourceMetadataRouter();
  const url = await listen(t, (req, res) => router(req, res, () => res.writeHead(404).end()));
  assert.equal((await ask(url + path)).status, 200);
  assert.equal((await ask(url)).status, 404);
});
