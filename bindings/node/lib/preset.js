'use strict';

const { fromWire, toWireJson } = require('./names.js');
const { preset } = require('../native.js');
const { accepted } = require('./refusal.js');

/** The authorization server that a preset and its parameters make. */
function server(name, parameters) {
  return fromWire(JSON.parse(accepted(() => preset(name, toWireJson(parameters ?? {}, {})))));
}

module.exports = { server };
