'use strict';

const { inspect } = require('node:util');

/**
 * Who calls: what an accepted token says.
 *
 * `token` can be read but is not enumerable, and an accessor even where hidden members are shown, so that no log line
 * and no JSON text contains it by accident.
 */
class AuthInfo {
  constructor(allow) {
    const { token, claims } = allow;
    let parsed;
    let extra;
    this.issuer = allow.issuer;
    this.clientId = allow.clientId ?? '';
    this.subject = allow.subject;
    this.audience = allow.audience;
    this.scopes = allow.scopes;
    this.expiresAt = allow.expiresAt;
    Object.defineProperties(this, {
      token: { get: () => token },
      // Parsed for the first one who looks, from the bytes that were signed.
      claims: {
        get() {
          parsed ??= JSON.parse(claims);
          return parsed;
        },
        enumerable: true,
      },
      // For tool handlers: the MCP SDK's own type of `authInfo` has no other place for them.
      extra: {
        get() {
          extra ??= { issuer: this.issuer, subject: this.subject, audience: this.audience, claims: this.claims };
          return extra;
        },
      },
    });
  }

  [inspect.custom](_depth, options, nestedInspect = inspect) {
    return `AuthInfo ${nestedInspect({ ...this }, options)}`;
  }
}

module.exports = { AuthInfo };
