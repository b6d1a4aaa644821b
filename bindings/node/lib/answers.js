'use strict';

const { Caller } = require('./caller.js');

const NONE = Object.freeze([]);

/**
 * Reads what the addon answers at the gates of one engine, as an object that `kind` tells apart. src/allow.rs writes a
 * request that may pass as text: a line of JSON and, where it tells the caller, the claims below it. A caller who comes again
 * is a number; what is read of it has no `resource`, which is that of the gate.
 */
class Answers {
  // What all requests with one token share, by the number of the token. It never gets to an application, which could change
  // it.
  #remembered = new Map();

  read(told) {
    if (typeof told === 'number') return this.#recalled(told);
    if (typeof told !== 'string') return told;
    const answer = parsed(told);
    const { caller, forget = NONE, remember, recall } = answer;
    if (remember !== undefined) this.#remember(remember, answer);
    for (const number of forget) this.#remembered.delete(number);
    if (recall !== undefined) answer.caller = this.#recalled(recall).caller;
    answer.issuer = (caller ?? answer.caller)?.issuer;
    return answer;
  }

  #remember(number, { kind, caller, kid, algorithm }) {
    const known = { kind, caller, issuer: caller.issuer, kid, algorithm, cached: true };
    this.#remembered.set(number, { ...known, headers: NONE, operations: NONE, report: undefined });
  }

  #recalled(number) {
    const known = this.#remembered.get(number);
    // Nobody must get in as somebody who is not known.
    if (known === undefined) throw new Error(`the caller ${number} is not remembered`);
    return known;
  }
}

function parsed(told) {
  const end = told.indexOf('\n');
  if (end === -1) return JSON.parse(told);
  const answer = JSON.parse(told.slice(0, end));
  answer.caller = new Caller(answer.caller, told.slice(end + 1));
  return answer;
}

module.exports = { Answers };
