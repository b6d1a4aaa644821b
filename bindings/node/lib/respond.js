'use strict';

const { pairs } = require('./pairs.js');

// Of a body that will not be sent.
const framing = ['content-length', 'content-encoding', 'transfer-encoding'];

/**
 * Writes the engine's answer as it is. Headers that were set before are replaced, except what `cors()` and the like
 * said about sharing the answer.
 */
function respond(req, res, { status, headers, body }) {
  const shared = new Set(res.getHeaderNames().filter((name) => name.startsWith('access-control-')));
  const ours = pairs(headers).filter(([name]) => !shared.has(name.toLowerCase()));
  res.statusCode = status;
  for (const name of [...framing, ...ours.map(([name]) => name)]) {
    if (name.toLowerCase() !== 'vary') res.removeHeader(name);
  }
  for (const [name, value] of ours) res.appendHeader(name, value);
  // Removing the framing headers has switched Node's own off as well, and the connection would end with the answer.
  if (body.length > 0) res.setHeader('Content-Length', body.length);
  if (req.method === 'HEAD' || body.length === 0) res.end();
  else res.end(body);
  // Node drains what is left of a body only if nobody has read any of it; else the connection would get stuck.
  req.resume?.();
}

/** Adds headers to the application's response, where it has not set them itself. */
function addHeaders(res, headers) {
  if (headers.length === 0) return;
  for (const [name, value] of pairs(headers)) {
    if (!res.hasHeader(name)) res.setHeader(name, value);
  }
}

module.exports = { respond, addHeaders };
