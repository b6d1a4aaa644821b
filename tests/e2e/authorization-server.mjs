// A real authorization server on loopback for tests and the demo: npm oidc-provider, nothing of ours in the protocol.
//
//   node authorization-server.mjs [--port N]          0 (default) takes a free port; the issuer is http://127.0.0.1:N
//                                 [--token-ttl S]     access token lifetime in seconds, default 3600
//                                 [--refreshable-ttl S]  the same for clients that may refresh, default that of the others
//                                 [--alg A]           signs access tokens: RS256 (default), PS256, ES256, ES384, EdDSA
//                                 [--scopes "a b"]    resource scopes, default "read:notes write:notes"
//                                 [--die-with-parent] ends when stdin closes
//
// Ready: ONE line on stdout, {"issuer":"http://127.0.0.1:N"}. Ends on SIGTERM. A port in use: exit 1 and a sentence on stderr.
//
// What it offers: discovery (both well-known names), dynamic registration, authorization code with PKCE, refresh tokens for
// clients that register for them, client_credentials for m2m / m2m-secret, resource indicators. An access token is an RFC 9068 JWT (at+jwt) whose
// `aud` is the `resource` asked for; any http resource on 127.0.0.1 or localhost is known here.
// Sign-in and consent approve themselves. Who signs in: `login_hint` in the authorization request, else the cookie `user`, else
// alice. alice, bob, carol, dave, erin, frank and grace exist; any other name is refused.
// The JWK Set has one key for each algorithm; a restart makes new keys with new `kid`s.
//
// TEST ONLY, no real server has these:
//   GET  /__test/counts   {"jwks":n,"metadata":n,"authorize":n,"interaction":n,"token":n,"register":n,"other":n} requests since
//                         the start; POST sets them to 0
//   POST /__test/behave   {"jwks":B,"metadata":B,"token":B} with B: "ok" | "down" (500) | "hang" (answers once it is "ok" again)
//                         | {"status":302,"headers":{...},"body":"..."}; names that are not given keep what they do
//   POST /__test/token    -> {"token":"..."} signed with this server's key. sub, client_id, scope and any further member become
//                         claims; iss defaults to the issuer, iat to now, exp to now + exp_in (default 3600); null leaves a claim out.
//                         "alg" chooses the key; "header":{...} overrides header members (null leaves one out);
//                         "key":"wrong" signs with a fresh key under the right `kid`; "payload":"text" signs that text instead.
import crypto from 'node:crypto';
import http from 'node:http';
import { parseArgs } from 'node:util';
import Provider, { errors } from 'oidc-provider';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'token-ttl': { type: 'string', default: '3600' },
    'refreshable-ttl': { type: 'string' },
    alg: { type: 'string', default: 'RS256' },
    scopes: { type: 'string', default: 'read:notes write:notes' },
    'die-with-parent': { type: 'boolean', default: false },
  },
});

const users = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace'];
const resourceScopes = options.scopes.split(' ');

// ---- keys: alg -> how to make one, how to sign -----------------------------------------------------------------------------

const algorithms = {
  RS256: { type: 'rsa', make: { modulusLength: 2048 }, hash: 'sha256', sign: { padding: crypto.constants.RSA_PKCS1_PADDING } },
  PS256: { type: 'rsa', make: { modulusLength: 2048 }, hash: 'sha256', sign: { padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } },
  ES256: { type: 'ec', make: { namedCurve: 'P-256' }, hash: 'sha256', sign: { dsaEncoding: 'ieee-p1363' } },
  ES384: { type: 'ec', make: { namedCurve: 'P-384' }, hash: 'sha384', sign: { dsaEncoding: 'ieee-p1363' } },
  EdDSA: { type: 'ed25519', make: {}, hash: null, sign: {} },
};
if (!algorithms[options.alg]) fail(`--alg ${options.alg}: not one of ${Object.keys(algorithms).join(', ')}`);

const makeKey = (alg) => crypto.generateKeyPairSync(algorithms[alg].type, algorithms[alg].make).privateKey;
const keys = Object.fromEntries(Object.keys(algorithms).map((alg) => [alg, { key: makeKey(alg), kid: `${alg}-${crypto.randomUUID()}` }]));
const jwks = { keys: Object.entries(keys).map(([alg, { key, kid }]) => ({ ...key.export({ format: 'jwk' }), kid, alg, use: 'sig' })) };

// ---- the server ------------------------------------------------------------------------------------------------------------

