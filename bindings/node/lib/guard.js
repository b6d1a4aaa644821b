'use strict';

const { AuthInfo } = require('./auth-info.js');
const { MCPAuthBearerAuthError } = require('./errors.js');
const { publish, startedAt } = require('./events.js');
const { bearerToken } = require('../native.js');
const { CALL, registeredNames } = require('./registered.js');
const { Sieve } = require('./sieve.js');
const { verdict } = require('./verdict.js');

// Where there is but a token.
const NO_REQUEST = { method: '', target: '', headers: [] };

/**
 * Decides about the requests that come to one gate, whatever framework brings them: it does what the engine asks for
 * (fetch, read the body, verify by the application's function) until the engine has decided, and then asks the
 * application's own hooks. The frameworks' shells carry in a request and carry out its decision.
 */
class Guard {
  #answers;
  #first;
  #firstToken;
  #gate;
  #host;
  #log;
  #options;
  #resource;
  #sieve;

  constructor(gate, answers, host, log, options) {
    this.#gate = gate;
    this.#first = gate.first();
    this.#firstToken = gate.firstToken();
    this.#answers = answers;
    this.#resource = gate.resource ?? undefined;
    this.#sieve = new Sieve(gate.headers());
    this.#host = host;
    this.#log = log;
    this.#options = options;
  }

  /** Where the application looks for the caller. */
  get property() {
    return this.#options.property;
  }

