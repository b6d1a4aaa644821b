'use strict';

/**
 * Who calls, as all requests with one token share it. `signed` is the JSON text of the claims, as it was signed.
 */
class Caller {
  #claims;

  constructor({ issuer, subject, clientId, scopes, audience, expiresAt }, signed) {
    this.issuer = issuer;
    this.subject = subject;
    this.clientId = clientId;
    this.scopes = scopes;
    this.audience = audience;
    this.expiresAt = expiresAt;
    this.signed = signed;
  }

  /** The claims, parsed for the first one who looks. All see the same object, so nobody can change it. */
  get claims() {
    this.#claims ??= frozen(JSON.parse(this.signed));
    return this.#claims;
  }
}

/** A value that came of JSON, which nobody can change at any depth. */
function frozen(value) {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}

module.exports = { Caller };
