'use strict';

/** What the engine wants to know of a request of Express or `node:http`: the request line and headers as they came in. */
function facts(req) {
  return { method: method(req), target: target(req), headers: headers(req) };
}

function method(req) {
  return req.method ?? '';
}

function target(req) {
  // Below a mount point of Express, `url` is only the rest of it.
  return req.originalUrl || req.url || '';
}

/**
 * Every header in order, duplicates kept: name, value, name, value. Adapters that run Express without a socket
 * (serverless platforms, test doubles) leave `rawHeaders` empty; there the merged headers are all there is.
 */
function headers(req) {
  if (req.rawHeaders?.length > 0) return req.rawHeaders;
  return Object.entries(req.headers ?? {}).flatMap(([name, values]) =>
    [values].flat().flatMap((value) => [name, value]),
  );
}

module.exports = { facts, method, target, headers };
