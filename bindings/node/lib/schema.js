'use strict';

const { camelCase, toWireJson } = require('./names.js');
const { metadataProblems } = require('../native.js');

/** What is wrong with a value, as Standard Schema and zod put it: `issues` with a `message` and a `path` each. */
class SchemaError extends Error {
  constructor(issues) {
    super(issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
    this.name = 'SchemaError';
    this.issues = issues;
  }
}

/**
 * A kind of metadata document, under the names of the wire or in camelCase, with the methods that users of zod know and
 * the Standard Schema interface (https://standardschema.dev). Unknown members are kept: they may mean something to others.
 */
function schema(kind, { camel }) {
  function issues(value) {
    // What JSON cannot hold is no document; the engine says so of null as well.
    const text = camel ? toWireJson(value ?? null, {}) : JSON.stringify(value ?? null);
    return JSON.parse(metadataProblems(kind, text)).map(({ pointer, message }) => ({
      message,
      path: path(pointer, camel),
    }));
  }

  function safeParse(value) {
    const found = issues(value);
    return found.length === 0
      ? { success: true, data: { ...value } }
      : { success: false, error: new SchemaError(found) };
  }

  return Object.freeze({
    safeParse,
    parse(value) {
      const { data, error } = safeParse(value);
      if (error !== undefined) throw error;
      return data;
    },
    '~standard': Object.freeze({
      version: 1,
      vendor: 'mcp-auth',
      validate(value) {
        const { data, error } = safeParse(value);
        return error === undefined ? { value: data } : { issues: error.issues };
      },
    }),
  });
}

/** Of a JSON pointer (RFC 6901): `/scopes_supported/0` is `['scopesSupported', 0]`. */
function path(pointer, camel) {
  const [, ...steps] = pointer.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.map((step, depth) => {
    if (depth === 0) return camel ? camelCase(step) : step;
    return /^\d+$/.test(step) ? Number(step) : step;
  });
}

module.exports = {
  authorizationServerMetadataSchema: schema('authorization_server', { camel: false }),
  camelCaseAuthorizationServerMetadataSchema: schema('authorization_server', { camel: true }),
  protectedResourceMetadataSchema: schema('protected_resource', { camel: false }),
  camelCaseProtectedResourceMetadataSchema: schema('protected_resource', { camel: true }),
};
