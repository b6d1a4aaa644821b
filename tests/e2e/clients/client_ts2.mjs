// A real MCP client: @modelcontextprotocol/client 2.x. What it is run with stands in application.mjs.
import {
  auth, Client, computeScopeUnion, extractWWWAuthenticateParams, SSEClientTransport, StreamableHTTPClientTransport, UnauthorizedError,
} from '@modelcontextprotocol/client';
import { connection, observed, options, run, url } from './application.mjs';

const sse = options.transport === 'sse';
const Transport = sse ? SSEClientTransport : StreamableHTTPClientTransport;

// The SDK's deprecated SSE transport knows 401 but not 403, so here the application asks for the step-up: with the SDK's own
// reading of the header and the SDK's own auth().
async function stepUpOverSse(account) {
  const { scope, resourceMetadataUrl, error } = extractWWWAuthenticateParams(account.refused);
  if (error !== 'insufficient_scope') throw new Error(`403 with error="${error}" asks for no step-up`);
  await auth(account, {
    serverUrl: url, resourceMetadataUrl, scope: computeScopeUnion(account.stored.scope, scope), forceReauthorization: true, fetchFn: observed(account),
  });
}

await run((user, grantTypes) => connection(user, grantTypes, {
  // legacy: sessions (the SDK's default); auto: 2026-07-28, which has none, if the server speaks it
  newClient: () => new Client({ name: 'e2e', version: '1.0.0' }, { versionNegotiation: { mode: options.mode } }),
  newTransport: (account) => new Transport(new URL(url), { authProvider: account, fetch: observed(account) }),
  isUnauthorized: (error) => error instanceof UnauthorizedError,
  finish: (transport, query) => transport.finishAuth(query),
  refused: sse ? stepUpOverSse : undefined,
}));
