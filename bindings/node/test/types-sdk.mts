// The MCP SDK declares `req.auth` as well: both declarations in one program must agree.

import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import express from 'express';
import { type AuthInfo, MCPAuth } from 'mcp-auth';

const resource = 'https://api.example.com/notes';
const mcpAuth = new MCPAuth({ protectedResources: { metadata: { resource, authorizationServers: [] } } });
const verifyAccessToken = async (token: string) => ({ token, clientId: '', scopes: [] });

express().get(
  '/notes',
  mcpAuth.bearerAuth('jwt', { resource }),
  requireBearerAuth({ verifier: { verifyAccessToken } }),
  (req, res) => {
    const auth: AuthInfo | undefined = req.auth;
    res.json(auth?.extra?.claims);
  },
);
