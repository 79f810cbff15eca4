//! Jobs of other programs and of other people, from the settings to the log.

use super::{Home, sandbox, with};

/// What any job must say.
const SAID: &str = "sentence = \"Copies.\"\nowner = \"A. Sample\"\nschedule = \"40 2 * * *\"\nzone = \"Europe/London\"\n\
                    start_deadline = \"03:00\"\nfinish_deadline = \"03:45\"\nfloor_duration = \"0s\"\nfloor_records = 0\n\
                    on_failed = \"warn\"\n";

#[test]
fn a_command_runs_by_hand_and_what_it_says_is_its_log() {
    let home = Home::new();
    let config = sandbox(&home, "http://127.0.0.1:9/");
    let usual = std::fs::read_to_string(&config).unwrap();
    let job = format!(
        "[[job]]\nname = \"copy-out\"\ncommand = \"/bin/sh\"\narguments = [\"-c\", \"echo hello $WHO; echo reval-records: 7\"]\n\
         environment = [\"WHO=there\"]\ntime_limit = \"5s\"\n{SAID}"
    );
    std::fs::write(&config, format!("{usual}{job}")).unwrap();
    let run = home.run(&with(&config, &["run", "copy-out", "--json"]));
    let said: serde_json::Value =
        serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{} {}", run.out, run.err));
    assert_eq!((run.code, &said["state"]), (Some(0), &"succeeded".into()), "{said}");
    assert_eq!(said["reason"], "ended with code 0 and 7 records");
    let log = home.run(&with(&config, &["runs", "show", said["run_id"].as_str().unwrap(), "--log"]));
    assert!(log.out.contains("hello there"), "{}", log.out);
    home.run(&with(&config, &["report", "copy-out", "begun"])).must(10, "no job that somebody else runs");
}

#[test]
fn a_job_that_two_or_none_would_do_is_refused_with_its_line() {
    let home = Home::new();
    let config = sandbox(&home, "http://127.0.0.1:9/");
    let usual = std::fs::read_to_string(&config).unwrap();
    let cases = [
        ("name = \"copy-out\"\n", "is none that this program can do"),
        ("name = \"copy-out\"\ncommand = \"/bin/true\"\n", "needs `time_limit`"),
        ("name = \"copy-out\"\ncommand = \"true\"\ntime_limit = \"5s\"\n", "must be a path from the root"),
        ("name = \"copy-out\"\ncommand = \"/bin/true\"\nexternal = \"on\"\n", "work done by two"),
        ("name = \"gmc-sync\"\ncommand = \"/bin/true\"\ntime_limit = \"5s\"\n", "work done by two"),
        ("name = \"gmc-sync\"\nfresh_within = \"26h\"\n", "lists have [freshness]"),
        ("name = \"copy-out\"\nexternal = \"on\"\narguments = [\"x\"]\n", "only a `command` has"),
        (
            "name = \"c\"\ncommand = \"/bin/true\"\ntime_limit = \"5s\"\nenvironment = [\"X\"]\n",
            "write NAME=value",
        ),
        (
            "name = \"c\"\ncommand = \"/bin/true\"\ntime_limit = \"5s\"\narguments = \"x\"\n",
            "must be a list of texts",
        ),
    ];
    for (job, said) in cases {
        std::fs::write(&config, format!("{usual}[[job]]\n{job}{SAID}")).unwrap();
        home.run(&with(&config, &["check-config"])).must(10, said);
    }
}

#[test]
fn what_somebody_else_runs_is_off_until_it_is_wanted_and_then_reported() {
    let home = Home::new();
    let config = sandbox(&home, "http://127.0.0.1:9/");
    let usual = std::fs::read_to_string(&config).unwrap();
    home.run(&with(&config, &["report", "ndw-etl-prod", "begun"])).must(12, "there is no job ndw-etl-prod");
    std::fs::write(&config, format!("{usual}[[job]]\nname = \"ndw-etl-prod\"\nenabled = \"on\"\n")).unwrap();
    home.run(&with(&config, &["run", "ndw-etl-prod"])).must(10, "is run by somebody else, who reports it");
    let report = |args: &[&str]| home.run(&with(&config, &[&["report", "ndw-etl-prod"], args].concat()));
    let begun = report(&["begun"]);
    assert!(begun.out.contains("is running"), "{} {}", begun.out, begun.err);
    report(&["begun"]).must(13, "already running");
    let ended = report(&["failed", "--records", "12", "--said", "the warehouse was locked"]);
    assert!(ended.out.contains("is failed: os:"), "{} {}", ended.out, ended.err);
    let runs = home.run(&with(&config, &["runs", "ndw-etl-prod", "--json"]));
    assert!(runs.out.contains("reported that it ended badly, with 12 records"), "{}", runs.out);
}

#[test]
fn an_unknown_verb_is_a_mistake_of_the_command_line() {
    Home::new().run(&["synchronise"]).must(2, "synchronise");
    Home::new().run(&["run", "tis-enrich", "--body", "NW"]).must(2, "leave out --body");
}