const server = http.createServer();
server.on('error', (error) => fail(error.code === 'EADDRINUSE' ? `port ${options.port} is in use` : error.message));
await new Promise((ready) => server.listen(Number(options.port), '127.0.0.1', ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  jwks,
  // openid and offline_access are for the server itself; newer clients ask for offline_access when they find it here.
  scopes: ['openid', 'offline_access', ...resourceScopes],
  clients: [{
    client_id: 'm2m', client_secret: 'm2m-secret', grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
  }],
  cookies: { keys: ['only-for-tests'] },
  findAccount: (ctx, id) => (users.includes(id) ? { accountId: id, claims: () => ({ sub: id }) } : undefined),
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  responseTypes: ['code'],
  clientBasedCORS: () => true, // browsers may have tokens; registering is not for them
  pkce: { required: () => true },
  ttl: { Interaction: 600, Session: 3600, Grant: 3600, IdToken: 3600, RefreshToken: 3600, ClientCredentials: (ctx, token) => token.resourceServer?.accessTokenTTL ?? 600 },
  issueRefreshToken: (ctx, client) => client.grantTypeAllowed('refresh_token'), // older clients do not know offline_access
  // MCP clients register with the scope of the first challenge; a server that pinned them to it could never let them step up.
  extraClientMetadata: { properties: ['unpinned'], validator: (ctx, name, value, metadata) => { delete metadata.scope; } },
  features: {
    devInteractions: { enabled: false },
    registration: { enabled: true },
    clientCredentials: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      useGrantedResource: () => true,
      getResourceServerInfo: (ctx, resource, client) => {
        const { protocol, hostname } = new URL(resource);
        if (protocol !== 'http:' || !['127.0.0.1', 'localhost'].includes(hostname)) throw new errors.InvalidTarget();
        return {
          scope: resourceScopes.join(' '),
          audience: resource,
          accessTokenTTL: Number((client.grantTypeAllowed('refresh_token') && options['refreshable-ttl']) || options['token-ttl']),
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: options.alg } },
        };
      },
    },
  },
});

// ---- sign-in and consent that approve themselves ---------------------------------------------------------------------------

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next();
  const { prompt, params, session, grantId } = await provider.interactionDetails(ctx.req, ctx.res);
  ctx.respond = false; // interactionFinished answers
  return provider.interactionFinished(ctx.req, ctx.res, await approve(prompt, params, session, grantId, ctx), { mergeWithLastSubmission: true });
});

async function approve(prompt, params, session, grantId, ctx) {
  if (prompt.name === 'login') {
    const user = params.login_hint ?? ctx.cookies.get('user', { signed: false }) ?? 'alice';
    return users.includes(user) ? { login: { accountId: user } } : { error: 'access_denied', error_description: 'no such user' };
  }
  const grant = (grantId && await provider.Grant.find(grantId))
    || new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = prompt.details;
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '));
  if (missingOIDCClaims) grant.addOIDCClaims(missingOIDCClaims);
  for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {})) grant.addResourceScope(resource, scopes.join(' '));
  return { consent: { grantId: await grant.save() } };
}

// ---- test only: counting, misbehaving, signing anything --------------------------------------------------------------------

const counts = { jwks: 0, metadata: 0, authorize: 0, interaction: 0, token: 0, register: 0, other: 0 };
const behaviour = {}; // endpoint -> what it does instead of its work
let changed = withResolvers(); // resolved whenever behaviour changes

function endpoint(path) {
  if (path.startsWith('/.well-known/')) return 'metadata';
  if (path.startsWith('/auth')) return 'authorize'; // and /auth/:uid, where an interaction resumes
  if (path.startsWith('/interaction/')) return 'interaction';
  return { '/jwks': 'jwks', '/token': 'token', '/reg': 'register' }[path] ?? 'other';
}

const testOnly = {
  'GET /__test/counts': () => counts,
  'POST /__test/counts': () => { for (const name in counts) counts[name] = 0; return counts; },
  'POST /__test/behave': (body) => {
    for (const name in body) if (!(name in counts)) throw new Error(`no endpoint "${name}"`);
    Object.assign(behaviour, body);
    changed.resolve();
    changed = withResolvers();
    return behaviour;
  },
  'POST /__test/token': ({ alg = options.alg, key, header, payload, exp_in = 3600, ...claims }) => {
    const now = Math.floor(Date.now() / 1000);
    const withoutNull = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
    const head = withoutNull({ alg, typ: 'at+jwt', kid: keys[alg].kid, ...header });
    const body = payload ?? JSON.stringify(withoutNull({ iss: issuer, iat: now, exp: now + exp_in, ...claims }));
    const signed = [JSON.stringify(head), body].map((part) => Buffer.from(part).toString('base64url')).join('.');
    const signature = crypto.sign(algorithms[alg].hash, Buffer.from(signed), { key: key === 'wrong' ? makeKey(alg) : keys[alg].key, ...algorithms[alg].sign });
    return { token: `${signed}.${signature.toString('base64url')}` };
  },
};

async function answerTest(request, response, work) {
  try {
    const text = (await request.toArray()).join('');
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(work(text ? JSON.parse(text) : {})));
  } catch (error) {
    response.writeHead(400, { 'content-type': 'text/plain' }).end(error.message);
  }
}

const answer = provider.callback();
server.on('request', async (request, response) => {
  const { pathname } = new URL(request.url, issuer);
  const work = testOnly[`${request.method} ${pathname}`];
  if (work) return answerTest(request, response, work);

  const name = endpoint(pathname);
  counts[name] += 1;
  while (behaviour[name] === 'hang') await changed.promise;
  if (behaviour[name] === 'down') return response.writeHead(500).end();
  if (behaviour[name]?.status) return response.writeHead(behaviour[name].status, behaviour[name].headers).end(behaviour[name].body);
  return answer(request, response);
});

// ---- start and end ---------------------------------------------------------------------------------------------------------

process.on('SIGTERM', () => process.exit(0));
if (options['die-with-parent']) process.stdin.on('close', () => process.exit(0)).resume();
console.log(JSON.stringify({ issuer }));

function withResolvers() {
  const parts = {};
  parts.promise = new Promise((resolve) => { parts.resolve = resolve; });
  return parts;
}

function fail(sentence) {
  process.stderr.write(`authorization-server: ${sentence}\n`);
  process.exit(1);
}
