#!/bin/sh
# Makes the environments that the end-to-end tests and the demo run in, with our packages as a user would install them:
#   build/venv-mcp1, -mcp2, -fastmcp   Python environments (requirements-*.txt) with the wheel
#   build/e2e-node                     npm packages (package-lock.json) with the tarball
#   build/conformance                  npm packages (conformance/package-lock.json), nothing of ours
#
#   tests/e2e/setup.sh WHEEL TARBALL [mcp1|mcp2|fastmcp|node|conformance ...]
#                                       without names, all; BUILD_DIR=... puts them elsewhere than in build/
#   tests/e2e/setup.sh --check          only looks whether the tools are there
#
# Does nothing where nothing changed: each environment carries a stamp of what went into it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
fail() { echo "setup: $*" >&2; exit 1; }

# ---- tools ----
command -v python3 >/dev/null || fail "python3 is missing (3.10 or later)"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || fail "python3 is $(python3 -V | cut -d' ' -f2), 3.10 or later is needed"
python3 -c 'import ensurepip, venv' 2>/dev/null || fail "python3 cannot make virtual environments (Debian: apt-get install python3-venv)"
command -v node >/dev/null || fail "node is missing (20 or later)"
node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' || fail "node is $(node -v), 20 or later is needed"
command -v npm >/dev/null || fail "npm is missing"
[ "${1-}" != --check ] || exit 0

[ $# -ge 2 ] || fail "usage: setup.sh WHEEL TARBALL [ENVIRONMENT ...]"
[ -f "$1" ] || fail "no wheel at $1"
[ -f "$2" ] || fail "no tarball at $2"
wheel=$(realpath "$1")
tarball=$(realpath "$2")
shift 2
build=${BUILD_DIR:-$here/../../build}
mkdir -p "$build/e2e-logs"
build=$(cd "$build" && pwd)
log=$build/e2e-logs/setup.log

# run SENTENCE COMMAND...: quiet unless it fails
run() {
    sentence=$1; shift
    echo "  $sentence"
    "$@" >"$log" 2>&1 || { tail -n 15 "$log" >&2; fail "failed: $sentence (is the package registry reachable? the whole log: $log)"; }
}

# changed STAMP FILE...: whether the files are not those of the stamp
changed() { [ "$(cat "$1" 2>/dev/null)" != "$(shift; cat "$@" | sha256sum)" ]; }
stamp() { ( target=$1; shift; cat "$@" | sha256sum >"$target" ); }

python_environment() {
    venv=$build/venv-$1 requirements=$here/requirements-$1.txt
    if ! "$venv/bin/python" -c '' 2>/dev/null; then
        run "Python environment for $1" python3 -m venv --clear "$venv"
    fi
    pip="$venv/bin/python -m pip install --disable-pip-version-check --no-deps"
    if changed "$venv/.requirements" "$requirements"; then
        run "Python packages for $1" $pip -r "$requirements"
        stamp "$venv/.requirements" "$requirements"
    fi
    if changed "$venv/.wheel" "$wheel"; then
        run "our wheel for $1" $pip --force-reinstall "$wheel"
        stamp "$venv/.wheel" "$wheel"
    fi
}

# npm_packages FOLDER SOURCE OPTION...: as the lock file in SOURCE says
npm_packages() {
    mkdir -p "$1"
    changed "$1/.lock" "$2/package.json" "$2/package-lock.json" || return 0
    cp "$2/package.json" "$2/package-lock.json" "$1"
    rm -f "$1/.tarball"
    folder=$1 source=$2
    shift 2
    run "npm packages for $(basename "$folder")" npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund "$@"
    stamp "$folder/.lock" "$source/package.json" "$source/package-lock.json"
}

node_environment() {
    npm_packages "$build/e2e-node" "$here"
    if changed "$build/e2e-node/.tarball" "$tarball"; then
        run "our npm tarball" npm install --prefix "$build/e2e-node" --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --prefer-offline "$tarball"
        stamp "$build/e2e-node/.tarball" "$tarball"
    fi
    [ -L "$here/node_modules" ] || rm -rf "$here/node_modules" # somebody ran npm in the source folder
    ln -sfn "$build/e2e-node/node_modules" "$here/node_modules" # where Node looks for what the programs here import
}

# Only a test of its own needs it, and that one says so where it is missing.
conformance_environment() {
    own=$(node -p 'process.versions.node.split(".")[0] < 22 ? "--include=optional" : "--omit=optional"') # its Node 22
    (npm_packages "$build/conformance" "$here/conformance" "$own") || echo "  going on without the conformance suite"
}

for environment in ${*:-mcp1 mcp2 fastmcp node conformance}; do
    case $environment in
        mcp1 | mcp2 | fastmcp) python_environment "$environment" ;;
        node) node_environment ;;
        conformance) conformance_environment ;;
        *) fail "no environment $environment" ;;
    esac
done
