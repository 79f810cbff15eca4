#!/usr/bin/env bash
# proof.sh [--short] [--resume] [--part NAME]…: starts throw-away database servers and plays the proof; see scripts/proof.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/servers.sh
trap stop_servers EXIT
trap 'exit 130' INT TERM
if [ -z "${REVAL_TEST_POSTGRES:-}" ]; then
  [ -n "$(postgres_bin)" ] || { echo "PostgreSQL is missing: apt-get install postgresql"; exit 2; }
  [ -n "$(mariadb_server)" ] || { echo "MariaDB is missing: apt-get install mariadb-server"; exit 2; }
  start_postgres
  start_mariadb
fi
python3 scripts/proof "$@"
