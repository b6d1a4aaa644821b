'use strict';

const { pairs } = require('./pairs.js');
const web = require('./web.js');

/**
 * Judges web-standard requests. Where the body has been read already, `readBody` gives what was made of it: that is what
 * the application will act on.
 */
async function judge(guard, request, readBody = (max) => web.readBody(request.body, max)) {
  let body;
  const decision = await guard.decide({
    ...web.facts(request),
    readBody: async (max) => {
      body = await readBody(max);
      return body.subarray(0, max + 1);
    },
    gone: () => request.signal.aborted,
  });
  if (decision.kind === 'respond') return { kind: 'respond', response: web.response(decision, request.method) };
  return {
    kind: 'allow',
    auth: decision.auth,
    headers: new Headers(pairs(decision.headers)),
    request: body === undefined ? request : new Request(request, { body }),
    complete: (response) => web.complete(response, decision),
  };
}

module.exports = { judge };
