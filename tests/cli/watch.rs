//! The watch from outside: the scheduler is dead, and somebody is told all the same.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::schedule::until;
use super::{Home, Running, sandbox, with};

fn alerts(home: &Home, config: &Path, more: &[&str]) -> Vec<Value> {
    let said = home.run(&with(config, &[&["alerts", "--json"], more].concat()));
    serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{} {}", said.out, said.err))
}

/// Pages are served a quarter of an hour before the night, and its rows stand ahead.
fn planned(home: &Home) -> (PathBuf, Running) {
    let config = sandbox(home, "http://127.0.0.1:9/");
    std::fs::write(home.path("clock"), "2026-11-24T23:50:00Z\n").unwrap();
    let serve = Running::start(home.program(&with(&config, &["serve"])));
    until("rows stand ahead", || {
        home.run(&with(&config, &["runs", "gmc-sync"])).out.contains("2026-11-25T00:05#1")
    });
    (config, serve)
}

#[test]
fn with_the_scheduler_dead_a_watch_beside_it_tells_within_two_minutes() {
    let home = Home::new();
    let (config, mut serve) = planned(&home);
    serve.child.kill().unwrap();
    let mut watch = Running::start(home.program(&with(&config, &["watch"])));
    std::fs::write(home.path("clock"), "2026-11-25T00:12:00Z\n").unwrap();
    let missed =
        || alerts(&home, &config, &[]).into_iter().find(|one| one["incident_key"] == "missed/gmc-sync");
    until("a missed run is told", || missed().is_some());
    let alert = missed().unwrap();
    assert_eq!((&alert["severity"], &alert["cause_class"]), (&"page".into(), &"not_started".into()));
    assert_eq!(alert["since"], "2026-11-25T00:10:00Z");
    assert!(alert["next_action"]["url"].is_string() && alert["remedy"] != "", "{alert}");
    let status = home.run(&with(&config, &["status"]));
    assert!(
        status.out.contains("missed/gmc-sync") && status.out.contains("watches, last seen"),
        "{}",
        status.out
    );
    assert_eq!(watch.end(), Some(0));
}

#[test]
fn a_person_takes_an_alert_silences_it_and_says_that_it_is_over() {
    let home = Home::new();
    let (config, mut serve) = planned(&home);
    assert_eq!(serve.end(), Some(0));
    std::fs::write(home.path("clock"), "2026-11-25T00:12:00Z\n").unwrap();
    let looked = home.run(&with(&config, &["watch", "--once"]));
    // The missed run, and that nobody keeps the schedule any more.
    assert!(looked.out.contains("opened 2"), "{} {}", looked.out, looked.err);
    let run = |args: &[&str]| home.run(&with(&config, args));
    run(&["ack", "missed/gmc-syncs"]).must(12, "There is no alert under this key");
    let taken = run(&["ack", "missed/gmc-sync", "--reason", "looking"]);
    assert!(taken.out.contains("acknowledged"), "{} {}", taken.out, taken.err);
    run(&["silence", "job=gmc-sync", "--reason", "known"]).must(2, "a silence needs an end");
    run(&["silence", "job=gmc-sync", "--hours", "8"]).must(10, "This needs a reason.");
    run(&["silence", "kind=MISED", "--hours", "8", "--reason", "x"]).must(2, "no kind of alert called MISED");
    let silenced = run(&["silence", "job=gmc-sync", "--hours", "8", "--reason", "known"]);
    assert!(silenced.out.contains("job=gmc-sync"), "{} {}", silenced.out, silenced.err);
    let over = run(&["resolve", "missed/gmc-sync", "--reason", "a drill"]);
    assert!(over.out.contains("is resolved"), "{} {}", over.out, over.err);
    run(&["resolve", "missed/gmc-sync", "--reason", "again"]).must(13, "resolved already");
    let all = alerts(&home, &config, &["--all"]);
    let missed = all.iter().find(|alert| alert["kind"] == "MISSED").unwrap();
    assert_eq!(missed["state"], "resolved");
    let page = run(&["alert", "missed/gmc-sync", "--markdown"]).out;
    for head in ["## Summary", "## Timeline", "## Detection", "## Resolution", "## Lessons: what went badly"]
    {
        assert!(page.contains(head), "{head} is not in {page}");
    }
    assert!(page.contains("acknowledged: ") && page.contains("State: resolved"), "{page}");
    // Its condition still holds, so the next look opens it anew.
    assert!(run(&["watch", "--once"]).out.contains("opened 1"));
}
