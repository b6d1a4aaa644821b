'use strict';

const request = require('./request.js');
const { refuse, respond } = require('./respond.js');

/** The middleware that answers requests for metadata documents and passes everything else on. */
function metadataRouter(engine, log) {
  return function mcpAuthMetadata(req, res, next) {
    let answer;
    try {
      const now = Math.floor(Date.now() / 1000);
      answer = engine.metadata(request.method(req), request.target(req), request.headers(req), now);
    } catch (error) {
      log.failure(error);
      return refuse(res);
    }
    if (answer === null) next();
    else respond(req, res, answer);
  };
}

module.exports = { metadataRouter };
