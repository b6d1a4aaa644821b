'use strict';

const { bearerAuth } = require('./bearer-auth.js');
const { MCPAuthAuthServerError } = require('./errors.js');
const { metadataRouter } = require('./metadata-router.js');
const { Runtime } = require('./runtime.js');

/** Guards the MCP servers of one application. */
class MCPAuth {
  constructor(config) {
    if (config?.server !== undefined) {
      throw new MCPAuthAuthServerError('invalid_server_config', {
        error_description: '`server` (authorization server mode) is not supported: use `protectedResources`.',
      });
    }
    new Runtime(config ?? {}).serve(this);
    Object.defineProperty(this, 'config', { value: config, enumerable: true });
  }

  /** Middleware that serves the metadata documents of all protected resources. */
  protectedResourceMetadataRouter() {
    return metadataRouter(Runtime.of(this));
  }

  /** Middleware that lets pass who has a valid access token for `options.resource`. */
  bearerAuth(mode, options) {
    return bearerAuth(Runtime.of(this), mode, options);
  }
}

module.exports = { MCPAuth };
