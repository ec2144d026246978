#!/bin/sh
# Asks PyPI and npm whether anything is known against what the locks name. It needs both of them on the network: an
# answer that cannot be had is a failure, never a pass.
set -eu
cd "$(dirname "$0")/.."
failed=

echo "asking PyPI about requirements.lock and requirements-dev.lock"
for lock in requirements.lock requirements-dev.lock; do
    # Strict: a package that PyPI does not answer about counts as a failure.
    .venv/bin/uv tool run --quiet pip-audit==2.10.1 --strict --progress-spinner off --timeout 20 \
        --disable-pip --require-hashes -r "$lock" || failed="$failed $lock"
done
echo "asking npm about package-lock.json"
tools/with-node.sh npm audit || failed="$failed package-lock.json"

[ -z "$failed" ] || {
    echo "make audit: something above is known to be vulnerable, or could not be asked about:$failed" >&2
    exit 1
}
