'use strict';

const { pairs } = require('./pairs.js');

/**
 * Does one fetch as the engine asked for it: no redirects, one deadline for everything, no more bytes than allowed.
 * Throws whatever goes wrong; what a status or a body means is for the engine to say.
 */
async function download(request, fetch = globalThis.fetch, signal = undefined) {
  signal?.throwIfAborted();
  const abort = new AbortController();
  const deadline = stopAfter(request.timeoutMs, abort, signal);
  try {
    // The race is for a `fetch` that does not heed its signal.
    return await Promise.race([exchange(request, fetch, abort.signal), deadline.passed]);
  } finally {
    deadline.cancel();
    abort.abort(); // frees the connection when the body was not read to its end
  }
}

async function exchange({ method, url, headers, body, maxBytes }, fetch, signal) {
  const response = await fetch(url, {
    method,
    headers: pairs(headers),
    body: body.length > 0 ? body : undefined,
    redirect: 'manual',
    signal,
  });
  if (response.type === 'opaqueredirect') throw new Error('redirected');
  // `fetch` has already decoded such a body: its size says nothing about the size on the wire.
  const encoding = response.headers.get('content-encoding');
  if (encoding !== null && encoding.toLowerCase() !== 'identity') throw new Error('encoded');
  return {
    status: response.status,
    headers: [...response.headers].flat(),
    body: await bytes(response.body, maxBytes),
  };
}

async function bytes(stream, max) {
  const chunks = [];
  let length = 0;
  for await (const chunk of stream ?? []) {
    length += chunk.length;
    if (length > max) throw new Error('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function stopAfter(milliseconds, abort, signal) {
  let cancel;
  const passed = new Promise((_resolve, reject) => {
    const stop = () => {
      reject(new Error('timed out or aborted'));
      abort.abort();
    };
    const timer = setTimeout(stop, milliseconds);
    timer.unref();
    signal?.addEventListener('abort', stop);
    cancel = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    };
  });
  return { passed, cancel };
}

module.exports = { download };
