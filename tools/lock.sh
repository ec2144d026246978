#!/bin/sh
# Pins every Python package with its hashes, for all platforms, into the three locks.
# `--upgrade` takes the newest releases; without it what is pinned stays where it still fits.
set -eu
cd "$(dirname "$0")/.."

pin() {
    lock=$1
    shift
    echo "pinning $lock"
    "${UV:-.venv/bin/uv}" pip compile --quiet --universal --python-version 3.11 \
        --fork-strategy fewest --generate-hashes --no-emit-index-url --no-emit-find-links \
        --no-annotate --custom-compile-command "make lock" "$@" --output-file "$lock"
}

pin requirements.lock pyproject.toml --group build "$@"
pin requirements-dev.lock pyproject.toml --group build --group dev --constraint requirements.lock "$@"
pin requirements-node.lock --group node "$@"
