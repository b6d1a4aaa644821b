'use strict';

const request = require('./request.js');
const { readBody } = require('./request-body.js');
const { addHeaders, refuse, respond } = require('./respond.js');
const { watchSession } = require('./session.js');

/** The middleware of Express that lets a request pass with `req.auth`, or answers it. */
function bearerAuth(runtime, mode, options) {
  const guard = runtime.guard(mode, options);

  return function mcpAuth(req, res, next) {
    let decision;
    try {
      decision = guard.decide({ ...request.facts(req), readBody: (max) => readBody(req, max) });
    } catch (error) {
      return fail(error);
    }
    // Nearly always decided at once: then nothing waits for a promise.
    if (decision instanceof Promise) decision.then(finish).catch(fail);
    else finish(decision);

    function finish(decision) {
      if (decision.kind === 'allow') {
        addHeaders(res, decision.headers);
        guard.replaces(req[guard.property]);
        req[guard.property] = decision.auth;
        if (decision.auth !== undefined) watchSession(res, decision.opened);
        next();
      } else if (!res.headersSent) respond(req, res, decision);
    }

    function fail(error) {
      if (!res.destroyed) runtime.log.failure(error);
      refuse(res);
    }
  };
}

module.exports = { bearerAuth };
