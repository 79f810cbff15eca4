#!/usr/bin/env bash
# screenshots.sh: takes the pictures of the README anew, into docs/pictures, from a small demo in a real browser.
# Needs the built program (`cargo build`), Chromium, and `npm ci` in e2e.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/servers.sh
[ -x target/debug/reval ] || { echo "the program is not built: cargo build"; exit 2; }
[ -d e2e/node_modules ] || (cd e2e && npm ci --no-audit --no-fund --loglevel=error)
STATE=$(mktemp -d /tmp/reval-pictures.XXXXXX)
PORT=$(free_port)
mkdir -p docs/pictures
./target/debug/reval demo --doctors 5405 --state "$STATE/demo" --port "$PORT" >"$STATE/log" 2>&1 &
DEMO=$!
trap 'kill "$DEMO" 2>/dev/null || true; wait "$DEMO" 2>/dev/null || true; rm -rf "$STATE"' EXIT
wait_for 180 python3 -c "import urllib.request as r; r.urlopen('http://127.0.0.1:$PORT/', timeout=5)" \
  || { tail -n 20 "$STATE/log"; echo "the demo gave no page within three minutes"; exit 1; }
REVAL_E2E_URL="http://127.0.0.1:$PORT" node e2e/screenshots.mjs docs/pictures
ls -l docs/pictures
