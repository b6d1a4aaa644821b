// Replays tests/vectors on the addon inside the package; tests/vectors/README.md has the format. What a step expects
// stands in it. With TRANSCRIPTS set to a folder, what was seen goes to node.txt there.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import test, { after } from 'node:test';

const require = createRequire(import.meta.url);
const installed = dirname(require.resolve('mcp-auth'));
const { bearerToken, Engine } = require(join(installed, 'native.js'));
const { Answers } = require(join(installed, 'lib', 'answers.js'));
const { Sieve } = require(join(installed, 'lib', 'sieve.js'));
const folder = join(process.env.REPOSITORY, 'tests', 'vectors');

// What a line of the transcript tells, by kind.
const MEMBERS = {
  configuration_refused: ['problems'],
  gate_refused: ['problems'],
  update_refused: ['problems'],
  respond: ['status', 'code', 'issuer', 'kid', 'algorithm', 'cached', 'resource', 'headers', 'body'],
  allow: [
    'anonymous',
    'issuer',
    'kid',
    'algorithm',
    'cached',
    'subject',
    'client_id',
    'scopes',
    'expires_at',
    'claims',
    'resource',
    'token',
    'audience',
    'headers',
    'operations',
    'report',
  ],
  fetch: ['method', 'url', 'headers', 'body', 'timeout_ms', 'max_bytes'],
  need_body: ['max'],
  need_verdict: ['token'],
  visible: ['names'],
  declared: ['operations'],
  pass: [],
  supplied: [],
  opened: [],
  updated: [],
  gate_made: [],
};

// What a step gives that expects nothing.
const DONE = {
  supply: 'supplied',
  supply_failure: 'supplied',
  open_session: 'opened',
  update: 'updated',
  gate: 'gate_made',
};

const transcript = [];
const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
for (const file of files.sort()) {
  for (const line of readFileSync(join(folder, file), 'utf8').trimEnd().split('\n')) {
    const vector = JSON.parse(line);
    test(`${file}: ${vector.name}`, () => {
      const seen = replay(vector);
      transcript.push(...seen.map(([step, answer]) => transcriptLine(vector.name, step, answer)));
      judge(vector, seen);
    });
  }
}

after(() => {
  const to = process.env.TRANSCRIPTS;
  if (!to) return;
  const lines = transcript.join('');
  mkdirSync(to, { recursive: true });
  writeFileSync(join(to, 'node.txt'), `${lines}sha256 ${createHash('sha256').update(lines).digest('hex')}\n`);
});

/** What each step gave, as pairs of its number and an answer with `kind`; "-" stands before the steps. */
function replay(vector) {
  const answers = new Answers();
  let engine;
  let gate;
  try {
    engine = new Engine(text(vector.configuration));
  } catch (error) {
    return [['-', { kind: 'configuration_refused', problems: error.message }]];
  }
  try {
    gate = vector.gate === undefined ? undefined : engine.gate(text(vector.gate));
  } catch (error) {
    return [['-', { kind: 'gate_refused', problems: error.message }]];
  }
  let fetch = 0;
  let allow;
  return (vector.steps ?? []).map((step, number) => {
    const answer = take(step);
    if (answer.kind === 'fetch') fetch = answer.id;
    if (answer.kind === 'allow') allow = answer;
    return [number, answer];
  });

  function take({ ask, metadata, supply, supply_failure, open_session, now, ...other }) {
    const { check_token, require, deny, failure, visible, declared, update } = other;
    if (ask) {
      const body = ask.body == null ? null : bytes(ask.body);
      const [method, target, headers] = facts(ask);
      const sent = new Sieve(gate.headers()).sifted(headers); // as the package sends them
      const answer = answers.read(gate.check(method, target, sent, body, verdict(ask), now));
      return told(whole(answer, gate, bearerToken(flat(ask.headers))));
    }
    if (check_token) {
      const answer = gate.checkToken(check_token.token, verdict(check_token), now);
      return told(whole(answers.read(answer), gate, check_token.token));
    }
    if (metadata) return told(engine.metadata(...facts(metadata), now ?? 0));
    if (require) return told(gate.require(...facts(require), require.held, require.scopes));
    if (deny) return told(gate.deny(...facts(deny)));
    if (failure) return told(gate.failure(...facts(failure)));
    if (visible) {
      return { kind: 'visible', names: gate.visible(visible.held, visible.method, visible.names) };
    }
    if (declared) return { kind: 'declared', operations: gate.declared() };
    if (open_session !== undefined) {
      engine.openSession(open_session, allow.issuer, allow.subject, allow.client_id ?? undefined);
      return { kind: 'opened' };
    }
    if (update !== undefined) {
      try {
        engine.update(text(update));
      } catch (error) {
        return { kind: 'update_refused', problems: error.message };
      }
      return { kind: 'updated' };
    }
    if (other.gate !== undefined) {
      gate = engine.gate(text(other.gate));
      return { kind: 'gate_made' };
    }
    if (supply) {
      engine.supply(fetch, supply.status, flat(supply.headers), document(supply.body), now);
    } else {
      assert.ok(supply_failure, 'no known step');
      engine.supplyFailure(fetch, now);
    }
    return { kind: 'supplied' };
  }
}

