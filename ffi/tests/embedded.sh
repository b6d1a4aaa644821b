#!/bin/sh
# Builds the library without a heap and tests it: embedded.sh library|misuse|vectors|platform|device.
# `device` runs the example on a Cortex-M3 in QEMU and reports flash, RAM and stack; without FULL=1 it is skipped. The
# release build of the tool mcpauth-keys must be there.
set -eu
cd "$(dirname "$0")/../.."
mode=$1
build=build/c/embedded
library=target/embedded/release/libmcpauth_embedded.a
keys=target/release/mcpauth-keys
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
strict="-Wall -Wextra -pedantic -Werror -g -Iffi/include -I$build"
sanitize="-fsanitize=address,undefined -fno-sanitize-recover=all"
example=ffi/examples/embedded
passed=0
pass() { passed=$((passed + 1)); }
fail() { echo "embedded: $*" >&2; exit 1; }
has_sanitizer() { nm "$1" | grep -q __asan_init || fail "AddressSanitizer is not in"; }
mkdir -p "$build"
make -s embedded
"$keys" --strict --name issuer_keys "$example/jwks.json" >"$build/keys.h"

# Symbols of the members that are ours; the others are the compiler's own.
symbols() { nm "$@" "$library" 2>/dev/null | sed -n '/^mcpauth_embedded.*\.o:$/,/^$/p' | grep -E '^[0-9a-f ]+ [A-Za-z] [^ ]+$'; }

case $mode in
library)
    grep -qx "version = \"$version\".*" ffi/embedded/Cargo.toml || fail "ffi/embedded/Cargo.toml has another version"
    symbols -g --defined-only | awk '$2 != "W" { print $NF }' | sort >"$build/exported"
    grep -o '^[a-z].* mcpauth_embedded_[a-z0-9_]*(' ffi/include/mcpauth_embedded.h | sed 's/.* //; s/($//' | sort |
        diff "$build/exported" - || fail "the library exports something else (<) than the header declares (>)"
    pass
    # No heap, no operating system: what a freestanding C implementation gives anyway, and the compiler's arithmetic.
    symbols -u | awk '{ print $NF }' | grep -vxE 'mem(cpy|move|set|cmp)|bcmp|_GLOBAL_OFFSET_TABLE_|__[a-z]*ti3' && fail "that is wanted from outside"
    pass
    # No globals: nothing that can be written.
    symbols --defined-only | awk '$2 ~ /^[BbDdGgSsC]$/' | grep . && fail "those are globals"
    size -A "$library" 2>/dev/null | awk '/^mcpauth_embedded.*:/ { ours = 1 } /^Total/ { ours = 0 }
        ours && $1 ~ /^\.(data|bss|tdata|tbss)/ && $1 !~ /^\.data\.rel\.ro/ && $2 > 0 { print; found = 1 } END { exit !found }' && fail "those sections can be written"
    pass
    for language in "gcc -std=c99 -x c" "g++ -std=c++17 -x c++"; do
        # Alone, twice, beside the header of the whole library, and with a table of keys.
        printf '#include <mcpauth_embedded.h>\n#include <mcpauth_embedded.h>\n#include <mcpauth.h>\n#include <keys.h>\nint main(void) { return issuer_keys[0].any_kid; }\n' |
            $language $strict -fsyntax-only -
        pass
    done
    gcc -std=c99 $strict $example/device.c $example/host.c "$library" -o "$build/device"
    "$build/device" >"$build/device.seen" || { cat "$build/device.seen"; fail "the example decides wrongly"; }
    grep -q '^ES256: user-1 may mcp:read mcp:write' "$build/device.seen" || fail "the example says something else"
    pass
    # The tool: a reason for each key that a device cannot use, and no table without a key.
    echo '{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"r"},{"kty":"EC","crv":"P-256","x":"AA","y":"AA"},{"kty":"oct","k":"AA"},7]}' >"$build/none.json"
    ! "$keys" "$build/none.json" >"$build/none.h" 2>"$build/none.why" || fail "mcpauth-keys wrote a table of nothing"
    [ ! -s "$build/none.h" ] && [ "$(grep -c 'is passed over: ' "$build/none.why")" = 4 ] || { cat "$build/none.why"; fail "mcpauth-keys tells no reason"; }
    pass
    ! echo '{"keys":3}' | "$keys" >"$build/none.h" 2>&1 || fail "mcpauth-keys takes anything for a JWK Set"
    pass
    sed 's/"use": "sig"/"use": "enc"/' "$example/jwks.json" | "$keys" 2>/dev/null && fail "mcpauth-keys takes keys for encryption"
    sed '0,/"use": "sig"/s//"use": "enc"/' "$example/jwks.json" >"$build/one.json"
    "$keys" "$build/one.json" 2>"$build/one.why" | grep -q 'mcpauth_keys_count = 2 ' || fail "mcpauth-keys takes no key beside an unusable one"
    grep -qx 'mcpauth-keys: key 0 (p256) is passed over: its use or key_ops is not for verification' "$build/one.why" || fail "mcpauth-keys tells another reason"
    ! "$keys" --strict "$build/one.json" >/dev/null 2>&1 || fail "mcpauth-keys --strict passes over a key"
    pass
    ;;
