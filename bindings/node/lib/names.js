'use strict';

/**
 * Configuration objects are written in camelCase here and in snake_case on the wire. The translation is mechanical:
 * the names of the objects listed in `shapes` are translated, everything below them is data and stays as it is.
 */

const { MCPAuthAuthServerError } = require('./errors.js');

const shapes = {
  configuration: {
    protected_resources: { metadata: { authorization_servers: { metadata: {} } } },
    server: { metadata: {} },
  },
  gateOptions: { audience: {} },
};

/** The JSON text of an object, its names translated to those of the wire. */
function toWireJson(object, shape) {
  // JSON.stringify would drop a function without a word; as null it is refused by name.
  return JSON.stringify(toWire(object, shape), (_name, value) => (typeof value === 'function' ? null : value));
}

/** A fetched document, its names translated to camelCase. */
function fromWire(document) {
  return Object.fromEntries(Object.entries(document).map(([name, value]) => [camelCase(name), value]));
}

function toWire(value, shape) {
  if (Array.isArray(value)) return value.map((item) => toWire(item, shape));
  if (!isRecord(value)) return value;
  const wire = Object.create(null);
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const wireName = snakeCase(name);
    if (Object.hasOwn(wire, wireName)) {
      throw new MCPAuthAuthServerError('invalid_server_config', {
        error_description: `\`${name}\` and \`${wireName}\` are the same member`,
      });
    }
    wire[wireName] = Object.hasOwn(shape, wireName) ? toWire(member, shape[wireName]) : member;
  }
  return wire;
}

function isRecord(value) {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/** `scopesSupported` becomes `scopes_supported`; a language tag after `#` stays, and so does any name not in camelCase. */
function snakeCase(name) {
  const [, words, tag = ''] = /^([a-z][A-Za-z0-9]*)(#.*)?$/.exec(name) ?? [];
  return words === undefined ? name : words.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) + tag;
}

/** The reverse; a name that would not come back the same stays. */
function camelCase(name) {
  const [words, ...tag] = name.split('#');
  const camel = [words.replace(/_([a-z])/g, (_match, letter) => letter.toUpperCase()), ...tag].join('#');
  return snakeCase(camel) === name ? camel : name;
}

module.exports = { shapes, toWireJson, fromWire, camelCase };
