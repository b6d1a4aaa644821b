#!/bin/sh
# The thread test under ThreadSanitizer, C and Rust both instrumented, the standard library too; only with FULL=1. The
# compiler is Debian's, which comes with the source of its standard library (rustc-web, cargo-web, rust-web-src).
set -eu
cd "$(dirname "$0")/.."
[ "${FULL:-0}" = 1 ] || { echo "SKIP thread-sanitizer: only with FULL=1"; echo "0 passed, 0 failed"; exit 0; }
root=$(cd .. && pwd)
target=x86_64-unknown-linux-gnu
library=$root/target/thread-sanitizer/$target/release/libmcpauth.a
build=$root/build/c
mkdir -p "$build"
PATH=/usr/bin:$PATH RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$root/target/thread-sanitizer RUSTFLAGS=-Zsanitizer=thread \
    CARGO_PROFILE_RELEASE_LTO=off cargo build --quiet --release -p mcpauth-ffi --lib --target $target -Zbuild-std=std,panic_unwind
# built PROGRAM: with both sides instrumented
built() {
    gcc -std=c11 -Wall -Wextra -pedantic -Werror -g -fno-builtin -fsanitize=thread -Iinclude "tests/$1.c" tests/sanitizer_names.c \
        "$library" -lgcc_s -lutil -lrt -lpthread -lm -ldl -o "$build/$1_tsan"
}
built race
if "$build/race_tsan" >"$build/race.log" 2>&1; then
    echo "ThreadSanitizer does not see a race in the library"
    exit 1
fi
grep -q 'WARNING: ThreadSanitizer: data race' "$build/race.log" || { cat "$build/race.log"; exit 1; }
built threads
"$build/threads_tsan" tests/data
echo "1 passed, 0 failed"
