import mcpAuth from './index.js';

export const {
  MCPAuth,
  fetchServerConfig,
  fetchServerConfigByWellKnownUrl,
  MCPAuthError,
  MCPAuthConfigError,
  MCPAuthAuthServerError,
  MCPAuthBearerAuthError,
  MCPAuthTokenVerificationError,
  authServerErrorDescription,
  bearerAuthErrorDescription,
  tokenVerificationErrorDescription,
} = mcpAuth;
