'use strict';

const { AuthInfo } = require('./auth-info.js');
const request = require('./request.js');
const { readBody } = require('./request-body.js');
const { addHeaders, refuse, respond } = require('./respond.js');
const { watchSession } = require('./session.js');

/** The middleware that lets a request pass with `req.auth`, or answers it. */
function bearerAuth(gate, host, log) {
  return function mcpAuth(req, res, next) {
    const [method, target, headers] = [request.method(req), request.target(req), request.headers(req)];
    const ask = (body) => gate.check(method, target, headers, body, null, host.now());

    let answer;
    try {
      answer = ask(null);
    } catch (error) {
      return fail(error);
    }
    // Nearly always decided at once: then nothing waits for a promise.
    if (answer.kind === 'allow' || answer.kind === 'respond') return finish(answer);
    host
      .settle(answer, ask, (max) => readBody(req, max))
      .then(finish)
      .catch(fail);

    function finish(answer) {
      if (answer.kind === 'allow') {
        addHeaders(res, answer.headers);
        req.auth = answer.anonymous ? undefined : new AuthInfo(answer);
        if (!answer.anonymous) watchSession(res, (session) => host.opened(session, answer));
        next();
      } else {
        log.answer(answer);
        if (!res.headersSent) respond(req, res, answer);
      }
    }

    function fail(error) {
      if (!res.destroyed) log.failure(error);
      refuse(res);
    }
  };
}

module.exports = { bearerAuth };
