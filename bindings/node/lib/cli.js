#!/usr/bin/env node
'use strict';

/** The command line `mcpauth` and `mcp-auth`: it sends what the engine asks for, and prints what the engine says. */

const { download } = require('./download.js');
const { Checkup, command } = require('../native.js');

const CLEAR = '\r\x1b[K';

async function main(words) {
  const { output, error, check: asked } = JSON.parse(command(words));
  if (asked !== undefined) return check(asked);
  if (error === undefined) {
    process.stdout.write(output);
    return 0;
  }
  process.stderr.write(error);
  return 2;
}

async function check({ url, options, json, colour }) {
  const checkup = new Checkup(url, options);
  const progress = process.stderr.isTTY ? (text) => process.stderr.write(CLEAR + text) : () => {};
  for (let request = checkup.ask(); request !== null; request = checkup.ask()) {
    progress(`${checkup.step} ...`);
    try {
      const { status, headers, body } = await download(request);
      checkup.supply(status, headers, body);
    } catch {
      checkup.supplyFailure();
    }
  }
  progress('');
  const painted = colour && process.stdout.isTTY === true && !process.env.NO_COLOR;
  process.stdout.write(json ? `${checkup.json()}\n` : checkup.report(painted));
  return checkup.exitStatus;
}

main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
