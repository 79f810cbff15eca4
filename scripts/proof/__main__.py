"""The proof: plays its parts, keeps their raw logs, and writes docs/proof.md and docs/proof.json.

Usage: python3 scripts/proof [--short] [--resume] [--part NAME]… [--list]
  e.g. python3 scripts/proof --part drills --part night
The long form takes hours; what has ended for this build is left out with --resume, also after a death of the machine. --short plays
each part as small as it goes, writes no page, and ends with `N passed, M failed`. `scripts/proof.sh` starts the database servers
first. A missing tool is named with how to have it; a part that hangs is ended and said so; the others go on.
Ends with 0 if every part that was played gave its figures and failed nothing, with 1 otherwise.
"""

import argparse
import datetime
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import page  # noqa: E402
from parts import PARTS  # noqa: E402
from readers import ROOT  # noqa: E402


def build():
    """The commit, and whether the tree differs from it: results of another build are not these."""
    commit = page.said("git", "rev-parse", "--short=12", "HEAD")
    changed = page.said("git", "status", "--porcelain", "--untracked-files=no", "--", ":!docs/proof.md", ":!docs/proof.json", ":!docs/growth.svg")
    return commit + (" and changes" if changed else "")


def play(commands, log, limit):
    """Runs commands one after the other into one log; gives `done`, `failed` or `hung`."""
    until = time.monotonic() + limit
    with open(log, "wb") as file:
        for command in commands:
            file.write(f"$ {' '.join(command)}\n".encode())
            file.flush()
            process = subprocess.Popen(
                command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True)
            try:
                code = process.wait(timeout=max(1, until - time.monotonic()))
            except (subprocess.TimeoutExpired, KeyboardInterrupt) as stopped:
                # Its children hold servers and ports; the whole group goes.
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                if isinstance(stopped, KeyboardInterrupt):
                    raise
                return "hung", f"no end after {limit} s"
            if code != 0:
                return "failed", f"`{' '.join(command)}` ended with code {code}"
    return "done", ""


def result_of(part, is_short, folder, commit):
    """Plays one part and keeps what came of it."""
    missing = [f"{tool} is missing: {how}" for tool, how in part.needs.items() if not shutil.which(tool)]
    if missing and (part.always or not is_short):
        return {"state": "missing", "why": "; ".join(missing), "date": "", "commit": commit, "figures": []}
    log = os.path.join(folder, f"{part.key}.log")
    began = time.monotonic()
    commands, limit = (part.short, part.short_limit) if is_short else (part.long, part.long_limit)
    state, why = play(commands, log, limit)
    with open(log, encoding="utf-8", errors="replace") as file:
        figures = [asdict(figure) for figure in part.read(file.read())]
    if state == "done" and not figures:
        state, why = "unread", "the command ended well and its figures were not found"
    return {
        "state": state, "why": why, "date": f"{datetime.date.today():%-d %B %Y}", "commit": commit,
        "seconds": round(time.monotonic() - began), "figures": figures}


def kept(folder, key):
    """An earlier result, if there is a whole one."""
    try:
        with open(os.path.join(folder, f"{key}.json"), encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def keep(folder, key, result):
    beside = os.path.join(folder, f"{key}.json.new")
    with open(beside, "w", encoding="utf-8") as file:
        json.dump(result, file)
    os.replace(beside, os.path.join(folder, f"{key}.json"))


def tell(part, result, is_short):
    took = f" ({result['seconds']} s)" if "seconds" in result else ""
    print(f"{result['state']:>8}  {part.title}{took}{': ' if result['why'] else ''}{result['why']}", flush=True)
    for figure in result["figures"]:
        print(f"          {figure['what']}: {figure['found']}{'' if is_short or figure['is_met'] is None else ', goal met: ' + page.MARKS[figure['is_met']].strip('*')}")


def chosen(options):
    names = [part.key for part in PARTS]
    unknown = [name for name in options.part if name not in names]
    if unknown:
        sys.exit(f"there is no part {', '.join(unknown)}: {', '.join(names)}")
    return [part for part in PARTS if (not options.part or part.key in options.part) and not (options.short and part.short is None)]


def main():
    parser = argparse.ArgumentParser(prog="proof", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="each part as small as it goes; no page")
    parser.add_argument("--resume", action="store_true", help="leave out what has ended for this build")
    parser.add_argument("--part", action="append", default=[], help="only this part; may be given again")
    parser.add_argument("--list", action="store_true", help="name the parts")
    options = parser.parse_args()
    if options.list:
        for part in PARTS:
            print(f"{part.key:>12}  {part.title}: {part.goal}")
        return 0
    commit, folder = build(), os.path.join(ROOT, "target", "proof", "short" if options.short else "long")
    os.makedirs(folder, exist_ok=True)
    wrong = 0
    parts = chosen(options)
    for at, part in enumerate(parts, 1):
        result = kept(folder, part.key) if options.resume else None
        if result is None or result["commit"] != commit or result["state"] != "done":
            print(f"[{at}/{len(parts)}] {part.title}: {part.how}", flush=True)
            result = result_of(part, options.short, folder, commit)
            keep(folder, part.key, result)
        tell(part, result, options.short)
        is_wrong = result["state"] in ("failed", "hung", "unread") or (options.short and result["state"] == "missing")
        wrong += is_wrong
    if options.short:
        print(f"{len(parts) - wrong} passed, {wrong} failed")
    else:
        results = {part.key: kept(folder, part.key) for part in PARTS}
        of_this = {key: result for key, result in results.items() if result and result["commit"] == commit}
        page.write(PARTS, of_this, commit, "target/proof/long", os.path.join(ROOT, "docs"))
        print("the page is docs/proof.md")
    return 1 if wrong else 0


sys.exit(main())
