#!/bin/sh
# Makes the environments that the end-to-end tests and the demo run in, with our packages as a user would install them:
#   build/venv-mcp1, build/venv-mcp2   Python environments (requirements-*.txt) with the wheel
#   build/e2e-node                     npm packages (package-lock.json) with the tarball
#
#   tests/e2e/setup.sh WHEEL TARBALL    BUILD_DIR=... puts them elsewhere than in build/
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

[ $# -eq 2 ] || fail "usage: setup.sh WHEEL TARBALL"
[ -f "$1" ] || fail "no wheel at $1"
[ -f "$2" ] || fail "no tarball at $2"
wheel=$(realpath "$1")
tarball=$(realpath "$2")
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

# ---- Python ----
for mcp in mcp1 mcp2; do
    venv=$build/venv-$mcp requirements=$here/requirements-$mcp.txt
    if ! "$venv/bin/python" -c '' 2>/dev/null; then
        run "Python environment for $mcp" python3 -m venv --clear "$venv"
    fi
    if changed "$venv/.requirements" "$requirements"; then
        run "Python packages for $mcp" "$venv/bin/python" -m pip install --disable-pip-version-check -r "$requirements"
        stamp "$venv/.requirements" "$requirements"
    fi
    if changed "$venv/.wheel" "$wheel"; then
        run "our wheel for $mcp" "$venv/bin/python" -m pip install --disable-pip-version-check --no-deps --force-reinstall "$wheel"
        stamp "$venv/.wheel" "$wheel"
    fi
done

# ---- Node ----
node=$build/e2e-node
mkdir -p "$node"
if changed "$node/.lock" "$here/package.json" "$here/package-lock.json"; then
    cp "$here/package.json" "$here/package-lock.json" "$node"
    rm -f "$node/.tarball"
    run "npm packages" npm ci --prefix "$node" --ignore-scripts --no-audit --no-fund
    stamp "$node/.lock" "$here/package.json" "$here/package-lock.json"
fi
if changed "$node/.tarball" "$tarball"; then
    run "our npm tarball" npm install --prefix "$node" --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --prefer-offline "$tarball"
    stamp "$node/.tarball" "$tarball"
fi
[ -L "$here/node_modules" ] || rm -rf "$here/node_modules" # somebody ran npm in the source folder
ln -sfn "$node/node_modules" "$here/node_modules" # where Node looks for what the programs here import
