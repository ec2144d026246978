#!/bin/sh
# Asks what is known against the packages that the locks name: PyPI, or OSV where PyPI does not answer, and npm. It ends
# with 1 when something is known, and with 2 when nobody answered about a lock, which is never a pass: a machine without
# the internet, or behind a mirror that has the packages alone, can only learn that it cannot know.
set -eu
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
known= unknown=

# Strict: a package that is not answered about counts as none of the lock's being answered about.
asks_python() {
    .venv/bin/uv tool run --quiet pip-audit==2.10.1 --vulnerability-service "$1" --strict --progress-spinner off \
        --timeout 20 --disable-pip --require-hashes -r "$2" >"$log" 2>&1
}

# pip-audit ends with 1 either way; what it found is a table, whose head names the columns.
audit_python() {
    for service in pypi osv; do
        if asks_python "$service" "$1"; then
            echo "$1: nothing is known ($service)"
            return
        elif grep -q '^Name .*Fix Versions' "$log"; then
            cat "$log"
            known="$known $1"
            return
        fi
        echo "$1: no answer of $service: $(tail -n 1 "$log")"
    done
    unknown="$unknown $1"
}

audit_python requirements.lock
audit_python requirements-dev.lock
if tools/with-node.sh npm audit >"$log" 2>&1; then
    echo "package-lock.json: nothing is known (npm)"
elif grep -q '^npm error' "$log"; then
    echo "package-lock.json: no answer of npm: $(grep -m 1 '^npm' "$log")"
    unknown="$unknown package-lock.json"
else
    cat "$log"
    known="$known package-lock.json"
fi

[ -z "$unknown" ] || echo "make audit: nobody answered about$unknown; it is not known whether they are safe" >&2
[ -z "$known" ] || {
    echo "make audit: something above is known against$known" >&2
    exit 1
}
[ -z "$unknown" ] || exit 2
