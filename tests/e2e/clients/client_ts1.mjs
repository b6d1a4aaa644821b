// A real MCP client: @modelcontextprotocol/sdk 1.x. What it is run with stands in application.mjs.
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { connection, observed, run, url } from './application.mjs';

await run((user, grantTypes) => connection(user, grantTypes, {
  newClient: () => new Client({ name: 'e2e', version: '1.0.0' }),
  newTransport: (account) => new StreamableHTTPClientTransport(new URL(url), { authProvider: account, fetch: observed(account) }),
  isUnauthorized: (error) => error instanceof UnauthorizedError,
  finish: (transport, query) => transport.finishAuth(query.get('code')),
}));
