//! Overrides from outside: refused in words, counted while they last, ended by a person, and tied to the alert they answer.

use super::{Ended, Home, Running, sandbox, with};

fn json(said: &Ended) -> serde_json::Value {
    serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{} {}", said.out, said.err))
}

#[test]
fn an_override_that_makes_no_sense_is_refused_in_words_and_changes_nothing() {
    let home = Home::new();
    let config = sandbox(&home, "http://127.0.0.1:9/");
    let add = |args: &[&str]| home.run(&with(&config, &[&["override", "add"], args].concat()));
    let terms = ["--until", "72h", "--reason", "a rehearsal"];
    let cases: [(&[&str], i32, &str); 9] = [
        (&["pause", "gmc-sync", "--reason", "x"], 2, "--until"),
        (&["pause", "gmc-sync", "--until", "72h"], 2, "--reason"),
        (&["pause", "gmc-sync", "--until", "soon", "--reason", "x"], 10, "\"soon\" is no end"),
        (&["pause", "gmc-sink", "--until", "72h", "--reason", "x"], 12, "there is no job gmc-sink"),
        (&["pause", "gmc-sync", "--until", "72h", "--reason", " "], 10, "needs a reason"),
        (
            &["pause", "gmc-sync", "--until", "72h", "--reason", "x", "--answers", "no/such"],
            12,
            "no open alert no/such",
        ),
        (&["schedule", "gmc-sync", "5 25 * * *", "--until", "72h", "--reason", "x"], 10, "no cron pattern"),
        (
            &["schedule", "tis-enrich", "5 1 * * *", "--until", "72h", "--reason", "x"],
            10,
            "no schedule of its own",
        ),
        (
            &["brake", "--set", "remove_min=9", "--until", "72h", "--reason", "x"],
            10,
            "did you mean removed_min?",
        ),
    ];
    for (args, code, said) in cases {
        add(args).must(code, said);
    }
    add(&[&["target", "ftp://gmc"], terms.as_slice()].concat())
        .must(10, "must begin with https:// or http://");
    assert!(json(&home.run(&with(&config, &["override", "list", "--json"]))).as_array().unwrap().is_empty());
    home.run(&with(&config, &["override", "end", "o-1", "--reason", "x"]))
        .must(12, "There is no such override");
}

#[test]
fn another_address_of_the_gmc_counts_until_it_is_ended_and_the_run_says_so() {
    let home = Home::new();
    let gmc = Running::start(home.program(&["gmc-sim", "--listen", "127.0.0.1:0", "--doctors", "65"]));
    let config = sandbox(&home, "http://127.0.0.1:9/");
    let terms = ["--until", "2h", "--reason", "a rehearsal", "--json"];
    let add = home.run(&with(
        &config,
        &[&["override", "add", "target", gmc.first.as_str()], terms.as_slice()].concat(),
    ));
    let id = json(&add)["id"].as_str().unwrap().to_owned();
    let again = home.run(&with(
        &config,
        &[&["override", "add", "target", gmc.first.as_str()], terms.as_slice()].concat(),
    ));
    again.must(10, "Another one counts at that time");
    let run = || json(&home.run(&with(&config, &["run", "gmc-sync", "--body", "NWL", "--json"])));
    let there = run();
    assert_eq!(there["lists"][0]["outcome"], "held", "{there}");
    let show = |run: &serde_json::Value| {
        json(&home.run(&with(&config, &["runs", "show", run["run_id"].as_str().unwrap(), "--log", "--json"])))
    };
    let shown = show(&there);
    assert_eq!(shown["overrides"][0]["id"], id.as_str(), "{shown}");
    let said = shown["log"].to_string();
    assert!(said.contains("for a while, the GMC is asked at"), "{said}");
    let end = home.run(&with(&config, &["override", "end", &id, "--reason", "it is over"]));
    assert_eq!(end.code, Some(0), "{}", end.err);
    std::fs::write(home.path("clock"), "2026-11-25T00:15:00Z\n").unwrap();
    let usual = run();
    assert_eq!(usual["lists"][0]["outcome"], "failed", "nobody listens at the usual address: {usual}");
    assert_ne!(show(&usual)["run"]["config_hash"], shown["run"]["config_hash"]);
    assert_eq!(show(&usual)["overrides"].as_array().unwrap().len(), 0);
}

#[test]
fn an_alert_that_an_override_answers_closes_only_after_it() {
    let home = Home::new();
    let config = sandbox(&home, "http://127.0.0.1:9/");
    let say = |args: &[&str]| home.run(&with(&config, args));
    assert_eq!(say(&["run", "gmc-sync", "--body", "NWL"]).code, Some(30), "nobody listens there");
    assert_eq!(say(&["watch", "--once"]).code, Some(0));
    let alerts = json(&say(&["alerts", "--json"]));
    let failed = alerts.as_array().unwrap().iter().find(|alert| alert["kind"] == "FAILED").unwrap();
    let key = failed["incident_key"].as_str().unwrap();
    let pause = ["pause", "gmc-sync", "--until", "72h", "--reason", "the outage", "--answers", key, "--json"];
    let id = json(&say(&pause))["id"].as_str().unwrap().to_owned();
    say(&["resolve", key, "--reason", "it is over"]).must(13, "answers this alert and still counts");
    let kept =
        json(&say(&["override", "keep", &id, "--until", "7d", "--reason", "agreed with the GMC", "--json"]));
    assert_eq!(
        (&kept["answers"], &kept["what"]["kind"]),
        (&serde_json::Value::Null, &"pause".into()),
        "{kept}"
    );
    assert_eq!(
        say(&["resolve", key, "--reason", "it is over"]).code,
        Some(0),
        "a person keeps it until a date"
    );
    let list = json(&say(&["override", "list", "--json"]));
    let mut states: Vec<&str> =
        list.as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
    // The clock stands still, so that neither began before the other.
    states.sort_unstable();
    assert_eq!(states, ["counts", "ended"]);
}
