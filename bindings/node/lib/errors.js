'use strict';

/** Base of all errors of this package. Branch on `code`; the message is for people. */
class MCPAuthError extends Error {
  constructor(code, message) {
    super(message);
    this.name = 'MCPAuthError';
    this.code = code;
  }

  /** For a response body; `showCause` adds the cause, which may say more than a caller should know. */
  toJson(showCause = false) {
    return withoutUndefined({
      error: this.code,
      errorDescription: this.message,
      cause: showCause ? this.cause : undefined,
    });
  }
}

/** Something this package was asked to do at start-up did not work. */
class MCPAuthConfigError extends MCPAuthError {
  constructor(code, message, cause) {
    super(code, message);
    this.name = 'MCPAuthConfigError';
    if (cause !== undefined) this.cause = cause;
  }
}

const authServerErrorDescription = Object.freeze({
  invalid_server_metadata: 'The authorization server metadata is invalid.',
  invalid_server_config: 'The configuration is invalid.',
  missing_jwks_uri: 'The authorization server metadata has no `jwks_uri`.',
});

/** The configuration, or what an authorization server says about itself, cannot be used. */
class MCPAuthAuthServerError extends MCPAuthError {
  constructor(code, cause) {
    const description = authServerErrorDescription[code] ?? 'The authorization server cannot be used.';
    super(code, [description, cause?.error_description].filter(Boolean).join(' '));
    this.name = 'MCPAuthAuthServerError';
    this.cause = cause;
  }
}

const bearerAuthErrorDescription = Object.freeze({
  missing_auth_header: 'The request has no `Authorization` header.',
  invalid_auth_header_format: 'The `Authorization` header is not of the form `Bearer <token>`.',
  missing_bearer_token: 'The `Authorization` header has no token.',
  invalid_issuer: 'The issuer of the token is not trusted.',
  invalid_audience: 'The token is not meant for this resource.',
  missing_required_scopes: 'The token lacks a required scope.',
  invalid_token: 'The token is invalid or expired.',
});

/** A caller is refused. The gate answers by itself; this class is for applications that refuse further on. */
class MCPAuthBearerAuthError extends MCPAuthError {
  constructor(code, cause) {
    super(code, bearerAuthErrorDescription[code] ?? 'The caller is refused.');
    this.name = 'MCPAuthBearerAuthError';
    this.cause = cause;
  }

  toJson(showCause = false) {
    return withoutUndefined({
      ...super.toJson(showCause),
      errorUri: this.cause?.uri?.href,
      missingScopes: this.cause?.missingScopes,
    });
  }
}

const tokenVerificationErrorDescription = Object.freeze({
  invalid_token: 'The token is invalid.',
  token_verification_failed: 'The token could not be verified.',
});

/** A token cannot be verified. */
class MCPAuthTokenVerificationError extends MCPAuthError {
  constructor(code, cause) {
    super(code, tokenVerificationErrorDescription[code] ?? 'The token could not be verified.');
    this.name = 'MCPAuthTokenVerificationError';
    this.cause = cause;
  }
}

function withoutUndefined(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

module.exports = {
  MCPAuthError,
  MCPAuthConfigError,
  MCPAuthAuthServerError,
  MCPAuthBearerAuthError,
  MCPAuthTokenVerificationError,
  authServerErrorDescription,
  bearerAuthErrorDescription,
  tokenVerificationErrorDescription,
};
