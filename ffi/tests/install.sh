#!/bin/sh
# The library is installed, found by pkg-config and by CMake, linked both ways, and runs. FULL=1 refuses to skip.
set -eu
cd "$(dirname "$0")/.."
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
passed=0
pass() { passed=$((passed + 1)); }
fail() { echo "install: $*" >&2; exit 1; }
prefix=$place/prefix
version=$(sed -n 's/^version = "\(.*\)"/\1/p' ../Cargo.toml | head -n 1)
needs() { objdump -p "$1" | awk '$1 == "NEEDED" { print $2 }'; }
works() {
    LD_LIBRARY_PATH=$prefix/lib "$1" tests/data/jwks.json tests/data/token.txt https://issuer.example https://rs.example/mcp 1800000000 |
        grep -qx 'allowed: subject user-1, scopes mcp:read mcp:write' || fail "$1 says something else"
    pass
}

# For a package: everything is under DESTDIR, and nothing speaks of it.
make -s -C .. install PREFIX=/opt/mcpauth LIBDIR=/opt/mcpauth/lib64 DESTDIR="$place/staged"
for file in include/mcpauth.h include/mcpauth_embedded.h bin/mcpauth-keys lib64/libmcpauth_embedded.a \
    lib64/pkgconfig/mcpauth-embedded.pc lib64/libmcpauth.a lib64/libmcpauth.so "lib64/libmcpauth.so.$version" lib64/pkgconfig/mcpauth.pc \
    lib64/cmake/mcpauth/mcpauthConfig.cmake lib64/cmake/mcpauth/mcpauthConfigVersion.cmake; do
    [ -f "$place/staged/opt/mcpauth/$file" ] || fail "$file is not installed"
done
grep -rqF "$place" "$place/staged/opt/mcpauth/lib64/pkgconfig" "$place/staged/opt/mcpauth/lib64/cmake" && fail "DESTDIR is written into a file"
grep -rq '@[A-Z_]*@' "$place/staged/opt/mcpauth/lib64/pkgconfig" "$place/staged/opt/mcpauth/lib64/cmake" && fail "a placeholder is left"
pass

make -s -C .. install PREFIX="$prefix"
export PKG_CONFIG_PATH="$prefix/lib/pkgconfig"
[ "$(pkg-config --modversion mcpauth)" = "$version" ] || fail "pkg-config tells another version"
gcc -std=c99 -Wall -Wextra -pedantic -Werror examples/verify_token.c $(pkg-config --cflags --libs mcpauth) -o "$place/shared"
needs "$place/shared" | grep -qx 'libmcpauth\.so\.0' || fail "the program does not ask for libmcpauth.so.0"
works "$place/shared"
gcc -std=c99 -Wall -Wextra -pedantic -Werror examples/verify_token.c \
    $(pkg-config --static --cflags --libs mcpauth | sed 's/-lmcpauth/-l:libmcpauth.a/') -o "$place/static"
! needs "$place/static" | grep -q mcpauth || fail "the static program asks for the shared library"
works "$place/static"

"$prefix/bin/mcpauth-keys" --name issuer_keys examples/embedded/jwks.json >"$place/keys.h"
gcc -std=c99 -Wall -Wextra -pedantic -Werror -I"$place" examples/embedded/device.c examples/embedded/host.c \
    $(pkg-config --cflags --libs mcpauth-embedded) -o "$place/device"
"$place/device" | grep -q '^EdDSA: user-1 may mcp:read mcp:write' || fail "the example for devices says something else"
pass

if command -v cmake >/dev/null; then
    mkdir "$place/project"
    cp examples/verify_token.c examples/embedded/*.[ch] "$place/keys.h" "$place/project"
    cat >"$place/project/CMakeLists.txt" <<'PROJECT'
cmake_minimum_required(VERSION 3.13)
project(verify_token C)
find_package(mcpauth 0.3 REQUIRED)
find_package(mcpauth 0.2 QUIET)
if(mcpauth_FOUND)
  message(FATAL_ERROR "another series is taken for this one")
endif()
foreach(kind mcpauth mcpauth_static)
  add_executable(with_${kind} verify_token.c)
  target_link_libraries(with_${kind} PRIVATE mcpauth::${kind})
endforeach()
add_executable(device device.c host.c)
target_link_libraries(device PRIVATE mcpauth::mcpauth_embedded)
PROJECT
    cmake -S "$place/project" -B "$place/cmake" -DCMAKE_PREFIX_PATH="$prefix" >"$place/log" && cmake --build "$place/cmake" >>"$place/log" ||
        { cat "$place/log"; fail "CMake does not build the example"; }
    works "$place/cmake/with_mcpauth"
    works "$place/cmake/with_mcpauth_static"
    "$place/cmake/device" >"$place/log" || { cat "$place/log"; fail "the example for devices, built by CMake, says something else"; }
elif [ "${FULL:-0}" = 1 ]; then
    fail "cmake is not installed"
else
    echo "SKIP cmake: not installed"
fi
echo "$passed passed, 0 failed"
