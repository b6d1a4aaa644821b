// Our package in Node, installed in a folder, and its gates.

import { createRequire } from 'node:module';
import { join } from 'node:path';

const quiet = { info() {}, debug() {}, warn: console.error };

/** What the benchmark asks of the package for some cases; `options` are beside the resource. */
export function ours(folder, { issuer, resource, jwks, leeway, gate }) {
  const require = createRequire(join(folder, 'benches.cjs'));
  const { MCPAuth } = require('mcp-auth');
  const { tokenVerifier } = require('mcp-auth/sdk');
  const { Runtime } = require(join(folder, 'mcp-auth', 'lib', 'runtime.js'));
  const gateOptions = { resource, requiredScopes: gate.required_scopes, leeway };

  function mcpAuth(options) {
    const metadata = { resource, authorizationServers: [{ issuer, jwks }] };
    return new MCPAuth({ protectedResources: { metadata }, logger: quiet, ...options });
  }

  return {
    /** The middleware of Express. */
    middleware: (options) => mcpAuth(options).bearerAuth('jwt', gateOptions),
    /** The middleware's inside: a token in, its claims out. Nearly always there at once. */
    claims(options) {
      const guard = Runtime.of(mcpAuth(options)).guard('jwt', gateOptions);
      return (token) => {
        const decision = guard.decideToken(token);
        return decision instanceof Promise ? decision.then(claimsOf) : claimsOf(decision);
      };
    },
    /** The verifier for the middleware of the MCP SDK. */
    verifier: (options) => tokenVerifier(mcpAuth(options), 'jwt', gateOptions),
  };
}

function claimsOf(decision) {
  if (decision.kind !== 'allow') throw new Error(`refused: ${decision.text}`);
  return decision.auth.claims;
}
