'use strict';

/** What the engine says when it refuses a configuration, or undefined when the error is about something else. */
function refusal(error) {
  try {
    return JSON.parse(error.message);
  } catch {
    return undefined;
  }
}

module.exports = { refusal };
