#!/usr/bin/env python3
"""Restarts two nodes behind HAProxy, one at a time and over a change of the tables, while many connections ask and write and runs
are due each minute. No request may fail and no run may be lost. Called by rolling.sh, which starts PostgreSQL."""

import argparse
import asyncio
import base64
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from rolling_load import FORM, Load  # noqa: E402

NAME = "127.0.0.1"
PASSWORD = "violet-harbour-anvil-27"
JOBS = ["gmc-sync", "tick-1", "tick-2", "tick-3"]
FACTS = {"passed": 0, "failed": 0}


def fact(sentence, holds, seen=""):
    FACTS["passed" if holds else "failed"] += 1
    print(f"{'ok    ' if holds else 'FAILED'} {sentence}{'' if holds else f': {seen}'}", flush=True)
    return holds


def until(what, is_so, seconds=180):
    """Waits for a condition; a machine that is busy gets its time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = is_so()
        if found:
            return found
        time.sleep(0.1)
    raise TimeoutError(f"it never came to be: {what}")


def port():
    """A free port from which no connection is ever made, so that nobody takes it while a node is down."""
    while True:
        number = random.randrange(20000, 32000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((NAME, number))
                return number
            except OSError:
                continue


class Refused(Exception):
    """The operator does not do it."""


class House:
    """Two nodes, the balancer before them, the GMC's simulator and the store."""

    def __init__(self, args):
        self.args, self.state = args, pathlib.Path(args.keep)
        self.state.mkdir(parents=True, exist_ok=True)
        self.programs = {"N": args.program, "N+1": args.next}
        self.front, self.ports = port(), {"a": port(), "b": port()}
        self.children, self.minutes = {}, []
        self.verified = {"a": True, "b": True}
        self.database = f"rolling_{os.getpid()}"
        self.sql(f"create database {self.database}", "postgres")
        self.store = f"{args.postgres.rsplit('/', 1)[0]}/{self.database}"

    def sql(self, text, database=None):
        url = f"{self.args.postgres.rsplit('/', 1)[0]}/{database or self.database}"
        said = subprocess.run([self.args.psql, "-XAtc", text, url], capture_output=True, text=True, check=True)
        return said.stdout.strip()

    def now(self):
        return int(self.sql("select cast(extract(epoch from clock_timestamp()) * 1000 as bigint)"))

    def environment(self, node="shell"):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("REVAL__")}
        # One session asks more here than a person would.
        kept |= {"REVAL__WEB__CALLER_PER_MINUTE": "1000000", "REVAL__WEB__ADDRESS_PER_MINUTE": "1000000"}
        kept |= {"REVAL__NODE__NAME": node, "REVAL__STORE__SPOOL": str(self.state / f"spool-{node}")}
        if node in self.ports:
            kept["REVAL__WEB__LISTEN"] = f"{NAME}:{self.ports[node]}"
        return kept

    def reval(self, *args, version="N"):
        command = [self.programs[version], "--config", str(self.state / "reval.toml"), *args]
        said = subprocess.run(command, capture_output=True, text=True, env=self.environment())
        if said.returncode not in (0, 30):
            raise RuntimeError(f"{args} ended with {said.returncode}: {said.stdout} {said.stderr}")
        return said.stdout

    def start(self, name, command, **more):
        log = open(self.state / f"{name}.log", "ab")
        self.children[name] = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, **more)
        return self.children[name]

    def furnish(self, url=None):
        if not url:
            gmc = self.start("gmc", [self.programs["N"], "gmc-sim", "--listen", f"{NAME}:0", "--doctors", "485"])
            url = gmc.stdout.readline().strip()
        (self.state / "password").write_text("reval\n")
        beat = 'zone = "Europe/London"\nschedule = "* * * * *"\nstart_deadline = "10m"\nfinish_deadline = "20m"\n'
        beat += 'floor_duration = "0s"\nfloor_records = 0\nattempts = 3\nretry_wait = "1m"\non_failed = "warn"\ntime_limit = "5m"\n'
        ticks = "".join(
            f'[[job]]\nname = "tick-{n}"\nsentence = "Takes a while."\nowner = "the check"\n{beat}command = "/bin/sh"\n'
            f'arguments = ["-c", "sleep {4 + n}; echo reval-records: 1"]\n'
            for n in (1, 2, 3)
        )
        off = "".join(f'[[job]]\nname = "{job}"\nenabled = "off"\n' for job in ("tis-enrich", "reconcile", "canary", "outcomes"))
        (self.state / "reval.toml").write_text(
            f'[site]\nenvironment = "rolling"\npublic_url = "http://{NAME}:{self.front}"\n'
            f'[store]\nurl = "{self.store}"\n[gmc]\nurl = "{url}"\npassword_file = "{self.state}/password"\n'
            # Two at once, so that what is due at one instant is begun on both nodes.
            '[users]\ntwo_people = "off"\n[node]\nprobe_every = "2s"\nat_once = 2\n[[job]]\nname = "gmc-sync"\nschedule = "* * * * *"\n'
            'start_deadline = "10m"\nfinish_deadline = "20m"\n' + off + ticks
        )
        self.reval("migrate")
        self.reval("run", "gmc-sync")
        for hold in json.loads(self.reval("holds", "--json")):
            self.reval("approve", hold["id"], "--count", str(hold["doctors"]), "--reason", "the first load")
        self.reval("run", "gmc-sync")

    def node(self, name, version):
        """Starts a node; waits until it says that it serves."""
        command = [self.programs[version], "--config", str(self.state / "reval.toml"), "serve", "--json"]
        child = self.start(name, command, env=self.environment(name))
        said = [child.stdout.readline()]
        threading.Thread(target=lambda: said.extend(child.stdout), daemon=True).start()
        if "url" not in said[0]:
            raise RuntimeError(f"node {name} did not start: {(self.state / f'{name}.log').read_text()[-2000:]}")
        return said

    def balancer(self):
        """The sample file with this machine's addresses, judged by HAProxy itself."""
        text = pathlib.Path(self.args.haproxy_config).read_text()
        text = re.sub(r"bind :443 .*", f"bind {NAME}:{self.front}", text)
        text = text.replace("/dev/log local0", "stderr format raw local0").replace("reval.example.org", NAME)
        text = text.replace("/run/haproxy/admin.sock mode 660", str(self.state / "admin.sock"))
        text = text.replace("127.0.0.1:8081", f"{NAME}:{self.ports['a']}").replace("127.0.0.1:8082", f"{NAME}:{self.ports['b']}")
        (self.state / "haproxy.cfg").write_text(text)
        judged = subprocess.run(["haproxy", "-c", "-f", str(self.state / "haproxy.cfg")], capture_output=True, text=True)
        fact("HAProxy finds nothing wrong with the sample", judged.returncode == 0 and "WARN" not in judged.stderr.upper(), judged.stderr)
        self.start("haproxy", ["haproxy", "-db", "-f", str(self.state / "haproxy.cfg")])
        for name in self.ports:
            self.until_up(name)

    def runtime(self, word):
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(30)
            line.connect(str(self.state / "admin.sock"))
            line.sendall(f"{word}\n".encode())
            return b"".join(iter(lambda: line.recv(65536), b"")).decode()

    def seen(self, name):
        try:
            lines = self.runtime("show stat").splitlines()
        except OSError:
            return {}
        head = lines[0].lstrip("# ").split(",")
        rows = (dict(zip(head, line.split(","))) for line in lines[1:] if line)
        return next((row for row in rows if row["pxname"] == "nodes" and row["svname"] == name), {})

    def until_up(self, name):
        until(f"the balancer takes {name}", lambda: self.seen(name).get("status") == "UP")

    def ready(self, name):
        asking = http.client.HTTPConnection(NAME, self.ports[name], timeout=30)
        try:
            asking.request("GET", "/readyz")
            return asking.getresponse().status == 200
        except OSError:
            return False
        finally:
            asking.close()

    def restart(self, name, version, is_told):
        """What an operator does with one node; the other must be verified."""
        other = next(one for one in self.ports if one != name)
        if not self.verified[other]:
            raise Refused(f"{name} is not restarted: {other} is not verified yet")
        began, child = time.monotonic(), self.children[name]
        self.verified[name] = False
        if is_told:
            self.runtime(f"set server nodes/{name} state drain")
        child.send_signal(signal.SIGTERM)
        code = child.wait(120)
        fact(f"node {name} ends with code 0", code == 0, code)
        since = self.now()
        self.node(name, version)
        try:
            self.restart_early(other)
        except Refused:
            fact(f"{other} is refused until {name} is verified", True)
        self.verify(name, since)
        if is_told:
            self.runtime(f"set server nodes/{name} state ready")
        self.until_up(name)
        self.verified[name] = True
        self.minutes.append((time.monotonic() - began) / 60)

    def restart_early(self, name):
        self.restart(name, "N", False)
        fact(f"{name} is refused until the other is verified", False, "it was restarted")

    def verify(self, name, since):
        until(f"{name} is ready", lambda: self.ready(name))
        well = f"select 1 from node where name = '{name}' and stance = 'serving' and launch = 'works' and started_at_ms >= {since}"
        until(f"{name} can begin work", lambda: self.sql(well) == "1")
        if self.args.rounds > 1:
            self.claimed(name, since)

    def claimed(self, name, since):
        has = f"select count(*) from attempt where node = '{name}' and started_at_ms >= {since}"
        until(f"{name} has begun a run", lambda: int(self.sql(has)) > 0)

    def end(self):
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        for child in self.children.values():
            try:
                child.wait(60)
            except subprocess.TimeoutExpired:
                child.kill()
        self.sql(f"drop database if exists {self.database} with (force)", "postgres")


