'use strict';

const { invalidToken: _, ...errors } = require('./lib/errors.js');

module.exports = {
  ...require('./lib/mcp-auth.js'),
  ...require('./lib/server-config.js'),
  ...require('./lib/validate-server-config.js'),
  ...require('./lib/create-verify-jwt.js'),
  ...require('./lib/handle-bearer-auth.js'),
  ...require('./lib/server-metadata.js'),
  ...require('./lib/schema.js'),
  ...errors,
};