  /**
   * The decision about a request: `method`, `target` and `headers` as they came in, `readBody(max)` for the case that
   * the body matters, and `gone()`: whether nobody waits any more. Nearly always it is there at once; then nothing waits
   * for a promise.
   */
  decide(request) {
    const { method, target } = request;
    const headers = this.#sieve.sifted(request.headers);
    return this.#decided(
      request,
      () => this.#first(method, target, headers, this.#host.now()),
      (body, verdict) => this.#gate.check(method, target, headers, body, verdict, this.#host.now()),
      () => bearerToken(headers),
    );
  }

  /** The decision about a token alone, without a request: neither an operation nor a session is judged. */
  decideToken(token) {
    return this.#decided(
      NO_REQUEST,
      () => this.#firstToken(token, this.#host.now()),
      (_body, verdict) => this.#gate.checkToken(token, verdict, this.#host.now()),
      () => token,
    );
  }

  /** Another library has said who calls, in the place that is about to be ours. */
  replaces(previous) {
    if (previous === undefined || previous instanceof AuthInfo) return;
    this.#log.once(
      `mcp-auth: something else has set \`${this.property}\` of a request before the gate, which replaces it; ` +
        'the option `property` chooses another place',
    );
  }

  /**
   * What of a list of tools (or of the result of `tools/list` that holds it) this caller may call, as a result that no
   * cache shows to anybody else (MCP 2026-07-28, caching).
   */
  async visibleTools(auth, listing) {
    const { tools, ...rest } = Array.isArray(listing) ? { tools: listing } : listing;
    const held = auth?.scopes ?? null;
    const declared = this.#gate.visible(
      held,
      CALL,
      tools.map(({ name }) => name),
    );
    const visible = await Promise.all(
      tools.map(async ({ name }) => {
        if (!declared.includes(name)) return false;
        const scopes = await this.#options.operations.scopes(auth, [{ method: CALL, name }]);
        return this.#options.reportOnly || this.#gate.require('', '', [], held, scopes) === null;
      }),
    );
    return { ...rest, tools: tools.filter((_tool, at) => visible[at]), cacheScope: 'private' };
  }

  /** Which operations have rules though nothing is registered under their name: most likely a misspelling. Warned about. */
  unregistered(registered) {
    const known = registeredNames(registered);
    const missing = this.#gate.declared().filter(({ method, name }) => known[method]?.has(name) === false);
    for (const { method, name } of missing) {
      this.#log.once(`mcp-auth: operations has a rule for ${method} ${name}, and nothing of that name is registered`);
    }
    return missing;
  }

  get #hasHooks() {
    return this.#options.authorize !== undefined || this.#options.operations.haveFunctions;
  }

  /** `first` asks the gate, `ask` asks it again with what it wants to know, and `token` gives the caller's token. */
  #decided(request, first, ask, token) {
    const started = startedAt();
    let answer;
    try {
      answer = this.#answers.read(first());
      if (answer.kind === 'respond' || (answer.kind === 'allow' && !this.#hasHooks)) {
        return this.#decision(answer, token, started);
      }
    } catch (error) {
      return this.#decision(this.#failed(request, error), token, started);
    }
    const again = (body, verdict) => this.#answers.read(ask(body, verdict));
    return this.#settled(request, answer, again, token)
      .catch((error) => this.#failed(request, error))
      .then((answer) => this.#decision(answer, token, started));
  }

  async #settled(request, first, ask, token) {
    const answer = await this.#host.settle(first, ask, {
      readBody: request.readBody,
      verdict: (token) => this.#verdict(token),
    });
    if (answer.kind !== 'allow' || !this.#hasHooks) return answer;
    const refusal = await this.#refusal(request, answer, token);
    if (refusal === undefined) return answer;
    return this.#options.reportOnly ? { ...answer, report: answer.report ?? refusal.log } : refusal;
  }

  async #verdict(token) {
    try {
      return await verdict(this.#options.verify, token);
    } catch (error) {
      // What somebody else's error says may quote the token.
      throw new Error(String(error?.stack ?? error).replaceAll(token, '(token)'));
    }
  }

  /** The answer to a request that the engine lets pass and the application's hooks do not. */
  async #refusal({ method, target, headers }, answer, token) {
    const { authorize, operations } = this.#options;
    const auth = answer.caller && new AuthInfo(answer.caller, token);
    const asked = answer.operations.map(({ method, name }) => ({ method, name: name ?? undefined }));
    try {
      const scopes = await operations.scopes(auth, asked);
      const refusal = this.#gate.require(method, target, headers, auth?.scopes, scopes);
      if (refusal !== null) return refusal;
      for (const operation of authorize === undefined ? [] : [...asked, ...(asked.length > 0 ? [] : [undefined])]) {
        // Forgetting to return something must not let anybody in.
        if ((await authorize(auth, operation)) !== true) return this.#gate.deny(method, target, headers);
      }
    } catch (error) {
      if (error instanceof MCPAuthBearerAuthError) return this.#gate.deny(method, target, headers);
      this.#log.failure(error);
      return this.#gate.failure(method, target, headers);
    }
    return undefined;
  }

  /** There is no decision, so nobody gets in. */
  #failed({ method, target, headers, gone }, error) {
    const answer = this.#gate.failure(method, target, headers);
    if (gone?.()) return { ...answer, log: undefined };
    this.#log.failure(error);
    return answer;
  }

  #decision(answer, token, started) {
    publish(answer, this.#resource, started);
    if (answer.kind === 'respond') {
      this.#log.answer(answer);
      return answer;
    }
    if (answer.report !== undefined) this.#log.answer(answer);
    return new Allowed(answer, this.#resource, token, this.#host);
  }
}

/** The decision that a request may pass. */
class Allowed {
  kind = 'allow';
  #host;
  #token;

  constructor({ caller, headers }, resource, token, host) {
    /** What all requests with this token share: not for applications. */
    this.caller = caller;
    this.headers = headers;
    this.resource = resource;
    this.#token = token;
    this.#host = host;
  }

  /** What the application gets to know of the caller, for one request; undefined when nobody in particular calls. */
  get auth() {
    return this.caller && new AuthInfo(this.caller, this.#token);
  }

  /** The application answers with a new session: it belongs to this caller. */
  opened(session) {
    if (this.caller !== undefined) this.#host.opened(session, this.caller);
  }
}

module.exports = { Guard };
