"""Many connections that ask for pages, for lists as a program does, and write notes; every answer that is not as it should be is
kept. Used by rolling_check.py."""

import asyncio
import random
import time
import urllib.parse

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
# Longest wait for one answer: a page may take 30 seconds, and the balancer a few more.
PATIENCE = 60


class Connection:
    """One connection that is kept open."""

    def __init__(self, host, port, name):
        self.at, self.name, self.streams, self.opened = (host, port), name, None, 0

    async def ask(self, method, path, headers=None, body=""):
        if self.streams is None:
            self.streams = await asyncio.open_connection(*self.at)
            self.opened += 1
        reader, writer = self.streams
        head = {"Host": self.name, "Content-Length": str(len(body)), **(headers or {})}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        writer.write(f"{method} {path} HTTP/1.1\r\n{lines}\r\n{body}".encode())
        await writer.drain()
        status, got = await self.head(reader)
        text = await self.body(reader, got)
        if got.get("connection", "").lower() == "close":
            self.close()
        return status, got, text

    async def head(self, reader):
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        got = dict(line.lower().split(": ", 1)[:1] + line.split(": ", 1)[1:] for line in lines[1:] if ": " in line)
        return int(lines[0].split(" ")[1]), got

    async def body(self, reader, got):
        if "content-length" in got:
            return (await reader.readexactly(int(got["content-length"]))).decode()
        parts = []
        while got.get("transfer-encoding") == "chunked":
            size = int((await reader.readline()).strip() or b"0", 16)
            parts.append(await reader.readexactly(size))
            await reader.readline()
            if size == 0:
                break
        return b"".join(parts).decode()

    def close(self):
        if self.streams:
            self.streams[1].close()
        self.streams = None


class Load:
    """What is asked, by how many, and what came of it."""

    def __init__(self, at, name, session, token, doctors, pause):
        self.at, self.name, self.session, self.token, self.pause = at, name, session, token, pause
        self.doctors, self.going = doctors, True
        self.asked, self.notes, self.failed, self.slowest, self.by_status = 0, 0, [], 0.0, {}

    def request(self, chance):
        number = chance.choice(self.doctors)
        pages = ["/", "/under-notice", "/doctors", f"/doctors/{number}", "/jobs", "/nodes", "/runs", "/alerts", "/changes"]
        programs = ["/api/v1/lists", "/api/v1/doctors", f"/api/v1/doctors/{number}", "/api/v1/runs", "/api/v1/nodes"]
        kind = chance.random()
        if kind < 0.1:
            self.notes += 1
            form = {"token": self.token, "note": f"rolling {self.notes}"}
            return "POST", f"/doctors/{number}/notes", urllib.parse.urlencode(form)
        return "GET", chance.choice(pages if kind < 0.6 else programs), ""

    def complaint(self, method, status, got):
        wanted = 303 if method == "POST" else 200
        if status != wanted:
            return f"answered {status}"
        # Whoever is sent away to sign in has lost the session.
        if method == "POST" and not got.get("location", "").startswith("/doctors/"):
            return "sent elsewhere"
        return None

    async def worker(self, seed):
        chance, connection = random.Random(seed), Connection(*self.at, self.name)
        while self.going:
            method, path, body = self.request(chance)
            headers = {"Cookie": self.session, **(FORM if method == "POST" else {})}
            began = time.monotonic()
            try:
                status, got, _ = await asyncio.wait_for(connection.ask(method, path, headers, body), PATIENCE)
                why = self.complaint(method, status, got)
                self.by_status[status] = self.by_status.get(status, 0) + 1
            except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError, ValueError) as error:
                why = f"broke off: {type(error).__name__} {error}"
                connection.close()
            self.asked += 1
            self.slowest = max(self.slowest, time.monotonic() - began)
            if why:
                self.failed.append((time.time(), method, path, why))
            await asyncio.sleep(self.pause * chance.random())
        connection.close()

    async def run(self, workers):
        await asyncio.gather(*(self.worker(seed) for seed in range(workers)))
