#!/bin/sh
# Builds and runs the C tests: run.sh plain|cxx|shared|misuse|threads|asan|
# valgrind|vectors|vectors-asan|vectors-valgrind.
# The release library must have been built.
set -eu
cd "$(dirname "$0")/.."
mode=$1
build=../build/c
library=../target/release
mkdir -p "$build"
version=$(sed -n 's/^version = "\(.*\)"/\1/p' ../Cargo.toml | head -n 1)
strict="-Wall -Wextra -pedantic -Werror -g -Iinclude"
static="$library/libmcpauth.a -lgcc_s -lutil -lrt -lpthread -lm -ldl"
define="-DMCPAUTH_TEST_VERSION=\"$version\""
example() {
    "$@" tests/data/jwks.json tests/data/token.txt https://issuer.example https://rs.example/mcp 1800000000 |
        grep -qx 'allowed: subject user-1, scopes mcp:read mcp:write'
}
sanitize="-fsanitize=address,undefined -fno-sanitize-recover=all"
has_sanitizer() { nm "$1" | grep -q __asan_init || { echo "AddressSanitizer is not in"; exit 1; }; }
under_valgrind() { valgrind -q --error-exitcode=9 --leak-check=full --show-leak-kinds=all "$@"; }
# vectors PROGRAM [FLAG...]: builds the program. replay PROGRAM COMMAND...: runs the command on all vectors and compares.
vectors() { program=$1; shift; gcc -std=c99 $strict "$@" tests/vectors.c $static -o "$build/$program"; }
replay() {
    seen=$build/$1.seen; shift
    python3 tests/flatten.py ../tests/vectors >"$seen.input"
    "$@" <"$seen.input" >"$seen"
    python3 tests/flatten.py --check ../tests/vectors "$seen"
}
case $mode in
plain)
    gcc -std=c99 $strict "$define" tests/test_library.c $static -o "$build/test_library"
    gcc -std=c99 $strict examples/verify_token.c $static -o "$build/verify_token"
    example "$build/verify_token"
    "$build/test_library" tests/data
    ;;
cxx)
    printf '#include <mcpauth.h>\nint main() { return mcpauth_version().length == 0; }\n' >"$build/header.cpp"
    g++ -std=c++17 $strict "$build/header.cpp" $static -o "$build/header"
    "$build/header"
    g++ -std=c++17 $strict $sanitize tests/test_wrapper.cpp $static -o "$build/test_wrapper"
    has_sanitizer "$build/test_wrapper"
    "$build/test_wrapper"
    echo "1 passed, 0 failed"
    ;;
shared)
    ln -sf "$(cd "$library" && pwd)/libmcpauth.so" "$build/libmcpauth.so.0"
    gcc -std=c99 $strict examples/verify_token.c -L"$library" -lmcpauth -o "$build/verify_token_shared"
    example env LD_LIBRARY_PATH="$build" "$build/verify_token_shared"
    nm -D --defined-only "$library/libmcpauth.so" | awk '{ print $NF }' | sort >"$build/exported"
    grep -o 'mcpauth_[a-z_]*(' include/mcpauth.h | tr -d '(' | sort -u | diff "$build/exported" - ||
        { echo "the shared library exports something else (<) than the header declares (>)"; exit 1; }
    objdump -p "$library/libmcpauth.so" | grep -q 'SONAME *libmcpauth\.so\.0$' || { echo "the soname is another"; exit 1; }
    echo "3 passed, 0 failed"
    ;;
asan)
    gcc -std=c99 $strict $sanitize "$define" tests/test_library.c $static -o "$build/test_library_asan"
    has_sanitizer "$build/test_library_asan"
    "$build/test_library_asan" tests/data
    ;;
misuse)
    gcc -std=c99 $strict $sanitize tests/misuse.c $static -o "$build/misuse"
    has_sanitizer "$build/misuse"
    "$build/misuse" tests/data
    ;;
threads)
    gcc -std=c11 $strict $sanitize tests/threads.c $static -o "$build/threads"
    has_sanitizer "$build/threads"
    "$build/threads" tests/data
    ;;
valgrind)
    under_valgrind "$build/test_library" tests/data
    ;;
vectors)
    vectors vectors
    replay vectors "$build/vectors"
    ;;
vectors-asan)
    vectors vectors_asan $sanitize
    has_sanitizer "$build/vectors_asan"
    replay vectors_asan "$build/vectors_asan"
    ;;
vectors-valgrind)
    vectors vectors_valgrind
    replay vectors_valgrind under_valgrind "$build/vectors_valgrind"
    ;;
*)
    echo "run.sh: no mode $mode" >&2
    exit 2
    ;;
esac
