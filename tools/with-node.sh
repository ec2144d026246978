#!/bin/sh
# Runs a command with Node 20 or newer and its npm on the PATH: the machine's own, or else the one
# that PyPI carries, put into .venv.
set -eu
cd "$(dirname "$0")/.."

usable() {
    node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' && npm --version
}

if ! usable >/dev/null 2>&1; then
    PATH=$PWD/.venv/bin:$PATH
    if ! usable >/dev/null 2>&1; then
        echo "installing Node into .venv (this machine has no Node 20 or newer with npm)"
        .venv/bin/python -m pip install --quiet --require-hashes -r requirements-node.lock
    fi
fi
exec "$@"
