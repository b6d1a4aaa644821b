#!/bin/sh
# Proves that core names no std: it is checked against a sysroot that has none, with and without the heap; and a
# program that does use std fails there, so the proof can fail.
set -eu
cd "$(dirname "$0")/../.."
host=$(rustc -vV | sed -n 's/^host: //p')
rust=$(rustc --print sysroot)/lib/rustlib/$host/lib
sysroot=$PWD/target/sysroot-without-std
mkdir -p "$sysroot/lib/rustlib/$host/lib"
for library in core alloc compiler_builtins; do
    ln -sf "$rust"/lib$library-*.rlib "$rust"/lib$library-*.rmeta "$sysroot/lib/rustlib/$host/lib/" 2>/dev/null ||
        ln -sf "$rust"/lib$library-*.rlib "$sysroot/lib/rustlib/$host/lib/"
done
variable=CARGO_TARGET_$(echo "$host" | tr 'a-z-' 'A-Z_')_RUSTFLAGS
check() {
    env "$variable=--sysroot=$sysroot -Cpanic=abort" CARGO_TARGET_DIR=target/no-std \
        cargo check --quiet --target "$host" --manifest-path "$@"
}
check core/Cargo.toml --no-default-features
check core/Cargo.toml
control=target/no-std/control
mkdir -p "$control/src"
printf '[package]\nname = "control"\nedition = "2024"\n[workspace]\n' >"$control/Cargo.toml"
echo 'pub fn now() -> std::time::Instant { std::time::Instant::now() }' >"$control/src/lib.rs"
if check "$control/Cargo.toml" 2>/dev/null; then
    echo "a program that uses std was accepted: the check proves nothing"
    exit 1
fi
echo "3 passed, 0 failed"
