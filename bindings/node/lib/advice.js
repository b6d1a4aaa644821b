'use strict';

const { validateServerConfig } = require('./validate-server-config.js');

/** What an operator should know at start: what is deprecated, and what MCP clients will trip over at his authorization servers. */
function advise({ server, protectedResources }, log) {
  if (server !== undefined) {
    log.once('mcp-auth: the authorization server mode (`server`) is deprecated: use `protectedResources`');
  }
  const resources = [protectedResources ?? []].flat();
  for (const one of [server ?? [], ...resources.map((resource) => resource.metadata.authorizationServers)].flat()) {
    if (one.metadata === undefined) continue;
    const { errors = [], warnings } = validateServerConfig(one);
    for (const { description } of errors) log.once(`mcp-auth: ${one.metadata.issuer}: ${description}`);
    for (const { description } of warnings) log.policy(`mcp-auth: ${one.metadata.issuer}: ${description}`);
  }
}

module.exports = { advise };
