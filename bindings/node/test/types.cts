// CommonJS finds the same types.

import express = require('express');
import mcpAuth = require('mcp-auth');

const { MCPAuth } = mcpAuth;
const auth = new MCPAuth({
  protectedResources: { metadata: { resource: 'https://api.example.com', authorizationServers: [] } },
});
express().use(auth.protectedResourceMetadataRouter());
