// Packs the package, installs the tarball in a folder of its own and runs the tests there: what is tested is what is published.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const packed = join(root, '.packed');
const binary = (name) => join(root, 'node_modules', '.bin', name);

rmSync(packed, { recursive: true, force: true });
mkdirSync(packed);
writeFileSync(join(packed, 'package.json'), '{ "private": true }\n');
// The addon is built already (`npm ci` and `npm run build` do that).
npm('pack', root, '--ignore-scripts', '--silent', '--pack-destination', packed);
const tarball = readdirSync(packed).find((name) => name.endsWith('.tgz'));
npm('install', '--offline', '--no-audit', '--no-fund', '--silent', `./${tarball}`);
cpSync(here, join(packed, 'test'), { recursive: true });

const tests = join(packed, 'test');
for (const name of ['tsconfig.json', 'tsconfig.sdk.json', 'tsconfig.bare.json']) {
  run(binary('tsc'), '--project', join(tests, name));
}
const only = process.argv.slice(2);
const files = readdirSync(tests).filter((name) => name.endsWith('.test.mjs'));
const chosen = only.length > 0 ? files.filter((name) => only.some((part) => name.includes(part))) : files;
run(process.execPath, '--test', '--test-timeout=30000', ...chosen.map((name) => join(tests, name)));

function npm(...args) {
  run('npm', ...args);
}

function run(command, ...args) {
  try {
    // The tests of the whole repository: the copy that runs is one folder deeper than this file.
    const env = { ...process.env, REPOSITORY: dirname(dirname(root)) };
    execFileSync(command, args, { cwd: packed, stdio: ['ignore', 'inherit', 'inherit'], env });
  } catch (error) {
    process.exit(error.status ?? 1);
  }
}
