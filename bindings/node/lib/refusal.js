'use strict';

const { MCPAuthAuthServerError } = require('./errors.js');

/** What the engine says when it refuses a configuration, or undefined when the error is about something else. */
function refusal(error) {
  try {
    return JSON.parse(error.message);
  } catch {
    return undefined;
  }
}

/** What is built from a configuration; one that the engine refuses becomes an error of this package. */
function accepted(build) {
  try {
    return build();
  } catch (error) {
    const cause = refusal(error);
    throw cause ? new MCPAuthAuthServerError('invalid_server_config', cause) : error;
  }
}

module.exports = { accepted, refusal };
