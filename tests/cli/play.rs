//! Procedures from outside: planned, carried out once whatever dies meanwhile, refused where they must be, and taken back.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::parity::comes_in;
use super::{Ended, Home, Running, sandbox, with};

/// A balancer that keeps what it is told, in the manner of HAProxy's runtime socket.
type States = Arc<Mutex<BTreeMap<String, String>>>;

struct World {
    home: Home,
    states: States,
    settings: String,
}

impl World {
    /// Two nodes that are always ready, a balancer that has both, and a program that notes which it restarts.
    fn new() -> Self {
        let home = Home::new();
        let config = sandbox(&home, "http://127.0.0.1:9/");
        let ready = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = ready.local_addr().unwrap();
        std::thread::spawn(move || ready.incoming().for_each(|stream| says_ready(stream.unwrap())));
        let states: States = Arc::default();
        states.lock().unwrap().extend(["a", "b"].map(|name| (name.to_owned(), "UP".to_owned())));
        let (socket, held) = (UnixListener::bind(home.path("haproxy.sock")).unwrap(), Arc::clone(&states));
        std::thread::spawn(move || {
            for stream in socket.incoming() {
                let stream = stream.unwrap();
                let mut command = String::new();
                BufReader::new(&stream).read_line(&mut command).unwrap();
                let _ = (&stream).write_all(answer(&held, command.trim()).as_bytes());
            }
        });
        let node = |name: &str| {
            let restart = format!("echo {name} >> restarted; ! test -e broken-{name}");
            format!(
                "[[play_node]]\nname = \"{name}\"\nrestart = [\"/bin/sh\", \"-c\", \"{restart}\"]\nready_url = \"http://{at}/\"\n"
            )
        };
        let usual = std::fs::read_to_string(&config).unwrap();
        let settings =
            format!("{usual}[play]\nhaproxy_socket = \"haproxy.sock\"\n{}{}", node("a"), node("b"));
        std::fs::write(&config, &settings).unwrap();
        Self { home, states, settings }
    }

    fn run(&self, args: &[&str]) -> Ended {
        let config = self.home.path("my.toml");
        self.home.run(&with(&config, &[&["play", "rolling-restart"], args].concat()))
    }

