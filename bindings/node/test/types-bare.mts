// Without the types of Node, the DOM, Express or any SDK.

import { MCPAuth } from 'mcp-auth';

const mcpAuth = new MCPAuth({
  protectedResources: { metadata: { resource: 'https://api.example.com', authorizationServers: [] } },
});
// @ts-expect-error the types are there
mcpAuth.bearerAuth('jwt', { resource: 1 });
