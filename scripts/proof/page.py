"""Writes the page and the JSON of the proof from the results that there are; nothing is taken over from an earlier page."""

import datetime
import json
import os
import subprocess
import tempfile
import time

STATES = {"done": "", "failed": "the part failed", "hung": "ended as hung", "missing": "not measured", "unread": "said no figures"}
MARKS = {True: "yes", False: "**no**", None: ""}


def fsync_ms():
    """Median of fifty writes of four kilobytes that are waited for, in ms."""
    with tempfile.NamedTemporaryFile(dir=".") as file:
        took = []
        for _ in range(50):
            began = time.monotonic()
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            took.append(time.monotonic() - began)
    return sorted(took)[25] * 1000


def first(path, word):
    with open(path, encoding="utf-8") as file:
        return next((line.split(":", 1)[1].strip() for line in file if line.startswith(word)), "unknown")


def said(*command):
    """What a command says; unknown where it cannot."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def machine():
    """The hardware and the programs below."""
    memory = int(first("/proc/meminfo", "MemTotal").split()[0]) / 1024 / 1024
    return {
        "processor": f"{os.cpu_count()} of {first('/proc/cpuinfo', 'model name')}",
        "memory": f"{memory:.1f} GiB",
        "kernel": said("uname", "-sr"),
        "disk": f"four kilobytes are on it after {fsync_ms():.1f} ms (median of 50)",
        "compiler": said("rustc", "--version"),
        "load before": " ".join(f"{load:.1f}" for load in os.getloadavg()),
    }


def rows_of(part, result):
    """Lines of the page's table for one part: one for each figure, or one that says why there is none."""
    state = result["state"] if result else "missing"
    when = result["date"] if result else ""
    why = STATES[state] + (f": {result['why']}" if result and result.get("why") else "")
    rows = [(figure["what"], figure["found"], MARKS[figure["is_met"]]) for figure in (result or {}).get("figures", [])]
    if why or not rows:
        rows.append(("", why or "not measured", ""))
    return [f"| {what} | {found} | {met} | {when} |" for what, found, met in rows]


def text_of(parts, results, hardware, commit, logs):
    lines = [
        "# Proof", "",
        "Made by `make proof`, from the raw logs of this run alone. What was not measured says so, and nothing is taken over from an earlier page; a goal that was not met",
        "says so. The commands stand with each part, and `make proof PART=drills` plays one.", "",
        f"Build `{commit}`, page of {datetime.date.today():%-d %B %Y}. Raw logs: `{logs}`, on the machine that measured.", ""]
    lines += [f"- {name}: {value}" for name, value in hardware.items()] + [""]
    for part in parts:
        commands = "; ".join(f"`{' '.join(command)}`" for command in part.long)
        lines += [f"## {part.title}", "", part.how, "", f"Goal: {part.goal}. Command: {commands}.", ""]
        lines += ["| what | figure | goal met | date |", "|---|---|---|---|", *rows_of(part, results.get(part.key)), ""]
    return "\n".join(lines)


def write(parts, results, commit, logs, folder):
    """Puts docs/proof.md and docs/proof.json in place."""
    hardware = machine()
    with open(os.path.join(folder, "proof.md"), "w", encoding="utf-8") as file:
        file.write(text_of(parts, results, hardware, commit, logs))
    whole = {"commit": commit, "machine": hardware, "parts": {part.key: results.get(part.key) for part in parts}}
    with open(os.path.join(folder, "proof.json"), "w", encoding="utf-8") as file:
        json.dump(whole, file, indent=1, ensure_ascii=False)
        file.write("\n")
