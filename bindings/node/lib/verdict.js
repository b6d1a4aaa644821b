'use strict';

const { MCPAuthError } = require('./errors.js');

/** What the application's own function says of a token, as the engine reads it; what the function throws of its own is thrown. */
async function verdict(verify, token) {
  try {
    return JSON.stringify({ auth_info: described(await verify(token)) });
  } catch (error) {
    if (error instanceof MCPAuthError) return JSON.stringify({ error: error.code, ...details(error.cause) });
    throw error;
  }
}

function described(info) {
  if (typeof info !== 'object' || info === null) return info ?? null;
  const { issuer, subject, clientId, scopes, audience, expiresAt, claims } = info;
  return { issuer, subject, client_id: clientId, scopes, audience, expires_at: expiresAt, claims };
}

function details(cause) {
  const { missingScopes, expected, actual } = cause ?? {};
  return { missing_scopes: missingScopes, expected, actual };
}

module.exports = { verdict };
