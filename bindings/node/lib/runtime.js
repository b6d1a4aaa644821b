'use strict';

const { Guard } = require('./guard.js');
const { Host } = require('./host.js');
const { Log } = require('./log.js');
const { shapes, toWireJson } = require('./names.js');
const { Engine } = require('../native.js');
const { accepted } = require('./refusal.js');

const runtimes = new WeakMap();

/** What works behind one `MCPAuth`, whichever framework the application is made with. */
class Runtime {
  #engine;
  #host;
  #log;

  constructor({ fetch, logger, signal, ...configuration }) {
    this.#engine = accepted(() => new Engine(toWireJson(configuration, shapes.configuration)));
    this.#host = new Host(this.#engine, { fetch, signal });
    this.#log = new Log(logger);
  }

  /** That of an `MCPAuth`. */
  static of(mcpAuth) {
    const runtime = runtimes.get(mcpAuth);
    if (runtime === undefined) throw new TypeError('the first argument must be an MCPAuth');
    return runtime;
  }

  /** From now on that of `mcpAuth`. */
  serve(mcpAuth) {
    runtimes.set(mcpAuth, this);
  }

  get log() {
    return this.#log;
  }

  /** A gate with what the host does for it. */
  guard(mode, options) {
    if (mode !== 'jwt') {
      throw new TypeError("bearerAuth: the first argument must be 'jwt' (verify functions are not supported)");
    }
    const { property, ...rest } = options ?? {};
    const gate = accepted(() => this.#engine.gate(toWireJson(rest, shapes.gateOptions)));
    this.#log.policy(gate.policy());
    return new Guard(gate, this.#host, this.#log, { property });
  }

  /** Another configuration, from the next request on. */
  update(configuration) {
    accepted(() => this.#engine.update(toWireJson(configuration ?? {}, shapes.configuration)));
  }

  /** Fetches what is lacking; resolves to whether everything is there. */
  async prefetch() {
    await this.#host.prefetch();
    return this.ready();
  }

  /** Whether every issuer has usable keys. */
  ready() {
    return this.#engine.isReady(this.#host.now());
  }

  /** The answer to a request for a metadata document, or null. */
  metadata({ method, target, headers }) {
    return this.#engine.metadata(method, target, headers);
  }
}

module.exports = { Runtime };
