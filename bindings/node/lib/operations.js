'use strict';

/** What operations need, where the application tells it by functions: the engine hears of them as declared, with nothing to judge. */
class Operations {
  /** What the engine is told. */
  declared;

  #functions = new Map();

  constructor(operations) {
    this.declared = isRecord(operations)
      ? mapped(operations, (needs, method) => this.#ofMethod(needs, method))
      : operations;
  }

  get haveFunctions() {
    return this.#functions.size > 0;
  }

  /** The scopes that the functions demand for these operations of a caller. */
  async scopes(auth, operations) {
    const all = await Promise.all(
      operations.map((operation) => {
        const { method, name } = operation;
        const scopes = this.#functions.get(key(method, name)) ?? this.#functions.get(key(method, undefined));
        return scopes?.(auth, operation);
      }),
    );
    return all.flatMap((scopes) => scopes ?? []);
  }

  #ofMethod(needs, method) {
    if (!isRecord(needs)) return this.#plain(needs, method, undefined);
    return mapped(needs, (below, name) => this.#plain(below, method, name));
  }

  #plain(needs, method, name) {
    if (typeof needs !== 'function') return needs;
    this.#functions.set(key(method, name), needs);
    return [];
  }
}

function key(method, name) {
  return JSON.stringify([method, name]);
}

function mapped(record, change) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}

function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

module.exports = { Operations };
