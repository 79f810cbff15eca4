//! The schedule from outside: what is due, who begins it, and who is told that somebody was quicker.

use std::process::Command;

use super::{Home, Running, sandbox, with};

#[test]
fn the_next_runs_are_shown_in_local_time_and_utc() {
    let home = Home::new();
    std::fs::write(home.path("clock"), "2026-10-23T12:00:00Z\n").unwrap();
    let config = "[site]\nenvironment = \"sandbox\"\n[sandbox]\nclock_file = \"clock\"\n\
                  [[job]]\nname = \"gmc-sync\"\nschedule = \"30 1 * * *\"\nstart_deadline = \"5m\"\n";
    let said = home.with_config(config, &["next", "gmc-sync-prod", "--json"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let next: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(next.as_array().unwrap().len(), 5);
    // The night of the change: its first pass.
    assert_eq!(next[1]["slot"], "2026-10-25T01:30#1");
    assert_eq!(
        (&next[1]["local"], &next[1]["at"]),
        (&"2026-10-25T01:30+01:00".into(), &"2026-10-25T00:30:00Z".into())
    );
    assert_eq!(next[2]["at"], "2026-10-26T01:30:00Z");
    assert!(!home.path("data").exists(), "a look ahead needs no store");
    let people = home.with_config(config, &["next"]);
    assert!(people.out.contains("tis-enrich begins once gmc-sync has ended with something published"));
    home.with_config(config, &["next", "gmc-sink"]).must(12, "there is no job gmc-sink; there are: gmc-sync");
}

#[test]
fn a_job_that_is_not_there_says_what_would_not_be_refreshed() {
    let home = Home::new();
    let wrong = home.run(&["run", "intrepid-reval-etl"]);
    wrong.must(
        2,
        "so nothing was refreshed. The nearest is intrepid-reval-etl-all-prod, which is tis-enrich here",
    );
    wrong.must(2, "It would not refresh what gmc-sync brings");
    wrong.must(2, "`reval refresh` runs all in order: gmc-sync, then tis-enrich");
    home.run(&["run", "backup"])
        .must(2, "there is no job backup, so nothing was refreshed; there are: gmc-sync");
    let said = home.run(&["jobs"]);
    assert!(
        said.out.contains("intrepid-reval-etl-all-prod") && said.out.contains("Waits for gmc-sync"),
        "{}",
        said.out
    );
}

#[test]
fn tis_alone_is_refused_while_tonights_lists_are_not_there() {
    let home = Home::new();
    let config = sandbox(&home, "http://127.0.0.1:9/");
    let said = home.run(&with(&config, &["run", "tis-enrich"]));
    said.must(30, "tis-enrich needs the lists of gmc-sync due 2026-11-25T00:05#1");
    assert!(said.err.contains("`reval refresh` runs both in order"), "{}", said.err);
}

/// Asks until it is so, at most for a minute.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..1200 {
        if is_so() {
            return;
        }
        // The program under test is another process: there is nothing to wait for but time.
        let _ = Command::new("/bin/sh").args(["-c", "sleep 0.05"]).status();
    }
    panic!("it never came to be: {what}");
}

#[test]
fn serve_begins_what_is_due() {
    let home = Home::new();
    let gmc = Running::start(home.program(&["gmc-sim", "--listen", "127.0.0.1:0", "--doctors", "65"]));
    let config = sandbox(&home, &gmc.first);
    std::fs::write(home.path("clock"), "2026-11-24T23:50:00Z\n").unwrap();
    let mut serve = Running::start(home.program(&with(&config, &["serve"])));
    let runs = |job: &str| -> Vec<serde_json::Value> {
        let said = home.run(&with(&config, &["runs", job, "--json"]));
        serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{} {}", said.out, said.err))
    };
    until("rows stand 48 hours ahead", || runs("gmc-sync").len() >= 2);
    let tonight = |job: &str| runs(job).into_iter().find(|run| run["slot"] == "2026-11-25T00:05#1").unwrap();
    assert_eq!(tonight("gmc-sync")["state"], "due");
    std::fs::write(home.path("clock"), "2026-11-25T00:05:00Z\n").unwrap();
    until("the run ends", || tonight("gmc-sync")["ended_at"].is_string());
    let run = tonight("gmc-sync");
    assert_eq!(
        (&run["state"], &run["requested_by"]),
        (&"suspect".into(), &"scheduler".into()),
        "a first load is held"
    );
    assert_eq!(tonight("tis-enrich")["state"], "due", "it waits for something published");
    let id = tonight("tis-enrich")["id"].as_str().unwrap().to_owned();
    let abort = |id: &str, reason: &str| home.run(&with(&config, &["abort", id, "--reason", reason]));
    abort(&id, " ").must(10, "needs a reason");
    assert_eq!(abort(&id, "no TIS tonight").code, Some(0));
    abort(&id, "again").must(13, "has ended already: cancelled");
    abort("0", "x").must(12, "there is no run 0");
    assert_eq!(tonight("tis-enrich")["state"], "cancelled");
    assert_eq!(serve.end(), Some(0));
}

#[tokio::test]
async fn whoever_comes_second_is_told_which_run_by_whom_and_since_when() {
    let home = Home::new();
    assert_eq!(home.run(&["holds"]).code, Some(0), "the store is made");
    let lock = std::fs::File::create(home.path("data/reval.db.work.lock")).unwrap();
    lock.try_lock().unwrap();
    let url = format!("sqlite://{}", home.path("data/reval.db").display());
    let store = store::Store::open(&url).await.unwrap();
    let run = store::run::NewRun {
        id: "r-1",
        job: "gmc-sync",
        requested_by: "scheduler",
        build: "0.1.0",
        config_hash: "abc",
    };
    let mut tx = store.begin().await.unwrap();
    let since = "2026-11-25T00:05:01Z".parse().unwrap();
    store::run::begin_manual(&mut tx, &run, since).await.unwrap();
    let begun = store::run::get(&mut tx, "r-1").await.unwrap().unwrap();
    store::lease::take_over(&mut tx, &begun, "node-a", since, since).await.unwrap();
    tx.commit().await.unwrap();
    let said = "gmc-sync is already running: run r-1, by scheduler on node-a, since 2026-11-25 00:05:01 UTC";
    home.run(&["run", "gmc-sync"]).must(13, said);
    home.run(&["refresh"]).must(13, said);
}
