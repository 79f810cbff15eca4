//! FX-02: a process that writes is killed at any instant, again and again; what it said was committed is there, and whole.
//!
//! The test runs itself once more as the writer. Its short form is a minute's worth of kills at most; `scripts/crash_loop.sh`
//! plays the long one.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use drill::{Facts, invariants};
use store::Store;
use store::audit::Known;
use testkit::{Engine, Scratch, engines};

use super::written::{LIST, about, id, newest, published, write};

/// Tells this test that it is the writer, and of which store.
const WRITES: &str = "REVAL_CRASH_WRITES";
/// For the long form: how many kills, on which store, from which seed, and where to log.
const KILLS: &str = "REVAL_CRASH_KILLS";
const ENGINE: &str = "REVAL_CRASH_ENGINE";
const SEED: &str = "REVAL_CRASH_SEED";
const LOG: &str = "REVAL_CRASH_LOG";
/// A store lives through so many kills in the long form; a larger one only makes each look at it slower.
const KILLS_OF_A_STORE: u64 = 50;
/// Nothing takes as long on any machine; whoever is not heard from by then hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// What came of some kills.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    kills: u64,
    acknowledged: u64,
    lost: u64,
    broken: u64,
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_instant_nothing_that_was_acknowledged_is_lost() {
    if let Ok(url) = env::var(WRITES) {
        return write(&url).await;
    }
    let number = |name| env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    if let Some(kills) = number(KILLS) {
        return at_length(kills, number(SEED).unwrap_or(1)).await;
    }
    for (engine, kills) in engines().into_iter().zip([60, 20]) {
        let count = life(engine, 10, kills).await;
        assert!(count.lost + count.broken == 0, "{engine:?} {count:?}");
        assert!(count.acknowledged > kills, "the writer came to nothing: {engine:?} {count:?}");
    }
}

/// Store after store, a line of the log each, so that a loop that was broken off goes on behind its last line.
async fn at_length(kills: u64, first_seed: u64) {
    let wanted = env::var(ENGINE).unwrap_or_default();
    let engine = engines().into_iter().find(|engine| format!("{engine:?}").to_lowercase() == wanted);
    let engine = engine.unwrap_or_else(|| panic!("{ENGINE} must name a store of this machine"));
    let mut log = std::fs::File::options().append(true).create(true).open(env::var(LOG).unwrap()).unwrap();
    let mut wrong = 0;
    for seed in first_seed..first_seed + kills.div_ceil(KILLS_OF_A_STORE) {
        let count = life(engine, seed, KILLS_OF_A_STORE).await;
        let Count { kills, acknowledged, lost, broken } = count;
        writeln!(log, "seed {seed} kills {kills} acknowledged {acknowledged} lost {lost} broken {broken}")
            .unwrap();
        wrong += lost + broken;
    }
    assert_eq!(wrong, 0, "see the log");
}

/// One store, from its making through so many kills; what is wrong is told.
async fn life(engine: Engine, seed: u64, kills: u64) -> Count {
    let (store, scratch) = testkit::store(engine).await;
    store.close().await;
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut count = Count::default();
    let (mut before, mut known) = (0, Vec::new());
    for kill in 1..=kills {
        let said = killed(&scratch.url, before, &mut chance);
        count.kills += 1;
        count.acknowledged += said - before;
        match look(&scratch, said, &known).await {
            Ok((newest, head)) => (before, known) = (newest, vec![head]),
            Err(Wrong::Lost(sentence)) => {
                tell(&format!("{engine:?} seed {seed} kill {kill}: LOST {sentence}"));
                count.lost += 1;
                return count;
            }
            Err(Wrong::Broken(sentence)) => {
                tell(&format!("{engine:?} seed {seed} kill {kill}: BROKEN {sentence}"));
                count.broken += 1;
                return count;
            }
        }
    }
    if let Err(sentence) = whole(&scratch, before).await {
        tell(&format!("{engine:?} seed {seed}: BROKEN {sentence}"));
        count.broken += 1;
    }
    count
}

#[expect(clippy::print_stderr, reason = "whoever reads the log of a test wants to know what was wrong")]
fn tell(text: &str) {
    eprintln!("{text}");
}

