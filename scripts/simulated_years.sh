#!/usr/bin/env bash
# simulated_years.sh [YEARS] [--resume]: plays years of nights (1000 without a wish, an hour or so) with nodes that come and go,
# workers that die and clocks that jump; every run that was due must have exactly one end.
#
# What was played is noted in target/simulated-years; --resume leaves that out, after a stop or a death of the machine. A seed:
# REVAL_SEED=7 scripts/simulated_years.sh 50
set -euo pipefail
cd "$(dirname "$0")/.."
years=1000
resume=no
for word in "$@"; do
  case $word in
    --resume) resume=yes ;;
    *[!0-9]* | "") echo "usage: simulated_years.sh [YEARS] [--resume]" >&2; exit 2 ;;
    *) years=$word ;;
  esac
done
mkdir -p target
progress=$PWD/target/simulated-years
if [ "$resume" = no ]; then rm -f "$progress"; fi
REVAL_SIMULATED_YEARS=$years REVAL_SIMULATED_PROGRESS=$progress \
  cargo test --release --locked --workspace --test engine simulated_years
awk '{ runs += $NF } END { printf "%d stores of four years each were played, %d runs", NR, runs }' "$progress"
echo "; their notes are in $progress"
