//! Programs of this machine: heard line by line, ended whole, and started only where something can be started.

use std::path::PathBuf;
use std::time::Duration;

use domain::node::{Launch, labels};
use jobs::Scheduler;
use jobs::node::{Place, Registrar};
use jobs::program::{Ending, Program, Said};
use testkit::{Engine, VirtualClock, engines};
use tokio::sync::mpsc;

use super::*;

fn shell(script: &str) -> Program {
    Program {
        file: PathBuf::from("/bin/sh"),
        arguments: vec!["-c".to_owned(), script.to_owned()],
        environment: vec![("GREETING".to_owned(), "good night".to_owned())],
        directory: None,
        time_limit: Duration::from_secs(20),
    }
}

async fn carried(program: &Program) -> (Ending, Vec<Said>) {
    let (hear, mut said) = mpsc::channel(4);
    let all = async {
        let mut all = Vec::new();
        while let Some(line) = said.recv().await {
            all.push(line);
        }
        all
    };
    tokio::join!(program.carry(hear), all)
}

#[tokio::test]
async fn a_program_is_heard_to_its_last_line_and_told_only_what_it_is_given() {
    let (ending, said) = carried(&shell("echo \"$GREETING\"; echo oops >&2; printf 'no end'; exit 3")).await;
    assert_eq!(ending, Ending::Exited(3));
    let out: Vec<&Said> = said.iter().filter(|line| matches!(line, Said::Out(_))).collect();
    assert_eq!(out, [&Said::Out("good night".to_owned()), &Said::Out("no end".to_owned())]);
    assert!(said.contains(&Said::Err("oops".to_owned())));
    let (_, said) = carried(&shell("env")).await;
    let told: Vec<String> = said.into_iter().map(|line| format!("{line:?}")).collect();
    assert!(told.iter().all(|line| !line.contains("HOME=") && !line.contains("CARGO")), "{told:#?}");
    let folder = tempfile::tempdir().unwrap();
    let there = Program { directory: Some(folder.path().to_owned()), ..shell("pwd -P") };
    let here = folder.path().canonicalize().unwrap().display().to_string();
    assert_eq!(carried(&there).await.1, [Said::Out(here)]);
}

#[tokio::test]
async fn what_takes_too_long_is_ended_with_everything_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let alive = folder.path().join("alive");
    let script = format!("(while :; do echo x >> {}; sleep 0.02; done) & sleep 60", alive.display());
    let (ending, _) = carried(&Program { time_limit: Duration::from_millis(300), ..shell(&script) }).await;
    assert_eq!(ending, Ending::TimedOut);
    let size = || std::fs::metadata(&alive).map_or(0, |file| file.len());
    let before = size();
    assert!(before > 0, "its child was at work");
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(size(), before, "and is no more");
}

#[tokio::test]
async fn what_cannot_be_started_says_why() {
    let none = Program { file: PathBuf::from("/no/such/program"), ..shell("") };
    let (ending, said) = carried(&none).await;
    assert!(matches!(&ending, Ending::NotStarted(why) if why.contains("/no/such/program")), "{ending:?}");
    assert!(said.is_empty());
}

/// Looks until the node has tried to start something.
async fn tried(registrar: &mut Registrar, ledger: &Ledger) -> Result<Launch, StoreError> {
    for _ in 0..500 {
        if let Some(launch) = registrar.look(ledger).await? {
            return Ok(launch);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came to an end");
}

#[tokio::test]
async fn a_node_that_can_start_nothing_new_begins_nothing_until_it_can() -> Outcome {
    for engine in engines() {
        let (store, scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-24T20:00:00Z"));
        let ledger = node(&store, &clock, &house(), "a");
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("reval");
        std::os::unix::fs::symlink("/bin/true", &program).unwrap();
        let mut registrar = Registrar::new(program.clone());
        assert_eq!(tried(&mut registrar, &ledger).await?, Launch::Works, "{engine:?}");
        let mut scheduler = Scheduler::new(ledger.clone());
        scheduler.tick().await?;
        std::fs::remove_file(&program).unwrap();
        clock.set(at("2026-11-25T00:05:00Z"));
        assert_eq!(tried(&mut registrar, &ledger).await?, Launch::Fails, "{engine:?}");
        assert!(!scheduler.has_work().await?, "{engine:?}: it is not this node's work");
        let known = store::node::all(&mut store.read().await?).await?;
        assert_eq!((known.len(), known[0].launch), (1, Launch::Fails), "{engine:?}");
        let refusal =
            ledger.begin("gmc-sync", &domain::scope::Actor::person("ana", ""), jobs::Start::Due).await;
        assert!(refusal.unwrap_err().to_string().contains("nothing new can be started on a"), "{engine:?}");
        let other = Scheduler::new(node(&Store::open(&scratch.url).await?, &clock, &house(), "b"));
        assert!(other.has_work().await?, "{engine:?}: another node can");
        std::os::unix::fs::symlink("/bin/true", &program).unwrap();
        clock.advance(minutes(15));
        assert_eq!(tried(&mut registrar, &ledger).await?, Launch::Works, "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_job_is_begun_only_where_its_labels_are() -> Outcome {
    let (store, _scratch) = testkit::store(Engine::Sqlite).await;
    let clock = VirtualClock::at(at("2026-11-24T20:00:00Z"));
    let mut jobs = house();
    jobs[0].labels = labels("gmc").unwrap();
    let here = |name: &str, text: &str| {
        let place = Place::of(name, &labels(text).unwrap());
        Scheduler::new(Ledger { place, ..node(&store, &clock, &jobs, name) })
    };
    let (mut without, with) = (here("a", "tis"), here("b", "gmc tis"));
    without.tick().await?;
    clock.set(at("2026-11-25T00:05:00Z"));
    assert!(without.claim().await?.is_none() && !without.has_work().await?);
    assert_eq!(with.claim().await?.map(|claimed| claimed.job).as_deref(), Some("gmc-sync"));
    Ok(())
}
