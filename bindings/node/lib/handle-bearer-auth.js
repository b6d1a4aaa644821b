'use strict';

const { bearerAuth } = require('./bearer-auth.js');
const { Runtime } = require('./runtime.js');

// Stands for all issuers that the application's function trusts, of which none is known before a token comes.
const SOME_ISSUER = 'https://issuer.invalid';

// More than an application has: it is here so that what it once trusted does not stay for ever.
const ISSUERS = 64;

/**
 * The middleware of Express that verifies tokens with a function, without an `MCPAuth`. Issuer, audience, time and scopes
 * are checked as everywhere; `issuer` may be a function that throws for an issuer it does not trust.
 */
function handleBearerAuth({ verifyAccessToken, issuer, ...options }) {
  if (typeof verifyAccessToken !== 'function') {
    throw new TypeError('verifyAccessToken must be a function that takes a token and tells who calls');
  }
  if (typeof issuer === 'function') {
    const trusted = new Trusted(issuer, options.resource);
    return bearerAuth(trusted.runtime, (token) => trusted.verified(verifyAccessToken(token)), options);
  }
  if (typeof issuer !== 'string') throw new TypeError('issuer must be a URL or a function');
  if (!URL.canParse(issuer)) throw new TypeError('issuer must be a valid URL');
  return bearerAuth(new Runtime(configuration(options.resource, { issuer })), verifyAccessToken, options);
}

/** The issuers that a function trusts: the engine learns them as they come. */
class Trusted {
  #validate;
  #resource;
  #issuers = new Set([SOME_ISSUER]);

  constructor(validate, resource) {
    this.#validate = validate;
    this.#resource = resource;
    this.runtime = new Runtime(this.#configuration());
  }

  async verified(verified) {
    const info = await verified;
    if (typeof info?.issuer === 'string') {
      await this.#validate(info.issuer);
      this.#trust(info.issuer);
    }
    return info;
  }

  #trust(issuer) {
    if (this.#issuers.has(issuer)) return;
    if (this.#issuers.size > ISSUERS) this.#issuers = new Set([SOME_ISSUER]);
    this.#issuers.add(issuer);
    this.runtime.update(this.#configuration());
  }

  #configuration() {
    return configuration(this.#resource, { issuer: SOME_ISSUER, tokenIssuers: [...this.#issuers] });
  }
}

function configuration(resource, server) {
  if (resource === undefined) return { server };
  return { protectedResources: { metadata: { resource, authorizationServers: [server] } } };
}

module.exports = { handleBearerAuth };
