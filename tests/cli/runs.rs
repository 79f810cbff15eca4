//! Runs from outside: how each ended, what it left and what it said.

use super::{Home, Running, sandbox, with};

#[test]
fn a_rehearsed_death_is_by_a_signal_and_the_run_is_taken_up() {
    let home = Home::new();
    let gmc = Running::start(home.program(&["gmc-sim", "--listen", "127.0.0.1:0", "--doctors", "65"]));
    let config = sandbox(&home, &gmc.first);
    let mut command = home.program(&with(&config, &["run", "gmc-sync"]));
    let killed = command.env("REVAL__SANDBOX__KILL_AT", "1-1RSSQ1B/fetched").output().unwrap();
    assert_eq!(killed.status.code(), None, "a signal leaves no code");
    let again = home.run(&with(&config, &["run", "gmc-sync", "--json"]));
    let report: serde_json::Value = serde_json::from_str(again.out.lines().last().unwrap()).unwrap();
    assert_eq!((again.code, &report["is_resumed"]), (Some(30), &true.into()), "{}", again.err);
    assert_eq!(report["lists"].as_array().unwrap().len(), 13);
    let id = report["run_id"].as_str().unwrap();
    let shown = home.run(&with(&config, &["runs", "show", id, "--log", "--json"]));
    let shown: serde_json::Value = serde_json::from_str(&shown.out).unwrap();
    assert_eq!(shown["run"]["state"], "suspect");
    assert_eq!(
        (&shown["attempts"][0]["state"], &shown["attempts"][1]["number"]),
        (&"lost".into(), &2.into())
    );
    let said: Vec<&str> =
        shown["log"].as_array().unwrap().iter().map(|line| line["text"].as_str().unwrap()).collect();
    let in_order = [
        "attempt 1 begins on",
        "asks the GMC for 13 lists",
        "attempt 1 is lost",
        "attempt 2 begins on",
        "goes on: ",
        "1-1RSSQ1B: held for a person",
        "the run ends as suspect: published 0 of 13",
    ];
    let mut lines = said.iter();
    for expected in in_order {
        assert!(
            lines.any(|line| line.starts_with(expected)),
            "{expected:?} is missing or out of place: {said:#?}"
        );
    }
    let followed = home.run(&with(&config, &["runs", "show", id, "--follow"]));
    assert_eq!(followed.out.lines().count(), said.len(), "{}", followed.err);
    let people = home.run(&with(&config, &["runs", "show", id]));
    assert!(people.out.contains("lost") && !people.out.contains("asks the GMC"), "{}", people.out);
    home.run(&with(&config, &["runs", "show", "0"])).must(12, "there is no run 0");
}
