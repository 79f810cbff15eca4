//! The real program from outside: what it says, what it refuses, and the code it ends with.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "cli/access.rs"]
mod access;
#[path = "cli/channels.rs"]
mod channels;
#[path = "cli/commands.rs"]
mod commands;
#[path = "cli/compare.rs"]
mod compare;
#[path = "cli/config.rs"]
mod config;
#[path = "cli/connections.rs"]
mod connections;
#[path = "cli/disk.rs"]
mod disk;
#[path = "cli/drain.rs"]
mod drain;
#[path = "cli/drill.rs"]
mod drill;
#[path = "cli/nodes.rs"]
mod nodes;
#[path = "cli/overrides.rs"]
mod overrides;
#[path = "cli/parity.rs"]
mod parity;
#[path = "cli/pings.rs"]
mod pings;
#[path = "cli/play.rs"]
mod play;
#[path = "cli/recommendations.rs"]
mod recommendations;
#[path = "cli/runs.rs"]
mod runs;
#[path = "cli/schedule.rs"]
mod schedule;
#[path = "cli/watch.rs"]
mod watch;

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;
use testkit::{Engine, engines, scratch};

const VERBS: [&str; 52] = [
    "demo",
    "drill",
    "serve",
    "run",
    "refresh",
    "jobs",
    "next",
    "runs",
    "abort",
    "override",
    "nodes",
    "drain",
    "report",
    "keys",
    "wrap",
    "pause",
    "holds",
    "approve",
    "reject",
    "snapshots",
    "rollback",
    "rejects",
    "doctor",
    "discrepancies",
    "rebuild",
    "migrate",
    "check-config",
    "config",
    "fingerprint",
    "parity",
    "play",
    "compare",
    "connections",
    "connect",
    "disconnect",
    "settle",
    "recommendations",
    "officers",
    "gmc-sim",
    "channels",
    "watch",
    "status",
    "alerts",
    "alert",
    "ack",
    "resolve",
    "silence",
    "users",
    "tokens",
    "audit",
    "grants",
    "version",
];

/// A folder of its own to run in, with a store, a spool and settings of its own.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn program(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reval"));
        command.args(args).current_dir(self.0.path()).stdin(Stdio::null());
        // Settings of whoever runs the tests must not reach the program.
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("REVAL__")) {
            command.env_remove(name);
        }
        command.env("REVAL__WEB__LISTEN", "127.0.0.1:0");
        // No balancer stands before it.
        command.env("REVAL__NODE__PROBE_EVERY", "0s");
        command
    }

    fn run(&self, args: &[&str]) -> Ended {
        Ended::of(self.program(args).output().unwrap())
    }

    fn with_config(&self, text: &str, args: &[&str]) -> Ended {
        std::fs::write(self.path("my.toml"), text).unwrap();
        self.run(&[&["--config", "my.toml"], args].concat())
    }
}

struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Ended {
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Whether it ended with a code and said something on standard error.
    fn must(&self, code: i32, said: &str) {
        assert_eq!(self.code, Some(code), "{} {}", self.out, self.err);
        assert!(self.err.contains(said), "{said:?} is not in {:?}", self.err);
    }
}

/// A program that goes on until it is dropped; what it first said.
struct Running {
    child: Child,
    first: String,
}

