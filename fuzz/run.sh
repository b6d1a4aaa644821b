#!/bin/sh
# Fuzzes every target for a while: fuzz/run.sh SECONDS. Seeds come from the vectors; what is found stays in fuzz/corpus.
set -eu
cd "$(dirname "$0")"
seconds=$1
export PATH="$PWD/../build/venv-tools/bin:$PATH"
command -v cargo-fuzz >/dev/null || { echo "cargo-fuzz is not installed (tests/tools.sh installs it)"; exit 1; }
passed=0
for target in json check cache documents verifier ecdsa rsa; do
    mkdir -p "corpus/$target"
    [ "$target" != json ] || python3 seeds.py "corpus/$target"
    # Without a sanitizer this runs on any stable toolchain; what is unsafe in accel is assembly and vectors, which none sees.
    cargo fuzz run --fuzz-dir . -s none "$target" -- -max_total_time="$seconds" -max_len=4096 -verbosity=0 -print_final_stats=1
    passed=$((passed + 1))
done
# The C interface has such code. AddressSanitizer asks stable for what is not stable yet, and for a folder of its own.
mkdir -p corpus/c_abi
python3 c_abi_seeds.py corpus/c_abi
RUSTC_BOOTSTRAP=1 cargo fuzz run --fuzz-dir . -s address --target-dir target/address c_abi -- \
    -max_total_time="$seconds" -max_len=4096 -verbosity=0 -print_final_stats=1
passed=$((passed + 1))
echo "$passed passed, 0 failed"
