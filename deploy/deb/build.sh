#!/usr/bin/env bash
# Packs the program for Debian: build.sh PROGRAM VERSION FOLDER. It installs what the units name, and starts nothing by itself.
set -euo pipefail
PROGRAM=$(realpath "$1") VERSION=$2 INTO=$(realpath "$3")
cd "$(dirname "$0")/.."
ROOT=$(mktemp -d)
trap 'rm -rf "$ROOT"' EXIT
install -D -m 0755 "$PROGRAM" "$ROOT/usr/bin/reval"
install -D -m 0644 systemd/reval.service "$ROOT/lib/systemd/system/reval.service"
install -D -m 0644 systemd/reval-watch.service "$ROOT/lib/systemd/system/reval-watch.service"
install -D -m 0644 ../config/reval.toml "$ROOT/usr/share/doc/reval/reval.toml"
install -D -m 0644 ../LICENSE-MIT "$ROOT/usr/share/doc/reval/copyright"
install -d -m 0750 "$ROOT/etc/reval"
mkdir "$ROOT/DEBIAN"
cat >"$ROOT/DEBIAN/control" <<CONTROL
Package: reval
Version: $VERSION
Architecture: $(dpkg --print-architecture)
Maintainer: The revalidation team <reval@example.org>
Installed-Size: $(du -sk "$ROOT/usr" | cut -f1)
Depends: libc6, ca-certificates, adduser
Section: admin
Priority: optional
Description: proves, run by run and body by body, that revalidation data really moved
 The schedule, the pages, the command line and the watch in one program.
CONTROL
cat >"$ROOT/DEBIAN/postinst" <<'POSTINST'
#!/bin/sh
set -e
if [ "$1" = configure ]; then
  adduser --system --group --quiet --home /var/lib/reval --no-create-home --shell /usr/sbin/nologin reval
  chgrp reval /etc/reval
  if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
  # What runs is restarted by whoever takes it out of the balance first, never by a package.
fi
POSTINST
chmod 0755 "$ROOT/DEBIAN/postinst"
dpkg-deb --root-owner-group -Zxz --build "$ROOT" "$INTO/reval_${VERSION}_$(dpkg --print-architecture).deb"
