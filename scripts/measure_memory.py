"""Measures the peak memory of `reval run gmc-sync` and `reval run tis-enrich`, each a process of its own, against a simulator of
its own, for worlds of given sizes.

Usage: measure_memory.py PROGRAM DOCTORS [DOCTORS…] [--svg FILE]
  e.g. measure_memory.py target/release/reval 54005 540005 5400005 --svg docs/growth.svg
For each size: a first load, a person's word for each body, then a night in which about 1 % changed. The caps on one
answer are raised for these runs alone. Each size begins anew in a folder of its own, which is removed.
"""

import argparse
import json
import math
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
[tis]
extracts = "{folder}/tis"
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
        [program, "--json", "gmc-sim", "--listen", "127.0.0.1:0", "--doctors", str(doctors), "--tis", f"{folder}/tis"],
        stdout=subprocess.PIPE)
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
        _, joined_s, joined_mib = run(program, config, "run", "tis-enrich")
        night = urllib.request.Request(url.split("/GMCWebServices")[0] + "/control/night", data=b"1", method="PUT")
        urllib.request.urlopen(night, timeout=60).close()
        report, night_s, night_mib = run(program, config, "run", "gmc-sync")
        _, again_s, again_mib = run(program, config, "run", "tis-enrich")
        print(f"{doctors:>9} {load_s:>9.1f} {load_mib:>6.0f} {word_s:>9.1f} {word_mib:>6.0f} {night_s:>9.1f}"
              f" {night_mib:>6.0f} {joined_s:>9.1f} {joined_mib:>6.0f} {again_s:>9.1f} {again_mib:>6.0f}  {report['state']}", flush=True)
        return load_s, load_mib, night_s, night_mib
    finally:
        simulator.terminate()
        simulator.wait()


def drawing(rows):
    """Two curves over the size of the world, both axes in powers of ten: seconds and MiB of a changed night."""
    left, right, top, bottom = 70, 620, 30, 300
    low, high = math.log10(min(row[0] for row in rows)), math.log10(max(row[0] for row in rows))
    most = math.ceil(math.log10(max(max(row[3], row[4]) for row in rows)))
    least = math.floor(math.log10(min(min(row[3], row[4]) for row in rows)))
    x = lambda doctors: left + (right - left) * (math.log10(doctors) - low) / max(high - low, 1e-9)
    y = lambda value: bottom - (bottom - top) * (math.log10(value) - least) / max(most - least, 1)
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 350" font-family="sans-serif" font-size="13" role="img">',
        "<title>A changed night over the number of doctors: seconds and peak memory</title>",
        '<rect width="720" height="350" fill="#ffffff"/>']
    for power in range(least, most + 1):
        at = y(10 ** power)
        parts.append(f'<path d="M{left} {at:.0f}H{right}" stroke="#d8dde0"/><text x="{left - 8}" y="{at + 4:.0f}" text-anchor="end">{10 ** power:g}</text>')
    for doctors, *_ in rows:
        parts.append(f'<text x="{x(doctors):.0f}" y="{bottom + 20}" text-anchor="middle">{doctors:,}</text>')
    for name, at, colour in (("seconds", 3, "#005eb8"), ("MiB", 4, "#8a1538")):
        points = " ".join(f"{x(row[0]):.0f},{y(row[at]):.0f}" for row in rows)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{right + 8}" y="{y(rows[-1][at]) + 4:.0f}" fill="{colour}">{name}</text>')
    parts.append(f'<text x="{(left + right) / 2:.0f}" y="{bottom + 42}" text-anchor="middle">doctors in the world, about 1 % of them changed</text>')
    return "\n".join([*parts, "</svg>", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("doctors", type=int, nargs="+")
    parser.add_argument("--svg", help="draw the changed night into this file")
    options = parser.parse_args()
    print(f"{'':>9} {'first load':>16} {'person’s word':>16} {'changed night':>16} {'TIS, first':>16} {'TIS, next':>16}")
    print(f"{'doctors':>9} " + f" {'s':>9} {'MiB':>6}" * 5)
    rows = []
    for doctors in options.doctors:
        with tempfile.TemporaryDirectory(prefix="reval-measure-") as folder:
            rows.append((doctors, *measure(options.program, doctors, folder)))
    if options.svg:
        with open(options.svg, "w", encoding="utf-8") as file:
            file.write(drawing(rows))


main()
