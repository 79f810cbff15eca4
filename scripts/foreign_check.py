"""Our client against a SOAP service that is not ours: npm's `soap` builds one from the WSDL that our simulator serves, and
the real program reads every list from it, moves and removes doctors, recommends one, and asks what became of it.

Usage: foreign_check.py PROGRAM
The last line is `N passed, N failed`.
"""

import datetime
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
PATH = "/GMCWebServices/WebService.asmx"
EACH = 6
BODIES = [
    "1-1RSG4X0", "1-1RSSPZ7", "1-1RSSQ05", "1-1RSSQ1B", "1-1RSSQ2H", "1-1RSSQ5L", "1-1RSSQ6R",
    "1-1RUZUSF", "1-1RUZUVB", "1-1RUZUYF", "1-1RUZV1D", "1-1RUZV4H", "1-1RUZV6H",
]
DEFERRAL = ["RoRecommendationReason", "RoRecommendationSubreason", "RequestedDeferralDate"]
MORNING = datetime.datetime(2026, 11, 25, 10, 0, tzinfo=datetime.timezone.utc)

passed = failed = 0


def fact(name, holds, why=""):
    """Counts one fact and says it."""
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print(f"{'ok' if holds else 'FAILED'}  {name}{'' if holds else f': {why}'}", flush=True)


def first_line(command):
    """Starts a program that says on its first line where it listens."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline()


def contract(folder):
    """The WSDL as our simulator serves it, in a file."""
    command = [PROGRAM, "gmc-sim", "--listen", "127.0.0.1:0", "--doctors", "13", "--json"]
    simulator, said = first_line(command)
    try:
        url = json.loads(said)["url"]
        text = urllib.request.urlopen(url + "?wsdl", timeout=30).read()
    finally:
        simulator.terminate()
        simulator.wait()
    file = folder / "gmc.wsdl"
    file.write_bytes(text)
    return file


class Site:
    """A sandbox of the program that asks the foreign service."""

    def __init__(self, folder, port):
        self.folder, self.port, self.now = folder, port, MORNING
        self.path("gmc").write_text("reval\n")
        self.path("my.toml").write_text(
            '[site]\nenvironment = "sandbox"\n[sandbox]\nclock_file = "clock"\n[store]\nurl = "sqlite://reval.db"\n'
            f'[gmc]\nurl = "http://127.0.0.1:{port}{PATH}"\nuser = "reval"\npassword_file = "gmc"\n'
            '[schedule]\nenabled = "off"\n[web]\nlisten = "127.0.0.1:0"\n'
        )
        self.tell_time(0)

    def path(self, name):
        return self.folder / name

    def tell_time(self, seconds):
        self.now += datetime.timedelta(seconds=seconds)
        self.path("clock.tmp").write_text(self.now.strftime("%Y-%m-%dT%H:%M:%SZ\n"))
        self.path("clock.tmp").rename(self.path("clock"))

    def command(self, *args):
        return [PROGRAM, "--config", "my.toml", *args]

    def run(self, *args, typed=""):
        return subprocess.run(
            self.command(*args), cwd=self.folder, input=typed, capture_output=True, text=True, timeout=120, check=False
        )

    def ask(self, *args):
        said = self.run(*args, "--json")
        return json.loads(said.stdout) if said.stdout.strip() else {"said": said.stderr}

    def told(self, what):
        return json.loads(urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{what}", timeout=30).read())

    def calls(self, operation):
        return [call for call in self.told("calls") if call["operation"] == operation]


def until(is_so, seconds=120):
    """Waits until it is so; gives whether it came to be."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def reads(site):
    site.run("run", "gmc-sync")
    # A first list waits for a person's count.
    held = site.ask("holds")
    approved = [site.run("approve", one["id"], "--count", str(EACH), "--reason", "a check").returncode for one in held]
    fact("every list of the foreign service is read, and published", approved == [0] * len(BODIES), str(held))
    listed = site.calls("GetDoctorsForDB")
    fact("each body is asked for its list, and counted again", len(listed) == 2 * len(BODIES), f"{len(listed)} calls")
    shown = site.ask("doctor", "9000001")
    fact("a name with signs and accents arrives whole", "O'Testing & <Søn>" in json.dumps(shown, ensure_ascii=False), str(shown))


