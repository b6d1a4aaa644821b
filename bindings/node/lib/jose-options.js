'use strict';

/**
 * The options of jose's `jwtVerify` and `createRemoteJWKSet`, which earlier versions passed on, under our names. Those that
 * mean nothing to the engine are refused by name.
 */

const SECONDS = { s: 1, sec: 1, second: 1, m: 60, min: 60, minute: 60 };

// What a value becomes, by the name of its option.
const jwtVerifyOptions = {
  algorithms: (algorithms) => ({ algorithms }),
  audience: (audience) => ({ audience }),
  clockTolerance: (tolerance) => ({ leeway: seconds(tolerance) }),
  requiredClaims: (requiredClaims) => ({ requiredClaims }),
  typ: (typ) => ({ tokenType: strict(typ) }),
};

const remoteJwkSetOptions = {
  timeoutDuration: (timeoutMs) => ({ timeoutMs: milliseconds('timeoutDuration', timeoutMs) }),
  cooldownDuration: (cooldownMs) => ({ cooldownMs: milliseconds('cooldownDuration', cooldownMs) }),
  cacheMaxAge: (maxAgeMs) => ({ maxAgeMs: milliseconds('cacheMaxAge', maxAgeMs) }),
};

/** Options of a gate, or of a verifier that knows only some of them. */
function fromJwtVerify(options, known = Object.keys(jwtVerifyOptions)) {
  return translated('jwtVerify', options, known, jwtVerifyOptions);
}

/** Options of the host's fetches. */
function fromRemoteJwkSet(options) {
  return translated('remoteJwkSet', options, Object.keys(remoteJwkSetOptions), remoteJwkSetOptions);
}

function translated(name, options, known, table) {
  // jose has options under symbols too.
  const given = Reflect.ownKeys(options ?? {}).filter((option) => options[option] !== undefined);
  const unknown = given.find((option) => !known.includes(option));
  if (unknown !== undefined) {
    throw new TypeError(`${name}.${String(unknown)} is not an option; the options here are ${known.join(', ')}`);
  }
  return Object.assign({}, ...given.map((option) => table[option](options[option])));
}

/** jose takes a number of seconds, or a text such as `30 seconds`. */
function seconds(time) {
  if (typeof time !== 'string') return time;
  const [, number, unit] = /^(\d+)\s*([a-z]+?)s?$/.exec(time) ?? [];
  if (!Object.hasOwn(SECONDS, unit ?? '')) {
    throw new TypeError("jwtVerify.clockTolerance must be seconds, such as 30 or '30s'");
  }
  return Number(number) * SECONDS[unit];
}

/** What jose compares with `typ`, as it does: without regard to case and to `application/`. */
function strict(typ) {
  if (/^(?:application\/)?at\+jwt$/i.test(String(typ))) return 'strict';
  throw new TypeError("jwtVerify.typ can only be 'at+jwt'; without it tokens are guarded");
}

function milliseconds(name, value) {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new TypeError(`remoteJwkSet.${name} must be a whole number of milliseconds`);
}

module.exports = { fromJwtVerify, fromRemoteJwkSet };
