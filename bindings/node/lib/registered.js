'use strict';

/** The method of MCP that calls tools. */
const CALL = 'tools/call';

// Where `McpServer` of the SDK (v1 and v2) keeps what is registered, by the method that uses it.
const PLACES = {
  [CALL]: '_registeredTools',
  'prompts/get': '_registeredPrompts',
  'resources/read': '_registeredResources',
};

/** The names by method: of an `McpServer`, or of a list of tools or their names. What cannot be told is left out. */
function registeredNames(registered) {
  if (Array.isArray(registered)) {
    return { [CALL]: new Set(registered.map((tool) => (typeof tool === 'string' ? tool : tool.name))) };
  }
  const places = Object.entries(PLACES).filter(([, place]) => registered?.[place] !== undefined);
  if (places.length === 0) throw new TypeError('an McpServer or a list of tools is needed');
  const names = Object.fromEntries(places.map(([method, place]) => [method, new Set(Object.keys(registered[place]))]));
  // A template may stand for any URI.
  if (Object.keys(registered._registeredResourceTemplates ?? {}).length > 0) delete names['resources/read'];
  return names;
}

module.exports = { CALL, registeredNames };
