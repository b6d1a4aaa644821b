'use strict';

module.exports = {
  ...require('./lib/mcp-auth.js'),
  ...require('./lib/server-config.js'),
  ...require('./lib/validate-server-config.js'),
  ...require('./lib/create-verify-jwt.js'),
  ...require('./lib/handle-bearer-auth.js'),
  ...require('./lib/server-metadata.js'),
  ...require('./lib/schema.js'),
  ...require('./lib/errors.js'),
};
