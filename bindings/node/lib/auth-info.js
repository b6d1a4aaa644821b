'use strict';

const { inspect } = require('node:util');

/**
 * Who calls: what an accepted token says. Each request gets one of its own, from what all requests with that token share.
 *
 * `token` can be read but is no property of its own, so that no log line and no JSON text contains it by accident.
 */
class AuthInfo {
  #caller;
  #extra;
  #token;

  // One for all: a property that is defined with a function of its own takes longer than everything else here.
  static #lazyClaims = {
    /** Parsed for the first one who looks, of the bytes that were signed; frozen, because all requests with the token see it. */
    get() {
      return this.#caller.claims;
    },
    enumerable: true,
  };

  /** `token` gives the token when somebody asks for it. */
  constructor(caller, token) {
    this.issuer = caller.issuer;
    this.clientId = caller.clientId ?? '';
    this.subject = caller.subject;
    this.audience = caller.audience.slice();
    this.scopes = caller.scopes.slice();
    this.expiresAt = caller.expiresAt;
    this.#caller = caller;
    this.#token = token;
    Object.defineProperty(this, 'claims', AuthInfo.#lazyClaims);
  }

  get token() {
    return this.#token();
  }

  /** For tool handlers: the MCP SDK's own type of `authInfo` has no other place for them. */
  get extra() {
    this.#extra ??= { issuer: this.issuer, subject: this.subject, audience: this.audience, claims: this.claims };
    return this.#extra;
  }

  [inspect.custom](_depth, options, nestedInspect = inspect) {
    return `AuthInfo ${nestedInspect({ ...this }, options)}`;
  }
}

module.exports = { AuthInfo };
