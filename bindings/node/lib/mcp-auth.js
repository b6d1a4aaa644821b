'use strict';

const { advise } = require('./advice.js');
const { bearerAuth } = require('./bearer-auth.js');
const { MCPAuthAuthServerError } = require('./errors.js');
const { metadataRouter } = require('./metadata-router.js');
const { Runtime } = require('./runtime.js');

/** Guards the MCP servers of one application. */
class MCPAuth {
  #config;

  constructor(config) {
    const runtime = new Runtime(config ?? {});
    runtime.serve(this);
    advise(config, runtime.log);
    this.#config = config;
  }

  /** As it was given. */
  get config() {
    return this.#config;
  }

  /** Middleware that serves the metadata documents of all protected resources. */
  protectedResourceMetadataRouter() {
    return metadataRouter(this.#runtime({ legacy: false, instead: 'delegatedRouter' }));
  }

  /**
   * Middleware that serves the metadata of the authorization server.
   *
   * @deprecated With `protectedResources` clients ask the authorization server itself.
   */
  delegatedRouter() {
    return metadataRouter(this.#runtime({ legacy: true, instead: 'protectedResourceMetadataRouter' }));
  }

  /** Middleware that lets pass who has a valid access token for `options.resource`. */
  bearerAuth(mode, options) {
    return bearerAuth(Runtime.of(this), mode, options);
  }

  /** Resources and issuers change while the application runs: all of `config` from the next request on, or nothing. */
  update(config) {
    Runtime.of(this).update(config);
    this.#config = config;
  }

  /** Fetches metadata and keys before the first token comes; resolves to `ready()`. */
  prefetch() {
    return Runtime.of(this).prefetch();
  }

  /** Whether every issuer has usable keys, for readiness probes. */
  ready() {
    return Runtime.of(this).ready();
  }

  #runtime({ legacy, instead }) {
    const runtime = Runtime.of(this);
    if (runtime.isLegacy === legacy) return runtime;
    const [given, other] = legacy ? ['protectedResources', 'server'] : ['server', 'protectedResources'];
    throw new MCPAuthAuthServerError('invalid_server_config', {
      error_description: `It has \`${given}\`, not \`${other}\`: use \`${instead}()\`.`,
    });
  }
}

module.exports = { MCPAuth };
