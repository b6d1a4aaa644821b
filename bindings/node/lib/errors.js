'use strict';

const { deprecate } = require('node:util');
const { errorText } = require('../native.js');

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

const authServerErrorDescription = described('invalid_server_metadata', 'invalid_server_config', 'missing_jwks_uri');

/** The configuration, or what an authorization server says about itself, cannot be used. */
class MCPAuthAuthServerError extends MCPAuthError {
  constructor(code, cause) {
    const description = message(code);
    super(code, [description, cause?.error_description].filter(Boolean).join(' '));
    this.name = 'MCPAuthAuthServerError';
    this.cause = cause;
  }
}

const bearerAuthErrorDescription = described(
  'missing_auth_header',
  'invalid_auth_header_format',
  'missing_bearer_token',
  'invalid_issuer',
  'invalid_audience',
  'missing_required_scopes',
  'invalid_token',
);

/** A caller is refused. The gate answers by itself; this class is for applications that refuse further on. */
class MCPAuthBearerAuthError extends MCPAuthError {
  constructor(code, cause) {
    super(code, message(code));
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

const tokenVerificationErrorDescription = described('invalid_token', 'token_verification_failed');

/** A token cannot be verified. */
class MCPAuthTokenVerificationError extends MCPAuthError {
  constructor(given, cause) {
    const code = given === RETIRED_CODE ? retired() : given;
    super(code, message(code));
    this.name = 'MCPAuthTokenVerificationError';
    this.cause = cause;
  }
}

/** The verifier's own refusal. */
function invalidToken(cause) {
  return new MCPAuthTokenVerificationError('invalid_token', cause);
}

// The guides of earlier versions teach this code, and `MCPAuthJwtVerificationError` for the class.
const RETIRED_CODE = 'jwt_verification_failed';

const retired = deprecate(
  () => 'token_verification_failed',
  `mcp-auth: the code \`${RETIRED_CODE}\` is \`token_verification_failed\``,
);

/** The messages of these codes, frozen. */
function described(...codes) {
  return Object.freeze(Object.fromEntries(codes.map((code) => [code, message(code)])));
}

/** The fixed message of a code; one of the application's own stands for itself. */
function message(code) {
  return errorText(String(code)) ?? String(code);
}

function withoutUndefined(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

module.exports = {
  invalidToken,
  MCPAuthError,
  MCPAuthConfigError,
  MCPAuthAuthServerError,
  MCPAuthBearerAuthError,
  MCPAuthTokenVerificationError,
  /** @deprecated */
  MCPAuthJwtVerificationError: MCPAuthTokenVerificationError,
  authServerErrorDescription,
  bearerAuthErrorDescription,
  tokenVerificationErrorDescription,
};
