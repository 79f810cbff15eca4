#!/usr/bin/env bash
# Plays a small demo, signs in, and asks its interface for programs everything that its own document allows and much that
# it does not: no answer may be a fault of ours, and none may be other than the document says.
set -uo pipefail
cd "$(dirname "$0")/.."
. scripts/servers.sh

SCHEMATHESIS=${1:-.test/venv/bin/schemathesis}
STATE=$(mktemp -d /tmp/reval-api.XXXXXX)
PORT=$(free_port)
URL="http://127.0.0.1:$PORT"
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
if ! wait_for 120 python3 -c "import urllib.request as r; r.urlopen('$URL/sign-in', timeout=5)"; then
  tail -n 20 "$STATE/log"
  echo "the demo gave no page within two minutes"
  echo "0 passed, 1 failed"
  exit 1
fi
COOKIE=$(python3 - "$URL" <<'PYTHON'
import http.client, sys, urllib.parse
host = urllib.parse.urlsplit(sys.argv[1]).netloc
asking = http.client.HTTPConnection(host, timeout=10)
form = urllib.parse.urlencode({"name": "demo-approver"})
kind = "application/x-www-form-urlencoded"
asking.request("POST", "/sign-in/demo", form, {"Content-Type": kind, "Sec-Fetch-Site": "same-origin"})
print((asking.getresponse().getheader("set-cookie") or "").split(";")[0])
PYTHON
)
# What programs change, they change with a token alone: here of somebody with every role that a token can act for.
reval() { REVAL__USERS__TWO_PEOPLE=off ./target/debug/reval "$@" --config "$STATE/demo/reval.toml"; }
if ! reval users grant demo-approver --role operations --reason "the tests" >>"$STATE/log" 2>&1 ||
  ! TOKEN=$(reval tokens add fuzz --owner demo-approver --body NWL --body TV --may casework --may jobs --may alerts --days 1 \
    --reason "the tests" --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["token"])'); then
  tail -n 20 "$STATE/log"
  echo "the demo gave no token"
  echo "0 passed, 1 failed"
  exit 1
fi
# A change of what one has not read is refused by the status made for it, which not every tool knows (RFC 6585).
printf '[checks.missing_required_header]\nexpected-statuses = [400, 401, 403, 406, 415, 422, 428]\n' >"$STATE/schemathesis.toml"
printf '[auth.openapi.session]\napi_key = "%s"\n[auth.openapi.token]\nbearer = "%s"\n' "${COOKIE#*=}" "$TOKEN" \
  >>"$STATE/schemathesis.toml"
# A number that follows the document need not be that of a doctor, and a change that does not say where it comes from is
# refused before anybody asks whether it is possible.
"$SCHEMATHESIS" --config-file "$STATE/schemathesis.toml" run "$URL/api/openapi.json" --url "$URL" --checks all \
  --exclude-checks positive_data_acceptance,unsupported_method --generation-deterministic --no-color \
  --report junit --report-junit-path "$STATE/report.xml"
python3 - "$STATE/report.xml" <<'PYTHON'
import sys, xml.etree.ElementTree as tree
cases = list(tree.parse(sys.argv[1]).iter("testcase"))
failed = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
print(f"{len(cases) - len(failed)} passed, {len(failed) or int(not cases)} failed")
PYTHON
