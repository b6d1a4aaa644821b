// The peers that are installed in a folder, and their versions. What is missing is undefined.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const NAMES = {
  jose: ['jose', 'dist/webapi/index.js'],
  fastJwt: ['fast-jwt', 'src/index.js'],
  jsonwebtoken: ['jsonwebtoken', 'index.js'],
  awsJwtVerify: ['aws-jwt-verify', 'dist/cjs/index.js'],
  express: ['express', 'index.js'],
  published: ['mcp-auth', 'lib/index.js'],
  sdk: ['@modelcontextprotocol/sdk', 'dist/esm/server/auth/middleware/bearerAuth.js'],
};

export async function packages(folder) {
  const found = { versions: { node: process.versions.node, OpenSSL: process.versions.openssl } };
  for (const [name, [title, main]] of Object.entries(NAMES)) {
    const home = join(folder, ...title.split('/'));
    try {
      const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
      const isModule = main.includes('esm') || main.startsWith('dist/webapi') || main.startsWith('lib');
      found[name] = isModule ? await import(pathToFileURL(join(home, main))) : createRequire(join(home, 'package.json'))(join(home, main));
      found.versions[title] = version;
    } catch (error) {
      if (error.code !== 'ENOENT') console.error(`${title}: ${error.message.split('\n')[0]}`);
    }
  }
  return found;
}