misuse)
    gcc -std=c99 $strict $sanitize ffi/tests/misuse_embedded.c "$library" -o "$build/misuse"
    has_sanitizer "$build/misuse"
    exec "$build/misuse"
    ;;
vectors)
    gcc -std=c99 $strict $sanitize ffi/tests/embedded_vectors.c "$library" -o "$build/vectors"
    has_sanitizer "$build/vectors"
    exec python3 ffi/tests/embedded.py tests/vectors "$keys" "$build/vectors"
    ;;
platform)
    if ! printf '#include <mbedtls/ecdsa.h>\n' | gcc -E -o /dev/null - 2>/dev/null; then
        [ "${FULL:-0}" = 0 ] || fail "libmbedtls-dev is not installed"
        echo "SKIP mbedTLS: libmbedtls-dev is not installed"
        exit 0
    fi
    gcc -std=c99 $strict $sanitize -DMBEDTLS ffi/tests/embedded_vectors.c "$library" -lmbedcrypto -o "$build/platform"
    has_sanitizer "$build/platform"
    exec python3 ffi/tests/embedded.py tests/vectors "$keys" "$build/platform"
    ;;
device)
    if [ "${FULL:-0}" = 0 ]; then
        echo "SKIP device: only with FULL=1"
        exit 0
    fi
    # As in core/tests/no_std.sh: Debian's compiler has the sources of core.
    (cd ffi/embedded && PATH=/usr/bin:$PATH RUSTC_BOOTSTRAP=1 cargo build --quiet --release \
        --target thumbv7m-none-eabi -Zbuild-std=core --target-dir ../../target/bare)
    # image NAME EXPECTED [FLAG...]: builds the example, runs it, and reports.
    image() {
        name=$1 expected=$2
        shift 2
        arm-none-eabi-gcc -std=c99 -mcpu=cortex-m3 -mthumb -Os -ffunction-sections -fdata-sections $strict "$@" \
            "-DEXPECTED(algorithm)=$expected" -nostartfiles --specs=nano.specs -Wl,--gc-sections,-z,noexecstack \
            -T $example/cortex_m.ld $example/device.c $example/cortex_m.c \
            target/bare/thumbv7m-none-eabi/release/libmcpauth_embedded.a -o "$build/device-$name.elf"
        timeout 60 qemu-system-arm -cpu cortex-m3 -machine netduino2 -nographic -semihosting-config enable=on,target=native \
            -kernel "$build/device-$name.elf" >"$build/device.seen" 2>&1 </dev/null ||
            { cat "$build/device.seen"; fail "the device decides wrongly"; }
        pass
        echo "$name: $(arm-none-eabi-size "$build/device-$name.elf" | awk 'NR == 2 { print "flash " $1 + $2 ", static RAM " $2 + $3 " bytes" }')"
        sed 's/^/    /' "$build/device.seen"
        # A stack that grows beyond this is a change that somebody should know of.
        awk '{ if ($(NF - 1) > most) most = $(NF - 1) } END { exit !(most > 0 && most < 12288) }' "$build/device.seen" || fail "it takes 12 KiB of stack, or none"
    }
    # lacks NAME PATTERN: nothing by that name is linked. What core gives has the name of whoever wanted it first.
    lacks() { ! arm-none-eabi-nm "$build/device-$1.elf" | grep -vE 'black_box|4core9panicking' | grep -E "$2" || fail "that is linked in $1 and nobody calls it"; pass; }
    only() { echo "(algorithm == MCPAUTH_EMBEDDED_$1 ? MCPAUTH_OK : MCPAUTH_BAD_SIGNATURE)"; }
    image all MCPAUTH_OK
    image es256 "$(only ES256)" -DSIGNATURES=mcpauth_embedded_es256
    image es384 "$(only ES384)" -DSIGNATURES=mcpauth_embedded_es384
    image eddsa "$(only EDDSA)" -DSIGNATURES=mcpauth_embedded_eddsa
    image platform MCPAUTH_BAD_SIGNATURE -DSIGNATURES=board_verify
    lacks es256 'p384|curve25519|sha512'
    lacks es384 'p256|curve25519|sha256'
    lacks eddsa 'p256|p384|sha256'
    lacks platform 'p256|p384|curve25519|sha2'
    ;;
*)
    fail "no mode $mode"
    ;;
esac
echo "$passed passed, 0 failed"
