//! A node that is asked to end, or to step out: in a page, in a run, in a word to the GMC, and what its supervisor hears.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use testkit::{Engine, engines, scratch};

use super::connections::put;
use super::schedule::until;
use super::{Home, Running, sandbox, with};

/// Longest wait for one answer; a test that reaches it has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts a program whose log goes into a file: it may say more than a pipe takes.
fn started(home: &Home, mut command: Command, log: &str) -> Running {
    command.stdout(Stdio::piped()).stderr(File::create(home.path(log)).unwrap());
    let mut child = command.spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
    Running { child, first }
}

/// Where the pages of a program are, by its first words.
fn host(serve: &Running) -> String {
    serve.first.split_whitespace().next().unwrap().trim_start_matches("http://").to_owned()
}

fn signal(serve: &Running, name: &str) {
    let kill = format!("kill -{name} {}", serve.child.id());
    Command::new("/bin/sh").args(["-c", &kill]).status().unwrap();
}

/// Asks for a page on a connection of its own; nothing where nobody listens.
fn get(host: &str, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(host).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n").ok()?;
    // Without `connection: close` in the answer it stays open, and the head has to do.
    let mut head = String::new();
    let mut lines = BufReader::new(stream);
    while !head.ends_with("\r\n\r\n") {
        if lines.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    lines.read_exact(&mut body).ok()?;
    Some(head + &String::from_utf8_lossy(&body))
}

fn json(home: &Home, config: &Path, args: &[&str]) -> Value {
    let said = home.run(&with(config, &[args, &["--json"]].concat()));
    serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{} {}", said.out, said.err))
}

#[test]
fn a_node_that_is_asked_to_end_says_so_serves_on_and_finishes_what_came() {
    let home = Home::new();
    let mut command = home.program(&["serve"]);
    // The notice is longer than any machine needs to look; a second signal ends it.
    command.env("REVAL__NODE__PROBE_EVERY", "30s");
    let mut serve = started(&home, command, "log");
    let host = host(&serve);
    assert!(get(&host, "/readyz").unwrap().starts_with("HTTP/1.1 200"));
    let form = "name=nobody&password=wrong";
    let mut page = TcpStream::connect(&host).unwrap();
    page.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(
        page,
        "POST /sign-in HTTP/1.1\r\nhost: {host}\r\nsec-fetch-site: same-origin\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n",
        form.len()
    )
    .unwrap();
    signal(&serve, "TERM");
    until("it says that it drains", || {
        get(&host, "/readyz").is_some_and(|said| said.contains("not ready: draining"))
    });
    let served = get(&host, "/sign-in").unwrap();
    assert!(served.starts_with("HTTP/1.1 200") && served.contains("\r\nconnection: close\r\n"), "{served}");
    assert!(get(&host, "/livez").unwrap().starts_with("HTTP/1.1 200"));
    signal(&serve, "TERM");
    until("nobody is let in any more", || TcpStream::connect(&host).is_err());
    write!(page, "{form}").unwrap();
    let mut answer = String::new();
    page.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 4") || answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("Sign in") && answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert_eq!(serve.child.wait().unwrap().code(), Some(0));
    let log = std::fs::read_to_string(home.path("log")).unwrap();
    assert!(log.contains("serve_ended") && !log.contains("requests_cut_off"), "{log}");
}

#[test]
fn a_supervisor_hears_that_it_is_ready_that_it_turns_and_that_it_stops() {
    let home = Home::new();
    let socket = home.path("notify");
    let supervisor = UnixDatagram::bind(&socket).unwrap();
    supervisor.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut command = home.program(&["serve"]);
    command.env("NOTIFY_SOCKET", &socket).env("WATCHDOG_USEC", "2000000");
    let mut serve = started(&home, command, "log");
    let hear = || {
        let mut said = [0; 256];
        let length = supervisor.recv(&mut said).unwrap();
        String::from_utf8_lossy(&said[..length]).trim().to_owned()
    };
    assert_eq!(hear(), "READY=1");
    assert_eq!([hear(), hear()], ["WATCHDOG=1", "WATCHDOG=1"]);
    signal(&serve, "TERM");
    let stopping = std::iter::repeat_with(hear).find(|said| said != "WATCHDOG=1").unwrap();
    assert_eq!(stopping, "STOPPING=1");
    assert_eq!(serve.child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_word_on_its_way_is_waited_for_and_none_is_begun() {
    let home = Home::new();
    let gmc = Running::start(home.program(&["gmc-sim", "--listen", "127.0.0.1:0", "--doctors", "65"]));
    let config = sandbox(&home, &gmc.first);
    put(
        &gmc.first,
        "faults",
        "application/json",
        r#"[{"operation": "TryAddDoctor", "fault": {"delay": 3000}}]"#,
    );
    std::fs::write(home.path("doctors"), "9000003\n9000005\n9000007\n9000009\n9000011\n").unwrap();
    let wish = ["connect", "--to", "NW", "--code", "1", "--doctors", "doctors", "--reason", "a rehearsal"];
    let wished = home.run(&with(&config, &wish));
    assert!(wished.out.contains("queued"), "{} {}", wished.out, wished.err);
    let mut serve = started(&home, home.program(&with(&config, &["serve"])), "log");
    let standings = || -> Vec<String> {
        let all = json(&home, &config, &["connections"]);
        all.as_array().unwrap().iter().map(|one| one["standing"].as_str().unwrap().to_owned()).collect()
    };
    let all = standings().len();
    until("one is on its way", || standings().contains(&"sending".to_owned()));
    assert_eq!(serve.end(), Some(0));
    let left = standings();
    let none = |word: &str| !left.iter().any(|standing| standing == word);
    assert!(none("sending") && none("unknown"), "what was on its way has its answer: {left:?}");
    let waits = left.iter().filter(|standing| *standing == "queued").count();
    assert!(0 < waits && waits < all, "what was not claimed waits: {left:?}");
}

/// The run of the hour that the clock shows, once it is planned.
fn tonight(home: &Home, config: &Path) -> Option<Value> {
    let runs = json(home, config, &["runs", "gmc-sync"]);
    runs.as_array().unwrap().iter().find(|run| run["slot"] == "2026-11-25T00:05#1").cloned()
}

/// Starts a node on a shared store.
fn node(home: &Home, config: &Path, url: &str, name: &str) -> Running {
    let mut command = home.program(&with(config, &["serve"]));
    command.env("REVAL__NODE__NAME", name).env("REVAL__STORE__URL", url);
    command.env("REVAL__STORE__SPOOL", home.path(&format!("spool-{name}")));
    started(home, command, name)
}

#[tokio::test]
async fn a_run_is_handed_over_between_two_lists_and_another_node_goes_on_at_once() {
    for engine in engines().into_iter().filter(|engine| *engine == Engine::Postgres) {
        let (home, scratch) = (Home::new(), scratch(engine).await);
        let gmc = Running::start(home.program(&["gmc-sim", "--listen", "127.0.0.1:0", "--doctors", "65"]));
        let config = sandbox(&home, &gmc.first);
        let text = std::fs::read_to_string(&config).unwrap();
        std::fs::write(&config, format!("{text}[store]\nurl = \"{}\"\n", scratch.url)).unwrap();
        assert_eq!(home.run(&with(&config, &["migrate"])).code, Some(0));
        put(&gmc.first, "faults", "application/json", r#"[{"fault": {"delay": 1500}}]"#);
        let mut first = node(&home, &config, &scratch.url, "a");
        let tonight = || tonight(&home, &config);
        let shown = |id: &str| json(&home, &config, &["runs", "show", id]);
        until("node a is at work", || tonight().is_some_and(|run| run["state"] == "running"));
        let id = tonight().unwrap()["id"].as_str().unwrap().to_owned();
        let lists = || shown(&id)["lists"].as_array().unwrap().len();
        until("it has brought a list to its end", || lists() > 0);
        let mut second = node(&home, &config, &scratch.url, "b");
        assert_eq!(first.end(), Some(0));
        let left = shown(&id);
        let last = left["attempts"].as_array().unwrap().last().unwrap().clone();
        put(&gmc.first, "faults", "application/json", "[]");
        // The clock of leases stands still here: nothing but the handing over lets b take it up.
        until("node b has ended the run", || tonight().is_some_and(|run| run["ended_at"].is_string()));
        let shown = shown(&id);
        let states: Vec<&str> =
            shown["attempts"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["interrupted", "done"], "{shown:#}");
        assert_eq!(shown["lists"].as_array().unwrap().len(), 13, "none is missing and none is twice");
        let nodes: Vec<&Value> =
            shown["attempts"].as_array().unwrap().iter().map(|one| &one["node"]).collect();
        assert_eq!((nodes[0], nodes[1]), (&"a".into(), &"b".into()));
        assert_eq!(
            (&last["node"], &tonight().unwrap()["state"]),
            (&"a".into(), &"suspect".into()),
            "a first load is held"
        );
        let log = std::fs::read_to_string(home.path("a")).unwrap();
        assert!(log.contains("run_handed_over") && !log.contains("run_interrupted"), "{log}");
        let stances = || json(&home, &config, &["nodes"]);
        assert_eq!((&stances()[0]["stance"], &stances()[1]["stance"]), (&"ended".into(), &"serving".into()));
        assert_eq!(second.end(), Some(0));
    }
}

#[test]
fn a_node_steps_out_at_a_persons_word_also_over_a_restart_and_comes_back() {
    let home = Home::new();
    let gmc = Running::start(home.program(&["gmc-sim", "--listen", "127.0.0.1:0", "--doctors", "65"]));
    let config = sandbox(&home, &gmc.first);
    std::fs::write(&config, std::fs::read_to_string(&config).unwrap() + "[node]\nname = \"a\"\n").unwrap();
    std::fs::write(home.path("clock"), "2026-11-24T23:50:00Z\n").unwrap();
    let run = |args: &[&str]| home.run(&with(&config, args));
    run(&["drain", "a", "--reason", "x"]).must(12, "none has ever kept the schedule here");
    let serve = || started(&home, home.program(&with(&config, &["serve"])), "log");
    let mut first = serve();
    let stance = || json(&home, &config, &["nodes"])[0]["stance"].as_str().unwrap_or_default().to_owned();
    until("it is known", || stance() == "serving");
    run(&["drain", "a", "--reason", " "]).must(10, "needs a reason");
    run(&["drain", "b", "--reason", "x"]).must(12, "there is no node b; there are: a");
    run(&["drain", "a", "--undo", "--reason", "x"]).must(12, "nobody asked a to step out");
    assert_eq!(run(&["drain", "a", "--stay", "--reason", "its disk"]).code, Some(0));
    until("it has stepped out", || stance() == "drained");
    assert!(get(&host(&first), "/readyz").unwrap().contains("not ready: draining"));
    let people = run(&["nodes"]).out;
    assert!(
        people.contains("a was asked to step out until it is taken back") && people.contains("its disk"),
        "{people}"
    );
    assert_eq!(first.end(), Some(0));
    let mut second = serve();
    assert!(
        get(&host(&second), "/readyz").unwrap().contains("not ready: draining"),
        "from its first answer on"
    );
    std::fs::write(home.path("clock"), "2026-11-25T00:05:00Z\n").unwrap();
    let tonight = || tonight(&home, &config).unwrap();
    until("its clock shows the hour", || {
        json(&home, &config, &["nodes"])[0]["beat_at"] == "2026-11-25T00:05:00Z"
    });
    assert_eq!(tonight()["state"], "due", "it begins nothing");
    assert_eq!(run(&["drain", "a", "--undo", "--reason", "it is well"]).code, Some(0));
    until("it does what is due", || tonight()["ended_at"].is_string());
    until("it is ready", || get(&host(&second), "/readyz").unwrap().starts_with("HTTP/1.1 200"));
    assert_eq!(run(&["drain", "a", "--reason", "it is taken away"]).code, Some(0));
    assert_eq!(second.child.wait().unwrap().code(), Some(0), "without --stay it ends");
    let mut third = serve();
    assert!(get(&host(&third), "/readyz").unwrap().starts_with("HTTP/1.1 200"), "a start answers that word");
    assert_eq!(third.end(), Some(0));
    assert_eq!(run(&["audit", "verify"]).code, Some(0));
}
