// Checked by `tsc --strict` without skipLibCheck, never run: what must compile, and what must not.

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import express from 'express';
import { createRemoteJWKSet } from 'jose';
import {
  type AuthInfo,
  type AuthServerConfig,
  authorizationServerMetadataSchema,
  camelCaseAuthorizationServerMetadataSchema,
  createVerifyJwt,
  fetchServerConfig,
  fetchServerConfigByWellKnownUrl,
  getIssuer,
  handleBearerAuth,
  MCPAuth,
  MCPAuthAuthServerError,
  MCPAuthBearerAuthError,
  MCPAuthConfigError,
  type MCPAuthError,
  MCPAuthJwtVerificationError,
  MCPAuthTokenVerificationError,
  protectedResourceMetadataSchema,
  type RequestHandler,
  validateServerConfig,
} from 'mcp-auth';
import { metadata } from 'mcp-auth/express';
import { entra, google } from 'mcp-auth/providers';
import { z } from 'zod';

const resource = 'https://api.example.com/notes';
const fetched: AuthServerConfig = await fetchServerConfig('https://as.example.com', { type: 'oidc' });
await fetchServerConfig('https://as.example.com', {
  type: 'oauth',
  transpileData: async (data) => ({ ...data, issuer: data.issuer }),
  fetch,
});
await fetchServerConfigByWellKnownUrl(new URL('https://as.example.com/metadata'), { type: 'oidc' });
// @ts-expect-error the type of the server is needed
await fetchServerConfig('https://as.example.com');
// @ts-expect-error there is no such type
await fetchServerConfig('https://as.example.com', { type: 'saml' });

const mcpAuth = new MCPAuth({
  protectedResources: [
    {
      metadata: {
        resource,
        authorizationServers: [
          fetched,
          { issuer: 'https://b.example.com', type: 'oauth', tokenType: 'strict' },
          { issuer: 'https://c.example.com', jwksUri: 'https://c.example.com/jwks', algorithms: ['ES256'] },
          { issuer: 'https://d.example.com', jwks: { keys: [] } },
          entra({ tenantId: '01234567-89ab-cdef-0123-456789abcdef', appId: '01234567-89ab-cdef-0123-456789abcdef' }),
        ],
        scopesSupported: ['read:notes'],
        'resourceName#de': 'Notizen',
      },
    },
  ],
  fetch,
  logger: console,
});
new MCPAuth({ protectedResources: { metadata: { resource, authorizationServers: [fetched] } } });
// @ts-expect-error a resource needs its identifier
new MCPAuth({ protectedResources: { metadata: { authorizationServers: [fetched] } } });
// @ts-expect-error an issuer alone does not say where its keys are
new MCPAuth({ protectedResources: { metadata: { resource, authorizationServers: [{ issuer: 'https://a' }] } } });
// @ts-expect-error resources are needed
new MCPAuth({});
// @ts-expect-error one mode or the other
new MCPAuth({ protectedResources: { metadata: { resource, authorizationServers: [fetched] } }, server: fetched });
const legacy = new MCPAuth({ server: fetched });
express().use(legacy.delegatedRouter(), legacy.bearerAuth('jwt'));
// @ts-expect-error read-only
mcpAuth.config = { protectedResources: [] };

const app = express();
app.use(mcpAuth.protectedResourceMetadataRouter());
app.get('/notes', mcpAuth.bearerAuth('jwt', { resource, requiredScopes: ['read:notes'] }), (req, res) => {
  const auth: AuthInfo | undefined = req.auth;
  res.json({ token: auth?.token, subject: req.auth?.subject, claim: req.auth?.claims?.email });
  // @ts-expect-error there may be none: an anonymous caller, or a route without a gate
  res.json(req.auth.subject);
});
app.all('/users/:user', mcpAuth.bearerAuth('jwt', { resource }), (req, res) => {
  const user: string = req.params.user;
  res.send(user);
});

const handler: RequestHandler = mcpAuth.bearerAuth('jwt', {
  resource,
  audience: { dangerouslyAny: true },
  operations: { 'tools/call': { delete_note: ['delete:notes'], motd: 'anonymous' }, 'tools/list': ['read:notes'] },
  undeclared: 'deny',
  leeway: 30,
  cors: false,
  showErrorDetails: true,
  trustOperationHeaders: true,
});
app.use(handler);
const expressHandler: express.RequestHandler = handler;
app.use(expressHandler);

