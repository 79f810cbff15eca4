"""Alerts of the real program reach real receivers: webhooks whose signature an independent library verifies, and mail over
SMTP in the clear, over STARTTLS with an account, and to relays that refuse or hang. The receivers are a process of their own.

Usage: delivery_check.py PROGRAM [DEATHS]
DEATHS is how often the sender is killed while a receiver has its message and has not answered; 10 unless said.
The last line is `N passed, N failed`.
"""

import datetime
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from standardwebhooks.webhooks import Webhook

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
DEATHS = int(sys.argv[2]) if len(sys.argv) > 2 else 10
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MIDNIGHT = datetime.datetime(2026, 11, 25, 0, 12, tzinfo=datetime.timezone.utc)

passed = failed = 0


def fact(name, holds, why=""):
    """Counts one fact and says it."""
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print(f"{'ok' if holds else 'FAILED'}  {name}{'' if holds else f': {why}'}", flush=True)


class Site:
    """A sandbox of the program beside its receivers."""

    def __init__(self, folder):
        self.folder = folder
        self.receivers = subprocess.Popen([sys.executable, str(pathlib.Path(__file__).parent / "receivers.py"), folder])
        self.now = MIDNIGHT
        until = time.monotonic() + 20
        while not self.path("ports.json").exists():
            if time.monotonic() > until:
                raise SystemExit("the receivers did not start")
            time.sleep(0.05)
        self.ports = json.loads(self.path("ports.json").read_text())
        for name, text in (("key", SECRET), ("password", "secret"), ("wrong", "wrong"), ("gmc", "reval")):
            self.path(name).write_text(text + "\n")
        self.path("slack").write_text(f"http://127.0.0.1:{self.ports['http']}/services/T/B/secret\n")
        self.tell_time(0)

    def path(self, name):
        return pathlib.Path(self.folder) / name

    def tell_time(self, seconds):
        self.now += datetime.timedelta(seconds=seconds)
        self.path("clock.tmp").write_text(self.now.strftime("%Y-%m-%dT%H:%M:%SZ\n"))
        self.path("clock.tmp").rename(self.path("clock"))

    def manner(self, text):
        self.path("manner.tmp").write_text(text)
        self.path("manner.tmp").rename(self.path("manner"))

    def got(self, by=None):
        if not self.path("got.jsonl").exists():
            return []
        # The last line may be half-written.
        lines = self.path("got.jsonl").read_text().split("\n")[:-1]
        return [one for one in map(json.loads, lines) if by in (None, one["by"])]

    def command(self, channels, *args, store="reval.db"):
        settings = (
            '[site]\nenvironment = "sandbox"\n[sandbox]\nclock_file = "clock"\n'
            f'[store]\nurl = "sqlite://{store}"\n[gmc]\nurl = "http://127.0.0.1:9/"\npassword_file = "gmc"\n' + channels
        )
        self.path("my.toml").write_text(settings)
        return [PROGRAM, "--config", "my.toml", *args]

    def run(self, channels, *args, **more):
        command = self.command(channels, *args, **more)
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=60, check=False)

    def start(self, channels, *args, **more):
        command = self.command(channels, *args, **more)
        return subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )


def hook(site, name="hook"):
    return (
        f'[[channel]]\nname = "{name}"\nkind = "webhook"\nallow_private = true\n'
        f'url = "http://127.0.0.1:{site.ports["http"]}/hook"\nsecret_file = "key"\n'
    )


def slack():
    return '[[channel]]\nname = "chat"\nkind = "slack"\nallow_private = true\nurl_file = "slack"\n'


def mail(site, name, **more):
    fields = {
        "host": "localhost", "port": site.ports["plain"], "security": "none", "from": "Reval <reval@trust.example>",
        "to": "team@trust.example | on-call@trust.example", **more,
    }
    lines = [f"{key} = {json.dumps(value)}\n" for key, value in fields.items()]
    return f'[[channel]]\nname = "{name}"\nkind = "mail"\nallow_private = true\n' + "".join(lines)


def guarded(site, **more):
    return mail(
        site, "mail", port=site.ports["guarded"], security="starttls", **{"user": "reval", "password_file": "password", "ca_file": "ca.pem", **more}
    )


def tests_of_channels(site):
    said = site.run(hook(site), "channels", "test", "hook")
    fact("a webhook's test ends with 0", said.returncode == 0, said.stdout + said.stderr)
    letter = site.got("http")[-1]
    at = datetime.datetime.fromtimestamp(int(letter["headers"]["webhook-timestamp"]), datetime.timezone.utc)
    signed = Webhook(SECRET).sign(letter["headers"]["webhook-id"], at, letter["body"])
    fact("its signature is what an independent library signs", signed == letter["headers"]["webhook-signature"], signed)
    said = site.run(slack(), "channels", "test", "chat")
    fact("a test of Slack's form ends with 0", said.returncode == 0, said.stdout + said.stderr)
    site.manner("200 no_service")
    said = site.run(slack(), "channels", "test", "chat")
    fact("status 200 with another body is no receipt", said.returncode == 33 and "no_service" in said.stdout, said.stdout)
    fact("the secret address is shown nowhere", "/services/" not in said.stdout + said.stderr, said.stderr)
    site.manner("ok")


