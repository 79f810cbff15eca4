//! People and the audit from the machine's own shell.

#[path = "canary.rs"]
mod canary;
#[path = "logins.rs"]
mod logins;
#[path = "provider.rs"]
mod provider;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use serde_json::Value;

use super::schedule::until;
use super::{Home, Running, sandbox, with};

/// A house where the clock stands, and what it answers as JSON.
fn house(home: &Home) -> impl Fn(&[&str]) -> Value {
    let config = sandbox(home, "http://127.0.0.1:9/");
    // Nothing is due.
    std::fs::write(home.path("clock"), "2026-11-24T23:50:00Z\n").unwrap();
    move |args: &[&str]| {
        let said = home.run(&with(&config, &[args, &["--json"]].concat()));
        assert_eq!(said.code, Some(0), "{} {}", said.out, said.err);
        serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}", said.out))
    }
}

/// Whether pages are answered, and so a signal is waited for.
fn answers(address: &str) -> bool {
    let Ok(mut stream) = std::net::TcpStream::connect(address) else { return false };
    let asked = stream.write_all(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    let mut answer = String::new();
    asked.is_ok() && stream.read_to_string(&mut answer).is_ok() && answer.contains(" 200 ")
}

const WHY: [&str; 2] = ["--reason", "she joins us"];

#[test]
fn a_grant_waits_for_a_second_person_and_says_how() {
    let home = Home::new();
    let ask = house(&home);
    let config = home.path("my.toml");
    let run = |args: &[&str]| home.run(&with(&config, args));
    let token = ask(&[&["users", "add", "cleo"], &WHY[..]].concat());
    assert_eq!(token["token"].as_str().map(str::len), Some(64));
    assert!(token["page"].as_str().is_some_and(|page| page.ends_with("/invitation")));
    let grant = ["users", "grant", "cleo", "--role", "observer", "--body", "NWL", "--until", "2027-03-31"];
    let asked = run(&[&grant[..], &WHY].concat());
    assert!(asked.out.contains("another person confirms with: reval users confirm "), "{}", asked.err);
    let list = ask(&["users"]);
    let proposal = &list["proposals"][0];
    assert_eq!((&proposal["name"], &proposal["grant"]["role"]), (&"cleo".into(), &"observer".into()));
    assert_eq!(proposal["grant"]["ends"], "2027-03-31");
    let id = proposal["id"].as_str().unwrap();
    run(&["users", "confirm", id]).must(11, "it takes two people");
    run(&["users", "confirm", "x"]).must(12, "There is no such proposal");
    assert_eq!(list["users"][0]["grants"], Value::Array(Vec::new()), "asked is not granted");
    run(&[&["users", "grant", "cleo", "--role", "observer"], &WHY[..]].concat())
        .must(10, "an empty list means none");
    run(&[&["users", "grant", "cleo", "--role", "root"], &WHY[..]].concat())
        .must(2, "observer, admin, approver");
    run(&[&["users", "add", "Cleo"], &WHY[..]].concat()).must(13, "There is an account of this name");
    run(&["users", "disable", "cleo"]).must(2, "--reason");
    let list = run(&["users"]);
    assert!(
        list.out.contains("cleo") && list.out.contains("invited") && list.out.contains(id),
        "{}",
        list.out
    );
}

#[test]
fn where_one_person_is_enough_a_grant_is_given_and_taken_back_at_once() {
    let home = Home::new();
    let ask = house(&home);
    let config = home.path("my.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("{text}[users]\ntwo_people = \"off\"\n")).unwrap();
    ask(&[&["users", "add", "cleo"], &WHY[..]].concat());
    let grant = ["users", "grant", "cleo", "--role", "approver", "--body", "NWL", "--sensitive"];
    assert_eq!(ask(&[&grant[..], &WHY].concat())["granted"], true);
    let id = ask(&["users"])["users"][0]["grants"][0]["id"].as_str().unwrap().to_owned();
    ask(&["users", "revoke", "cleo", &id, "--reason", "a mistake"]);
    assert_eq!(ask(&["users", "disable", "cleo", "--reason", "left"])["disabled"], "cleo");
    let reset = ask(&["users", "reset", "cleo", "--reason", "is back"]);
    assert_eq!(reset["token"].as_str().map(str::len), Some(64));
    let told: Vec<Value> =
        ask(&["audit"]).as_array().unwrap().iter().map(|row| row["action"].clone()).collect();
    assert_eq!(told, ["reset", "disable", "revoke", "grant", "add-user"]);
}

