// Replays tests/vectors/checkup on the addon inside the package; the README there has the format.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import test from 'node:test';

const require = createRequire(import.meta.url);
const { Checkup } = require(join(dirname(require.resolve('mcp-auth')), 'native.js'));
const file = (name) => readFileSync(join(process.env.REPOSITORY, 'tests', 'vectors', 'checkup', name), 'utf8');
const world = JSON.parse(file('world.json')).replies;
const cases = file('cases.jsonl').trimEnd().split('\n').map(JSON.parse);
const lists = ['errors', 'warnings', 'successes', 'notes'];

for (const vector of cases) {
  test(`checkup: ${vector.name}`, () => {
    const { checkup, asked } = run(vector);
    const { expect } = vector;
    const seen = JSON.parse(checkup.json());
    assert.equal(checkup.exitStatus, expect.exit_status);
    assert.deepEqual(seen.subjects.map(named), expect.subjects.map(named));
    for (const [index, wanted] of expect.subjects.entries()) {
      for (const list of lists.filter((name) => name in wanted)) {
        const codes = seen.subjects[index][list].map(({ code }) => code);
        assert.deepEqual(codes, wanted[list], `${wanted.kind} ${list}`);
      }
    }
    const findings = seen.subjects.flatMap((subject) => lists.flatMap((list) => subject[list]));
    for (const [code, text] of Object.entries(expect.seen ?? {})) {
      assert.equal(findings.find((one) => one.code === code).seen, text);
    }
    for (const [code, pointers] of Object.entries(expect.pointers ?? {})) {
      const places = findings.filter((one) => one.code === code).map(({ pointer }) => pointer);
      assert.deepEqual(places, pointers);
    }
    if (expect.asks === undefined) return;
    assert.equal(asked.length, expect.asks.length);
    for (const [index, [method, url]] of expect.asks.entries()) {
      assert.equal(asked[index].method, method);
      assert.ok(fits(url, asked[index].url), asked[index].url);
    }
  });
}

test('the report of a good server', () => {
  assert.equal(run(cases[0]).checkup.report(false), file('report.txt'));
});

test('a checkup that cannot begin says why', () => {
  assert.throws(() => new Checkup('http://api.example', '{}'), /"pointer":"\/url"/);
});

function run({ checkup: { url, options }, replies }) {
  const checkup = new Checkup(url, JSON.stringify(options));
  const asked = [];
  for (let request = checkup.ask(); request !== null; request = checkup.ask()) {
    assert.ok(checkup.step.length > 0);
    asked.push(request);
    const nothing = { status: 404, headers: [], body: '' };
    const reply = [...replies, ...world].find((one) => answers(one, request)) ?? nothing;
    if (reply.fail) {
      checkup.supplyFailure();
    } else {
      const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
      checkup.supply(reply.status, reply.headers.flat(), Buffer.from(text));
    }
  }
  return { checkup, asked };
}

function answers(reply, request) {
  const names = request.headers.filter((_text, index) => index % 2 === 0);
  const hasAll = (reply.with ?? []).every((name) => names.includes(name));
  return fits(reply.method, request.method) && fits(reply.url, request.url) && hasAll;
}

/** A star at the end stands for anything. */
function fits(pattern, text) {
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

function named({ kind, url }) {
  return [kind, url];
}
