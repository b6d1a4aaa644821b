'use strict';

const { withTools } = require('./gate-tools.js');
const { pairs } = require('./pairs.js');
const requests = require('./request.js');
const { parsedBody, readBody } = require('./request-body.js');
const { Runtime } = require('./runtime.js');
const { watchSession } = require('./session.js');

/**
 * The hook of Fastify that lets a request pass with `request.auth` and `request.raw.auth` (where the MCP SDKs look), or
 * answers it. It belongs to `onRequest`, before Fastify reads the body; later hooks judge what Fastify has read.
 */
function bearerAuth(mcpAuth, mode, options) {
  const guard = Runtime.of(mcpAuth).guard(mode, options);

  async function mcpAuthGate(request, reply) {
    const { raw, body } = request;
    const decision = await guard.decide({
      ...requests.facts(raw),
      readBody: (max) => (body === undefined ? readBody(raw, max) : parsedBody(body).subarray(0, max + 1)),
      gone: () => reply.raw.destroyed,
    });
    if (decision.kind === 'respond') return send(reply, decision);
    for (const [name, value] of pairs(decision.headers)) {
      if (!reply.hasHeader(name)) reply.header(name, value);
    }
    const { auth } = decision;
    for (const holder of [request, raw]) {
      guard.replaces(holder[guard.property] ?? undefined);
      holder[guard.property] = auth;
    }
    if (auth !== undefined) watchSession(reply.raw, decision);
  }

  return withTools(mcpAuthGate, guard);
}

/** The hook of Fastify that answers requests for metadata documents and passes everything else on. */
function metadata(mcpAuth) {
  const runtime = Runtime.of(mcpAuth);

  return async function mcpAuthMetadata(request, reply) {
    const answer = await runtime.metadata(requests.facts(request.raw));
    if (answer !== null) return send(reply, answer);
  };
}

/** Sends the engine's answer; what @fastify/cors has said about sharing stays. */
function send(reply, { status, headers, body }) {
  reply.code(status);
  const shared = new Set(Object.keys(reply.getHeaders()).filter((name) => name.startsWith('access-control-')));
  for (const [name, value] of pairs(headers)) {
    if (shared.has(name.toLowerCase())) continue;
    const more = name.toLowerCase() === 'vary' ? reply.getHeader(name) : undefined;
    reply.header(name, more ? `${more}, ${value}` : value);
  }
  return reply.send(body.length > 0 ? body : undefined);
}

module.exports = { bearerAuth, metadata };
