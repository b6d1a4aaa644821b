'use strict';

const { Answers } = require('./answers.js');
const { gateOptions } = require('./gate-options.js');
const { Guard } = require('./guard.js');
const { Host } = require('./host.js');
const { Log } = require('./log.js');
const { shapes, toWireJson } = require('./names.js');
const { Engine } = require('../native.js');
const { accepted } = require('./refusal.js');

const runtimes = new WeakMap();

/** What works behind one `MCPAuth`, whichever framework the application is made with. */
class Runtime {
  #answers = new Answers();
  #configuration;
  #cooldown;
  #engine;
  #host;
  #log;

  constructor({ fetch, logger, signal, ...configuration }) {
    this.#engine = accepted(() => new Engine(toWireJson(configuration, shapes.configuration)));
    this.#configuration = configuration;
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

  /** Whether an authorization server stands in place of protected resources. */
  get isLegacy() {
    return this.#engine.isLegacy;
  }

  /** A gate with what the host does for it; `mode` is `jwt` or the application's own function. */
  guard(mode, options) {
    const { engine, fetching, ...own } = gateOptions(mode, options);
    const gate = accepted(() => this.#engine.gate(engine));
    this.#host.limit(fetching);
    this.#cool(fetching.cooldownMs);
    this.#log.policy(gate.policy());
    return new Guard(gate, this.#answers, this.#host, this.#log, own);
  }

  /** Another configuration, from the next request on. */
  update(configuration) {
    const next = cooled(configuration ?? {}, this.#cooldown);
    accepted(() => this.#engine.update(toWireJson(next, shapes.configuration)));
    this.#configuration = configuration;
  }

  /** A gate has said how often keys may be fetched. They are everybody's: the longest pause counts. */
  #cool(cooldownMs) {
    const seconds = Math.ceil(cooldownMs / 1000);
    if (!(seconds > (this.#cooldown ?? 0))) return;
    const before = this.#cooldown;
    this.#cooldown = seconds;
    try {
      this.update(this.#configuration);
    } catch (error) {
      this.#cooldown = before;
      throw error;
    }
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

  /** The answer to a request for a metadata document, or null; a promise where it must be fetched first. */
  metadata({ method, target, headers }) {
    const ask = () => this.#engine.metadata(method, target, headers, this.#host.now());
    const answer = ask();
    return answer?.kind === 'fetch' ? this.#host.settle(answer, ask) : answer;
  }
}

/** The configuration with a pause for every authorization server that has none of its own. */
function cooled(configuration, keyCooldown) {
  if (keyCooldown === undefined) return configuration;
  const { server, protectedResources } = configuration;
  const one = (server) => ({ keyCooldown, ...server });
  const many = (resource) => ({
    ...resource,
    metadata: { ...resource.metadata, authorizationServers: resource.metadata?.authorizationServers?.map(one) },
  });
  return {
    ...configuration,
    ...(server !== undefined && { server: one(server) }),
    ...(protectedResources !== undefined && { protectedResources: [protectedResources].flat().map(many) }),
  };
}

module.exports = { Runtime };