impl Running {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
        Self { child, first: first.trim().to_owned() }
    }

    /// Asks it to end as a system would, and waits until it has.
    fn end(&mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        Command::new("/bin/sh").args(["-c", &format!("kill -TERM {pid}")]).status().unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn every_verb_shows_help_with_an_example() {
    let home = Home::new();
    let help = home.run(&["--help"]);
    assert_eq!(help.code, Some(0));
    assert!(help.out.contains("Exit codes:"));
    for verb in VERBS {
        assert!(help.out.lines().any(|line| line.trim_start().starts_with(verb)), "{verb} is not in --help");
        let help = home.run(&[verb, "--help"]);
        assert_eq!(help.code, Some(0), "{verb}");
        assert!(help.out.contains(&format!("  reval {verb}")), "{verb}: {}", help.out);
        assert!(help.out.contains("Example"), "{verb}");
    }
}

#[test]
fn version_needs_no_settings() {
    let home = Home::new();
    let said = home.run(&["version"]);
    assert_eq!(said.code, Some(0));
    assert!(said.out.starts_with("reval 0."), "{}", said.out);
    let json: serde_json::Value = serde_json::from_str(&home.run(&["version", "--json"]).out).unwrap();
    assert!(json["schema_version"].is_u64());
}

#[test]
fn a_mistake_in_the_settings_is_said_by_file_line_and_sentence() {
    let home = Home::new();
    let said = home.with_config("[freshness]\namber = \"26\"\n", &["check-config"]);
    said.must(10, "my.toml, line 2: freshness.amber is \"26\"; a duration is a whole number and a unit");
    let said = home.with_config("[web]\nlisten = \"0.0.0.0:80\"\n[holds]\nkeep_days = 0\n", &["holds"]);
    said.must(10, "my.toml, line 4: holds.keep_days must be a whole number from 1 to 90");
    assert!(!home.path("data").exists(), "nothing was begun");
}

#[test]
fn an_unknown_setting_is_refused_with_the_nearest_known_one() {
    let home = Home::new();
    home.with_config("[freshness]\nambr = \"26h\"\n", &["holds"])
        .must(10, "my.toml, line 2: freshness.ambr is no setting of Reval; did you mean freshness.amber?");
    let output = home.program(&["holds"]).env("REVAL__GMC__USR", "x").output().unwrap();
    Ended::of(output)
        .must(10, "environment, REVAL__GMC__USR: gmc.usr is no setting of Reval; did you mean gmc.user?");
    home.run(&["--config", "absent.toml", "holds"]).must(10, "absent.toml: cannot be read");
}

#[test]
fn check_config_says_where_each_value_comes_from() {
    let home = Home::new();
    let said = home.with_config("[freshness]\n\nred = \"60h\"\n", &["check-config", "--json"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let settings = json["settings"].as_array().unwrap();
    let of = |key: &str| settings.iter().find(|one| one["key"] == key).unwrap().clone();
    assert_eq!(of("freshness.red")["origin"], "my.toml, line 3");
    assert_eq!(of("freshness.amber")["origin"], "default");
    assert_eq!(of("web.listen")["origin"], "environment, REVAL__WEB__LISTEN");
}

#[test]
fn a_live_check_says_what_does_not_answer() {
    let home = Home::new();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let config = format!("[gmc]\nurl = \"http://{closed}/x\"\n");
    let said = home.with_config(&config, &["check-config", "--live"]);
    assert_eq!(said.code, Some(20), "{}", said.err);
    let lines: Vec<&str> = said.out.lines().rev().take(4).collect();
    let starts = ["ok      spool", "FAILED  TIS", "FAILED  GMC", "ok      store"];
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(start), "{line}");
    }
    assert!(!home.path("data/reval.db").exists(), "a check makes no store");
}

#[test]
fn a_port_in_use_is_said_in_words() {
    let home = Home::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = home.program(&["serve"]).env("REVAL__WEB__LISTEN", &address).output().unwrap();
    Ended::of(output).must(20, &format!("{address} cannot be used: another program listens there"));
    home.run(&["gmc-sim", "--listen", &address]).must(20, "another program listens there");
}

#[test]
fn a_second_serve_on_one_store_is_refused_and_the_first_ends_when_asked() {
    let home = Home::new();
    let mut first = Running::start(home.program(&["serve"]));
    assert!(first.first.starts_with("http://127.0.0.1:"), "{}", first.first);
    let pid = first.child.id();
    home.run(&["serve"]).must(13, &format!("another process, {pid}, is serving data/reval.db"));
    assert_eq!(home.run(&["holds"]).code, Some(0), "people may look while pages are served");
    assert_eq!(first.end(), Some(0));
}

#[test]
fn a_second_run_on_one_store_is_refused_with_the_first_ones_process() {
    let home = Home::new();
    assert_eq!(home.run(&["holds"]).code, Some(0), "the store is made");
    let lock = std::fs::File::create(home.path("data/reval.db.work.lock")).unwrap();
    std::io::Write::write_all(&mut &lock, b"4711\n").unwrap();
    lock.try_lock().unwrap();
    for args in [["run", "gmc-sync"].as_slice(), &["run", "tis-enrich"], &["refresh"], &["rebuild"]] {
        home.run(args).must(13, "another process, 4711, is at work on data/reval.db; nothing was begun");
    }
    drop(lock);
    assert_eq!(home.run(&["rebuild"]).code, Some(0), "the lock dies with its holder");
}

#[test]
fn a_store_of_another_environment_is_refused() {
    let home = Home::new();
    assert_eq!(home.run(&["holds"]).code, Some(0));
    home.with_config("[site]\nenvironment = \"production\"\n", &["holds"])
        .must(20, "this store belongs to the environment \"development\"");
    home.with_config("[site]\nenvironment = \"production\"\n", &["migrate"]).must(20, "nothing was changed");
}

#[tokio::test]
async fn an_empty_postgresql_is_refused_until_it_is_migrated() {
    for engine in engines().into_iter().filter(|engine| *engine == Engine::Postgres) {
        let (home, scratch) = (Home::new(), scratch(engine).await);
        let run = |args: &[&str]| {
            Ended::of(home.program(args).env("REVAL__STORE__URL", &scratch.url).output().unwrap())
        };
        run(&["holds"]).must(20, "run `reval migrate`");
        run(&["serve"]).must(20, "run `reval migrate`");
        assert_eq!(run(&["migrate"]).code, Some(0));
        assert_eq!(run(&["holds"]).code, Some(0));
    }
}

/// Settings of a sandbox whose GMC is a simulator of 65 doctors.
fn sandbox(home: &Home, gmc: &str) -> PathBuf {
    let config = format!(
        "[site]\nenvironment = \"sandbox\"\n[sandbox]\nclock_file = \"clock\"\n[gmc]\nurl = \"{gmc}\"\n\
         password_file = \"password\"\n[tis]\nextracts = \"tis\"\n"
    );
    std::fs::write(home.path("clock"), "2026-11-25T00:05:00Z\n").unwrap();
    std::fs::write(home.path("password"), "reval\n").unwrap();
    std::fs::write(home.path("my.toml"), config).unwrap();
    home.path("my.toml")
}

fn with<'a>(config: &'a Path, args: &[&'a str]) -> Vec<&'a str> {
    [&["--config", config.to_str().unwrap()], args].concat()
}

#[test]
fn a_first_load_waits_for_a_typed_count_and_is_then_published() {
    let home = Home::new();
    let gmc = Running::start(home.program(&["gmc-sim", "--listen", "127.0.0.1:0", "--doctors", "65"]));
    let config = sandbox(&home, &gmc.first);
    let run = home.run(&with(&config, &["run", "gmc-sync", "--body", "NWL"]));
    assert_eq!(run.code, Some(30), "{} {}", run.out, run.err);
    assert!(run.out.contains("suspect: published 0 of 1; held: 1-1RUZV6H"), "{}", run.out);

    let holds = home.run(&with(&config, &["holds", "--json"]));
    let holds: serde_json::Value = serde_json::from_str(&holds.out).unwrap();
    let (id, doctors) = (holds[0]["id"].as_str().unwrap(), holds[0]["doctors"].to_string());
    assert_eq!(doctors, "5");
    let approve =
        |count: &str| home.run(&with(&config, &["approve", id, "--count", count, "--reason", "first"]));
    approve("6").must(10, "6 doctors were typed, but the held list of 1-1RUZV6H has 5");
    let join = || home.run(&with(&config, &["run", "tis-enrich"]));
    join().must(30, "tis-enrich needs the lists of gmc-sync");
    assert_eq!(approve(&doctors).code, Some(0));
    assert!(!join().err.contains("needs the lists"), "a person's word publishes tonight's list as well");
    approve(&doctors).must(13, "does not wait any more");

    let again = home.run(&with(&config, &["run", "gmc-sync", "--body", "NWL"]));
    assert_eq!(again.code, Some(0), "{} {}", again.out, again.err);
    let snapshots = home.run(&with(&config, &["snapshots", "NWL", "--json"]));
    let snapshots: serde_json::Value = serde_json::from_str(&snapshots.out).unwrap();
    assert_eq!(snapshots[0]["data_as_of"], "2026-11-25T00:05:00Z");
    home.run(&with(&config, &["rollback", "NWL", "99", "--reason", "x"])).must(12, "99");
    home.run(&with(&config, &["snapshots", "Atlantis"])).must(12, "there is no body Atlantis");
    home.run(&with(&config, &["doctor", "9999998"])).must(12, "no doctor with this GMC number");
}

#[test]
fn production_is_not_rebuilt_by_habit() {
    let home = Home::new();
    let config = "[site]\nenvironment = \"live\"\nproduction = \"on\"\n";
    home.with_config(config, &["rebuild"]).must(11, "this is PRODUCTION: environment \"live\", 0 doctors");
    home.with_config(config, &["rebuild", "--environment", "test", "--reason", "x"])
        .must(11, "nothing was changed");
    let shown = home.with_config(config, &["rebuild", "--environment", "live"]);
    assert_eq!(shown.code, Some(0), "{}", shown.err);
    assert!(shown.out.contains("nothing was changed; give a --reason"), "{}", shown.out);
}
