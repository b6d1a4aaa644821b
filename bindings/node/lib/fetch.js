'use strict';

const { withTools } = require('./gate-tools.js');
const { parsedBody } = require('./request-body.js');
const { Runtime } = require('./runtime.js');
const web = require('./web.js');
const { judge } = require('./web-gate.js');

/**
 * A gate for web-standard requests: resolves to `{ kind: 'respond', response }`, or to `{ kind: 'allow', auth, request,
 * headers, complete }`. The body of `request` can still be read, also where the gate has read it. Who has read it before
 * gives what came of it as `parsedBody`.
 */
function bearerAuth(mcpAuth, mode, options) {
  const guard = Runtime.of(mcpAuth).guard(mode, options);
  return withTools(function mcpAuthGate(request, given) {
    return judge(
      guard,
      request,
      given?.parsedBody === undefined ? undefined : async () => parsedBody(given.parsedBody),
    );
  }, guard);
}

/** Answers requests for metadata documents; resolves to undefined for any other request. */
function metadata(mcpAuth) {
  const runtime = Runtime.of(mcpAuth);
  return async function mcpAuthMetadata(request) {
    const answer = await runtime.metadata(web.facts(request));
    return answer === null ? undefined : web.response(answer, request.method);
  };
}

/** A handler of requests behind a gate, with the metadata documents in front of it. */
function protect(mcpAuth, mode, options, handler) {
  const answer = metadata(mcpAuth);
  const gate = bearerAuth(mcpAuth, mode, options);
  async function mcpAuthProtected(request, ...more) {
    const document = await answer(request);
    if (document !== undefined) return document;
    const decision = await gate(request);
    if (decision.kind === 'respond') return decision.response;
    return decision.complete(await handler(decision.request, decision.auth, ...more));
  }

  return Object.assign(mcpAuthProtected, { visibleTools: gate.visibleTools, unregistered: gate.unregistered });
}

module.exports = { bearerAuth, metadata, protect };
