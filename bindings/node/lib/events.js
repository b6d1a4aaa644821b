'use strict';

const { channel } = require('node:diagnostics_channel');

/** Every decision of a gate is published here, as `{ kind, status?, code?, issuer?, kid?, algorithm?, cached, ... }`. */
const decisions = channel('mcp-auth:decision');

/**
 * Tells those who listen what a gate has decided. `issuer`, `kid` and `algorithm` are what the token names; never the
 * token itself. Nothing is made for nobody.
 */
function publish(answer, duration) {
  if (!decisions.hasSubscribers) return;
  const { kind, anonymous, status, code, issuer, kid, algorithm, cached, resource, report } = answer;
  decisions.publish({ kind, anonymous, status, code, issuer, kid, algorithm, cached, resource, report, duration });
}

module.exports = { publish };
