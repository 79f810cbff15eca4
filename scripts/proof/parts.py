"""What is proved: each part with its goal, its commands in the long and the short form, and who reads its figures."""

from dataclasses import dataclass, field

import readers

# Always of the whole workspace: cargo would compile other people's crates again for a part of it.
TEST = ["cargo", "test", "--locked", "--workspace"]
BENCH = ["cargo", "bench", "--locked", "--workspace"]
# A short form must not compile everything once more: it uses what `cargo test` has built.
QUICK = [*BENCH, "--profile", "dev"]
BUILD = ["cargo", "build", "--locked", "--workspace", "--release"]
LONG, SHORT = "target/release/reval", "target/debug/reval"
DOCTORS = "485"


@dataclass
class Part:
    """One part of the proof."""

    key: str
    title: str
    goal: str
    # What the command does, for readers of the page.
    how: str
    # Commands, one after the other.
    long: list
    # None where minutes do not suffice.
    short: list | None
    read: object
    # Seconds after which a form is taken for hung.
    long_limit: int = 3600
    short_limit: int = 300
    # Programs that must be on the PATH, each with how to have it; they are needed by the long form alone unless `always`.
    needs: dict = field(default_factory=dict)
    always: bool = False


PSQL = {"psql": "apt-get install postgresql-client"}
PARTS = [
    Part(
        "drills", "Bad nights", "every drill holds on both stores",
        "Every scenario of `reval drill`, played by the built program on SQLite and PostgreSQL, its kills and its clocks real.",
        [[*TEST, "--test", "nights"]], [[*TEST, "--test", "nights", "s02"]], readers.cargo_counts),
    Part(
        "weeks", "Three weeks of chance, ten times", "nothing stale unlabelled, nothing bad untold, nothing sent twice or lost",
        "`reval drill S36` with ten seeds: at each night faults that are drawn, minute by minute what the world knows beside what is told.",
        [BUILD, *([LONG, "drill", "S36", "--seed", str(seed), "--json"] for seed in range(1, 11))], None, readers.drill),
    Part(
        "simulation", "A thousand years of nights", "every run that is due has exactly one end",
        "The ledger's schedulers on a virtual clock and a seed: two to five nodes, kills, jumps, changes of the clock in all zones.",
        [["scripts/simulated_years.sh", "1000", "--resume"]], None, readers.years, long_limit=4 * 3600),
    Part(
        "faults", "The fault matrix", "every row has its test",
        "The rows of `docs/faults.csv`, each with the test that injects it; the tests run in `make test`.",
        [[*TEST, "--test", "tidy", "every_fault"]], [[*TEST, "--test", "tidy", "every_fault"]], readers.table_of_faults),
    Part(
        "crashes", "Killed at any instant", "nothing acknowledged lost, no invariant broken",
        "A process that writes is killed by the signal nobody can catch, 100,000 times on SQLite and 20,000 times on PostgreSQL.",
        [["scripts/crash_loop.sh", "100000", "--resume"]], [[*TEST, "--test", "all", "--", "killed_at_any_instant"]],
        lambda log: readers.kills(log) or readers.cargo_counts(log), long_limit=12 * 3600),
    Part(
        "fuzz", "Fuzzing", "no target ever breaks its property",
        "Bytes that nobody thought of for whatever reads from outside, a minute a target; the seeded short form in every `make test`.",
        [["scripts/fuzz.sh", "60"]], [[*TEST, "--test", "all", "--", "short", "corpus"]],
        lambda log: readers.fuzzed(log) or readers.cargo_counts(log), long_limit=3 * 3600,
        needs={"cargo-fuzz": "cargo install cargo-fuzz, and a nightly toolchain"}),
    Part(
        "mutants", "Mutants of the rules", "95 in 100 are caught",
        "cargo-mutants changes the brake, the publishing rules, the states of runs and of what is sent; the crate's tests must notice.",
        [["scripts/mutants.sh"]], None, readers.mutants, long_limit=4 * 3600,
        needs={"cargo-mutants": "cargo install cargo-mutants"}),
    Part(
        "access", "Who may do what", "each cell of the matrix as the policy says",
        "Every route for every role and six relations of its bodies to the data, with a canary in other bodies' rows; on both stores.",
        [[*TEST, "--test", "pages", "matrix"]], None, readers.cargo_counts),
    Part(
        "asvs", "OWASP ASVS 5.0", "each rule that applies has a test that passes",
        "The rules of `docs/asvs.csv`; `tests/tidy.rs` refuses a row whose test is not there.",
        [[*TEST, "--test", "tidy", "every_rule"]], [[*TEST, "--test", "tidy", "every_rule"]], readers.table_of_rules),
    Part(
        "rolling", "Two nodes restarted behind HAProxy", "0 of 200,000 requests failed, 0 runs lost",
        "Twenty rounds of restarts under load, versions N and N+1 in turn, the tables changed while both nodes are N; minutes per node.",
        [["scripts/rolling.sh", "--rounds", "20", "--requests", "200000", "--pause", "0", "--keep-logs"]], None, readers.rolled,
        long_limit=4 * 3600, needs={"haproxy": "apt-get install haproxy"}),
    Part(
        "night", "A night beside the bare contestant", "at most 1.5 times its time",
        "54,005 doctors in 13 bodies, about 1 % changed; `bare` fetches, compares and writes, and checks nothing.",
        [[*BENCH, "--bench", "night", "--", "--rounds", "5"]],
        [[*QUICK, "--bench", "night", "--", "--doctors", DOCTORS, "--rounds", "1"]], readers.ratios),
    Part(
        "chain", "GMC and TIS beside the bare contestant", "at most 1.5 times its time",
        "60,005 doctors and as many persons in TIS, about 1 % of either changed, rules, brakes, discrepancies and all.",
        [[*BENCH, "--bench", "night", "--", "--chain", "60005", "--rounds", "3"]], None, readers.ratios),
    Part(
        "peers", "What a team would use instead", "4 (lxml), 12 (zeep) and 25 (dlt) times quicker on a night",
        "Whole processes on the same lists and stores in turn: lxml with COPY, zeep with SQLAlchemy, dlt with history.",
        [BUILD, ["python3", "scripts/peers.py", LONG, "--rounds", "3", "--json"]],
        [["python3", "scripts/peers.py", SHORT, "--doctors", DOCTORS, "--rounds", "1", "--json"]],
        readers.beside_peers, needs=PSQL, always=True),
    Part(
        "ledger", "Starts that are on time", "p99 of 50 ms for one, 400 ms for 1,000 at once",
        "10,000 jobs with 100,000 runs behind them: what is due, claims by 1, 4 and 16 clients, from due to `started`.",
        [[*BENCH, "--bench", "ledger", "--", "--runs", "100000"]],
        [[*QUICK, "--bench", "ledger", "--", "--jobs", "20", "--runs", "200"]], readers.rows_of_milliseconds),
    Part(
        "watch", "From missed to told", "p99 of 1 s",
        "The loops of `reval watch` and a webhook's receiver on the same machine.",
        [[*BENCH, "--bench", "watch"]], None, readers.rows_as_they_are),
    Part(
        "pages", "Pages under load", "p99 of 50 ms at 200 requests a second, none failed",
        "Fifty connections ask for lists, searches and doctors, idle, during a publish, and while somebody takes a workbook; SQLite.",
        [BUILD, ["python3", "scripts/load.py", LONG, "--json"]],
        [["python3", "scripts/load.py", SHORT, "--doctors", DOCTORS, "--rate", "20", "--seconds", "2", "--json"]], readers.loads),
    Part(
        "memory", "Memory as the world grows", "flat",
        "Peak resident memory of `reval run gmc-sync` and `reval run tis-enrich`, each a process of its own; `docs/growth.svg` draws the changed night of the first.",
        [BUILD,
         ["python3", "scripts/measure_memory.py", LONG, "6005", "60005", "600005", "--svg", "docs/growth.svg"]],
        [["python3", "scripts/measure_memory.py", SHORT, DOCTORS]], readers.growth, long_limit=2 * 3600),
]
