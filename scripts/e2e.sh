#!/usr/bin/env bash
# Plays a small demo, opens its pages in a real browser, and ends the demo again by its id.
set -uo pipefail
cd "$(dirname "$0")/.."
. scripts/servers.sh

if [ ! -f e2e/run.mjs ]; then
  echo "e2e/run.mjs is missing though the program has a demo: its pages are not tested"
  echo "0 passed, 1 failed"
  exit 1
fi
STATE=$(mktemp -d /tmp/reval-e2e.XXXXXX)
PORT=$(free_port)
DEMO=""
finish() {
  if [ -n "$DEMO" ]; then kill "$DEMO" 2>/dev/null; wait "$DEMO" 2>/dev/null; fi
  rm -rf "$STATE"
}
trap finish EXIT
# Nobody walks so fast, or asks so much.
REVAL__WEB__CALLER_PER_MINUTE=1000000 REVAL__WEB__ADDRESS_PER_MINUTE=1000000 \
  ./target/debug/reval demo --doctors 485 --state "$STATE/demo" --port "$PORT" >"$STATE/log" 2>&1 &
DEMO=$!
if ! wait_for 120 python3 -c "import urllib.request as r; r.urlopen('http://127.0.0.1:$PORT/', timeout=5)"; then
  tail -n 20 "$STATE/log"
  echo "the demo gave no page within two minutes"
  echo "0 passed, 1 failed"
  exit 1
fi
GMC=$(sed -n 's/^url = "\(http[^"]*\)"$/\1/p' "$STATE/demo/reval.toml")
REVAL_E2E_URL="http://127.0.0.1:$PORT" REVAL_E2E_GMC="$GMC" node e2e/run.mjs
