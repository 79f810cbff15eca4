#!/usr/bin/env bash
# fuzz.sh [SECONDS] [TARGET…]: every fuzz target, or those named, for so many seconds each (3600 without a wish).
#
# Needs a nightly toolchain and cargo-fuzz. What is found new is kept in target/fuzz-corpus, so that a later call goes on there; what breaks
# a property goes into fuzz/artifacts, with the command to repeat it on the screen. Ends with 1 if one target broke.
set -uo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-3600}
case $seconds in *[!0-9]*) echo "usage: fuzz.sh [SECONDS] [TARGET…]" >&2; exit 2 ;; esac
shift || true
targets=("$@")
if [ $# = 0 ]; then mapfile -t targets < <(basename -s .rs fuzz/fuzz_targets/*.rs); fi
broken=0
for target in "${targets[@]}"; do
  mkdir -p "target/fuzz-corpus/$target"
  echo "== $target, $seconds s"
  cargo +nightly fuzz run "$target" "target/fuzz-corpus/$target" "fuzz/corpus/$target" \
    -- -max_total_time="$seconds" -print_final_stats=1 || broken=1
done
exit "$broken"
