// CommonJS finds the same types.

import express = require('express');
import mcpAuth = require('mcp-auth');

import { metadata } from 'mcp-auth/express';

import fastify = require('mcp-auth/fastify');
import web = require('mcp-auth/fetch');
import hono = require('mcp-auth/hono');

const { MCPAuth } = mcpAuth;
const resource = 'https://api.example.com';
const auth = new MCPAuth({ protectedResources: { metadata: { resource, authorizationServers: [] } } });
express().use(auth.protectedResourceMetadataRouter(), metadata(auth));
for (const { bearerAuth } of [fastify, web, hono]) {
  // @ts-expect-error the types are there
  bearerAuth(auth, 'jwt', { resource: 1 });
}
