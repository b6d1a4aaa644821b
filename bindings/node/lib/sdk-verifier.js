'use strict';

const { inspect } = require('node:util');

const { Runtime } = require('./runtime.js');

// By this the SDK v2 recognises its errors, whichever copy of it or of us made them.
const BRANDS = Symbol.for('mcp.sdk.errorBrands');

/**
 * A verifier for `requireBearerAuth` of the MCP SDK, v1 and v2. `sdkErrors` is the SDK v1's module of errors in the
 * application's own module format; without it v1 answers every refusal with a server error.
 *
 * The SDK's middleware writes the challenge itself: no scopes per operation, no browser's preflight, no 503. Our own gate
 * does all of it.
 */
function tokenVerifier(mcpAuth, mode, options, sdkErrors) {
  const guard = Runtime.of(mcpAuth).guard(mode, options);

  return {
    async verifyAccessToken(token) {
      const decided = guard.decideToken(token);
      // Nearly always decided at once: then nothing waits for another promise.
      const decision = decided instanceof Promise ? await decided : decided;
      if (decision.kind === 'respond') throw sdkError(decision, sdkErrors);
      return new SdkAuthInfo(decision.caller, token, decision.resource);
    },
  };
}

/** The SDKs copy it with `{ ...info }`, so everything is its own; what is printed, of a copy too, has no token. */
class SdkAuthInfo {
  #resource;
  #url;

  // One for all: a property that is defined with a function of its own takes longer than everything else here, and so does
  // a URL, which few look at.
  static #lazyResource = {
    get() {
      this.#url ??= new URL(this.#resource);
      return this.#url;
    },
    set(url) {
      this.#url = url;
    },
    enumerable: true,
  };

  constructor(caller, token, resource) {
    this.clientId = caller.clientId ?? '';
    this.scopes = caller.scopes.slice();
    this.expiresAt = caller.expiresAt;
    if (resource !== undefined) Object.defineProperty(this, 'resource', SdkAuthInfo.#lazyResource);
    this.extra = {
      issuer: caller.issuer,
      subject: caller.subject,
      audience: caller.audience.slice(),
      claims: caller.claims,
    };
    this.token = token;
    this[inspect.custom] = withoutToken;
    this.toJSON = withoutToken;
    this.#resource = resource;
  }
}

/** All the others of its members. */
function withoutToken() {
  const { token: _token, toJSON: _toJSON, [inspect.custom]: _inspect, ...info } = this;
  return info;
}

/** The error that the SDK answers as the engine would; what has no code for callers it answers with a server error. */
function sdkError({ challengeError: code, text }, sdkErrors = {}) {
  if (code === undefined) return new Error(text);
  const Known = Object.values(sdkErrors).find((known) => known?.errorCode === code);
  return Known === undefined ? new BrandedError(code, text) : branded(new Known(text), code);
}

class BrandedError extends Error {
  constructor(code, message) {
    super(message);
    branded(this, code);
  }

  toResponseObject() {
    return { error: this.code, error_description: this.message };
  }
}

function branded(error, code) {
  return Object.defineProperties(error, {
    code: { value: code, enumerable: true },
    [BRANDS]: { value: new Set(['mcp.OAuthError']) },
  });
}

module.exports = { tokenVerifier };
