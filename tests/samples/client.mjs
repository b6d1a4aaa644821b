// A real MCP client for the samples: @modelcontextprotocol/sdk as published, with a browser without a window.
//
//   node client.mjs URL '{"user": "alice", "scope": "openid", "transport": "sse", "calls": [["tool", {...}], ...]}'
//
// `scope` is what the application itself would ask for where no server says. Prints one JSON line an event: every answer
// of the server's endpoint, what the browser is asked for, what tools say. Exit 0 only if every call was answered.
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const [, , url, text] = process.argv;
const { user = 'alice', scope, transport: kind = 'http', calls } = JSON.parse(text);
const redirectUrl = 'http://127.0.0.1:1/callback'; // nobody listens there: the browser stops in front of it
const emit = (event, members) => console.log(JSON.stringify({ event, ...members }));

class Account {
  redirectUrl = redirectUrl;
  clientMetadata = {
    client_name: 'samples', redirect_uris: [redirectUrl], grant_types: ['authorization_code'], token_endpoint_auth_method: 'none', scope,
  };
  clientInformation = () => this.client;
  saveClientInformation = (client) => { this.client = client; };
  tokens = () => this.stored;
  saveTokens = (tokens) => { this.stored = tokens; };
  codeVerifier = () => this.verifier;
  saveCodeVerifier = (verifier) => { this.verifier = verifier; };
  redirectToAuthorization = async (authorization) => {
    emit('browser', { scope: authorization.searchParams.get('scope'), resource: authorization.searchParams.get('resource') });
    const jar = new Map([['user', user]]);
    let next = authorization;
    while (!next.href.startsWith(redirectUrl)) {
      const cookie = [...jar].map((pair) => pair.join('=')).join('; ');
      const response = await fetch(next, { redirect: 'manual', headers: { cookie } });
      for (const line of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
        jar.set(name, value);
      }
      if (!response.headers.has('location')) throw new Error(`the browser is stuck: ${response.status} ${await response.text()}`);
      next = new URL(response.headers.get('location'), next);
    }
    this.code = next.searchParams.get('code');
  };
}

async function observed(target, init) {
  const response = await fetch(target, init);
  if (String(target).startsWith(new URL('/', url).href) && !String(target).includes('/.well-known/')) {
    emit('answer', { status: response.status, challenge: response.headers.get('www-authenticate') });
  }
  return response;
}

const account = new Account();
const Transport = kind === 'sse' ? SSEClientTransport : StreamableHTTPClientTransport;

/** Does it; where the user had to sign in first, once more with the new token. */
async function signedIn(connection, work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
    await connection.transport.finishAuth(account.code);
    await connection.open();
    return await work();
  }
}

class Connection {
  async open() {
    await this.client?.close();
    this.client = new Client({ name: 'samples', version: '1.0.0' });
    this.transport = new Transport(new URL(url), { authProvider: account, fetch: observed });
    await this.client.connect(this.transport);
  }
}

const connection = new Connection();
await signedIn(connection, async () => connection.client?.transport ?? (await connection.open()));
for (const [name, args] of calls) {
  const result = await signedIn(connection, () => connection.client.callTool({ name, arguments: args }));
  emit('tool', { name, error: result.isError ?? false, text: result.content[0].text });
}
await connection.client.close();
