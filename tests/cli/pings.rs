//! What somebody else runs reports over HTTP: plain `curl` as the documents show it, and `reval wrap`.

use std::process::Command;

use super::{Ended, Home, Running, sandbox, with};

const JOB: &str = "ndw-etl-prod";

/// Pages that are served, where they are, and a key of a job that somebody else runs.
struct Served {
    home: Home,
    config: std::path::PathBuf,
    url: String,
    key: String,
    _serve: Running,
}

fn served() -> Served {
    let home = Home::new();
    let config = sandbox(&home, "http://127.0.0.1:9/");
    let usual = std::fs::read_to_string(&config).unwrap();
    let job = format!("[schedule]\nenabled = \"off\"\n[[job]]\nname = \"{JOB}\"\nenabled = \"on\"\n");
    std::fs::write(&config, format!("{usual}{job}")).unwrap();
    let serve = Running::start(home.program(&with(&config, &["serve"])));
    let url = serve.first.split(' ').next().unwrap().to_owned();
    let made = home.run(&with(&config, &["keys", "add", JOB, "--reason", "a test", "--json"]));
    let made: serde_json::Value = serde_json::from_str(&made.out).unwrap_or_else(|_| panic!("{}", made.err));
    let key = made["key"].as_str().unwrap().to_owned();
    Served { home, config, url, key, _serve: serve }
}

impl Served {
    fn said(&self, args: &[&str]) -> String {
        let said = self.home.run(&with(&self.config, args));
        format!("{}{}", said.out, said.err)
    }

    /// The runs that have begun, newest first: state, reason, id.
    fn runs(&self) -> Vec<(String, String, String)> {
        let runs: serde_json::Value = serde_json::from_str(&self.said(&["runs", JOB, "--json"])).unwrap();
        let text = |run: &serde_json::Value, name: &str| run[name].as_str().unwrap_or_default().to_owned();
        let begun = runs.as_array().unwrap().iter().filter(|run| !run["started_at"].is_null());
        begun.map(|run| (text(run, "state"), text(run, "reason"), text(run, "id"))).collect()
    }

    /// Moves the sandbox's clock, which nobody may see half written.
    fn at_minute(&self, minute: usize) {
        std::fs::write(self.home.path("clock.new"), format!("2026-11-25T00:{minute:02}:00Z\n")).unwrap();
        std::fs::rename(self.home.path("clock.new"), self.home.path("clock")).unwrap();
    }

    fn wrap(&self, url: &str, script: &str) -> Ended {
        let args = ["wrap", &self.key, "--url", url, "--", "sh", "-c", script];
        Ended::of(self.home.program(&args).output().unwrap())
    }
}

/// The lines of the document that a shell would run with `curl`.
fn documented() -> Vec<&'static str> {
    let text = include_str!("../../docs/from-jenkins.md");
    text.lines().filter(|line| line.starts_with("curl ")).collect()
}

#[test]
fn the_documents_lines_of_curl_begin_and_end_runs() {
    let served = served();
    let lines = documented();
    assert_eq!(lines.len(), 6, "{lines:?}");
    for (minute, line) in (6..).zip(lines) {
        served.at_minute(minute);
        let line = line.replace("https://reval.example.nhs.uk", &served.url).replace("KEY", &served.key);
        let asked = Ended::of(Command::new("sh").args(["-c", &line]).output().unwrap());
        assert_eq!((asked.code, asked.out.as_str()), (Some(0), "OK\n"), "{line}: {}", asked.err);
    }
    let runs = served.runs();
    let states: Vec<&str> = runs.iter().map(|run| run.0.as_str()).collect();
    assert_eq!(states, ["failed", "succeeded", "suspect"], "{runs:?}");
    assert!(runs[1].1.contains("with 54005 records"), "{runs:?}");
    let log = |run: usize| served.said(&["runs", "show", &runs[run].2, "--log"]);
    assert!(
        log(1).contains("half of it is loaded") && log(0).contains("the warehouse was locked"),
        "{}",
        log(1)
    );
    let stranger = format!("curl -s -o /dev/null -w '%{{http_code}}' {}/ping/rvr_00/start", served.url);
    let asked = Ended::of(Command::new("sh").args(["-c", &stranger]).output().unwrap());
    assert_eq!(asked.out, "404");
}

#[test]
fn any_program_is_wrapped_and_ends_as_it_would_alone() {
    let served = served();
    let good = "echo loading; echo reval-records: 1200; echo reval-as-of: 2026-11-25T00:00:00Z; echo hm >&2";
    let wrapped = served.wrap(&served.url, good);
    assert_eq!(wrapped.code, Some(0), "{}", wrapped.err);
    assert!(wrapped.out.starts_with("loading\n") && wrapped.err == "hm\n", "{} {}", wrapped.out, wrapped.err);
    served.at_minute(6);
    assert_eq!(served.wrap(&served.url, "exit 3").code, Some(3));
    served.at_minute(7);
    assert_eq!(served.wrap(&served.url, "kill -9 $$").code, Some(137));
    let runs = served.runs();
    let states: Vec<&str> = runs.iter().map(|run| run.0.as_str()).collect();
    assert_eq!(states, ["failed", "failed", "succeeded"], "{runs:?}");
    assert!(runs[2].1.contains("with 1200 records"), "{runs:?}");
    let log = served.said(&["runs", "show", &runs[2].2, "--log"]);
    for line in ["loading", "hm", "it ended with code 0 after"] {
        assert!(log.contains(line), "{line:?} is not in {log}");
    }
    let listed = served.said(&["keys"]);
    assert!(listed.contains(JOB) && !listed.contains(&served.key) && !listed.contains("never"), "{listed}");
}

#[test]
fn with_reval_away_the_program_runs_all_the_same() {
    let home = Home::new();
    let args = ["wrap", "rvr_00", "--url", "http://127.0.0.1:9", "--", "sh", "-c", "echo done; exit 4"];
    let wrapped = Ended::of(home.program(&args).output().unwrap());
    assert_eq!((wrapped.code, wrapped.out.as_str()), (Some(4), "done\n"), "{}", wrapped.err);
    assert!(wrapped.err.contains("a report to Reval did not arrive"), "{}", wrapped.err);
    home.run(&["keys", "add", "gmc-sync", "--reason", "x"]).must(10, "no job that somebody else runs");
    home.run(&["keys", "revoke", "none", "--reason", "x"]).must(12, "no such key");
}
