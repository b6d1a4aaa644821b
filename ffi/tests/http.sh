#!/bin/sh
# Builds the examples that speak HTTP, and the two headers alone; ends with 3 where the libraries for it are not installed.
set -eu
cd "$(dirname "$0")/.."
build=../build/c
library=../target/release
mkdir -p "$build"
printf '#include <curl/curl.h>\n#include <microhttpd.h>\n' | gcc -E -o /dev/null - 2>/dev/null || {
    echo "libmicrohttpd-dev and libcurl4-openssl-dev are not installed"
    exit 3
}
strict="-Wall -Wextra -pedantic -Werror -g -Iinclude"
libraries="$library/libmcpauth.a -lgcc_s -lutil -lrt -lpthread -lm -ldl -lmicrohttpd -lcurl"
sanitize="-fsanitize=address,undefined -fno-sanitize-recover=all"
# Each header includes what it needs, may be included twice, and leaves no warning for what is not used.
twice() { printf '#include <%s>\n#include <%s>\n' "$1" "$1"; }
twice mcpauth_curl.h | gcc -std=c99 $strict -fsyntax-only -x c -
twice mcpauth_curl.h | g++ -std=c++17 $strict -fsyntax-only -x c++ -
twice mcpauth.hpp | g++ -std=c++17 $strict -fsyntax-only -x c++ -
gcc -std=c99 -O2 $strict examples/http_server.c $libraries -o "$build/http_server"
gcc -std=c99 $strict $sanitize examples/http_server.c $libraries -o "$build/http_server_asan"
g++ -std=c++17 -O2 $strict examples/http_server.cpp $libraries -o "$build/http_server_cpp"
nm "$build/http_server_asan" | grep -q __asan_init || { echo "AddressSanitizer is not in"; exit 1; }
