'use strict';

const request = require('./request.js');
const { refuse, respond } = require('./respond.js');

/** The middleware that answers requests for metadata documents and passes everything else on. */
function metadataRouter(runtime) {
  return function mcpAuthMetadata(req, res, next) {
    let answer;
    try {
      answer = runtime.metadata(request.facts(req));
    } catch (error) {
      runtime.log.failure(error);
      return refuse(res);
    }
    if (answer === null) next();
    else respond(req, res, answer);
  };
}

module.exports = { metadataRouter };
