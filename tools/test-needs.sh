#!/bin/sh
# Sees to what the tests need beside Python: Chromium without a window, Japanese fonts, PostgreSQL with PostGIS, curl,
# nginx, GDAL's programs, a library that sets clocks; with `soak` also what the long tests need: QGIS, podman,
# systemd-nspawn and mmdebstrap.
# Installs what is missing through apt-get where it can, else says in one line what to install.
set -eu
long=${1-}

have() {
    command -v "$1" >/dev/null 2>&1
}

any() {
    for path in "$@"; do
        [ -e "$path" ] && return 0
    done
    return 1
}

missing() {
    have chromium-headless-shell || echo chromium-headless-shell
    have fc-list || echo fontconfig
    [ -n "$(fc-list :lang=ja family 2>/dev/null)" ] || echo fonts-noto-cjk
    any /usr/lib/postgresql/*/bin/initdb || echo postgresql
    any /usr/share/postgresql/*/extension/postgis.control || echo postgresql-postgis
    have curl || echo curl
    have ogr2ogr || echo gdal-bin
    any /usr/lib/*/faketime/libfaketimeMT.so.1 || echo libfaketime
    have nginx || [ -x /usr/sbin/nginx ] || echo nginx-light
    any /usr/lib/nginx/modules/ngx_http_brotli_static_module.so || echo libnginx-mod-http-brotli-static
    [ "$long" = soak ] || return 0
    /usr/bin/python3 -c 'import qgis.core' 2>/dev/null || echo python3-qgis
    have mmdebstrap || echo mmdebstrap
    have podman || echo podman
    have crun || echo crun
    have systemd-nspawn || echo systemd-container
}

packages=$(missing | paste -s -d ' ' -)
[ -n "$packages" ] || exit 0

as_root=
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if have apt-get && $as_root true 2>/dev/null; then
    echo "installing through apt-get: $packages"
    log=$(mktemp)
    {
        $as_root apt-get update -q &&
            $as_root env DEBIAN_FRONTEND=noninteractive \
                apt-get install -q -y --no-install-recommends $packages
    } >"$log" 2>&1 </dev/null || tail -n 20 "$log" >&2
    rm -f "$log"
    packages=$(missing | paste -s -d ' ' -)
fi
if [ -n "$packages" ]; then
    echo "make test: install what the tests need, under Debian's names: $packages" >&2
    exit 1
fi
