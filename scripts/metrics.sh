#!/usr/bin/env bash
# Serves an empty sandbox, asks a few pages, and lets Prometheus's own tool judge what /metrics then says.
# Usage: metrics.sh PROMTOOL
set -uo pipefail
cd "$(dirname "$0")/.."
. scripts/servers.sh

PROGRAM=$PWD/target/debug/reval
STATE=$(mktemp -d /tmp/reval-metrics.XXXXXX)
SERVE=""
finish() {
  if [ -n "$SERVE" ]; then kill "$SERVE" 2>/dev/null; wait "$SERVE" 2>/dev/null; fi
  rm -rf "$STATE"
}
trap finish EXIT
(cd "$STATE" && REVAL__WEB__LISTEN=127.0.0.1:0 exec "$PROGRAM" serve --json) >"$STATE/said" 2>"$STATE/log" &
SERVE=$!
wait_for 60 grep -q '"url"' "$STATE/said"
URL=$(python3 -c "import json, sys; print(json.loads(open(sys.argv[1]).readline())['url'])" "$STATE/said")
if [ -z "$URL" ]; then
  tail -n 20 "$STATE/log"
  echo "0 passed, 1 failed"
  exit 1
fi
for address in /livez /readyz /healthz /status.json /sign-in /none; do
  curl -s -o /dev/null "$URL$address"
done
curl -fsS "$URL/metrics" >"$STATE/metrics"
if [ -s "$STATE/metrics" ] && "$1" check metrics <"$STATE/metrics"; then
  echo "1 passed, 0 failed"
else
  cat "$STATE/metrics"
  echo "0 passed, 1 failed"
fi
