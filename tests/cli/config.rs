//! Settings while a program runs: applied, refused, differing, and a start on the last that were sound.

use std::path::Path;
use std::process::Command;

use super::schedule::until;
use super::{Home, Running, sandbox, with};

fn settings(home: &Home, config: &Path) -> serde_json::Value {
    let said = home.run(&with(config, &["nodes", "--json"]));
    serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{} {}", said.out, said.err))
}

/// What node a runs on, and what its file says.
fn of_a(home: &Home, config: &Path) -> (String, String) {
    let nodes = settings(home, config);
    let text = |field: &str| nodes[0][field].as_str().unwrap_or_default().to_owned();
    (text("settings_running"), text("settings_written"))
}

fn hang_up(serve: &Running) {
    let pid = serve.child.id().to_string();
    Command::new("/bin/sh").args(["-c", &format!("kill -HUP {pid}")]).status().unwrap();
}

fn said(home: &Home, config: &Path, args: &[&str], code: i32, part: &str) {
    let ended = home.run(&with(config, args));
    assert_eq!(ended.code, Some(code), "{} {}", ended.out, ended.err);
    assert!(ended.out.contains(part), "{}", ended.out);
}

fn write(config: &Path, text: &str) {
    let beside = config.with_extension("new");
    std::fs::write(&beside, text).unwrap();
    std::fs::rename(&beside, config).unwrap();
}

#[test]
fn settings_are_taken_up_by_word_and_a_start_with_bad_ones_runs_on_the_last_that_were_sound() {
    let home = Home::new();
    let config = sandbox(&home, "http://127.0.0.1:9/");
    let usual = format!("{}[node]\nname = \"a\"\n", std::fs::read_to_string(&config).unwrap());
    write(&config, &usual);
    home.run(&with(&config, &["config", "apply", "--diff"])).must(12, "a has not said what it runs on");
    let mut serve = Running::start(home.program(&with(&config, &["serve"])));
    until("the node has said what it runs on", || {
        let (running, written) = of_a(&home, &config);
        !running.is_empty() && running == written
    });
    let (first, _) = of_a(&home, &config);

    let changed = format!("{usual}[[job]]\nname = \"gmc-sync\"\nattempts = 2\n");
    write(&config, &changed);
    said(&home, &config, &["config", "apply", "--diff"], 32, "attempts");
    until("the difference is seen", || of_a(&home, &config).1 != first);
    assert_eq!(of_a(&home, &config).0, first, "nothing is taken up before somebody says so");
    said(&home, &config, &["config", "apply"], 0, "are sound and kept");
    until("it is taken up", || {
        let (running, written) = of_a(&home, &config);
        running == written && running != first
    });
    said(&home, &config, &["config", "apply", "--diff"], 0, "a runs on what is written");
    let (second, _) = of_a(&home, &config);

    write(&config, &format!("{changed}[gmc]\nattempts = \"x\"\n"));
    home.run(&with(&config, &["config", "apply"])).must(10, "gmc.attempts must be a whole number");
    assert_eq!(serve.end(), Some(0));
    let mut serve = Running::start(home.program(&with(&config, &["serve"])));
    write(&config, &usual);
    until("it runs on the last that were sound", || of_a(&home, &config) == (second.clone(), first.clone()));
    hang_up(&serve);
    until("SIGHUP takes up the file", || of_a(&home, &config) == (first.clone(), first.clone()));
    assert_eq!(serve.end(), Some(0));
}
