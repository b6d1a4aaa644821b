'use strict';

const errors = require('./lib/errors.js');
const { MCPAuth } = require('./lib/mcp-auth.js');
const { fetchServerConfig, fetchServerConfigByWellKnownUrl } = require('./lib/server-config.js');

module.exports = { MCPAuth, fetchServerConfig, fetchServerConfigByWellKnownUrl, ...errors };
