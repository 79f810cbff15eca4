"""How figures are read from what the parts of the proof print: each reader takes a log and gives what it found, or nothing."""

import csv
import json
import os
import re
from dataclasses import dataclass

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))


@dataclass
class Figure:
    """One figure: what it says, what was found, and whether the goal is met; None where there is no goal."""

    what: str
    found: str
    is_met: bool | None = None


def cargo_counts(log):
    """Passed and failed of every `test result` line."""
    lines = re.findall(r"^test result: \w+\. (\d+) passed; (\d+) failed", log, re.M)
    passed, failed = sum(int(p) for p, _ in lines), sum(int(f) for _, f in lines)
    if passed + failed == 0:
        return []
    return [Figure("passed, failed", f"{passed}, {failed}", failed == 0)]


def years(log):
    """Of the simulation, whose test fails unless each run that was due has exactly one end."""
    played = re.search(r"^(\d+) stores of four years each were played, (\d+) runs", log, re.M)
    if played is None:
        return cargo_counts(log)
    text = f"{int(played[1]) * 4} years, {int(played[2]):,} runs"
    return [Figure("played without a run that has no end or two", text, int(played[1]) * 4 >= 1000)]


def kills(log):
    """Lines such as `sqlite: 100000 kills, 1234 acknowledged, 0 lost, 0 broken`."""
    found = re.findall(r"^(?:(\w+): )?(\d+) kills, (\d+) acknowledged, (\d+) lost, (\d+) broken", log, re.M)
    return [
        Figure(f"{store or 'all'}: kills, acknowledged, lost, invariants broken", f"{k}, {a}, {lost}, {broken}", lost == broken == "0")
        for store, k, a, lost, broken in found]


