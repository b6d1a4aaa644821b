'use strict';

const { download } = require('./download.js');
const { pairs } = require('./pairs.js');

// More than any decision takes: it is here so that a mistake cannot turn into an endless loop.
const ROUNDS = 8;

/**
 * Does for one engine what the engine cannot do itself: tell the time, fetch documents and get at the body. It knows
 * nothing of Express, so that every kind of gate can share it.
 */
class Host {
  #engine;
  #fetch;
  #signal;
  #underWay = new Map();
  #timeoutMs = Number.POSITIVE_INFINITY;
  #maxAgeMs = Number.POSITIVE_INFINITY;

  constructor(engine, { fetch, signal }) {
    this.#engine = engine;
    this.#fetch = fetch;
    this.#signal = signal;
  }

  /** A gate wants documents sooner, or newer. They are everybody's, so the least of everything counts. */
  limit({ timeoutMs = Number.POSITIVE_INFINITY, maxAgeMs = Number.POSITIVE_INFINITY }) {
    this.#timeoutMs = Math.min(this.#timeoutMs, timeoutMs);
    this.#maxAgeMs = Math.min(this.#maxAgeMs, maxAgeMs);
  }

  /** Unix seconds. */
  now() {
    return Math.floor(Date.now() / 1000);
  }

  /** The application has answered an allowed request with a new session: it belongs to that caller. */
  opened(session, { issuer, subject, clientId }) {
    this.#engine.openSession(session, issuer, subject, clientId ?? undefined);
  }

  /** Does what `answer` wants done and asks again, until the engine has decided. */
  async settle(answer, ask, { readBody, verdict } = {}) {
    let body = null;
    let said = null;
    for (let round = 0; round < ROUNDS; round += 1) {
      if (answer.kind === 'fetch') await this.#fetched(answer);
      else if (answer.kind === 'needBody') body = await readBody(answer.max);
      else if (answer.kind === 'needVerdict') said = await verdict(answer.token);
      else return answer;
      answer = ask(body, said);
    }
    throw new Error(`no decision after ${ROUNDS} rounds`);
  }

  /** Fetches what the engine lacks, each document once: what fails now is fetched again when it is needed. */
  async prefetch() {
    // The clock stands still, so that no failure's back-off ends meanwhile.
    const now = this.now();
    const asked = new Set();
    for (;;) {
      const request = this.#engine.pending(now);
      if (request === null || asked.has(request.url)) return;
      asked.add(request.url);
      await this.#fetched(request, now);
    }
  }

  /**
   * Every request that needs the same document waits for the same fetch. The fetch belongs to none of them: the one
   * that started it may go away.
   */
  #fetched(request, now) {
    const { id } = request;
    if (!this.#underWay.has(id)) {
      this.#underWay.set(
        id,
        this.#supply(request, now).finally(() => this.#underWay.delete(id)),
      );
    }
    return this.#underWay.get(id);
  }

  async #supply(request, now) {
    try {
      const limited = { ...request, timeoutMs: Math.min(request.timeoutMs, this.#timeoutMs) };
      const { status, headers, body } = await download(limited, this.#fetch, this.#signal);
      this.#engine.supply(request.id, status, this.#aged(headers), body, now ?? this.now());
    } catch {
      this.#engine.supplyFailure(request.id, now ?? this.now());
    }
  }

  /** Headers that say how long the document may be kept, where a gate has said it instead of the server. */
  #aged(headers) {
    if (this.#maxAgeMs === Number.POSITIVE_INFINITY) return headers;
    const others = pairs(headers).filter(([name]) => name.toLowerCase() !== 'cache-control');
    return [...others.flat(), 'cache-control', `max-age=${Math.floor(this.#maxAgeMs / 1000)}`];
  }
}

module.exports = { Host };
