'use strict';

/** Lets through the headers of a request that a gate looks at, and few others. */
class Sieve {
  // By length and first letter: 1 where a name of the gate's list has them.
  #read = new Uint8Array(1024);

  /** `names` is the gate's list, in lower case. */
  constructor(names) {
    for (const name of names) this.#read[place(name)] = 1;
  }

  /**
   * Those that may matter, in order, as they came: name, value, name, value. Whether they do is for the engine to say; here
   * they need only be few.
   */
  sifted(headers) {
    const sent = [];
    for (let at = 0; at + 1 < headers.length; at += 2) {
      const name = headers[at];
      if (this.#read[place(name)] === 1) sent.push(name, headers[at + 1]);
    }
    return sent;
  }
}

/** The same for small and capital letters. */
function place(name) {
  return name.length * 32 + (name.charCodeAt(0) & 31);
}

module.exports = { Sieve };
