'use strict';

const { MCPAuthAuthServerError, MCPAuthConfigError, MCPAuthTokenVerificationError } = require('./errors.js');

/** The errors that this package raises itself; `cause.error_description` says what to change. */

function invalidConfiguration(cause) {
  return new MCPAuthAuthServerError('invalid_server_config', cause);
}

function invalidMetadata(cause) {
  return new MCPAuthAuthServerError('invalid_server_metadata', cause);
}

function notFetched(cause) {
  return new MCPAuthConfigError('fetch_server_config_error', cause.error_description, cause);
}

function invalidToken(cause) {
  return new MCPAuthTokenVerificationError('invalid_token', cause);
}

module.exports = { invalidConfiguration, invalidMetadata, notFetched, invalidToken };
