//! Changes of connections from the shell to the simulated GMC and back, through the real `serve`.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use serde_json::Value;

use super::schedule::until;
use super::{Ended, Home, Running, sandbox, with};

/// Doctors of the last body and of the first, who stay where they are.
const MOVES: &str = "9000003";

fn all(home: &Home, config: &Path) -> Vec<Value> {
    let said = home.run(&with(config, &["connections", "--json"]));
    serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{} {}", said.out, said.err))
}

fn wish(home: &Home, config: &Path, doctors: &str, args: &[&str]) -> Ended {
    std::fs::write(home.path("doctors"), doctors).unwrap();
    home.run(&with(config, &[args, &["--doctors", "doctors", "--reason", "a rehearsal"]].concat()))
}

/// Tells the simulator how to misbehave.
fn faults(gmc: &str, rules: &str) {
    put(gmc, "faults", "application/json", rules);
}

/// Puts something to the simulator's control panel.
pub(crate) fn put(gmc: &str, path: &str, kind: &str, body: &str) {
    let host = gmc.strip_prefix("http://").unwrap().split('/').next().unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let head = format!(
        "PUT /control/{path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
}

fn stands(home: &Home, config: &Path, standing: &str) -> bool {
    all(home, config).iter().any(|one| one["standing"] == standing)
}

#[test]
fn a_wish_is_queued_sent_by_serve_and_settled_with_the_gmcs_words() {
    let home = Home::new();
    let gmc = Running::start(home.program(&["gmc-sim", "--listen", "127.0.0.1:0", "--doctors", "65"]));
    let config = sandbox(&home, &gmc.first);
    wish(&home, &config, MOVES, &["connect", "--to", "NW", "--code", "7"]).must(10, "conflict of interest");
    wish(&home, &config, "", &["connect", "--to", "NW", "--code", "1"]).must(10, "No doctor was chosen");
    let mixed = wish(&home, &config, "9000003\nSmith\n", &["connect", "--to", "NW", "--code", "1"]);
    assert_eq!(mixed.code, Some(30), "{} {}", mixed.out, mixed.err);
    assert!(mixed.out.contains("queued as ") && mixed.out.contains("no GMC number"), "{}", mixed.out);
    let again = wish(&home, &config, MOVES, &["connect", "--to", "NW", "--code", "1"]);
    assert!(again.out.contains("Another change"), "{}", again.out);
    let mut serve = Running::start(home.program(&with(&config, &["serve"])));
    until("it is accepted", || stands(&home, &config, "accepted"));
    assert_eq!(serve.end(), Some(0));
    let one = &all(&home, &config)[0];
    assert_eq!((&one["code"], &one["sends"], &one["doctor"]), (&"0".into(), &1.into(), &MOVES.into()));
    let life = home.run(&with(&config, &["connections", one["id"].as_str().unwrap()])).out;
    assert!(life.contains("queued") && life.contains("sending") && life.contains("carried out"), "{life}");
    home.run(&with(&config, &["connections", "no-such"])).must(12, "no such change");
    let leaves = wish(&home, &config, MOVES, &["disconnect", "--code", "3"]);
    assert!(leaves.out.contains("no doctor with this GMC number"), "no list was ever read: {}", leaves.out);
}

#[test]
fn a_sender_killed_while_it_waits_leaves_an_unknown_that_a_person_settles_after_the_quiet_period() {
    let home = Home::new();
    let gmc = Running::start(home.program(&["gmc-sim", "--listen", "127.0.0.1:0", "--doctors", "65"]));
    let config = sandbox(&home, &gmc.first);
    let at = |time: &str| std::fs::write(home.path("clock"), format!("2026-11-25T{time}Z\n")).unwrap();
    at("10:00:00");
    faults(&gmc.first, r#"[{"operation": "TryAddDoctor", "to_call": 1, "fault": "hang"}]"#);
    let queued = wish(&home, &config, MOVES, &["connect", "--to", "NW", "--code", "1"]);
    assert_eq!(queued.code, Some(0), "{} {}", queued.out, queued.err);
    let mut serve = Running::start(home.program(&with(&config, &["serve"])));
    until("it is being sent", || stands(&home, &config, "sending"));
    serve.child.kill().unwrap();
    serve.child.wait().unwrap();
    at("10:03:00");
    let mut serve = Running::start(home.program(&with(&config, &["serve"])));
    until("nobody knows", || stands(&home, &config, "unknown"));
    let id = all(&home, &config)[0]["id"].as_str().unwrap().to_owned();
    let settle = |word: &str| {
        home.run(&with(&config, &["settle", &id, word, "--reason", "GMC Connect at the time of the clock"]))
    };
    settle("--send-again").must(13, "It may still be on its way");
    at("10:20:00");
    let granted = settle("--send-again");
    assert!(granted.out.contains("queued"), "{} {}", granted.out, granted.err);
    until("it is accepted", || stands(&home, &config, "accepted"));
    assert_eq!(all(&home, &config)[0]["sends"], 2);
    settle("--give-up").must(13, "It is accepted");
    assert_eq!(serve.end(), Some(0));
}
