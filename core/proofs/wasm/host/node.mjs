// `node node.mjs`, beside wasm.wasm and cases.json.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { replay } from "./replay.mjs";

const file = (name) => readFileSync(new URL(name, import.meta.url));
const bytes = file("wasm.wasm");
console.log(`wasm ${bytes.length} bytes, gzip ${gzipSync(bytes, { level: 9 }).length}`);
console.log(`node: ${replay(new WebAssembly.Module(bytes), JSON.parse(file("cases.json")))}`);
