'use strict';

const { debuglog } = require('node:util');

const QUIET_MS = 60_000;
const LINES = 100;

/** Quiet by default: warnings go to stderr, the rest shows with NODE_DEBUG=mcp-auth. Standard output is never used. */
const standardLogger = { info: debuglog('mcp-auth'), debug: debuglog('mcp-auth'), warn: (line) => console.warn(line) };

/** Passes lines on to a logger like `console`: one warning a minute of each kind, not one for every request. */
class Log {
  #logger;
  #warned = new Map();
  #said = new Set();

  constructor(logger = standardLogger) {
    this.#logger = logger;
  }

  /** What was decided once, at start. */
  policy(line) {
    this.#logger.info(line);
  }

  /** A decision: a refusal, an outage, or what would be a refusal if refusals were not only reported. */
  answer({ isServerError, log, report, code, issuer }) {
    // What stands in parentheses differs from token to token, and whoever sends many may choose it.
    if (report) this.#warn(report, `${report.split(' (')[0]} ${issuer}`);
    else if (log && !isServerError) this.#logger.debug(log);
    else if (log) this.#warn(log, `${code} ${issuer}`);
  }

  /** A mistake of ours. */
  failure(error) {
    this.#warn(`mcp-auth: ${error?.stack ?? error}`);
  }

  /** What should be changed; said once. */
  once(line) {
    if (this.#said.has(line)) return;
    this.#said.add(line);
    this.#logger.warn(line);
  }

  #warn(line, kind = line) {
    const now = Date.now();
    if (now - (this.#warned.get(kind) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return;
    if (this.#warned.size >= LINES) this.#warned.clear();
    this.#warned.set(kind, now);
    this.#logger.warn(line);
  }
}

module.exports = { Log };
