// An MCP server that tells who calls, in authorization-server mode: for tokens that only the authorization server can
// read, and clients of MCP 2025-03-26. See README.md.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import express from 'express';
import { fetchServerConfig, MCPAuth, MCPAuthTokenVerificationError } from 'mcp-auth';

const { MCP_AUTH_ISSUER: issuer, PORT = 3001 } = process.env;
const config = await fetchServerConfig(issuer, { type: 'oidc' });
const mcpAuth = new MCPAuth({ server: config });

/** Asks the authorization server who the token belongs to. */
async function verify(token) {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(config.metadata.userinfoEndpoint, { headers });
  if (!response.ok) throw new MCPAuthTokenVerificationError('invalid_token');
  const claims = await response.json();
  return { token, issuer, subject: claims.sub, clientId: '', scopes: [], claims };
}

const app = express();
app.use(mcpAuth.delegatedRouter());
app.all('/mcp', mcpAuth.bearerAuth(verify), async (req, res) => {
  const server = new McpServer({ name: 'whoami', version: '1.0.0' });
  server.registerTool('whoami', { description: 'Who calls, as the authorization server says' }, ({ authInfo }) => ({
    content: [{ type: 'text', text: JSON.stringify(authInfo.claims) }],
  }));
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  res.on('close', () => server.close());
  await server.connect(transport);
  await transport.handleRequest(req, res);
});
app.listen(PORT);
