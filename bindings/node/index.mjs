import mcpAuth from './index.js';

export const {
  MCPAuth,
  fetchServerConfig,
  fetchServerConfigByWellKnownUrl,
  validateServerConfig,
  serverMetadataPaths,
  defaultValues,
  getIssuer,
  authorizationServerMetadataSchema,
  camelCaseAuthorizationServerMetadataSchema,
  protectedResourceMetadataSchema,
  camelCaseProtectedResourceMetadataSchema,
  MCPAuthError,
  MCPAuthConfigError,
  MCPAuthAuthServerError,
  MCPAuthBearerAuthError,
  MCPAuthTokenVerificationError,
  MCPAuthJwtVerificationError,
  authServerErrorDescription,
  bearerAuthErrorDescription,
  tokenVerificationErrorDescription,
} = mcpAuth;
