'use strict';

const middleware = require('./bearer-auth.js');
const { metadataRouter } = require('./metadata-router.js');
const { Runtime } = require('./runtime.js');

/** `mcpAuth.bearerAuth(mode, options)`, under the name that it has for every framework. */
function bearerAuth(mcpAuth, mode, options) {
  return middleware.bearerAuth(Runtime.of(mcpAuth), mode, options);
}

/** The middleware that answers requests for metadata documents and passes everything else on. */
function metadata(mcpAuth) {
  return metadataRouter(Runtime.of(mcpAuth));
}

module.exports = { bearerAuth, metadata };