mcpAuth.bearerAuth(async () => undefined, { resource });
mcpAuth.bearerAuth((token) => ({ token, issuer, subject: 'alice', scopes: [] }), { resource });
mcpAuth.bearerAuth(
  createVerifyJwt(() => new Uint8Array(32)),
  { resource },
);
// @ts-expect-error scopes are a list
mcpAuth.bearerAuth(() => ({ issuer: '', subject: '', scopes: 'read' }), { resource });
// @ts-expect-error there is no such mode
mcpAuth.bearerAuth('opaque', { resource });
// @ts-expect-error that is for jose
mcpAuth.bearerAuth('jwt', { resource, jwtVerify: { currentDate: new Date() } });
handleBearerAuth({ verifyAccessToken: () => null, issuer: 'https://as.example.com', requiredScopes: ['read'] });
handleBearerAuth({ verifyAccessToken: async () => null, issuer: (issuer: string) => void issuer.trim() });
// @ts-expect-error the issuer is needed
handleBearerAuth({ verifyAccessToken: () => null });

interface MyClaims {
  email?: string;
}
const typed = new MCPAuth<MyClaims>({ protectedResources: { metadata: { resource, authorizationServers: [] } } });
const gate = typed.bearerAuth('jwt', {
  resource,
  authorize: (auth, operation) => auth?.claims?.email !== undefined && operation?.method !== 'tools/call',
  operations: { 'tools/call': { delete_note: async (auth) => (auth?.claims?.email ? [] : ['delete:notes']) } },
});
express().use(typed.protectedResourceMetadataRouter(), metadata(typed), gate);
const listed = await gate.visibleTools({ scopes: ['a'] }, [{ name: 'a', description: 'b' }]);
listed.tools[0]?.description.trim();
const page = await gate.visibleTools(undefined, { tools: [{ name: 'a' }], nextCursor: 'n' });
page.nextCursor.trim();
gate.unregistered(['a']).map(({ method, name }) => [method, name]);
typed.bearerAuth('jwt', {
  resource,
  // @ts-expect-error there is no such claim
  authorize: (auth) => auth?.claims?.phone === '',
});
// @ts-expect-error options have one name
mcpAuth.bearerAuth('jwt', { resource, required_scopes: ['read:notes'] });
// @ts-expect-error not like this: `dangerouslyAny` is the only way
mcpAuth.bearerAuth('jwt', { resource, audience: null });

const server = new McpServer({ name: 'notes', version: '1.0.0' });
server.registerTool('whoami', { inputSchema: { name: z.string() } }, async (_args, { authInfo }) => {
  const claims = authInfo?.extra?.claims;
  return { content: [{ type: 'text', text: JSON.stringify(claims) }] };
});

const error: MCPAuthError = new MCPAuthBearerAuthError('missing_required_scopes', { missingScopes: ['a'] });
error.toJson(true);
new MCPAuthAuthServerError('invalid_server_config', { any: 'cause' });
new MCPAuthTokenVerificationError('invalid_token');
new MCPAuthConfigError('fetch_server_config_error', 'message');
// @ts-expect-error the application is needed
entra({ tenantId: '01234567-89ab-cdef-0123-456789abcdef' });
const nobody: never[] = [google()];
nobody.at(0);
// @ts-expect-error there is no such code
new MCPAuthBearerAuthError('no_such_code');

mcpAuth.update({ protectedResources: { metadata: { resource, authorizationServers: [fetched] } } });
const isReady: boolean = (await mcpAuth.prefetch()) && mcpAuth.ready();
validateServerConfig({ metadata: { issuer: String(isReady) } }, true).errors?.map(({ code, description }) => [
  code,
  description,
]);
const issuer: string = getIssuer(fetched);
const { issuer: parsed } = camelCaseAuthorizationServerMetadataSchema.parse({ issuer });
const checked = authorizationServerMetadataSchema.safeParse(parsed);
if (checked.success) checked.data.token_endpoint.trim();
else checked.error.issues.map(({ message, path }) => [message, ...path]);
const standard: StandardSchemaV1<unknown, { resource: string }> = protectedResourceMetadataSchema;
standard['~standard'].validate({});
new MCPAuthJwtVerificationError('jwt_verification_failed');
const verify: (token: string) => Promise<AuthInfo> = createVerifyJwt(
  createRemoteJWKSet(new URL('https://as.example.com/jwks')),
  { clockTolerance: '30s' },
);
await verify('token');
createVerifyJwt(() => new Uint8Array(32));