#[test]
fn the_first_start_shows_the_way_in_of_the_first_person_and_no_log_does() {
    let home = Home::new();
    let ask = house(&home);
    let config = home.path("my.toml");
    let asked = ask(&["users", "setup-token"]);
    let log = std::fs::File::create(home.path("log")).unwrap();
    let mut program = home.program(&with(&config, &["serve", "--json"]));
    let mut child = program.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().take(2);
    let said: Vec<Value> = lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
    let mut serve = Running { child, first: said[1].to_string() };
    let address = said[0]["url"].as_str().unwrap().trim_start_matches("http://").to_owned();
    until("pages are answered", || answers(&address));
    let shown: Value = serde_json::from_str(&serve.first).unwrap();
    let token = shown["token"].as_str().unwrap();
    assert_eq!((token.len(), shown["ends_at"].as_str()), (64, Some("2026-11-25T00:20:00Z")));
    assert_ne!(asked["token"], token, "a later one makes the earlier void");
    assert_eq!(serve.end(), Some(0));
    let log = std::fs::read_to_string(home.path("log")).unwrap();
    assert!(log.contains("serve_started") && !log.contains(token), "{log}");
    ask(&[&["users", "add", "cleo"], &WHY[..]].concat());
    home.run(&with(&config, &["users", "setup-token"])).must(13, "there is an account already");
}

#[test]
fn the_audit_is_verified_and_compared_with_heads_written_down_outside() {
    let home = Home::new();
    let ask = house(&home);
    let config = home.path("my.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("{text}[audit]\nhead_file = \"heads\"\n")).unwrap();
    let run = |args: &[&str]| home.run(&with(&config, args));
    ask(&[&["users", "add", "cleo"], &WHY[..]].concat());
    let alone = run(&["audit", "verify"]);
    assert!(
        alone.out.contains("1 rows hold") && alone.out.contains("no head known outside"),
        "{}",
        alone.out
    );
    let mut serve = Running::start(home.program(&with(&config, &["serve"])));
    let address = serve.first.split_whitespace().next().unwrap().trim_start_matches("http://").to_owned();
    until("pages are answered", || answers(&address));
    assert_eq!(serve.end(), Some(0));
    let heads = std::fs::read_to_string(home.path("heads")).unwrap();
    assert!(heads.lines().all(|line| line.starts_with("2026-11-24T23:50:00Z 1:")), "{heads}");
    let verdict = ask(&["audit", "verify"]);
    assert_eq!((&verdict["sound"], &verdict["broken"]), (&1.into(), &Value::Null));
    assert_eq!(verdict["compared"], heads.lines().count());
    let head = verdict["head"].as_str().unwrap();
    assert_eq!(ask(&["audit", "verify", "--head", head])["broken"], Value::Null);
    let later = format!("7:{}", "9f".repeat(32));
    let missing = run(&["audit", "verify", "--json", "--head", &later]);
    let verdict: Value = serde_json::from_str(&missing.out).unwrap();
    assert_eq!((missing.code, &verdict["broken"]["number"]), (Some(34), &2.into()), "{}", missing.err);
    assert_eq!(verdict["broken"]["flaw"], "missing");
    run(&["audit", "verify", "--head", "412"]).must(2, "a head is written as");
}

#[test]
fn a_program_gets_a_token_once_and_loses_it() {
    let home = Home::new();
    let ask = house(&home);
    let config = home.path("my.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("{text}[users]\ntwo_people = \"off\"\n")).unwrap();
    let run = |args: &[&str]| home.run(&with(&config, args));
    ask(&[&["users", "add", "cleo"], &WHY[..]].concat());
    let add = [
        "tokens", "add", "report", "--owner", "cleo", "--body", "NWL", "--days", "90", "--reason", "figures",
    ];
    run(&add).must(11, "reads no more than its owner may");
    ask(&[&["users", "grant", "cleo", "--role", "observer", "--body", "NWL"], &WHY[..]].concat());
    let does = |errand: &'static str| [&add[..], &["--may", errand]].concat();
    run(&does("jobs")).must(11, "does no more than its owner may");
    run(&does("submit")).must(2, "there is no errand submit; there are: casework, jobs, alerts");
    let made = ask(&add);
    assert!(made["token"].as_str().is_some_and(|token| token.starts_with("reval_")), "{made}");
    let listed = ask(&["tokens"]);
    assert_eq!((&listed[0]["name"], &listed[0]["owner"]), (&"report".into(), &"cleo".into()));
    assert!(listed[0].get("token").is_none(), "it is shown once");
    run(&add).must(13, "a token of this name");
    let id = made["id"].as_str().unwrap();
    ask(&["tokens", "revoke", id, "--reason", "done"]);
    run(&["tokens", "revoke", id, "--reason", "done"]).must(12, "There is no such token");
    assert!(run(&["tokens"]).out.contains("no program has a token"));
}
