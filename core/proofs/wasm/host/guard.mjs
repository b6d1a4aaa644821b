/** An engine with one gate, in a WebAssembly module. */
export class Guard {
  #exports;
  #guard;

  constructor(module, configuration, gate) {
    this.#exports = new WebAssembly.Instance(module).exports;
    this.#guard = this.#exports.build(...this.#text(configuration), ...this.#text(gate));
    if (this.#guard === 0) throw new Error("the configuration or the gate was refused");
  }

  /** Decides on an Authorization header: 0 admits, any other number is that of a code. */
  check(authorization, now) {
    return this.#exports.check(this.#guard, ...this.#text(authorization), BigInt(now));
  }

  /** Copies a text into the module's memory; the function that takes the pointer frees it. */
  #text(text) {
    const bytes = new TextEncoder().encode(text);
    const at = this.#exports.allocate(bytes.length) >>> 0;
    new Uint8Array(this.#exports.memory.buffer, at, bytes.length).set(bytes);
    return [at, bytes.length];
  }
}
