"""Measures `reval run gmc-sync` beside what a team would use instead, whole processes on the same lists in the same run.

Usage: peers.py PROGRAM [--doctors N] [--rounds N] [--json]
  e.g. peers.py target/release/reval --doctors 54005 --rounds 5
It installs the peers' libraries (benches/peers/requirements.txt) into .test/peers. On PostgreSQL too if REVAL_TEST_POSTGRES names
a server; `psql` must then be there. A round moves the world between two nights that differ by about one in a hundred doctors, and
lets each contestant do it in turn. The first round warms up. Reval does all its own: checks, brake, history, evidence, ledger,
joined rows, and counting each list a second time.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = os.path.join(HERE, "..", "benches", "peers")
VENV = os.path.join(HERE, "..", ".test", "peers")
CONFIG = """
[site]
environment = "measure"
[store]
url = "{store}"
spool = "{folder}/spool"
[gmc]
url = "{url}"
password_file = "{folder}/password"
[log]
level = "error"
"""
BODIES = [
    "1-1RSG4X0", "1-1RSSPZ7", "1-1RSSQ05", "1-1RSSQ1B", "1-1RSSQ2H", "1-1RSSQ5L", "1-1RSSQ6R",
    "1-1RUZUSF", "1-1RUZUVB", "1-1RUZUYF", "1-1RUZV1D", "1-1RUZV4H", "1-1RUZV6H",
]
CONTESTANTS = {"sqlite": ["reval", "lxml_copy", "zeep_sqlalchemy"], "postgres": ["reval", "lxml_copy", "zeep_sqlalchemy", "dlt_merge"]}


def install():
    python = os.path.join(VENV, "bin", "python")
    if not os.path.exists(python):
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    wanted = os.path.join(PEERS, "requirements.txt")
    subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", wanted], check=True)
    return python


def measured(command, folder, allowed=(0,)):
    """Runs a whole process; gives its last line, its seconds, seconds of processor, and peak memory in MiB."""
    began = time.monotonic()
    environment = os.environ | {"PEER_FOLDER": folder}
    with open(os.path.join(folder, "stderr"), "wb") as stderr:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, env=environment)
        output = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    process.returncode = code
    wall = time.monotonic() - began
    if code not in allowed:
        with open(os.path.join(folder, "stderr"), encoding="utf-8", errors="replace") as said:
            sys.exit(f"`{' '.join(command)}` ended with code {code}: {said.read()[-2000:]}")
    last = output.strip().splitlines()[-1] if output.strip() else "null"
    return json.loads(last), {"wall_s": wall, "cpu_s": usage.ru_utime + usage.ru_stime, "peak_mib": usage.ru_maxrss / 1024}


class World:
    """The simulator, and each contestant's own store."""

    def __init__(self, options, python, engine, folder):
        self.options, self.python, self.engine, self.folder = options, python, engine, folder
        self.simulator = subprocess.Popen(
            [options.program, "--json", "gmc-sim", "--listen", "127.0.0.1:0", "--doctors", str(options.doctors)],
            stdout=subprocess.PIPE)
        self.url = json.loads(self.simulator.stdout.readline())["url"]
        self.stores = {name: self.store(name) for name in CONTESTANTS[engine]}
        self.config = os.path.join(folder, "reval.toml")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(CONFIG.format(store=self.stores["reval"], folder=folder, url=self.url))
        with open(os.path.join(folder, "password"), "w", encoding="utf-8") as file:
            file.write("reval\n")
        self.reval("migrate")

    def store(self, name):
        if self.engine == "sqlite":
            return f"sqlite://{self.folder}/{name}.db"
        server = os.environ["REVAL_TEST_POSTGRES"]
        database = f"peer_{name}_{os.getpid()}"
        subprocess.run(["psql", "-q", server, "-c", f"create database {database}"], check=True)
        return f"{server.rsplit('/', 1)[0]}/{database}"

    def move(self, night):
        control = self.url.split("/GMCWebServices")[0] + "/control/night"
        urllib.request.urlopen(urllib.request.Request(control, data=str(night).encode(), method="PUT"), timeout=60).close()

    def reval(self, *words, allowed=(0,)):
        return measured([self.options.program, "--config", self.config, "--json", *words], self.folder, allowed)

    def one(self, name):
        """One contestant's night."""
        if name == "reval":
            report, cost = self.reval("run", "gmc-sync", allowed=(0, 30))
            return cost | {"state": report["state"]}
        command = [self.python, os.path.join(PEERS, f"{name}.py"), self.url, self.stores[name], *BODIES]
        counts, cost = measured(command, self.folder)
        if counts["read"] != self.read:
            sys.exit(f"{name} read {counts['read']} doctors, the others {self.read}")
        return cost

    def first(self):
        """The first load of everybody; Reval's waits for a person's word per list, which is counted in."""
        self.move(0)
        costs = {"reval": self.one("reval")}
        holds, _ = self.reval("holds")
        rows = holds["holds"] if isinstance(holds, dict) else holds
        waiting = [hold for hold in rows if hold["state"] in ("open", "proposed")]
        for hold in waiting:
            _, cost = self.reval("approve", hold["id"], "--count", str(hold["doctors"]), "--reason", "the size we expect")
            costs["reval"]["wall_s"] += cost["wall_s"]
            costs["reval"]["cpu_s"] += cost["cpu_s"]
            costs["reval"]["peak_mib"] = max(costs["reval"]["peak_mib"], cost["peak_mib"])
        self.read = sum(hold["doctors"] for hold in waiting)
        return costs | {name: self.one(name) for name in self.stores if name != "reval"}

    def close(self):
        self.simulator.terminate()
        self.simulator.wait()
        if self.engine == "postgres":
            for url in self.stores.values():
                drop = f"drop database {url.rsplit('/', 1)[1]} with (force)"
                subprocess.run(["psql", "-q", os.environ["REVAL_TEST_POSTGRES"], "-c", drop], check=False)


