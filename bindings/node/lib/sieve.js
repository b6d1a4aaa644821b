'use strict';

const { readHeaders } = require('../native.js');

// By length and first letter: 1 where a header of the engine's list has them.
const read = new Uint8Array(1024);
for (const name of readHeaders()) read[place(name)] = 1;

/**
 * The headers of a request that the engine may look at, in order, name, value, name, value: a copy without most of those that
 * decide nothing. Which they are in the end is for the engine to say; here they need only be few.
 */
function sifted(headers) {
  const sent = [];
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at];
    if (read[place(name)] === 1) sent.push(name, headers[at + 1]);
  }
  return sent;
}

/** The same for small and capital letters. */
function place(name) {
  return name.length * 32 + (name.charCodeAt(0) & 31);
}

module.exports = { sifted };