    fn plan(&self) -> String {
        let said = self.run(&["plan", "--json"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        let plan: Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!(plan["plan"]["steps"].as_array().unwrap().len(), 8);
        plan["digest"].as_str().unwrap().to_owned()
    }

    fn apply(&self, plan: &str, dies_at: &str) -> Ended {
        let config = self.home.path("my.toml");
        let args = ["play", "rolling-restart", "apply", "--plan", plan, "--reason", "r"];
        let mut command = self.home.program(&with(&config, &args));
        Ended::of(command.env("REVAL__SANDBOX__PLAY_DIES_AT", dies_at).output().unwrap())
    }

    fn restarted(&self) -> String {
        std::fs::read_to_string(self.home.path("restarted")).unwrap_or_default().replace('\n', "")
    }

    fn state(&self, name: &str) -> String {
        self.states.lock().unwrap()[name].clone()
    }
}

fn says_ready(mut stream: std::net::TcpStream) {
    let mut asked = [0; 1024];
    let _ = stream.read(&mut asked);
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

fn answer(states: &States, command: &str) -> String {
    let mut states = states.lock().unwrap();
    if let Some(order) = command.strip_prefix("set server reval/") {
        let (name, state) = order.split_once(" state ").unwrap();
        let status = if state == "drain" { "DRAIN" } else { "UP" };
        states.insert(name.to_owned(), status.to_owned());
        return "\n".to_owned();
    }
    let rows: String = states.iter().map(|(name, status)| format!("reval,{name},0,{status}\n")).collect();
    format!("# pxname,svname,scur,status\n{rows}reval,BACKEND,0,UP\n\n")
}

#[test]
fn a_roll_that_dies_after_any_step_is_gone_on_with_and_every_node_is_done_in_its_turn() {
    for step in 0..8 {
        for when in ["done", "written"] {
            let world = World::new();
            let plan = world.plan();
            let died = world.apply(&plan, &format!("{step}/{when}"));
            assert_eq!(died.code, None, "it died at {step}/{when}: {} {}", died.out, died.err);
            assert!(world.restarted().find('b').is_none_or(|at| at > 0), "a is first");
            world.run(&["verify"]).must(13, "there is nothing to verify");
            let again = world.apply(&plan, "");
            assert_eq!(again.code, Some(0), "{step}/{when}: {} {}", again.out, again.err);
            // What was done and not written down is done again; what was written down is not.
            let restarted = match (step, when) {
                (1, "done") => "aab",
                (5, "done") => "abb",
                _ => "ab",
            };
            assert_eq!(world.restarted(), restarted, "{step}/{when}");
            assert_eq!((world.state("a"), world.state("b")), ("UP".to_owned(), "UP".to_owned()));
            assert_eq!(world.run(&["verify"]).code, Some(0));
        }
    }
}

#[test]
fn a_node_that_does_not_start_stops_the_roll_before_the_next_and_can_be_taken_back() {
    let world = World::new();
    std::fs::write(world.home.path("broken-a"), "").unwrap();
    let plan = world.plan();
    world.apply(&plan, "").must(20, "a was not restarted");
    assert_eq!((world.restarted().as_str(), world.state("a").as_str()), ("a", "DRAIN"));
    assert_eq!(world.state("b"), "UP", "the second was not touched");
    world.apply("0000", "").must(13, "another plan of rolling-restart is under way");
    world.run(&["plan"]).must(13, "a is DRAIN: put that right first, or take back what was begun");
    let undone = world.run(&["undo", "--reason", "r"]);
    assert_eq!(undone.code, Some(0), "{}", undone.err);
    assert!(undone.out.contains("back in the balance: a"), "{}", undone.out);
    std::fs::remove_file(world.home.path("broken-a")).unwrap();
    assert_eq!(world.apply(&world.plan(), "").code, Some(0));
    assert_eq!(world.restarted(), "aab");
}

#[test]
fn a_plan_whose_state_has_changed_is_refused_and_the_last_node_stays() {
    let world = World::new();
    let plan = world.plan();
    world.run(&["verify"]).must(12, "rolling-restart was never played here");
    world.states.lock().unwrap().insert("b".to_owned(), "UP 1/3".to_owned());
    world.apply(&plan, "").must(13, "is not so any more");
    assert_eq!(world.restarted(), "");
    let now = world.plan();
    world.states.lock().unwrap().insert("b".to_owned(), "DOWN".to_owned());
    world.apply(&now, "").must(13, "b is DOWN");
    world.run(&["apply", "--plan", "x"]).must(2, "--reason");
}

#[test]
fn where_two_people_are_asked_for_one_is_not_enough() {
    let world = World::new();
    let text = world.settings.replace("[play]\n", "[play]\ntwo_people = \"on\"\n");
    std::fs::write(world.home.path("my.toml"), text).unwrap();
    let plan = world.plan();
    let asked = world.apply(&plan, "");
    assert_eq!(asked.code, Some(30), "{} {}", asked.out, asked.err);
    assert!(asked.out.contains("it waits for another person"), "{}", asked.out);
    world.apply(&plan, "").must(11, "you were the first");
    assert_eq!(world.restarted(), "");
}

/// An instance of its own, of which `settings` say what it is.
fn instance(settings: &str) -> Home {
    let home = Home::new();
    let config = sandbox(&home, "http://127.0.0.1:9/");
    let text = std::fs::read_to_string(&config).unwrap().replace("[sandbox]\nclock_file = \"clock\"\n", "");
    let text = text.replace("environment = \"sandbox\"\n", settings);
    std::fs::write(&config, format!("{text}[schedule]\nenabled = \"off\"\n[users]\ntwo_people = \"off\"\n"))
        .unwrap();
    home
}

fn ask(home: &Home, args: &str) -> Ended {
    home.run(&with(&home.path("my.toml"), &args.split(' ').collect::<Vec<_>>()))
}

fn json(home: &Home, args: &str) -> Value {
    let said = ask(home, &format!("{args} --json"));
    serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{args}: {} {}", said.out, said.err))
}

#[tokio::test]
async fn production_carries_out_only_what_stage_has_verified_with_the_same_program() {
    let stage = instance("environment = \"stage\"\n");
    assert_eq!(ask(&stage, "users add ana --reason r").code, Some(0));
    assert_eq!(ask(&stage, "users grant ana --role observer --body NWL --reason r").code, Some(0));
    let token = json(&stage, "tokens add live --owner ana --body NWL --days 7 --reason r");
    comes_in(&stage).await;
    let serve = Running::start(stage.program(&with(&stage.path("my.toml"), &["serve"])));
    let at = serve.first.split(' ').next().unwrap();

    let live = instance("environment = \"live\"\nproduction = \"on\"\n");
    std::fs::write(live.path("token"), token["token"].as_str().unwrap()).unwrap();
    let text = std::fs::read_to_string(live.path("my.toml"))
        .unwrap()
        .replace("http://127.0.0.1:9/", "https://127.0.0.1:9/");
    let beside = format!(
        "[play]\nstage = \"stage\"\n[[instance]]\nname = \"stage\"\nurl = \"{at}\"\ntoken_file = \"token\"\n"
    );
    std::fs::write(live.path("my.toml"), format!("{text}{beside}")).unwrap();
    let plan = json(&live, "play rebuild-view plan");
    let apply = format!("play rebuild-view apply --plan {} --reason r", plan["digest"].as_str().unwrap());
    ask(&live, &apply).must(11, "play.stage (\"stage\") has not carried out and verified rebuild-view");

    let there = json(&stage, "play rebuild-view plan");
    assert_eq!(there["recipe"], plan["recipe"], "nothing of the place is in it");
    let there = format!("play rebuild-view apply --plan {} --reason r", there["digest"].as_str().unwrap());
    assert_eq!(ask(&stage, &there).code, Some(0));
    ask(&live, &apply).must(11, "has not carried out and verified");
    assert_eq!(ask(&stage, "play rebuild-view verify").code, Some(0));
    let done = ask(&live, &apply);
    assert_eq!(done.code, Some(0), "{} {}", done.out, done.err);
    let verified = ask(&live, "play rebuild-view verify");
    assert!(verified.out.contains("every row as it should be"), "{} {}", verified.out, verified.err);
    assert!(ask(&live, "play rebuild-view undo --reason r").out.contains("nothing is to be taken back"));
}
