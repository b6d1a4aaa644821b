'use strict';

const { bearerAuth } = require('./bearer-auth.js');
const { MCPAuthAuthServerError } = require('./errors.js');
const { Host } = require('./host.js');
const { Log } = require('./log.js');
const { metadataRouter } = require('./metadata-router.js');
const { shapes, toWireJson } = require('./names.js');
const { Engine } = require('../native.js');
const { accepted } = require('./refusal.js');

/** Guards the MCP servers of one application. */
class MCPAuth {
  #engine;
  #host;
  #log;

  constructor(config) {
    const { fetch, logger, server, ...configuration } = config ?? {};
    if (server !== undefined) {
      throw new MCPAuthAuthServerError('invalid_server_config', {
        error_description: '`server` (authorization server mode) is not supported: use `protectedResources`.',
      });
    }
    this.#engine = accepted(() => new Engine(toWireJson(configuration, shapes.configuration)));
    this.#host = new Host(this.#engine, fetch);
    this.#log = new Log(logger);
    Object.defineProperty(this, 'config', { value: config, enumerable: true });
  }

  /** Middleware that serves the metadata documents of all protected resources. */
  protectedResourceMetadataRouter() {
    return metadataRouter(this.#engine, this.#log);
  }

  /** Middleware that lets pass who has a valid access token for `options.resource`. */
  bearerAuth(mode, options) {
    if (mode !== 'jwt') {
      throw new TypeError("bearerAuth: the first argument must be 'jwt' (verify functions are not supported)");
    }
    const gate = accepted(() => this.#engine.gate(toWireJson(options ?? {}, shapes.gateOptions)));
    this.#log.policy(gate.policy());
    return bearerAuth(gate, this.#host, this.#log);
  }
}

module.exports = { MCPAuth };
