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
      ...request.facts(req),
      readBody: (max) => readBody(req, max),
      gone: () => res.destroyed,
    });
    // Nearly always decided at once: then nothing waits for a promise.
    if (decision instanceof Promise) decision.then(finish).catch(next);
    else finish(decision);

    function finish(decision) {
      if (res.headersSent || res.destroyed) return; // somebody has answered meanwhile, or nobody waits any more
      if (decision.kind === 'allow') {
        addHeaders(res, decision.headers);
        guard.replaces(req[guard.property]);
        req[guard.property] = decision.auth;
        if (decision.auth !== undefined) watchSession(res, decision.opened);
        next();
      } else respond(req, res, decision);
    }
  }

  return withTools(mcpAuth, guard);
}

module.exports = { bearerAuth };
