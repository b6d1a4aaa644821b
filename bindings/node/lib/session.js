'use strict';

/**
 * Tells a decision's `opened` the id of the MCP session that the application's response opens, if it opens one. Both ways to
 * set the header are seen: `setHeader`, and the headers of `writeHead`.
 */
function watchSession(res, decision) {
  const { writeHead } = res;
  res.writeHead = function (...args) {
    res.writeHead = writeHead;
    const session = given(args.at(-1)) ?? res.getHeader('mcp-session-id');
    if (typeof session === 'string') decision.opened(session);
    return writeHead.apply(this, args);
  };
}

function given(headers) {
  if (headers === null || typeof headers !== 'object') return undefined;
  const pairs = Array.isArray(headers) ? inPairs(headers) : Object.entries(headers);
  return pairs.find(([name]) => String(name).toLowerCase() === 'mcp-session-id')?.[1];
}

/** Of a flat list of names and values. */
function inPairs(list) {
  return Array.from({ length: list.length / 2 }, (_, index) => [list[2 * index], list[2 * index + 1]]);
}

module.exports = { watchSession };