class Person:
    """The first person of the house, who comes in through the balancer."""

    def __init__(self, house):
        self.house, self.cookie = house, ""

    def ask(self, method, path, form=None):
        asking = http.client.HTTPConnection(NAME, self.house.front, timeout=60)
        asking.request(method, path, urllib.parse.urlencode(form or {}), {**FORM, "Cookie": self.cookie})
        answer = asking.getresponse()
        brought = answer.getheader("set-cookie")
        self.cookie = brought.split(";")[0] if brought else self.cookie
        return answer.status, answer.read().decode()

    def sign_in(self, invitation):
        page = self.ask("POST", "/invitation", {"invitation": invitation})[1]
        secret = re.search(r"<code>([A-Z2-7]+)</code>", page).group(1)
        code = lambda ahead: totp(secret, time.time() + ahead)  # noqa: E731
        account = {"invitation": invitation, "name": "ana", "password": PASSWORD, "again": PASSWORD, "code": code(0)}
        self.ask("POST", "/invitation/accept", account)
        self.house.reval("users", "grant", "ana", "--role", "approver", "--body", "NWL", "--body", "NW", "--reason", "the check")
        # A code counts once; the next one is taken a little early.
        status, page = self.ask("POST", "/sign-in", {"name": "ana", "password": PASSWORD, "code": code(30)})
        if status != 303:
            raise RuntimeError(f"nobody could sign in: {status} {re.sub('<[^>]*>', ' ', page)[:800]}")


