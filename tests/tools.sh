#!/bin/sh
# Installs the tools of tests/requirements-tools.txt into build/venv-tools; does nothing where nothing changed.
set -eu
cd "$(dirname "$0")/.."
for tool in cargo python3 node npm gcc make; do
    command -v $tool >/dev/null || { echo "$tool is missing"; exit 1; }
done
cmp -s tests/requirements-tools.txt build/venv-tools/.requirements && exit 0
mkdir -p build
rm -rf build/venv-tools # Not venv --clear, which empties what a link points to.
python3 -m venv build/venv-tools
build/venv-tools/bin/python -m pip install -q --disable-pip-version-check -r tests/requirements-tools.txt
cp tests/requirements-tools.txt build/venv-tools/.requirements
