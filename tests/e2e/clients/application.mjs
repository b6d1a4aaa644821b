// What the TypeScript clients share: an application's storage for one account, a browser without a window, the flows, and
// the lines they print. Each client brings its SDK, as published: it knows the URL of the server and the name of its user;
// everything else (which authorization server, which scopes, when to ask for more) the SDK learns from the server's answers.
//
//   node PROGRAM URL [--transport http|sse] [--user alice] [--flow step-up|refresh|two-users] [--mode legacy|auto]
//
// Prints one JSON line per event (see README.md), never a token. Exit 0 only if the whole flow went through.
import crypto from 'node:crypto';
import { parseArgs } from 'node:util';

export const { positionals: [url], values: options } = parseArgs({
  allowPositionals: true,
  options: { transport: { type: 'string', default: 'http' }, user: { type: 'string', default: 'alice' }, flow: { type: 'string', default: 'step-up' }, mode: { type: 'string', default: 'legacy' } },
});
export const emit = (event, members) => console.log(JSON.stringify({ event, ...members }));
const redirectUrl = 'http://127.0.0.1:1/callback'; // nobody listens there: the browser below stops in front of it

// ---- what an application brings: storage for one account ------------------------------------------------------------------

export class Account {
  redirectUrl = redirectUrl;
  constructor(user, grantTypes) {
    this.user = user;
    this.clientMetadata = { client_name: 'e2e', redirect_uris: [redirectUrl], grant_types: grantTypes, token_endpoint_auth_method: 'none' };
  }
  clientInformation() { return this.client; }
  saveClientInformation(client) { this.client = client; }
  tokens() { return this.stored; }
  saveTokens(tokens) { this.stored = tokens; }
  codeVerifier() { return this.verifier; }
  saveCodeVerifier(verifier) { this.verifier = verifier; }
  discoveryState() { return this.discovered; }
  saveDiscoveryState(state) { this.discovered = state; }
  redirectToAuthorization(authorizationUrl) { this.authorizationUrl = authorizationUrl; }
}

// ---- a browser without a window: follows redirects with a cookie jar until it would reach the application -----------------

export async function visit({ authorizationUrl, user }) {
  const { scope, resource, prompt, code_challenge_method } = Object.fromEntries(authorizationUrl.searchParams);
  emit('browser', { user, scope, resource, prompt, code_challenge_method });
  const cookies = new Map([['user', user]]);
  for (let next = authorizationUrl; ;) {
    const response = await fetch(next, { redirect: 'manual', headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') } });
    for (const cookie of response.headers.getSetCookie()) cookies.set(...cookie.split(';')[0].split(/=(.*)/s, 2));
    const location = response.headers.get('location');
    if (!location) throw new Error(`the browser is stuck at ${next}: ${response.status} ${await response.text()}`);
    next = new URL(location, next);
    if (next.href.startsWith(redirectUrl)) return next.searchParams;
  }
}

// ---- watching the wire -----------------------------------------------------------------------------------------------------

// What may be shown of a token: a fingerprint to tell it from others, and what is signed in it, but never the signature.
const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
const fingerprint = (token) => crypto.createHash('sha256').update(token).digest('hex').slice(0, 8);

export function observed(account) {
  return async (input, init) => {
    const response = await fetch(input, init);
    const target = new URL(input);
    const headers = new Headers(init?.headers);
    const body = init?.body?.toString() ?? '';
    const read = async () => response.clone().json();
    if (target.pathname.startsWith('/.well-known/')) {
      emit('metadata', { url: target.href, status: response.status, document: response.ok ? await read() : undefined });
    } else if (target.origin === new URL(url).origin) {
      if (response.status === 403) account.refused = response.clone();
      const message = body && JSON.parse(body);
      emit('request', {
        user: account.user, method: init?.method ?? 'GET', path: target.pathname, rpc: message?.method, tool: message?.params?.name,
        token: headers.get('authorization') ? fingerprint(headers.get('authorization').slice('Bearer '.length)) : undefined,
        session: headers.get('mcp-session-id') ?? target.searchParams.get('session_id') ?? undefined,
        status: response.status, challenge: response.headers.get('www-authenticate') ?? undefined,
      });
    } else if (init?.body instanceof URLSearchParams) {
      const answer = await read();
      emit('token', {
        grant: init.body.get('grant_type'), resource: init.body.get('resource') ?? undefined, pkce: init.body.has('code_verifier'), status: response.status,
        scope: answer.scope, expires_in: answer.expires_in, refresh_token: 'refresh_token' in answer,
        token: answer.access_token && fingerprint(answer.access_token), claims: answer.access_token && claims(answer.access_token), error: answer.error,
      });
    } else {
      emit('registration', { status: response.status, scope: JSON.parse(body).scope });
    }
    return response;
  };
}

// ---- one user's connection -------------------------------------------------------------------------------------------------

/**
 * Connects, and calls tools; where the SDK says that the user is wanted, the browser goes, and it is tried once more.
 *
 *   newClient()              a client of the SDK
 *   newTransport(account)    a transport that authenticates as the account
 *   isUnauthorized(error)    whether the SDK wants the user
 *   finish(transport, query) hands it what the browser came back with
 *   refused(account)         where a refusal does not reach the SDK: asks for the step-up in its stead
 */
export async function connection(user, grantTypes, { newClient, newTransport, isUnauthorized, finish, refused }) {
  const account = new Account(user, grantTypes);
  const client = newClient();
  let transport = newTransport(account);
  const wanted = async (error) => {
    if (refused && account.refused) await refused(account);
    else if (!isUnauthorized(error)) throw error;
    await finish(transport, await visit(account));
  };
  try {
    await client.connect(transport);
  } catch (error) {
    await wanted(error);
    transport = newTransport(account);
    await client.connect(transport);
  }
  return {
    account,
    close: () => client.close(),
    tool: async (name, args = {}) => {
      const call = () => client.callTool({ name, arguments: args });
      const result = await call().catch(async (error) => {
        await wanted(error);
        return call();
      });
      emit('tool', { user, name, error: result.isError ?? false, text: result.content[0]?.text });
    },
  };
}

// ---- the flows -------------------------------------------------------------------------------------------------------------

const flows = (connect) => ({
  async 'step-up'() {
    const user = await connect(options.user, ['authorization_code']);
    await user.tool('whoami');
    await user.tool('write_note', { text: 'buy milk' });
    await user.tool('list_notes');
    await user.tool('whoami');
    await user.close();
  },
  async refresh() {
    const user = await connect(options.user, ['authorization_code', 'refresh_token']);
    await user.tool('whoami');
    const seconds = user.account.stored.expires_in + 1;
    emit('waiting', { seconds });
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    await user.tool('whoami');
    await user.close();
  },
  async 'two-users'() {
    const alice = await connect('alice', ['authorization_code']);
    const bob = await connect('bob', ['authorization_code']);
    for (const user of [alice, bob, alice, bob]) await user.tool('whoami');
    await Promise.all([alice, bob, bob, alice].map((user) => user.tool('whoami')));
    await alice.close();
    await bob.close();
  },
});

/** `connect(user, grantTypes)` opens one user's connection: `{ account, close, tool(name, args) }`. */
export async function run(connect) {
  try {
    await flows(connect)[options.flow]();
    emit('end');
    process.exit(0); // an SSE stream that the server keeps open shall not keep us
  } catch (error) {
    emit('failed', { error: String(error.stack ?? error) });
    process.exit(1);
  }
}
