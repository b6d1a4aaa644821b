// CommonJS finds the same types.

import express = require('express');
import mcpAuth = require('mcp-auth');

import { metadata } from 'mcp-auth/express';

import fastify = require('mcp-auth/fastify');
import web = require('mcp-auth/fetch');
import hono = require('mcp-auth/hono');
import sdk = require('mcp-auth/sdk');

const { MCPAuth } = mcpAuth;
const resource = 'https://api.example.com';
const auth = new MCPAuth({ protectedResources: { metadata: { resource, authorizationServers: [] } } });
express().use(auth.protectedResourceMetadataRouter(), metadata(auth));
fastify.bearerAuth(auth, 'jwt', { resource });
hono.bearerAuth(auth, 'jwt', { resource });
sdk.tokenVerifier(auth, 'jwt', { resource });
web.bearerAuth(auth, 'jwt', { resource });
// @ts-expect-error the types are there
web.bearerAuth(auth, 'jwt', { resource: 1 });
