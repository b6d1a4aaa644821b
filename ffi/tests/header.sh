#!/bin/sh
# The committed headers are what cbindgen writes.
set -eu
cd "$(dirname "$0")/.."
version=$(cbindgen --version)
[ "$version" = "cbindgen 0.29.4" ] || { echo "the header is written by cbindgen 0.29.4, not by $version"; exit 1; }
cbindgen -q --config cbindgen.toml --crate mcpauth-ffi --output include/mcpauth.h --verify || {
    echo "ffi/include/mcpauth.h is stale; run make header and commit it"
    exit 1
}
cd embedded
cbindgen -q --config cbindgen.toml --crate mcpauth-embedded --output ../include/mcpauth_embedded.h --verify || {
    echo "ffi/include/mcpauth_embedded.h is stale; run make header and commit it"
    exit 1
}
echo "2 passed, 0 failed"
