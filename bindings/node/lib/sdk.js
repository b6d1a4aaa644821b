'use strict';

const verifier = require('./sdk-verifier.js');

/** As in sdk-verifier.js, with the SDK's errors as CommonJS finds them. */
exports.tokenVerifier = (mcpAuth, mode, options, sdkErrors = installed()) =>
  verifier.tokenVerifier(mcpAuth, mode, options, sdkErrors);

function installed() {
  try {
    return require('@modelcontextprotocol/sdk/server/auth/errors.js');
  } catch {
    return undefined; // only the SDK v2, or none
  }
}
