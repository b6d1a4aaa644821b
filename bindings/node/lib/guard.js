'use strict';

const { AuthInfo } = require('./auth-info.js');
const { publish } = require('./events.js');

/**
 * Decides about the requests that come to one gate, whatever framework brings them: it does what the engine asks for
 * (fetch, read the body) until the engine has decided. The frameworks' shells carry in a request and carry out its decision.
 */
class Guard {
  /** Where the application looks for the caller. */
  property;

  #gate;
  #host;
  #log;

  constructor(gate, host, log, { property = 'auth' }) {
    this.#gate = gate;
    this.#host = host;
    this.#log = log;
    this.property = property;
  }

  /**
   * The decision about a request: `method`, `target` and `headers` as they came in, and `readBody(max)` for the case that
   * the body matters. Nearly always it is there at once; then nothing waits for a promise.
   */
  decide(request) {
    const started = performance.now();
    const { method, target, headers } = request;
    const ask = (body) => this.#gate.check(method, target, headers, body, this.#host.now());
    const answer = ask(null);
    if (answer.kind === 'allow' || answer.kind === 'respond') return this.#decision(answer, started);
    return this.#host.settle(answer, ask, request.readBody).then((answer) => this.#decision(answer, started));
  }

  /** Another library has said who calls, in the place that is about to be ours. */
  replaces(previous) {
    if (previous === undefined || previous instanceof AuthInfo) return;
    this.#log.once(
      `mcp-auth: something else has set \`${this.property}\` of a request before the gate, which replaces it; ` +
        'the option `property` chooses another place',
    );
  }

  #decision(answer, started) {
    publish(answer, performance.now() - started);
    if (answer.kind === 'respond') {
      this.#log.answer(answer);
      return answer;
    }
    const { anonymous, headers } = answer;
    return {
      kind: 'allow',
      auth: anonymous ? undefined : new AuthInfo(answer),
      headers,
      /** The application answers with a new session: it belongs to this caller. */
      opened: (session) => {
        if (!anonymous) this.#host.opened(session, answer);
      },
    };
  }
}

module.exports = { Guard };
