'use strict';

const { pairs } = require('./pairs.js');

/** Web-standard requests and responses, as the engine knows them. */

/** The facts of a request. Where it has come through `Headers`, these are all that is left of the request line's neighbours. */
function facts(request) {
  const url = new URL(request.url);
  const headers = [...request.headers].flat();
  if (!request.headers.has('host')) headers.push('host', url.host);
  return { method: request.method, target: url.pathname + url.search, headers };
}

/** The bytes of a stream, at most `max` + 1 of them; what is left is not wanted. */
async function readBody(stream, max) {
  const chunks = [];
  let length = 0;
  for await (const chunk of stream ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > max) break;
  }
  return Buffer.concat(chunks).subarray(0, max + 1);
}

/** The engine's answer to a request. */
function response({ status, headers, body }, method) {
  const empty = body.length === 0 || method === 'HEAD';
  return new Response(empty ? null : body, { status, headers: pairs(headers) });
}

/** The application's response to a request that passed: our headers are added, and a session that it opens is the caller's. */
function complete(response, decision) {
  const session = response.headers.get('mcp-session-id');
  if (session !== null) decision.opened(session);
  const added = pairs(decision.headers).filter(([name]) => !response.headers.has(name));
  if (added.length === 0) return response;
  // The headers of a response that was fetched, or that redirects, cannot be changed.
  const copy = new Response(response.body, response);
  for (const [name, value] of added) copy.headers.set(name, value);
  return copy;
}

module.exports = { facts, readBody, response, complete };
