#!/usr/bin/env bash
# Runs every test against real servers and ends with the counts; see CONTRIBUTING.md.
# With arguments (`scripts/test.sh -p store`) only those of cargo's tests, on the same servers.
set -uo pipefail
cd "$(dirname "$0")/.."
. scripts/servers.sh

WHICH=("$@")
[ $# -gt 0 ] || WHICH=(--workspace)

say() { printf '\n== %s\n' "$*"; }

PASSED=0
FAILED=0
SKIPPED=0

count() {
  PASSED=$((PASSED + $1))
  FAILED=$((FAILED + $2))
  SKIPPED=$((SKIPPED + $3))
}

# What Debian must give. Prints the packages that are missing.
missing_packages() {
  [ -n "$(postgres_bin)" ] || echo postgresql
  { [ -n "$(mariadb_server)" ] && command -v mariadb-install-db >/dev/null; } || echo mariadb-server
  command -v psql >/dev/null || echo postgresql-client
  command -v chromium >/dev/null || echo chromium
  { command -v haproxy || [ -x /usr/sbin/haproxy ]; } >/dev/null || echo haproxy
  python3 -c 'import ensurepip' 2>/dev/null || echo python3-venv
}

install_packages() {
  local missing
  missing=$(missing_packages | tr '\n' ' ')
  if [ -z "$missing" ]; then return 0; fi
  if [ "$(id -u)" != 0 ]; then
    echo "The tests need packages that are not installed. Please ask for this one line, then run \`make test\` again:"
    echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $missing"
    exit 2
  fi
  say "installing from Debian: $missing"
  export DEBIAN_FRONTEND=noninteractive
  # A package of a server starts it on its own ports; the tests use their own, so that is left off.
  # shellcheck disable=SC2086 # one word per package
  apt-get update -qq && RUNLEVEL=1 apt-get install -y -qq --no-install-recommends $missing \
    || { echo "apt-get could not install: $missing"; exit 2; }
}

install_npm() {
  local folder
  for folder in web-assets e2e; do
    if [ -f "$folder/package-lock.json" ]; then
      say "npm ci in $folder"
      (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error) || { echo "npm ci failed in $folder"; exit 2; }
    fi
  done
  export REVAL_REQUIRE_PROVIDER=1
}

# Cargo's own tests. A crate that does not compile prints no result line, so cargo's exit code counts as well.
run_cargo() {
  local log status
  log=$(mktemp "$SERVERS_DIR/cargo.XXXXXX")
  cargo test "${WHICH[@]}" --locked --no-fail-fast 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  # shellcheck disable=SC2046 # three numbers
  count $(awk '/^test result:/ { p += $4; f += $6; s += $8 } END { print p + 0, f + 0, s + 0 }' "$log")
  if [ "$status" != 0 ] && [ "$FAILED" = 0 ]; then
    echo "cargo ended with code $status before its tests could fail: counted as one failure"
    count 0 1 0
  fi
}

# check NAME COMMAND…: a check that prints `N passed, N failed` as its last such line.
run_check() {
  local name=$1 log status result
  shift
  say "$name"
  log=$(mktemp "$SERVERS_DIR/check.XXXXXX")
  "$@" 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  result=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
  if [ -z "$result" ]; then
    echo "$name said no counts (code $status): counted as one failure"
    count 0 1 0
    return
  fi
  # shellcheck disable=SC2046 # two numbers
  count $(echo "$result" | awk '{ print $1, $3, 0 }')
  if [ "$status" != 0 ] && [ "$(echo "$result" | awk '{ print $3 }')" = 0 ]; then count 0 1 0; fi
}

skip() {
  echo "SKIPPED: $*"
  count 0 0 1
}

# verb NAME: whether the built program has that verb.
verb() { ./target/debug/reval "$1" --help >/dev/null 2>&1 && ./target/debug/reval --help 2>&1 | grep -qE "^ +$1( |\$)"; }

check_wsdl() {
  if ! verb gmc-sim; then skip "zeep: the program has no gmc-sim yet"; return; fi
  python3 -m venv .test/venv && .test/venv/bin/pip install -q --disable-pip-version-check zeep \
    || { echo "zeep could not be installed"; count 0 1 0; return; }
  run_check "zeep reads our WSDL" .test/venv/bin/python scripts/zeep_check.py ./target/debug/reval
}

check_foreign() {
  if ! verb gmc-sim; then skip "a SOAP service that is not ours: the program has no gmc-sim yet"; return; fi
  run_check "our client and a SOAP service that is not ours" python3 scripts/foreign_check.py ./target/debug/reval
}

check_delivery() {
  if ! verb channels; then skip "receivers of alerts: the program has no channels yet"; return; fi
  python3 -m venv .test/venv && .test/venv/bin/pip install -q --disable-pip-version-check aiosmtpd standardwebhooks trustme \
    || { echo "the receivers of alerts could not be installed"; count 0 1 0; return; }
  run_check "alerts reach real receivers" .test/venv/bin/python scripts/delivery_check.py ./target/debug/reval
}

# Debian's package of Prometheus holds promtool; only that is taken out of it, and nothing is installed.
metrics_judge() {
  if type -P promtool; then return 0; fi
  local folder=$PWD/.test/prometheus
  if [ ! -x "$folder/usr/bin/promtool" ]; then
    mkdir -p "$folder"
    (cd "$folder" && { apt-get download -qq prometheus || { apt-get update -qq && apt-get download -qq prometheus; }; } \
      && dpkg-deb -x prometheus_*.deb . && rm -f prometheus_*.deb) >/dev/null 2>&1 || return 1
  fi
  echo "$folder/usr/bin/promtool"
}

check_metrics() {
  local tool
  if ! verb serve; then skip "promtool: the program has no serve yet"; return; fi
  if ! tool=$(metrics_judge); then skip "promtool: Debian's package of Prometheus cannot be had here"; return; fi
  run_check "promtool reads our metrics" scripts/metrics.sh "$tool"
}

check_api() {
  if ! verb demo; then skip "schemathesis: the program has no demo yet"; return; fi
  python3 -m venv .test/venv && .test/venv/bin/pip install -q --disable-pip-version-check schemathesis \
    || { echo "schemathesis could not be installed"; count 0 1 0; return; }
  run_check "schemathesis asks the interface for programs" scripts/api.sh
}

check_rolling() {
  run_check "two nodes are restarted behind HAProxy" scripts/rolling.sh
}

check_proof() {
  run_check "the proof in its short form" python3 scripts/proof --short
}

# Debian's nginx judges our sample of its configuration; only the program is taken out of the package, and nothing is installed.
nginx_judge() {
  if command -v nginx >/dev/null || [ -x .test/nginx/usr/sbin/nginx ]; then return 0; fi
  mkdir -p .test/nginx
  (cd .test/nginx && { apt-get download -qq nginx || { apt-get update -qq && apt-get download -qq nginx; }; } \
    && dpkg-deb -x nginx_*.deb . && rm -f nginx_*.deb) >/dev/null 2>&1
}

check_deploy() {
  if ! verb serve; then skip "deploy/: the program has no serve yet"; return; fi
  nginx_judge || echo "Debian's nginx cannot be had here: its sample is only looked at"
  python3 -m venv .test/deploy && .test/deploy/bin/pip install -q --disable-pip-version-check -r scripts/deploy_requirements.txt \
    || { echo "what judges deploy/ could not be installed"; count 0 1 0; return; }
  run_check "the files of deploy/, and a rolling upgrade of two nodes" .test/deploy/bin/python scripts/deploy_check.py ./target/debug/reval
}

check_pages() {
  if ! verb demo; then skip "browser journeys: the program has no demo yet"; return; fi
  run_check "browser journeys" scripts/e2e.sh
}

say "what the tests need"
install_packages
mkdir -p .test
trap stop_servers EXIT
trap 'exit 130' INT TERM
say "throw-away servers"
start_postgres || { echo "PostgreSQL did not start"; exit 2; }
start_mariadb || { echo "MariaDB did not start"; exit 2; }
install_npm
say "cargo test ${WHICH[*]}"
run_cargo
if [ $# -gt 0 ]; then
  echo "only ${WHICH[*]}: neither the contract with the GMC, nor the receivers of alerts, nor the pages were tested"
elif cargo build --locked; then
  check_wsdl
  check_foreign
  check_delivery
  check_metrics
  check_api
  check_deploy
  check_pages
  check_rolling
  check_proof
else
  echo "the program could not be built: counted as one failure"
  count 0 1 0
fi

stop_servers
printf '\n%d passed, %d failed, %d skipped\n' "$PASSED" "$FAILED" "$SKIPPED"
[ "$FAILED" = 0 ]