def tests_of_mail(site):
    said = site.run(mail(site, "mail"), "channels", "test", "mail")
    fact("mail to a relay next door ends with 0", said.returncode == 0 and "250" in said.stdout, said.stdout + said.stderr)
    letter = site.got("plain")[-1]
    fact("both people are written to", letter["to"] == ["team@trust.example", "on-call@trust.example"], letter["to"])
    fact("it says that a machine wrote it", letter["headers"].get("auto-submitted") == "auto-generated", letter["headers"])
    fact("it reads as a test", "Nothing is wrong" in letter["body"], letter["body"])
    said = site.run(guarded(site), "channels", "test", "mail")
    letter = (site.got("guarded") or [{}])[-1]
    is_so = said.returncode == 0 and letter.get("tls") and letter.get("user") == "reval"
    fact("mail goes encrypted and with the account", is_so, said.stdout + said.stderr + str(letter))
    before = len(site.got())
    said = site.run(guarded(site, ca_file="other-ca.pem"), "channels", "test", "mail")
    fact("a relay with a strange certificate gets nothing", said.returncode == 33 and len(site.got()) == before, said.stdout)
    said = site.run(guarded(site, password_file="wrong"), "channels", "test", "mail")
    fact("a refused account is said", said.returncode == 33 and "535" in said.stdout, said.stdout)
    site.manner("451")
    said = site.run(mail(site, "mail"), "channels", "test", "mail")
    fact("451 after the message is no receipt", said.returncode == 33 and "451" in said.stdout, said.stdout)
    site.manner("hang")
    began = time.monotonic()
    said = site.run(mail(site, "mail"), "channels", "test", "mail")
    took = time.monotonic() - began
    fact("a relay that hangs is given up within 20 seconds", said.returncode == 33 and took < 20, f"{took} s, {said.stdout}")
    site.manner("ok")


def keys_of(messages):
    return [key for one in messages for key in json.loads(one["body"])["incident_keys"]]


def wait_for(site, is_so, seconds=60, step=1):
    """Lets the sandbox's clock run, ten times as fast as ours, until something is so."""
    for _ in range(seconds):
        if is_so():
            return True
        time.sleep(0.1)
        site.tell_time(step)
    return is_so()


def plan(site, channels, store):
    """Serves until rows stand ahead of their hour, then dies, so that nobody begins them."""
    serving = site.start(channels, "serve", store=store)
    tomorrow = (site.now + datetime.timedelta(days=1)).strftime("%Y-%m-%dT00:05#1")
    until = time.monotonic() + 180
    while tomorrow not in site.run(channels, "runs", "gmc-sync", store=store).stdout and time.monotonic() < until:
        time.sleep(0.2)
    serving.kill()
    serving.wait()


def a_night(site):
    """Nobody begins the night; the first channel is gone, the second is told, and the first when it is back."""
    channels = hook(site) + mail(site, "mail")
    plan(site, channels, "night.db")
    site.tell_time(24 * 3600)
    before = len(site.got("http"))
    site.manner("404 no_service")
    watching = site.start(channels, "watch", store="night.db")
    told = lambda: any("missed/gmc-sync" in one["body"] for one in site.got("plain"))
    # SMTP says 451 in this manner: with both channels gone, nothing may be lost.
    wait_for(site, lambda: len(site.got("http")) > before)
    status = site.run(channels, "channels", store="night.db").stdout
    fact("a channel that is gone is shown as failing", "FAILING" in status, status)
    site.manner("ok")
    back = site.now
    heard = lambda: "missed/gmc-sync" in keys_of(site.got("http")[before + 1:])
    wait_for(site, heard, 90)
    took = (site.now - back).total_seconds()
    fact("when it is back it is told within a minute", heard() and took <= 60, f"{took} s")
    fact("the second channel was told as well", wait_for(site, told, 60), site.got("plain")[-1:])
    watching.send_signal(signal.SIGTERM)
    fact("asked to end, the watch ends", watching.wait(30) == 0)


def deaths(site):
    """The watch is killed while the receiver has its message and has not answered."""
    channels, store = hook(site), "deaths.db"
    plan(site, channels, store)
    site.manner("hang")
    first = len(site.got("http"))
    for _ in range(DEATHS):
        site.tell_time(24 * 3600)
        before = len(site.got("http"))
        watching = site.start(channels, "watch", store=store)
        if not wait_for(site, lambda: len(site.got("http")) > before, 150, 0):
            fact("the receiver is asked before each death", False)
        os.killpg(watching.pid, signal.SIGKILL)
        watching.wait()
        site.tell_time(61)
    site.manner("ok")
    watching = site.start(channels, "watch", store=store)
    nothing_waits = lambda: '"waiting":0' in site.run(channels, "channels", "--json", store=store).stdout
    fact(f"after {DEATHS} deaths nothing is left to be told", wait_for(site, nothing_waits, 60, 5))
    watching.kill()
    watching.wait()
    got = site.got("http")[first:]
    by_key = {}
    for one in got:
        by_key.setdefault(one["headers"]["webhook-id"], []).append(sorted(json.loads(one["body"])["incident_keys"]))
    same = all(len({tuple(keys) for keys in told}) == 1 for told in by_key.values())
    fact("a key stands for the same message at each try", same, by_key)
    repeats = len(got) - len(by_key)
    fact(f"at most one repeat for each death ({repeats} of {DEATHS})", 0 < repeats <= DEATHS)
    alerts = json.loads(site.run(channels, "alerts", "--all", "--json", store=store).stdout)
    missing = {one["incident_key"] for one in alerts if not one.get("explained_by")} - set(keys_of(got))
    fact("every alert was told", not missing, missing)


def main():
    with tempfile.TemporaryDirectory(prefix="reval-delivery-") as folder:
        site = Site(folder)
        try:
            for part in (tests_of_channels, tests_of_mail, a_night, deaths):
                site.manner("ok")
                part(site)
        finally:
            site.receivers.kill()
            site.receivers.wait()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
