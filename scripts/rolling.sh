#!/usr/bin/env bash
# Restarts two nodes behind Debian's HAProxy, over PostgreSQL, one at a time and across a change of the tables, while many
# connections ask. The short form is part of `make test`; the long one is
#   scripts/rolling.sh --rounds 20 --requests 200000 --pause 0 --keep-logs
# which keeps its logs in .test/rolling/ and says how many minutes each node took.
set -uo pipefail
cd "$(dirname "$0")/.."
. scripts/servers.sh

PATH=$PATH:/usr/sbin
command -v haproxy >/dev/null || { echo "HAProxy is needed: apt-get install haproxy"; echo "0 passed, 1 failed"; exit 1; }
mkdir -p .test
FOLDER=$(mktemp -d "$PWD/.test/rolling.XXXXXX")
# The program after this one is a build of its own: its tables say more, and it is new here, so it has to prove itself.
REVAL_COMMIT=rolling-next cargo build --locked --quiet --features next-schema && cp target/debug/reval "$FOLDER/reval-next" \
  && cargo build --locked --quiet && cp target/debug/reval "$FOLDER/reval" \
  || { echo "the two programs could not be built"; echo "0 passed, 1 failed"; exit 1; }
if [ -z "${REVAL_TEST_POSTGRES:-}" ]; then
  trap stop_servers EXIT
  trap 'exit 130' INT TERM
  start_postgres || { echo "0 passed, 1 failed"; exit 1; }
fi
python3 scripts/rolling_check.py --program "$FOLDER/reval" --next "$FOLDER/reval-next" --keep "$FOLDER/state" \
  --postgres "$REVAL_TEST_POSTGRES" --psql "$(postgres_bin)/psql" --haproxy-config deploy/haproxy/haproxy.cfg "$@"
STATUS=$?
rm -f "$FOLDER/reval" "$FOLDER/reval-next"
rmdir "$FOLDER" 2>/dev/null
exit "$STATUS"
