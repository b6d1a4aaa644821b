'use strict';

const fetch = require('./fetch.js');
const { withTools } = require('./gate-tools.js');
const { Runtime } = require('./runtime.js');
const { judge } = require('./web-gate.js');

/** The middleware of Hono that lets a request pass with `c.var.auth`, or answers it. */
function bearerAuth(mcpAuth, mode, options) {
  const guard = Runtime.of(mcpAuth).guard(mode, options);

  async function mcpAuthGate(c, next) {
    const parsed = c.req.raw.bodyUsed ? async () => Buffer.from(await c.req.arrayBuffer()) : undefined;
    const decision = await judge(guard, c.req.raw, parsed);
    if (decision.kind === 'respond') return decision.response;
    // Both ways to read the body go on: Hono's own, and that of handlers which take the request itself.
    c.req.raw = decision.request;
    guard.replaces(c.get(guard.property));
    c.set(guard.property, decision.auth);
    await next();
    const response = decision.complete(c.res);
    if (response !== c.res) c.res = response;
  }

  return withTools(mcpAuthGate, guard);
}

/** The middleware of Hono that answers requests for metadata documents and passes everything else on. */
function metadata(mcpAuth) {
  const answer = fetch.metadata(mcpAuth);

  return async function mcpAuthMetadata(c, next) {
    const document = await answer(c.req.raw);
    if (document !== undefined) return document;
    await next();
  };
}

module.exports = { bearerAuth, metadata };
