"""Measures the peak memory of `reval run gmc-sync` alone, against a simulator of its own, for worlds of given sizes.

Usage: measure_memory.py PROGRAM DOCTORS [DOCTORS…]     e.g. measure_memory.py target/release/reval 54005 540005 5400005
For each size: a first load, a person's word for each body, then a night in which about 1 % changed. The caps on one
answer are raised for these runs alone. Each size begins anew in a folder of its own, which is removed.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request

CONFIG = """
[site]
environment = "measure"
[store]
url = "sqlite://{folder}/reval.db"
spool = "{folder}/spool"
[gmc]
url = "{url}"
password_file = "{folder}/password"
answer_timeout = "1h"
bytes_max = 1_000_000_000
records_max = 9_000_000
[log]
level = "error"
"""


def run(program, config, *args):
    """Runs a verb; gives its JSON, its seconds and its peak resident memory in MiB."""
    began = time.monotonic()
    process = subprocess.Popen([program, "--config", config, "--json", *args], stdout=subprocess.PIPE)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 30):
        sys.exit(f"`reval {' '.join(args)}` ended with code {code}")
    last = output.decode().strip().splitlines()[-1] if output.strip() else "null"
    return json.loads(last), time.monotonic() - began, usage.ru_maxrss / 1024


def waiting(program, config):
    holds, _, _ = run(program, config, "holds")
    rows = holds["holds"] if isinstance(holds, dict) else holds
    return [hold for hold in rows if hold["state"] in ("open", "proposed")]


def measure(program, doctors, folder):
    simulator = subprocess.Popen(
        [program, "--json", "gmc-sim", "--listen", "127.0.0.1:0", "--doctors", str(doctors)], stdout=subprocess.PIPE)
    try:
        url = json.loads(simulator.stdout.readline())["url"]
        config = f"{folder}/reval.toml"
        with open(config, "w", encoding="utf-8") as file:
            file.write(CONFIG.format(folder=folder, url=url))
        with open(f"{folder}/password", "w", encoding="utf-8") as file:
            file.write("reval\n")
        _, load_s, load_mib = run(program, config, "run", "gmc-sync")
        word_s, word_mib = 0, 0
        for hold in waiting(program, config):
            count = hold["doctors"]
            _, seconds, mib = run(
                program, config, "approve", hold["id"], "--count", str(count), "--reason", "the size we expect")
            word_s, word_mib = word_s + seconds, max(word_mib, mib)
        night = urllib.request.Request(url.split("/GMCWebServices")[0] + "/control/night", data=b"1", method="PUT")
        urllib.request.urlopen(night, timeout=60).close()
        report, night_s, night_mib = run(program, config, "run", "gmc-sync")
        print(f"{doctors:>9} {load_s:>9.1f} {load_mib:>6.0f} {word_s:>9.1f} {word_mib:>6.0f} {night_s:>9.1f}"
              f" {night_mib:>6.0f}  {report['state']}", flush=True)
    finally:
        simulator.terminate()
        simulator.wait()


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    print(f"{'':>9} {'first load':>16} {'person’s word':>16} {'changed night':>16}")
    print(f"{'doctors':>9} {'s':>9} {'MiB':>6} {'s':>9} {'MiB':>6} {'s':>9} {'MiB':>6}")
    for doctors in map(int, sys.argv[2:]):
        with tempfile.TemporaryDirectory(prefix="reval-measure-") as folder:
            measure(sys.argv[1], doctors, folder)


main()
