#!/bin/sh
# Checks the package with pyright, beside mypy: editors use it. The checker is a Node program in a Python package; its own Node
# is not needed.      tests/pyright.sh VENV: the environment with what the package imports
set -eu
cd "$(dirname "$0")/.."
tools=$PWD/../../build/venv-tools
pyright=$tools/lib/basedpyright
[ -e "$pyright/basedpyright/index.js" ] ||
    "$tools/bin/python" -m pip install -q --disable-pip-version-check --no-deps --target "$pyright" basedpyright==1.40.2
node "$pyright/basedpyright/index.js" --level error --pythonpath "$1/bin/python" -p pyrightconfig.json
