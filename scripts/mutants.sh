#!/usr/bin/env bash
# mutants.sh [cargo-mutants' own words…]: changes the rules on which safety rests, one place at a time, and runs their rooms' tests.
#
# Needs cargo-mutants. What it did is in target/mutants/mutants.out; `--iterate` leaves out what was caught before, after a stop.
# e.g. scripts/mutants.sh --file crates/domain/src/brake.rs
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p target/mutants
rooms=()
if [[ " $* " != *" --file "* ]]; then
  for rule in brake freshness floors run sending scope access recommendation connection schedule overrides account node; do
    rooms+=(--file "crates/domain/src/$rule.rs" --file "crates/domain/src/$rule/*.rs")
  done
  rooms+=(--file "crates/sources/src/gmc/complete_answer.rs" --file "crates/sources/src/gmc/small_answer.rs")
  rooms+=(--file "crates/sources/src/gmc/codes.rs" --file "crates/store/src/audit/chain.rs" --file "crates/watch/src/policy.rs")
fi
# Whoever is not caught is no error of this script: the counts are read from its last line.
cargo mutants --output target/mutants --test-tool cargo --colors never "${rooms[@]}" "$@" -- --locked || [ $? = 2 ]
