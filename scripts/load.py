"""Measures the pages under load: fifty connections ask for lists, searches and doctors at a fixed rate, idle and during a publish.

Usage: load.py PROGRAM [--doctors N] [--rate N] [--seconds N] [--json]
  e.g. load.py target/release/reval --doctors 54005 --rate 200 --seconds 20
It plays a demo of so many doctors in a folder of its own, signs in as the demo's approver, and ends it again. A request counts from the
instant at which it was due, so that a queue is seen; a status other than 200 is a failure. At the end one file of the whole list is
taken as a workbook while the load goes on, and the peak memory of the process is read.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

CONNECTIONS = 50
# What one caller may ask in a minute is not what is measured.
UNBOUNDED = {"REVAL__WEB__CALLER_PER_MINUTE": "1000000", "REVAL__WEB__ADDRESS_PER_MINUTE": "1000000"}


class Wire:
    """One kept connection that asks one thing at a time."""

    def __init__(self, port, cookie):
        self.port, self.cookie, self.reader, self.writer = port, cookie, None, None

    async def ask(self, path, method="GET", body=""):
        """Status and body; a connection that the other side has ended is opened anew."""
        if self.writer is None or self.writer.is_closing():
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        form = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n" if method == "POST" else ""
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nOrigin: http://127.0.0.1:{self.port}\r\nCookie: {self.cookie}\r\n{form}\r\n"
        self.writer.write(head.encode() + body.encode())
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in answer.split("\r\n")[1:])}
        if headers.get("transfer-encoding") == "chunked":
            parts = []
            while size := int((await self.reader.readline()).split(b";")[0], 16):
                parts.append(await self.reader.readexactly(size))
                await self.reader.readline()
            await self.reader.readline()
            text = b"".join(parts)
        else:
            text = await self.reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection", "").lower() == "close":
            self.writer.close()
        return int(answer.split(" ")[1]), headers, text


async def worker(queue, port, cookie, took):
    wire = Wire(port, cookie)
    while (one := await queue.get()) is not None:
        due, kind, path = one
        try:
            status, _, _ = await wire.ask(path)
        except (OSError, asyncio.IncompleteReadError) as error:
            status, wire.writer = repr(error), None
        took.append((kind, time.monotonic() - due, status))


async def load(port, cookie, paths, rate, seconds):
    """Asks at a rate; gives what each request took from the instant it was due."""
    queue, took = asyncio.Queue(), []
    workers = [asyncio.create_task(worker(queue, port, cookie, took)) for _ in range(CONNECTIONS)]
    began = time.monotonic()
    for at in range(rate * seconds):
        due = began + at / rate
        await asyncio.sleep(max(0, due - time.monotonic()))
        queue.put_nowait((due, *paths[at % len(paths)]))
    for _ in workers:
        queue.put_nowait(None)
    await asyncio.gather(*workers)
    return took, time.monotonic() - began


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] * 1000


def summed(what, took, lasted):
    """Rows of the table: each kind of page, and all of them."""
    rows = []
    for kind in [*sorted({kind for kind, _, _ in took}), "all"]:
        times = [seconds for one, seconds, _ in took if kind in (one, "all")]
        failed = [status for one, _, status in took if kind in (one, "all") and status != 200]
        rows.append({
            "what": what, "kind": kind, "asked": len(times), "failed": len(failed), "a_second": len(times) / lasted,
            "p50_ms": percentile(times, 0.5), "p99_ms": percentile(times, 0.99), "first_failure": str(failed[0]) if failed else ""})
    return rows


async def sign_in(port):
    status, headers, _ = await Wire(port, "").ask("/sign-in/demo", "POST", "name=demo-approver")
    if status != 303:
        sys.exit(f"signing in was answered with {status}")
    return headers["set-cookie"].split(";")[0]


async def find(port, cookie):
    """The paths of the load, among them the last page of the list, and doctors that are there."""
    wire = Wire(port, cookie)
    _, _, text = await wire.ask("/doctors")
    page = text.decode()
    numbers = sorted(set(re.findall(r'href="/doctors/(\d{7})', page)))[:10]
    paths = [("first page", "/"), ("list", "/doctors"), ("under notice", "/under-notice"), ("search", "/doctors?q=prueba"), ("discrepancies", "/discrepancies")]
    paths += [("list, last page", "/doctors?at=last"), ("list, by due date", "/doctors?sort=due")]
    return paths + [("doctor", f"/doctors/{number}") for number in numbers[:4]]


def peak_mib(process):
    with open(f"/proc/{process}/status", encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024


async def during(command, doing):
    """Does something while a command runs."""
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    result = await doing
    await process.wait()
    return result


async def measure(options, demo, port, folder):
    cookie = await sign_in(port)
    paths = await find(port, cookie)
    await load(port, cookie, paths, 20, 2)
    rows = summed("idle", *await load(port, cookie, paths, options.rate, options.seconds))
    settings = os.path.join(folder, "demo", "reval.toml")
    with open(settings, encoding="utf-8") as file:
        gmc = re.search(r'^url = "(http[^"]*)"$', file.read(), re.M)[1]
    night = urllib.request.Request(gmc.split("/GMCWebServices")[0] + "/control/night", data=b"9", method="PUT")
    urllib.request.urlopen(night, timeout=120).close()
    publishing = [options.program, "--config", settings, "run", "gmc-sync"]
    busy = load(port, cookie, paths, options.rate, options.seconds)
    rows += summed("during a publish", *await during(publishing, busy))
    before = peak_mib(demo)
    export = asyncio.create_task(Wire(port, cookie).ask("/export/doctors?format=xlsx"))
    rows += summed("during a workbook", *await load(port, cookie, paths, options.rate, max(5, options.seconds // 2)))
    status, _, text = await export
    return {"rows": rows, "peak_before_mib": before, "peak_mib": peak_mib(demo), "workbook": [status, len(text)]}


def tell(result):
    print("| | asked | failed | a second | p50 ms | p99 ms |\n|---|--:|--:|--:|--:|--:|")
    for row in result["rows"]:
        print(f"| {row['what']}: {row['kind']} | {row['asked']} | {row['failed']} | {row['a_second']:.0f} | {row['p50_ms']:.1f} | {row['p99_ms']:.1f} |")
    print(f"\na workbook of the whole list: status {result['workbook'][0]}, {result['workbook'][1]:,} bytes")
    print(f"peak memory, with the simulated GMC and the nights of the demo inside: {result['peak_mib']:.0f} MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--doctors", type=int, default=54_005)
    parser.add_argument("--rate", type=int, default=200, help="requests a second")
    parser.add_argument("--seconds", type=int, default=20, help="of each of the three loads")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reval-load-") as folder:
        port = 18_000 + os.getpid() % 10_000
        with open(os.path.join(folder, "log"), "wb") as log:
            state = os.path.join(folder, "demo")
            demo = subprocess.Popen(
                [options.program, "demo", "--doctors", str(options.doctors), "--state", state, "--port", str(port)],
                stdout=log, stderr=log, env=os.environ | UNBOUNDED)
        try:
            until = time.monotonic() + 1800
            while time.monotonic() < until and demo.poll() is None:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.5)
            else:
                sys.exit("the demo gave no page")
            result = asyncio.run(measure(options, demo.pid, port, folder))
        finally:
            demo.terminate()
            demo.wait()
    print(json.dumps({"doctors": options.doctors, **result})) if options.json else tell(result)


main()