def wishes(site):
    moved, gone = "9000002\n9000003\n", "9000102\n"
    said = site.run("connect", "--doctors", "-", "--to", BODIES[1], "--code", "1", "--reason", "a check", typed=moved)
    fact("two doctors are wished elsewhere", said.returncode == 0, said.stdout + said.stderr)
    said = site.run("disconnect", "--doctors", "-", "--code", "3", "--reason", "a check", typed=gone)
    fact("and one to nobody", said.returncode == 0, said.stdout + said.stderr)


def recommends(site):
    head = "body,gmc_number,surname,phone,user_name,email"
    officers = [f"{body},9900001,Officer-Sample,0,ro,ro@example.org\n" for body in (BODIES[2], BODIES[3])]
    site.path("officers.csv").write_text(f"{head}\n{''.join(officers)}")
    said = site.run("officers", "--import", "officers.csv", "--reason", "a check")
    fact("the directory of officers is kept", said.returncode == 0, said.stdout + said.stderr)
    deferral = ("--date", "2027-06-01", "--reason-code", "1", "--sub-reason", "6")
    for number, words in (("9000200", ("revalidate",)), ("9000300", ("defer", *deferral))):
        said = site.run("recommendations", "draft", "--doctor", "-", "--kind", *words, typed=f"{number}\n")
        fact(f"a recommendation to {words[0]} is drafted", said.returncode == 0, said.stdout + said.stderr)
    drafts = {row["doctor"]: row["id"] for row in site.ask("recommendations")}
    for one in drafts.values():
        said = site.run("recommendations", "submit", one, "--seen", "1", "--email", "a@example.org", "--declare")
        fact("and submitted", said.returncode == 0, said.stdout + said.stderr)
    return drafts["9000200"]


def sends(site, one):
    serving = subprocess.Popen(site.command("serve"), cwd=site.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    standings = lambda: [row["standing"] for row in site.ask("connections")]
    try:
        fact("the foreign service takes all five", until(lambda: standings() == ["accepted"] * 5), str(standings()))
        bodies = {row["number"]: row["body"] for row in site.told("doctors")}
        at = [bodies[number] for number in ("9000002", "9000003", "9000102")]
        fact("and holds what was wished", at == [BODIES[1], BODIES[1], None], str(at))
        taken = site.calls("TryRecommendationV2")
        ids = {row["id"] for row in site.ask("connections")}
        fact("each recommendation arrived once, with its intent's id", [c["client"] in ids for c in taken] == [True] * 2, str(taken))
        said = [[call["asked"].get(name) or "" for name in ("RoRecommendation", *DEFERRAL)] for call in taken]
        fact("with its words as the GMC spells them", sorted(said) == [["1", "", "", ""], ["2", "1", "6", "01/06/2027"]], str(said))
        status = lambda: site.ask("recommendations", "show", one)["status"]
        until(lambda: status() == "under_review")
        site.run("run", "outcomes")
        asked = len(site.calls("CheckRecommendationStatus"))
        fact("asked, the foreign service says that it is under review", (asked, status()) == (2, "under_review"), f"{asked}, {status()}")
        site.tell_time(3 * 3600)
        said = site.run("run", "outcomes")
        fact("and, asked hours later, that it is approved", status() == "approved", f"{status()}: {said.stdout} {said.stderr}")
    finally:
        serving.terminate()
        fact("asked to end, the program ends", serving.wait(60) == 0, str(serving.returncode))


def refused(site):
    """An account that the foreign service does not know: one call, and nothing more is asked."""
    before = len(site.told("calls"))
    site.path("gmc").write_text("wrong\n")
    said = site.run("run", "gmc-sync")
    asked = len(site.told("calls")) - before
    fact("a wrong password is refused and asked once", said.returncode != 0 and asked == 1, f"{asked} calls, {said.stdout}")


def main():
    with tempfile.TemporaryDirectory(prefix="reval-foreign.") as name:
        folder = pathlib.Path(name)
        server = ["node", str(ROOT / "e2e" / "foreign_gmc.mjs"), str(contract(folder)), *BODIES]
        foreign, port = first_line(server)
        try:
            site = Site(folder, int(port))
            reads(site)
            wishes(site)
            sends(site, recommends(site))
            refused(site)
        finally:
            foreign.terminate()
            foreign.wait()


try:
    main()
except Exception as error:
    fact("the check ran to its end", False, repr(error))
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
