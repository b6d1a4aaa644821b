# Builds the WebAssembly module and replays vectors in it, in Node and in workerd. Part of core/tests/no_std.sh.

work=$root/target/wasm
mkdir -p "$work"
cp core/proofs/wasm/host/* "$work"

install_workerd() {
    cmp -s "$work/package.json" "$work/node_modules/.package.json" && return
    # Not `npm ci`: registries that mirror one platform make a lock file without the packages of the others.
    npm install --prefix "$work" --no-audit --no-fund --silent && cp "$work/package.json" "$work/node_modules/.package.json"
}

# replays COMMAND...: it says how many decisions were right.
replays() {
    (cd "$work" && "$@") >"$work/output" 2>&1
    ended=$?
    cat "$work/output"
    [ "$ended" = 0 ] && grep 'decisions as expected' "$work/output"
}

rm -f target/bare/wasm32-unknown-unknown/release/wasm.wasm "$work/wasm.wasm"
verify "the module builds" bare wasm32-unknown-unknown core,alloc wasm
cp target/bare/wasm32-unknown-unknown/release/wasm.wasm "$work"
node core/proofs/wasm/host/cases.mjs "$root" >"$work/cases.json"
verify "Node decides" replays node node.mjs
grep -E '^(wasm|node)' "$work/output"
verify "workerd can be installed" install_workerd
verify "workerd decides" replays node_modules/.bin/workerd test workerd.capnp
grep '^workerd:' "$work/output"
