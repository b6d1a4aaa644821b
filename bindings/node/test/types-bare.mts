// Without the types of Node, the DOM, any framework or any SDK.

import { MCPAuth } from 'mcp-auth';
import * as express from 'mcp-auth/express';
import * as fastify from 'mcp-auth/fastify';
import * as web from 'mcp-auth/fetch';
import * as hono from 'mcp-auth/hono';
import { keycloak } from 'mcp-auth/providers';
import { tokenVerifier } from 'mcp-auth/sdk';

const resource = 'https://api.example.com';
const authorizationServers = [keycloak({ baseUrl: 'https://kc.example.com', realm: 'notes' })];
const mcpAuth = new MCPAuth({ protectedResources: { metadata: { resource, authorizationServers } } });
express.bearerAuth(mcpAuth, 'jwt', { resource });
fastify.bearerAuth(mcpAuth, 'jwt', { resource });
hono.bearerAuth(mcpAuth, 'jwt', { resource });
web.bearerAuth(mcpAuth, 'jwt', { resource });
tokenVerifier(mcpAuth, 'jwt', { resource });
// @ts-expect-error the types are there
mcpAuth.bearerAuth('jwt', { resource: 1 });
