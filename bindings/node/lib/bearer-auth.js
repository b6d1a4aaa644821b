'use strict';

const { withTools } = require('./gate-tools.js');
const request = require('./request.js');
const { readBody } = require('./request-body.js');
const { addHeaders, respond } = require('./respond.js');
const { watchSession } = require('./session.js');

/** The middleware of Express that lets a request pass with `req.auth`, or answers it. */
function bearerAuth(runtime, mode, options) {
  const guard = runtime.guard(mode, options);

  function mcpAuth(req, res, next) {
    const decision = guard.decide({
      method: request.method(req),
      target: request.target(req),
      headers: request.headers(req),
      readBody: (max) => readBody(req, max),
      gone: () => res.destroyed,
    });
    // Nearly always decided at once: then nothing waits for a promise.
    if (decision instanceof Promise) decision.then((decision) => finish(decision, req, res, next)).catch(next);
    else finish(decision, req, res, next);
  }

  function finish(decision, req, res, next) {
    if (res.headersSent || res.destroyed) return; // somebody has answered meanwhile, or nobody waits any more
    if (decision.kind === 'respond') {
      respond(req, res, decision);
      return;
    }
    addHeaders(res, decision.headers);
    guard.replaces(req[guard.property]);
    req[guard.property] = decision.auth;
    if (decision.caller !== undefined) watchSession(res, decision);
    next();
  }

  return withTools(mcpAuth, guard);
}

module.exports = { bearerAuth };
