#!/usr/bin/env bash
# Builds the program with its pages' assets in the quick-to-compile profile, and says how long that took.
set -euo pipefail
cd "$(dirname "$0")/.."
started=$(date +%s)
if [ -f web-assets/package-lock.json ] && { [ ! -f web-assets/node_modules/.package-lock.json ] \
  || [ web-assets/package-lock.json -nt web-assets/node_modules/.package-lock.json ]; }; then
  (cd web-assets && npm ci --no-audit --no-fund --loglevel=error)
fi
cargo build --locked --profile demo
echo "build: $(($(date +%s) - started)) s (target/demo/reval)"
