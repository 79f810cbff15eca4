#!/usr/bin/env bash
# A process that writes is killed at random instants, KILLS times on SQLite and a fifth as often on PostgreSQL; after each kill
# everything it said was committed is looked for. Each life of a store is a line of the log, with its seed.
#   scripts/crash_loop.sh [KILLS] [--resume]      KILLS is 100000 unless told; --resume goes on behind the log's last line
# The last line is the counts. Ends with 1 if anything was lost or broken.
set -euo pipefail
cd "$(dirname "$0")/.."
kills=100000
resume=no
for argument in "$@"; do
  case "$argument" in
    --resume) resume=yes ;;
    --help) sed -n '2,5s/^# //p' "$0"; exit 0 ;;
    *[!0-9]* | "") echo "crash_loop.sh [KILLS] [--resume]" >&2; exit 2 ;;
    *) kills=$argument ;;
  esac
done
. scripts/servers.sh
trap stop_servers EXIT
start_postgres
logs=target/crash-loop
mkdir -p "$logs"
# sum FIELD FILE…: of the log's lines.
sum() { local field=$1; shift; awk -v field="$field" '{ n += $field } END { print n + 0 }' "$@"; }
status=0
for engine in sqlite postgres; do
  log=$logs/$engine.log
  [ "$resume" = yes ] || : >"$log"
  touch "$log"
  wanted=$kills
  [ "$engine" = sqlite ] || wanted=$((kills / 5))
  left=$((wanted - $(sum 4 "$log")))
  [ "$left" -gt 0 ] || continue
  seed=$(awk '{ seed = $2 } END { print seed + 1 }' "$log")
  echo "$engine: $left kills from seed $seed, log $log"
  REVAL_CRASH_KILLS=$left REVAL_CRASH_SEED=$seed REVAL_CRASH_ENGINE=$engine REVAL_CRASH_LOG=$PWD/$log \
    cargo test -q --locked --workspace --test all crashes -- --nocapture >"$logs/$engine.out" 2>&1 || status=1
  grep -E "LOST|BROKEN|panicked" "$logs/$engine.out" || true
  echo "$engine: $(sum 4 "$log") kills, $(sum 6 "$log") acknowledged, $(sum 8 "$log") lost, $(sum 10 "$log") broken"
done
all=("$logs/sqlite.log" "$logs/postgres.log")
echo "$(sum 4 "${all[@]}") kills, $(sum 6 "${all[@]}") acknowledged, $(sum 8 "${all[@]}") lost, $(sum 10 "${all[@]}") broken"
exit "$status"
