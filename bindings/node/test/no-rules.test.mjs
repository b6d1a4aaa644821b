// The engine decides: no file of the package spells a status, an error code or a challenge. Files that do have a reason.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import test from 'node:test';

const require = createRequire(import.meta.url);
const lib = join(dirname(require.resolve('mcp-auth')), 'lib');

const STATUS = /\b[1-5]\d\d\b/g;
const CODE =
  /['"`](?:invalid|missing|insufficient|unsupported|untrusted|wrong|token|server|fetch|access|temporarily)_[a-z_]+['"`]/g;
const CHALLENGE = /['"`]Bearer |error_description="|resource_metadata/g;

// The documented names of errors are this package's interface; the log tells outages from refusals.
const REASONS = { 'errors.js': [CODE], 'own-errors.js': [CODE], 'log.js': [STATUS] };

test('no status, error code or challenge stands in the package', () => {
  const found = [];
  for (const file of readdirSync(lib).filter((name) => /\.m?js$/.test(name))) {
    const text = readFileSync(join(lib, file), 'utf8').replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
    for (const pattern of [STATUS, CODE, CHALLENGE]) {
      if (REASONS[file]?.includes(pattern)) continue;
      found.push(...(text.match(pattern) ?? []).map((literal) => `${file}: ${literal}`));
    }
  }
  assert.deepEqual(found, []);
});
