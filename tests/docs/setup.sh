#!/bin/sh
# Makes what the documentation's code needs beside the environments of tests/e2e/setup.sh: build/venv-fastapi, which sees the
# packages of build/venv-mcp2, and build/e2e-node/docs. Does nothing where nothing changed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$here/../../build" && pwd)

venv=$build/venv-fastapi
if ! cmp -s "$here/requirements.txt" "$venv/.requirements"; then
    python3 -m venv --clear "$venv"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps -r "$here/requirements.txt"
    packages='import sysconfig; print(sysconfig.get_path("purelib"))'
    "$build/venv-mcp2/bin/python" -c "$packages" >"$("$venv/bin/python" -c "$packages")/mcp2.pth"
    cp "$here/requirements.txt" "$venv/.requirements"
fi

modules=$build/e2e-node/docs
if ! cmp -s "$here/package-lock.json" "$modules/.lock"; then
    mkdir -p "$modules"
    cp "$here/package.json" "$here/package-lock.json" "$modules"
    npm ci --prefix "$modules" --ignore-scripts --no-audit --no-fund --silent
    cp "$here/package-lock.json" "$modules/.lock"
fi
