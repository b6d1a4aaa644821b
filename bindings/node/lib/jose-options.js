'use strict';

/**
 * The options of jose's `jwtVerify` and `createRemoteJWKSet`, which earlier versions passed on, under the engine's names.
 * Those that mean nothing to the engine are refused by name.
 */

const SECONDS = { s: 1, sec: 1, second: 1, m: 60, min: 60, minute: 60 };

// What a value becomes, by the name of its option.
const jwtVerifyOptions = {
  algorithms: (algorithms) => ({ algorithms }),
  audience: (audience) => ({ audience }),
  clockTolerance: (tolerance) => ({ leeway: seconds('jwtVerify.clockTolerance', tolerance) }),
  requiredClaims: (requiredClaims) => ({ requiredClaims }),
};

/** Options as those of the engine; only the ones in `known`. */
function fromJwtVerify(options, known = Object.keys(jwtVerifyOptions)) {
  return translated('jwtVerify', options, known, jwtVerifyOptions);
}

function translated(name, options, known, table) {
  const entries = Object.entries(options ?? {}).filter(([, value]) => value !== undefined);
  return Object.assign(
    {},
    ...entries.map(([option, value]) => {
      if (known.includes(option)) return table[option](value);
      throw new TypeError(`${name}.${option} is not an option; the options here are ${known.join(', ')}`);
    }),
  );
}

/** jose takes a number of seconds, or a text such as `30 seconds`. */
function seconds(name, time) {
  if (typeof time !== 'string') return time;
  const [, number, unit] = /^(\d+)\s*([a-z]+?)s?$/.exec(time) ?? [];
  if (!Object.hasOwn(SECONDS, unit ?? '')) throw new TypeError(`${name} must be seconds, such as 30 or '30s'`);
  return Number(number) * SECONDS[unit];
}

module.exports = { fromJwtVerify };
