#!/bin/sh
# Installs the C library: headers, both libraries, the one without a heap with its tool, and what pkg-config and CMake read.
# `make install` runs it.
# PREFIX and LIBDIR say where it will live; DESTDIR is put before them, for who makes a package.
set -eu
cd "$(dirname "$0")"
prefix=${PREFIX:-/usr/local}
libdir=${LIBDIR:-$prefix/lib}
root=${DESTDIR:-}
built=../target/release
embedded=../target/embedded/release/libmcpauth_embedded.a
[ -f "$built/libmcpauth.so" ] && [ -f "$built/libmcpauth.a" ] && [ -f "$built/mcpauth-keys" ] && [ -f "$embedded" ] || {
    echo "install: nothing is built; run make library first" >&2
    exit 1
}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' ../Cargo.toml | head -n 1)
soname=$(objdump -p "$built/libmcpauth.so" | awk '$1 == "SONAME" { print $2 }')
cmake=$libdir/cmake/mcpauth
# configured FILE FOLDER: installs FILE.in with its placeholders replaced
configured() {
    sed -e "s|@PREFIX@|$prefix|" -e "s|@LIBDIR@|$libdir|" -e "s|@VERSION@|$version|" -e "s|@SONAME@|$soname|" \
        -e "s|@INCLUDEDIR_FROM_HERE@|$(realpath -m --relative-to="$cmake" "$prefix/include")|" "package/$1.in" >"$root$2/$1"
    chmod 644 "$root$2/$1"
}
mkdir -p "$root$prefix/include" "$root$prefix/bin" "$root$libdir/pkgconfig" "$root$cmake"
install -m 644 include/* "$root$prefix/include"
install -m 644 "$built/libmcpauth.a" "$embedded" "$root$libdir"
install -m 755 "$built/mcpauth-keys" "$root$prefix/bin"
install -m 755 "$built/libmcpauth.so" "$root$libdir/libmcpauth.so.$version"
ln -sf "libmcpauth.so.$version" "$root$libdir/$soname"
ln -sf "$soname" "$root$libdir/libmcpauth.so"
configured mcpauth.pc "$libdir/pkgconfig"
configured mcpauth-embedded.pc "$libdir/pkgconfig"
configured mcpauthConfig.cmake "$cmake"
configured mcpauthConfigVersion.cmake "$cmake"
