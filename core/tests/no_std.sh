#!/bin/sh
# Proves on this machine what core needs: no std at all, and on the ground floor no heap. A program with nothing below
# it but the kernel decides on tokens; with FULL=1 firmware and a WebAssembly module do too, and what the machine lacks
# for them is a failure.
set -u
cd "$(dirname "$0")/../.."
root=$PWD
token=$(cat ffi/tests/data/token.txt) jwks=$(cat ffi/tests/data/jwks.json)
log=target/no-std.log
mkdir -p target
passed=0 failed=0

# verify NAME COMMAND...: counts it; its output is shown only where it fails.
verify() {
    title=$1
    shift
    if "$@" >"$log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED $title"
        cat "$log"
    fi
}

# Debian's compiler has the sources of core and alloc; it takes the `rustc` that stands first in PATH. What it wants
# RUSTC_BOOTSTRAP for is -Zbuild-std and nothing else.
bare() {
    target=$1 parts=$2 package=$3
    PATH=/usr/bin:$PATH RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$root/target/bare \
        CARGO_TARGET_THUMBV7M_NONE_EABI_LINKER=ld.lld-22 CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-22 \
        cargo build --quiet --release --target "$target" -Zbuild-std="$parts" \
        --manifest-path core/proofs/Cargo.toml --package "$package"
}

sizes() { size "$1" | awk 'NR == 2 { print "text " $1 ", data " $2 ", bss " $3 " bytes" }'; }

. core/proofs/sysroot.sh
. core/proofs/freestanding/run.sh
if [ "${FULL:-0}" = 1 ]; then
    . core/proofs/firmware/run.sh
    . core/proofs/wasm/run.sh
else
    echo "SKIP firmware: only with FULL=1"
    echo "SKIP wasm: only with FULL=1"
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
