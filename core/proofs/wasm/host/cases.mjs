// `node cases.mjs ROOT`: prints the token vectors whose decision needs no fetch and nothing but one Authorization header,
// each with the number that is expected: 0, or that of the code.
import { readdirSync, readFileSync } from "node:fs";

const root = process.argv[2];
const header = readFileSync(`${root}/ffi/include/mcpauth.h`, "utf8");
const numbers = new Map(
  [...header.matchAll(/^#define MCPAUTH_(\w+) (\d+)$/gm)].map(([, name, number]) => [name.toLowerCase(), +number]),
);
const cases = [];
for (const file of readdirSync(`${root}/tests/vectors`).filter((name) => /^tokens-.*\.jsonl$/.test(name))) {
  for (const line of readFileSync(`${root}/tests/vectors/${file}`, "utf8").trim().split("\n")) {
    const { name, configuration, gate, steps = [] } = JSON.parse(line);
    const [{ ask, now, expect } = {}] = steps;
    const [[field, authorization] = [], ...others] = ask?.headers ?? [];
    if (steps.length !== 1 || others.length > 0 || field !== "authorization" || typeof authorization !== "string") continue;
    if (!expect.allow && !numbers.has(expect.respond?.code)) continue;
    const expected = expect.allow ? 0 : numbers.get(expect.respond.code);
    cases.push({ name, configuration: JSON.stringify(configuration), gate: JSON.stringify(gate), authorization, now, expected });
  }
}
console.log(JSON.stringify(cases));
