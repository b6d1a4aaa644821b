using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "proof", worker = .proof)],
);

const proof :Workerd.Worker = (
  compatibilityDate = "2026-11-01",
  modules = [
    (name = "worker.mjs", esModule = embed "worker.mjs"),
    (name = "replay.mjs", esModule = embed "replay.mjs"),
    (name = "guard.mjs", esModule = embed "guard.mjs"),
    (name = "cases.json", json = embed "cases.json"),
    (name = "wasm.wasm", wasm = embed "wasm.wasm"),
  ],
);
