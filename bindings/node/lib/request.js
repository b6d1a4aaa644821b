'use strict';

/** The method as on the request line. */
function method(req) {
  return req.method ?? '';
}

/** Path and query as on the request line, also below a mount point of Express. */
function target(req) {
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

module.exports = { method, target, headers };
