// The MCP SDK declares `req.auth` as well: both declarations in one program must agree.

import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import * as v2 from '@modelcontextprotocol/server';
import express from 'express';
import { type AuthInfo, MCPAuth } from 'mcp-auth';
import { tokenVerifier } from 'mcp-auth/sdk';

const resource = 'https://api.example.com/notes';
const mcpAuth = new MCPAuth({ protectedResources: { metadata: { resource, authorizationServers: [] } } });
const verifyAccessToken = async (token: string) => ({ token, clientId: '', scopes: [] });
const gate = mcpAuth.bearerAuth('jwt', { resource });

express().get(
  '/notes',
  gate,
  requireBearerAuth({ verifier: { verifyAccessToken } }),
  requireBearerAuth({ verifier: tokenVerifier(mcpAuth, 'jwt', { resource }) }),
  (req, res) => {
    const auth: AuthInfo | undefined = req.auth;
    res.json(auth?.extra?.claims);
  },
);
v2.requireBearerAuth({ verifier: tokenVerifier(mcpAuth, 'jwt', { resource }) });
gate.unregistered(new McpServer({ name: 'notes', version: '1.0.0' }));
gate.unregistered(new v2.McpServer({ name: 'notes', version: '1.0.0' }));
