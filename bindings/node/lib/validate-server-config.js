'use strict';

const { toWireJson } = require('./names.js');
const { validate } = require('../native.js');
const { accepted } = require('./refusal.js');

/**
 * What MCP clients will trip over at an authorization server, by its metadata: errors, warnings, and with `verbose` what is
 * as it should be. `revision` is the date of an MCP specification; without it the latest is meant.
 */
function validateServerConfig(config, options) {
  const { verbose = false, revision } = typeof options === 'object' ? options : { verbose: options };
  if (config?.metadata === undefined) {
    throw new TypeError('the server has no metadata to validate: fetchServerConfig fetches them');
  }
  const metadata = toWireJson(config.metadata, {});
  const { errors, warnings, successes, notes } = JSON.parse(accepted(() => validate(metadata, revision)));
  return {
    isValid: errors.length === 0,
    ...(errors.length > 0 && { errors }),
    warnings,
    ...(verbose && { successes, notes }),
  };
}

module.exports = { validateServerConfig };
