'use strict';

const { channel } = require('node:diagnostics_channel');

/** Every decision of a gate is published here, as `{ kind, status?, code?, issuer?, kid?, algorithm?, cached, ... }`. */
const decisions = channel('mcp-auth:decision');

/** When a decision is begun, for those who listen. */
function startedAt() {
  return decisions.hasSubscribers ? performance.now() : undefined;
}

/**
 * Tells those who listen what a gate has decided. `issuer`, `kid` and `algorithm` are what the token names; never the
 * token itself. Nothing is made for nobody, nor for who began to listen in the middle.
 */
function publish(answer, resource, started) {
  if (started === undefined || !decisions.hasSubscribers) return;
  const { kind, caller, status, code, issuer, kid, algorithm, cached, report } = answer;
  const anonymous = kind === 'allow' ? caller === undefined : undefined;
  const duration = performance.now() - started;
  decisions.publish({ kind, anonymous, status, code, issuer, kid, algorithm, cached, resource, report, duration });
}

module.exports = { publish, startedAt };