def table(title, costs):
    """Prints medians, and each contestant's time over Reval's."""
    print(f"\n{title}\n{'':>16} {'wall s':>9} {'CPU s':>9} {'peak MiB':>9} {'wall to reval':>14}")
    ours = costs["reval"]["wall_s"]
    for name, cost in costs.items():
        print(f"{name:>16} {cost['wall_s']:>9.2f} {cost['cpu_s']:>9.2f} {cost['peak_mib']:>9.0f} {cost['wall_s'] / ours:>14.1f}")


def compare(options, python, engine):
    with tempfile.TemporaryDirectory(prefix="reval-peers-") as folder:
        world = World(options, python, engine, folder)
        try:
            load = world.first()
            nights = {name: [] for name in world.stores}
            for night in range(options.rounds + 1):
                world.move(night % 2 + 1)
                for name in world.stores:
                    # Each night has its own number of doctors: Reval's evidence says how many, the first in line.
                    if name == "reval":
                        report, cost = world.reval("run", "gmc-sync")
                        world.read = sum(one["account"]["read"] for one in report["lists"])
                    else:
                        cost = world.one(name)
                    if night > 0:
                        nights[name].append(cost)
        finally:
            world.close()
    measures = ("wall_s", "cpu_s", "peak_mib")
    middle = {n: {m: statistics.median(c[m] for c in costs) for m in measures} for n, costs in nights.items()}
    return {"engine": engine, "load": load, "night": middle}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--doctors", type=int, default=54_005)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print the medians as one line of JSON")
    options = parser.parse_args()
    options.program = os.path.abspath(options.program)
    python = install()
    engines = ["sqlite"] + (["postgres"] if os.environ.get("REVAL_TEST_POSTGRES") else [])
    found = [compare(options, python, engine) for engine in engines]
    if options.json:
        print(json.dumps({"doctors": options.doctors, "rounds": options.rounds, "engines": found}))
        return
    for result in found:
        table(f"{result['engine']}: first load of {options.doctors} doctors", result["load"])
        table(f"{result['engine']}: a night, about 1 % changed, medians of {options.rounds}", result["night"])


main()
