'use strict';

const { setImmediate } = require('node:timers/promises');

/**
 * The bytes of a request's body, at most `max` + 1 of them. Whoever comes after reads the same body again.
 *
 * When a body parser came first, the stream is gone and its result stands for it: that is what the application will
 * act on.
 */
async function readBody(req, max) {
  if (req.readableEnded) return parsedBody(req.body).subarray(0, max + 1);
  // What came together with the headers is parsed by then. Listening earlier would end an empty stream for everyone.
  if (!req.complete) await setImmediate();
  return rawBody(req, max);
}

function parsedBody(body) {
  if (body === undefined) return Buffer.alloc(0);
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

/**
 * Reads in paused mode, and puts everything back in the same turn in which the end is seen: a stream emits 'end' only
 * later, and only if it is still empty then.
 */
function rawBody(req, max) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    let length = 0;

    function read() {
      // Reading an empty stream at its end would end it for everyone.
      while (!(req.complete && req.readableLength === 0) && length <= max) {
        const chunk = req.read();
        if (chunk === null) break;
        chunks.push(chunk);
        length += chunk.length;
      }
      if (length > max || (req.complete && req.readableLength === 0)) finish();
    }

    function finish() {
      stop();
      const encoding = req.readableEncoding ?? undefined;
      for (const chunk of chunks.toReversed()) req.unshift(chunk, encoding);
      resolve(Buffer.concat(chunks.map((chunk) => Buffer.from(chunk, encoding))).subarray(0, max + 1));
    }

    function fail(error) {
      stop();
      reject(error ?? new Error('the request ended before its body'));
    }

    function stop() {
      req.off('readable', read).off('end', fail).off('close', fail).off('error', fail);
    }

    if (req.destroyed) fail();
    else if (req.complete) read();
    else req.on('readable', read).on('end', fail).on('close', fail).on('error', fail);
  });
}

module.exports = { readBody, parsedBody };
