'use strict';

const request = require('./request.js');
const { respond } = require('./respond.js');

/** The middleware that answers requests for metadata documents and passes everything else on. */
function metadataRouter(runtime) {
  return function mcpAuthMetadata(req, res, next) {
    const answer = runtime.metadata(request.facts(req));
    if (answer instanceof Promise) answer.then(finish).catch(next);
    else finish(answer);

    function finish(answer) {
      if (answer === null) next();
      else respond(req, res, answer);
    }
  };
}

module.exports = { metadataRouter };