function facts({ method, target, headers }) {
  return [latin1(method), latin1(target), flat(headers)];
}

function verdict(ask) {
  return ask.verdict == null ? null : text(ask.verdict);
}

/** An answer under the names of the vectors: snake_case, headers as pairs. */
function told(answer) {
  if (answer === null) return { kind: 'pass' };
  const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const renamed = Object.fromEntries(Object.entries(answer).map(([name, value]) => [snake(name), value]));
  const pairs = (renamed.headers ?? []).flatMap((name, at, all) => (at % 2 ? [] : [[name, all[at + 1]]]));
  return { ...renamed, kind: snake(answer.kind), headers: pairs };
}

/** An answer whose caller, where somebody calls, stands beside the rest, with his token. */
function whole(answer, { resource }, token) {
  if (answer.kind !== 'allow') return answer;
  const { caller } = answer;
  const anonymous = caller === undefined;
  const claims = caller?.signed;
  return {
    scopes: [],
    audience: [],
    resource: resource ?? undefined,
    ...answer,
    ...caller,
    claims,
    anonymous,
    token: anonymous ? undefined : token,
  };
}

function judge(vector, seen) {
  for (const refused of ['configuration', 'gate']) {
    const expected = vector[`expect_${refused}_error`];
    if (!expected) continue;
    const [, answer] = seen[0] ?? assert.fail('it was not refused');
    assert.equal(answer.kind, `${refused}_refused`);
    const pointers = JSON.parse(answer.problems).problems.map(({ pointer }) => pointer);
    for (const pointer of expected.pointers ?? [expected.pointer]) assert.ok(pointers.includes(pointer), pointers);
    return;
  }
  for (const [step, answer] of seen) {
    assert.notEqual(step, '-', answer.problems);
    const done = DONE[Object.keys(vector.steps[step]).find((member) => member in DONE)];
    const { expect = done } = vector.steps[step];
    const [[kind, members]] = typeof expect === 'string' ? [[expect, {}]] : Object.entries(expect);
    assert.equal(answer.kind, kind, `step ${step}: ${answer.code}`);
    for (const [name, expected] of Object.entries(members)) {
      if (name === 'headers') {
        const lower = (lines) => lines.map(([header, value]) => [header.toLowerCase(), value]);
        assert.deepEqual(lower(answer.headers), lower(expected), `step ${step}`);
      } else if (name === 'pointer') {
        const pointers = JSON.parse(answer.problems).problems.map(({ pointer }) => pointer);
        assert.ok(pointers.includes(expected), `step ${step}: ${pointers}`);
      } else if (name === 'body_contains') {
        assert.ok(answer.body.includes(expected), `step ${step}: ${answer.body}`);
      } else {
        assert.deepEqual(member(answer, name, expected), expected, `step ${step}: ${name}`);
      }
    }
  }
}

/** A member as the vectors write it. */
function member(answer, name, expected) {
  if (name === 'body') return typeof expected === 'string' ? answer.body.toString() : JSON.parse(answer.body);
  if (name === 'claims') return JSON.parse(answer.claims);
  if (name === 'operations') return answer.operations.map(({ method, name }) => [method, name ?? null]);
  return answer[name] ?? null;
}

function transcriptLine(name, step, answer) {
  const fields = [escaped(name), step, answer.kind];
  for (const member of MEMBERS[answer.kind]) {
    const value = answer[member];
    if (member === 'headers') {
      fields.push(...value.map(([header, text]) => `header=${escaped(`${header}: ${text}`)}`));
    } else if (member === 'audience') {
      fields.push(...(value ?? []).map((one) => `audience=${escaped(one)}`));
    } else if (member === 'names') {
      fields.push(...value.map((one) => `name=${escaped(one)}`));
    } else if (member === 'operations') {
      fields.push(...value.map(({ method, name }) => `operation=${escaped([method, name].filter(Boolean).join(' '))}`));
    } else if (member === 'scopes') {
      if (value.length > 0) fields.push(`scopes=${escaped(value.join(' '))}`);
    } else if (value !== undefined && !(member === 'code' && value === '')) {
      fields.push(`${member}=${escaped(Buffer.isBuffer(value) ? value : String(value))}`);
    }
  }
  return `${fields.join('\t')}\n`;
}

function escaped(value) {
  return Buffer.from(value)
    .toString('latin1')
    .replace(/[^ -[\]-~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function text(value) {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Bytes as the vectors write them. */
function bytes(value) {
  if (typeof value === 'string') return Buffer.from(value);
  if (Array.isArray(value)) return Buffer.concat(value.map(bytes));
  if (value.base64 !== undefined) return Buffer.from(value.base64, 'base64');
  return Buffer.from(value.repeat.repeat(value.times));
}

/** As `bytes`, but any other object is a JSON document. */
function document(value) {
  const isDocument = typeof value === 'object' && !Array.isArray(value) && !('base64' in value || 'repeat' in value);
  return isDocument ? Buffer.from(JSON.stringify(value)) : bytes(value);
}

/** Node gives what it reads off the wire as latin1. */
function latin1(value) {
  return bytes(value).toString('latin1');
}

function flat(headers) {
  return headers.flat().map(latin1);
}