def totp(secret, at):
    mac = hmac.new(base64.b32decode(secret + "=" * (-len(secret) % 8)), struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    start = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[start:start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def roll(house, load):
    """The rounds: the tables are changed after the first node of the first has come back, and before the second goes."""
    for number in range(house.args.rounds):
        version = "N+1" if number % 2 == 0 else "N"
        for name in ("a", "b"):
            if number == 0 and name == "a":
                before = house.sql("select max(number) from schema_migration")
                house.reval("migrate", version="N+1")
                after = house.sql("select max(number) from schema_migration")
                fact("the tables are those of N+1 while both nodes are N", int(after) == int(before) + 1, (before, after))
            house.restart(name, version, is_told=(number + (name == "b")) % 2 == 0)
            print(f"round {number + 1}: {name} is {version}, {load.asked} requests, {len(load.failed)} failed", flush=True)
    while load.asked < house.args.requests:
        time.sleep(0.2)


def judge(house, load, since):
    """What is left must add up: every request, every note, every run."""
    (house.state / "failed.json").write_text(json.dumps(load.failed, indent=1))
    fact(f"0 of {load.asked} requests failed", not load.failed and load.asked >= house.args.requests, load.failed[:5])
    notes = house.sql("select count(*) || ' ' || count(distinct text) from note where text like 'rolling %'")
    fact(f"each of {load.notes} notes is there once", notes == f"{load.notes} {load.notes}", notes)
    over = house.now()
    due = f"kind = 'scheduled' and due_at_ms between {since} and {over}"
    names = ", ".join(f"'{job}'" for job in JOBS)
    open_runs = f"select count(*) from run where {due} and state in ('due', 'running')"
    until("every run that was due has ended", lambda: house.sql(open_runs) == "0", 600)
    ends = house.sql(f"select job || ' ' || state || ' ' || count(*) from run where {due} group by job, state order by 1")
    bad = house.sql(f"select count(*) from run where {due} and state <> 'succeeded'")
    fact("every run that was due succeeded", bad == "0", ends)
    minutes = house.sql(
        f"select count(*) from (select job, due_at_ms - lag(due_at_ms) over (partition by job order by due_at_ms) as gap from run"
        f" where {due} and job in ({names})) as one where gap <> 60000"
    )
    count = house.sql(f"select count(*) from run where {due} and job in ({names})")
    fact(f"none of {count} is missing or twice", minutes == "0" and int(count) >= len(JOBS), (minutes, ends))
    odd = house.sql(
        f"select count(*) from attempt join run on run.id = run_id where {due} and attempt.state <> case when number ="
        " (select max(number) from attempt as last where last.run_id = run.id) then 'done' else 'interrupted' end"
    )
    handed = house.sql(f"select count(*) from attempt join run on run.id = run_id where {due} and attempt.state = 'interrupted'")
    fact(f"each is one chain of attempts, and only a node that left ended one ({handed} handed over)", odd == "0", odd)
    both = house.sql(f"select count(distinct node) from attempt join run on run.id = run_id where {due}")
    fact("both nodes did their part", both == "2", both)
    print("status " + json.dumps(load.by_status) + f", slowest {load.slowest:.1f} s", flush=True)
    print("minutes per node: " + ", ".join(f"{one:.2f}" for one in house.minutes) + " (2020: about 60)", flush=True)


def check(house):
    house.furnish()
    since = house.now()
    house.node("a", "N")
    # The newest word to the first person is the one that counts.
    said = house.node("b", "N")
    invitation = until("the first person is invited", lambda: next((line for line in said[1:] if line.strip()), ""))
    house.balancer()
    ana = Person(house)
    ana.sign_in(json.loads(invitation)["token"])
    doctors = [doctor["gmc_number"] for doctor in json.loads(ana.ask("GET", "/api/v1/doctors")[1])["doctors"]]
    token = re.search(r'name="token" value="([^"]+)"', ana.ask("GET", f"/doctors/{doctors[0]}")[1]).group(1)
    load = Load((NAME, house.front), f"{NAME}:{house.front}", ana.cookie, token, doctors, house.args.pause)
    asking = threading.Thread(target=lambda: asyncio.run(load.run(house.args.connections)))
    asking.start()
    try:
        for name in house.ports:
            house.claimed(name, since)
        roll(house, load)
        again = house.now()
        for name in house.ports:
            house.claimed(name, again)
    finally:
        load.going = False
        asking.join(120)
    judge(house, load, since)


def finish(house, work, end):
    """Does the work and ends what it began, whatever comes; says the counts, and gives the code to end with."""
    try:
        work()
    except (TimeoutError, RuntimeError, OSError, ValueError, KeyError, AttributeError, subprocess.CalledProcessError) as error:
        fact("the check came to its end", False, f"{type(error).__name__} {error} {getattr(error, 'stderr', '')}")
        for log in sorted(house.state.glob("*.log")):
            print(f"--- {log.name}\n" + log.read_text(errors="replace")[-2500:], flush=True)
    finally:
        end()
    if not house.args.keep_logs and not FACTS["failed"]:
        shutil.rmtree(house.state)
    print(f"{FACTS['passed']} passed, {FACTS['failed']} failed", flush=True)
    return 1 if FACTS["failed"] else 0


def parser():
    asked = argparse.ArgumentParser()
    for name in ("program", "postgres", "psql", "keep"):
        asked.add_argument(f"--{name}", required=True)
    asked.add_argument("--next")
    asked.add_argument("--haproxy-config")
    asked.add_argument("--rounds", type=int, default=1)
    asked.add_argument("--requests", type=int, default=1000)
    asked.add_argument("--connections", type=int, default=12)
    asked.add_argument("--pause", type=float, default=0.6)
    asked.add_argument("--keep-logs", action="store_true")
    return asked


def main():
    house = House(parser().parse_args())
    return finish(house, lambda: check(house), house.end)


if __name__ == "__main__":
    sys.exit(main())