def drill(log):
    """The report of `reval drill NAME --json`: how many of its facts held."""
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{") and '"facts"' in line]
    facts = [fact for line in lines for fact in line["facts"]]
    if not facts:
        return []
    held = sum(1 for fact in facts if fact.get("holds", fact.get("held")))
    return [Figure("facts that held, of all", f"{held} of {len(facts)}", held == len(facts))]


def counts(log):
    """The last line `N passed, M failed` of a check, and what it measured on lines that begin with `measured: `."""
    found = re.findall(r"^(\d+) passed, (\d+) failed", log, re.M)
    if not found:
        return []
    figures = [Figure(*line.split("=", 1)) for line in re.findall(r"^measured: (.+=.+)$", log, re.M)]
    passed, failed = found[-1]
    return figures + [Figure("passed, failed", f"{passed}, {failed}", failed == "0")]


def rolled(log):
    """What scripts/rolling.sh counted."""
    figures = [Figure("requests that failed, of all", found, found.startswith("0 of")) for found in re.findall(r"(\d+ of \d+) requests failed", log)]
    figures += [Figure("runs, none missing or twice", found) for found in re.findall(r"ok +none of (\d+) is missing", log)]
    figures += [Figure("minutes per node, mean", f"{sum(map(float, row.split(', '))) / len(row.split(', ')):.2f}") for row in re.findall(r"minutes per node: ([\d., ]+\d)", log)]
    return figures + counts(log)


def table_of_faults(_log):
    """docs/faults.csv, whose names of tests `tests/tidy.rs` checks."""
    with open(os.path.join(ROOT, "docs", "faults.csv"), encoding="utf-8", newline="") as file:
        states = [row["state"] for row in csv.DictReader(file)]
    return [
        Figure("rows with a test", f"{states.count('tested')} of {len(states)}", states.count("tested") == len(states)),
        Figure("rows without one yet", str(states.count("not yet"))),
    ] + [Figure("rows that no machine of this kind can inject", str(states.count("not here")))] * ("not here" in states)


def table_of_rules(_log):
    """docs/asvs.csv, whose names of tests `tests/tidy.rs` checks."""
    with open(os.path.join(ROOT, "docs", "asvs.csv"), encoding="utf-8", newline="") as file:
        results = [row["result"] for row in csv.DictReader(file)]
    return [Figure(f"rules {word}", str(results.count(word))) for word in sorted(set(results))]


def ratios(log):
    """Each table of `cargo bench --bench night`: Reval's wall time over the bare contestant's."""
    figures, title = [], ""
    for line in log.splitlines():
        if line and not line.startswith(" "):
            title = line.split(":")[0] + ":" + line.split(":")[1] if ":" in line else line
        row = re.match(r"^  (\S.*?) +([\d.]+) ms .*? ([\d.]+)x$", line)
        if row and not row[1].startswith("bare"):
            is_night = "night" in title or "chain" in title
            figures.append(Figure(f"{title}: {row[1]}, ms and ratio to bare", f"{row[2]}, {row[3]}", float(row[3]) <= 1.5 if is_night else None))
    return figures


AIMS = {"due until `started`, 1 at once": 50, "due until `started`, 1000 at once": 400}


def rows_of_milliseconds(log):
    """Markdown rows of a benchmark: what, p50, p99."""
    figures, engine = [], ""
    for line in log.splitlines():
        named = re.match(r"^(Sqlite|Postgres): ", line)
        engine = named[1] if named else engine
        row = re.match(r"^\| ([^|]+?) \| ([\d.]+) \| ([\d.]+) \|$", line)
        if row:
            aim = next((most for what, most in AIMS.items() if row[1] == what), None)
            met = None if aim is None else float(row[3]) <= aim
            figures.append(Figure(f"{engine} {row[1]}, p50 / p99 ms".strip(), f"{row[2]} / {row[3]}", met))
    return figures


def rows_as_they_are(log):
    """Markdown rows whose columns are named by the row above them."""
    figures, head = [], []
    for line in log.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("| ") else []
        if len(cells) > 1 and not head:
            head = cells
        elif cells and len(cells) == len(head):
            figures.append(Figure(f"{cells[0]}: {', '.join(head[1:])}", " / ".join(cells[1:])))
    return figures


def beside_peers(log):
    """The JSON of scripts/peers.py, as ratios to Reval's wall time."""
    lines = [line for line in log.splitlines() if line.startswith('{"doctors"')]
    if not lines:
        return []
    figures, result = [], json.loads(lines[-1])
    goals = {"lxml_copy": (4, 2), "zeep_sqlalchemy": (12, 6), "dlt_merge": (25, None)}
    for engine in result["engines"]:
        for what, at in (("night", 0), ("load", 1)):
            costs = engine[what]
            for name, cost in costs.items():
                text = f"{cost['wall_s']:.2f} s, {cost['cpu_s']:.2f} s CPU, {cost['peak_mib']:.0f} MiB"
                met = None
                if name != "reval":
                    ratio, goal = cost["wall_s"] / costs["reval"]["wall_s"], goals[name][at]
                    text += f": {ratio:.1f} times Reval's time" + (f" (goal {goal})" if goal else "")
                    met = None if goal is None else ratio >= goal
                title = "a night" if what == "night" else "first load"
                figures.append(Figure(f"{engine['engine']}, {title} of {result['doctors']}: {name}", text, met))
    return figures


def loads(log):
    """The JSON of scripts/load.py: all pages together, idle, during a publish and during a workbook, and the peak of memory."""
    lines = [line for line in log.splitlines() if line.startswith('{"doctors"')]
    figures = []
    for result in map(json.loads, lines):
        for row in result["rows"]:
            if row["kind"] == "all":
                text = f"{row['a_second']:.0f} / {row['p50_ms']:.1f} ms / {row['p99_ms']:.1f} ms, {row['failed']} of {row['asked']} failed"
                figures.append(Figure(
                    f"{result['doctors']} doctors, {row['what']}: requests a second, p50, p99", text,
                    row["p99_ms"] <= 50 and row["failed"] == 0))
        figures.append(Figure(f"{result['doctors']} doctors: peak memory, with the demo's GMC inside", f"{result['peak_mib']:.0f} MiB"))
    return figures


def growth(log):
    """Rows of scripts/measure_memory.py: seconds and MiB of the five steps."""
    rows = re.findall(r"^ *(\d+)((?: +[\d.]+ +\d+){5})", log, re.M)
    steps = ("first load", "person's word", "changed night", "first reading of TIS", "next reading of TIS")
    figures = []
    for doctors, numbers in rows:
        numbers = numbers.split()
        figures += [
            Figure(f"{doctors} doctors, {step}", f"{seconds} s, {mib} MiB")
            for step, seconds, mib in zip(steps, numbers[::2], numbers[1::2])]
    return figures


def mutants(log):
    """The last line of cargo-mutants."""
    found = re.findall(r"(\d+) mutants tested[^:]*: (.*)$", log, re.M)
    if not found:
        return []
    parts = dict(reversed(part.split(" ", 1)) for part in found[-1][1].split(", "))
    missed, caught = int(parts.get("missed", 0)), int(parts.get("caught", 0)) + int(parts.get("timeouts", 0))
    share = 100 * caught / max(1, caught + missed)
    return [Figure("caught of those that compile", f"{caught} of {caught + missed}, {share:.1f} %", share >= 95)]


def fuzzed(log):
    """Executions that libFuzzer counts, target by target."""
    done = re.findall(r"^(?:Done|#\d+\s+DONE).*$", log, re.M)
    runs = re.findall(r"stat::number_of_executed_units: +(\d+)", log)
    if not done:
        return []
    return [Figure("targets run to their end, executions", f"{len(done)}, {sum(map(int, runs)) or 'not counted'}", "SUMMARY: " not in log)]
