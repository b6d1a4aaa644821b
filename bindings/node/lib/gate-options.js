'use strict';

const { fromJwtVerify, fromRemoteJwkSet } = require('./jose-options.js');
const { shapes, toWireJson } = require('./names.js');
const { Operations } = require('./operations.js');

/** The options of a gate: what the engine is told, and what the host does itself. */
function gateOptions(mode, options) {
  const { property = 'auth', authorize, jwtVerify, remoteJwkSet, remoteJwtSet, operations, ...rest } = options ?? {};
  const verify = verifier(mode);
  if (typeof property !== 'string' || property === '') throw new TypeError('property must be a name');
  if (authorize !== undefined && typeof authorize !== 'function') throw new TypeError('authorize must be a function');
  const declared = new Operations(operations);
  const engine = {
    ...withoutDoubles(rest, fromJwtVerify(jwtVerify)),
    operations: declared.declared,
    verify: verify && 'custom',
    readOperation: authorize !== undefined || declared.haveFunctions || undefined,
  };
  return {
    engine: toWireJson(engine, shapes.gateOptions),
    property,
    authorize,
    verify,
    operations: declared,
    // Guides of earlier versions spell it in the second way.
    fetching: fromRemoteJwkSet({ ...remoteJwtSet, ...remoteJwkSet }),
    reportOnly: rest.reportOnly === true,
  };
}

function verifier(mode) {
  if (mode === 'jwt') return undefined;
  if (typeof mode === 'function') return mode;
  throw new TypeError("bearerAuth: the first argument must be 'jwt' or a function that verifies tokens");
}

function withoutDoubles(options, more) {
  for (const name of Object.keys(more)) {
    if (options[name] !== undefined) throw new TypeError(`${name} is given twice: an option of jwtVerify is the same`);
  }
  return { ...options, ...more };
}

module.exports = { gateOptions };
