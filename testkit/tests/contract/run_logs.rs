//! Logs of runs: in order, capped, and forgotten after their time.

use domain::run_log::{LOG_MAX, Level, Line};
use jiff::SignedDuration;
use store::run::{self, NewRun};
use store::run_log::{self, LogRow, Room};
use store::{Store, StoreError};
use testkit::engines;

use super::{Outcome, hour};

const RUN: &str = "run-1";

async fn begun(store: &Store) -> Outcome {
    let mut tx = store.begin().await?;
    let new = NewRun { id: RUN, job: "gmc-sync", requested_by: "os:ana", build: "0.1.0", config_hash: "abc" };
    run::begin_manual(&mut tx, &new, hour(1)).await?;
    tx.commit().await
}

async fn say(store: &Store, lines: &[&str], room: Room) -> Outcome {
    let lines: Vec<Line> = lines.iter().map(|text| Line::new(Level::Info, text)).collect();
    let mut tx = store.begin().await?;
    run_log::append(&mut tx, (RUN, 1), (&lines, room), hour(2)).await?;
    tx.commit().await
}

async fn texts(store: &Store) -> Result<Vec<String>, StoreError> {
    let mut tx = store.read().await?;
    let lines = run_log::of_run(&mut tx, RUN, 0, 100_000).await?;
    let seqs: Vec<u64> = lines.iter().map(|line| line.seq).collect();
    assert_eq!(seqs, (1..=lines.len() as u64).collect::<Vec<_>>(), "no number is left out");
    let last = run_log::last(&mut tx, RUN, 2).await?;
    assert_eq!(last, lines[lines.len().saturating_sub(2)..], "the last lines are the last");
    Ok(lines.into_iter().map(|LogRow { text, .. }| text).collect())
}

#[tokio::test]
async fn a_log_is_in_order_and_says_what_it_left_out() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        begun(&store).await?;
        assert!(texts(&store).await?.is_empty(), "{engine:?}");
        say(&store, &["begins"], Room::Kept).await?;
        say(&store, &["one", "two \u{1b}[31mred"], Room::Capped).await?;
        assert_eq!(texts(&store).await?, ["begins", "one", "two  [31mred"], "{engine:?}");
        let long = "x".repeat(4096);
        let many = vec![long.as_str(); usize::try_from(LOG_MAX / 4096).unwrap_or_default() + 3];
        say(&store, &many, Room::Capped).await?;
        say(&store, &["small, and the log is full"], Room::Capped).await?;
        say(&store, &["ends"], Room::Kept).await?;
        let said = texts(&store).await?;
        let kept = said.iter().filter(|text| **text == long).count();
        assert_eq!(kept as u64, LOG_MAX / 4096 - 1, "{engine:?}");
        let cut = format!("5 lines of {} bytes were left out here", 4 * 4096 + 26);
        assert!(said[said.len() - 2].starts_with(&cut), "{engine:?}: {}", said[said.len() - 2]);
        assert_eq!(said.last().map(String::as_str), Some("ends"), "{engine:?}: how it ended is always kept");
    }
    Ok(())
}

#[tokio::test]
async fn a_log_is_forgotten_after_its_time() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        begun(&store).await?;
        say(&store, &["one", "two"], Room::Capped).await?;
        let mut tx = store.begin().await?;
        assert_eq!(run_log::wipe(&mut tx, hour(2)).await?, 0, "{engine:?}");
        assert_eq!(run_log::wipe(&mut tx, hour(2) + SignedDuration::from_millis(1)).await?, 2, "{engine:?}");
    }
    Ok(())
}