/// Starts a writer, kills it at an instant drawn by chance, and gives the last number it said was written.
fn killed(url: &str, before: u64, chance: &mut fastrand::Rng) -> u64 {
    let name = "crashes::killed_at_any_instant_nothing_that_was_acknowledged_is_lost";
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture", "--test-threads", "1"])
        .env(WRITES, url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = child.stdout.take().unwrap();
    let (sender, lines) = channel();
    let reader = thread::spawn(move || {
        let mut out = BufReader::new(out);
        let mut line = String::new();
        // A line without its end was not said.
        while out.read_line(&mut line).is_ok() && line.ends_with('\n') {
            let _ = sender.send(std::mem::take(&mut line));
        }
    });
    let mut said = before;
    // One of six dies while it opens the store, which is where it takes up what the one before it left.
    let is_heard = chance.u8(0..6) > 0;
    if is_heard {
        // The harness has begun the line with the name of the test.
        hear(&lines, PATIENCE, &mut said, |line| line.trim().ends_with("ready"));
    }
    // On a slow machine as well it comes to something: so many writes are awaited, and then a moment or the next.
    for _ in 0..chance.u8(0..5) * u8::from(is_heard) {
        hear(&lines, PATIENCE, &mut said, |line| line.starts_with("written "));
    }
    hear(&lines, Duration::from_micros(chance.u64(0..8_000)), &mut said, |_| true);
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert_eq!(status.signal(), Some(9), "the writer ended by itself: {status}");
    reader.join().unwrap();
    hear(&lines, PATIENCE, &mut said, |_| false);
    said
}

/// Hears lines, each within a while, until their end or one that is waited for.
fn hear(lines: &Receiver<String>, within: Duration, said: &mut u64, is_it: impl Fn(&str) -> bool) {
    while let Ok(line) = lines.recv_timeout(within) {
        if let Some(number) = line.trim().strip_prefix("written ") {
            *said = number.parse().unwrap();
        }
        if is_it(&line) {
            return;
        }
    }
}

enum Wrong {
    Lost(String),
    Broken(String),
}

fn broken(what: impl std::fmt::Display) -> Wrong {
    Wrong::Broken(what.to_string().chars().take(500).collect())
}

/// Looks at the store as whoever starts next finds it; gives the newest transaction, and the head of the audit.
async fn look(scratch: &Scratch, said: u64, known: &[Known]) -> Result<(u64, Known), Wrong> {
    let store = Store::open(&scratch.url).await.map_err(broken)?;
    let found = async {
        let newest = newest(&store).await.map_err(broken)?;
        if newest < said {
            return Err(Wrong::Lost(format!("{said} was said to be written, {newest} is the newest")));
        }
        if newest > said + 1 {
            return Err(broken(format!("{newest} is there, but {said} was the last that was said")));
        }
        holds_of(&store, newest).await?;
        let verdict = store::audit::verify(&mut store.read().await.map_err(broken)?, known).await;
        let verdict = verdict.map_err(broken)?;
        if let Some(flaw) = verdict.broken {
            return Err(broken(format!("the audit: {flaw:?}")));
        }
        let mut facts = Facts::default();
        invariants::state_of(&store, &mut facts).await.map_err(broken)?;
        if !facts.hold() {
            return Err(broken(facts.broken()));
        }
        Ok((newest, Known { seq: Some(verdict.head.seq), hash: verdict.head.hash }))
    };
    let found = found.await;
    store.close().await;
    quick_check(&scratch.url).await.map_err(broken)?;
    found
}

/// The newest transaction is there as a whole, and nothing of the next.
async fn holds_of(store: &Store, newest: u64) -> Result<(), Wrong> {
    let mut tx = store.read().await.map_err(broken)?;
    let note = store::note::get(&mut tx, &id("note", newest)).await.map_err(broken)?;
    let next = store::note::get(&mut tx, &id("note", newest + 1)).await.map_err(broken)?;
    let open = store::run::open(&mut tx, "gmc-sync").await.map_err(broken)?;
    let list = store::list::get(&mut tx, LIST).await.map_err(broken)?;
    let snapshot = list.map_or(0, |list| list.snapshot);
    let is_whole = note.is_some() == (newest > 0)
        && next.is_none()
        && open.is_some() == (newest % 4 == 1)
        && snapshot == published(newest);
    if is_whole { Ok(()) } else { Err(broken(format!("half of a transaction, {newest} or the next"))) }
}

/// At the end of a store every single transaction is looked for.
async fn whole(scratch: &Scratch, newest: u64) -> Result<(), String> {
    let store = Store::open(&scratch.url).await.map_err(|error| error.to_string())?;
    let mut tx = store.read().await.map_err(|error| error.to_string())?;
    let mut notes = Vec::new();
    for doctor in 0..7 {
        notes.extend(
            store::note::of_doctor(&mut tx, &about(doctor)).await.map_err(|error| error.to_string())?,
        );
    }
    let mut ids: Vec<String> = notes.into_iter().map(|note| note.id).collect();
    ids.sort();
    let expected: Vec<String> = (1..=newest).map(|n| id("note", n)).collect();
    drop(tx);
    store.close().await;
    if ids == expected { Ok(()) } else { Err(format!("{} notes of {newest}", ids.len())) }
}

/// SQLite's own look at its file; PostgreSQL's files are its server's matter.
async fn quick_check(url: &str) -> Result<(), String> {
    if !url.starts_with("sqlite:") {
        return Ok(());
    }
    let pool = sqlx::SqlitePool::connect(url).await.map_err(|error| error.to_string())?;
    let said: String =
        sqlx::query_scalar("pragma quick_check").fetch_one(&pool).await.map_err(|error| error.to_string())?;
    pool.close().await;
    if said == "ok" { Ok(()) } else { Err(said) }
}
