#!/bin/sh
# Builds what a user installs: the wheel into build/wheels, the npm tarball into build/tarballs, the C library into
# target/release.      tests/package.sh [python] [node] [c]      Does again only what has changed.
set -eu
cd "$(dirname "$0")/.."
build=$PWD/build
mkdir -p "$build/logs"
fail() { echo "package: $*" >&2; exit 1; }

command -v cargo >/dev/null || fail "cargo is missing; install Rust stable with rustup"
command -v gcc >/dev/null || fail "gcc is missing (Debian: apt-get install gcc)"
sh tests/e2e/setup.sh --check

# run SENTENCE COMMAND...: tells what takes its time, quiet unless it fails
run() {
    sentence=$1; shift
    log=$build/logs/$(echo "$sentence" | tr ' ' '-').log
    printf '  %s ' "$sentence"
    started=$(date +%s)
    "$@" >"$log" 2>&1 || {
        echo; tail -n 25 "$log" >&2
        fail "failed: $sentence (is the package registry reachable? the whole log: build/logs)"
    }
    echo "($(($(date +%s) - started)) s)"
}

# one_left FOLDER PATTERN: a build leaves its result alone in its folder
only_newest() { ls -t "$1"/$2 2>/dev/null | tail -n +2 | xargs -r rm -f; }

python_package() {
    mkdir -p "$build/wheels"
    if ! "$build/venv-build/bin/maturin" --version >/dev/null 2>&1; then
        run "build tools for Python" sh -c \
            "python3 -m venv '$build/venv-build' && '$build/venv-build/bin/pip' install -q --disable-pip-version-check maturin==1.16.0"
    fi
    run "Python wheel" "$build/venv-build/bin/maturin" build --release --out "$build/wheels" --manifest-path bindings/python/Cargo.toml
    only_newest "$build/wheels" 'mcpauth-*.whl'
}

node_package() {
    mkdir -p "$build/tarballs"
    if ! cmp -s bindings/node/package-lock.json bindings/node/node_modules/.of-lock; then
        run "build tools for Node" npm ci --prefix bindings/node --ignore-scripts --no-audit --no-fund
        cp bindings/node/package-lock.json bindings/node/node_modules/.of-lock
    fi
    run "Node addon" npm run --prefix bindings/node build
    run "npm tarball" npm pack ./bindings/node --ignore-scripts --pack-destination "$build/tarballs"
    only_newest "$build/tarballs" 'mcp-auth-*.tgz'
}

c_package() {
    run "C library" cargo build --release -p mcpauth-ffi
    run "C library without a heap" make -s embedded
}

for part in ${*:-python node c}; do "${part}_package"; done
