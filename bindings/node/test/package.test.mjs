// What the tarball holds and how it loads.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import test from 'node:test';

const require = createRequire(import.meta.url);
const esm = await import('mcp-auth');
const folder = dirname(require.resolve('mcp-auth'));
const manifest = require('mcp-auth/package.json');

test('ESM and CommonJS are the same objects', () => {
  const cjs = require('mcp-auth');
  assert.deepEqual(Object.keys(esm).sort(), Object.keys(cjs).sort());
  for (const name of Object.keys(cjs)) assert.equal(esm[name], cjs[name], name);
});

test('the types declare what is there', () => {
  const types = readFileSync(join(folder, 'index.d.ts'), 'utf8');
  const declared = [...types.matchAll(/^export (?:class|function|const) (\w+)/gm)].map(([, name]) => name);
  assert.deepEqual(declared.sort(), Object.keys(esm).sort());
});

test('the tarball has the addon of this platform and nothing that does not belong', () => {
  assert.deepEqual(
    readdirSync(folder)
      .map((name) => name.replace(/^mcp-auth\..+\.node$/, 'mcp-auth.*.node'))
      .sort(),
    [
      'LICENSE',
      'LICENSE-APACHE',
      'README.md',
      'index.d.mts',
      'index.d.ts',
      'index.js',
      'index.mjs',
      'lib',
      'mcp-auth.*.node',
      'native.js',
      'package.json',
    ],
  );
});

test('the example of the README runs', async () => {
  const [, example] = /^```js\n(.*?)^```$/ms.exec(readFileSync(join(folder, 'README.md'), 'utf8'));
  const listen = 'app.listen(3000);';
  assert.ok(example.includes(listen));
  const file = new URL('./readme.mjs', import.meta.url);
  writeFileSync(file, example.replace(listen, 'export const listener = app.listen(0);'));
  const { listener } = await import(file);
  const { status } = await fetch(`http://127.0.0.1:${listener.address().port}/notes`);
  listener.close();
  assert.equal(status, 401);
});

test('nothing is installed with it', () => {
  assert.equal(manifest.dependencies, undefined);
  assert.equal(manifest.peerDependencies, undefined);
});

test('its version is that of the workspace', () => {
  const workspace = readFileSync(join(process.env.REPOSITORY, 'Cargo.toml'), 'utf8');
  assert.equal(manifest.version, /\[workspace\.package\]\nversion = "(.+)"/.exec(workspace)[1]);
});

test('every subpath is there for ESM and CommonJS, with types', async () => {
  for (const [name, target] of Object.entries(manifest.exports)) {
    if (name === '.' || name === './package.json') continue;
    const subpath = name.replace('.', 'mcp-auth');
    const [esm, cjs] = [await import(subpath), require(subpath)];
    assert.ok(Object.keys(cjs).length > 0, name);
    for (const export_ of Object.keys(cjs))
      assert.equal(typeof esm[export_], typeof cjs[export_], `${name} ${export_}`);
    const types = readFileSync(join(folder, target.types ?? target.require.types), 'utf8');
    const declared = [...types.matchAll(/^export (?:class|function|const) (\w+)/gm)].map(([, name]) => name);
    assert.deepEqual(declared.sort(), Object.keys(cjs).sort(), name);
  }
});
