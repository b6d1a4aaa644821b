import cases from "cases.json";
import module from "wasm.wasm";
import { replay } from "./replay.mjs";

export default {
  test() {
    console.log(`workerd: ${replay(module, cases)}`);
  },
};
