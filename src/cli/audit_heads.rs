//! The audit's head written down outside the store each hour, so that nobody who may write the store can rewrite more than
//! an hour of the audit unnoticed.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use ops::rows::{Head, Known};

use super::standing::Standing;
use crate::exit::{Exit, Failure};
use crate::wiring::House;

/// What anybody may rewrite unnoticed is at most this.
const EVERY: SignedDuration = SignedDuration::from_hours(1);
/// How often is looked whether an hour has passed, and whether the program is to end.
const TICK: Duration = Duration::from_secs(1);

/// Writes the head down, at once and then each hour until the process is to end; once more at the end.
pub async fn keep(house: Arc<House>, standing: Standing) {
    let Some(file) = house.config.audit_heads.clone() else { return };
    let mut written_at = None;
    let mut was_well = true;
    loop {
        let is_last = !standing.is_going();
        let now = house.clock.now();
        let is_due = written_at.is_none_or(|at| now.duration_since(at) >= EVERY);
        if is_due || is_last {
            let written = write(&house, &file).await;
            match &written {
                Err(failure) if was_well => tracing::error!(%failure, "audit_head_not_written"),
                _ => {}
            }
            was_well = written.is_ok();
            // A second try comes with the next tick, not with the next hour.
            written_at = was_well.then_some(now);
        }
        if is_last {
            return;
        }
        tokio::time::sleep(TICK).await;
    }
}

async fn write(house: &House, file: &Path) -> Result<(), Failure> {
    let head = store::audit::head(&mut house.store.read().await?).await?;
    let line = line(house.clock.now(), &head);
    let file = file.to_owned();
    let written = tokio::task::spawn_blocking(move || add(&file, &line)).await;
    let written = written.map_err(|error| anyhow::anyhow!("writing the head broke off: {error}"))?;
    written.map_err(|error| Failure::new(Exit::Unavailable, error.to_string()))
}

fn line(now: jiff::Timestamp, head: &Head) -> String {
    format!("{now} {head}\n")
}

/// Adds a line, and waits until it is on the disk.
fn add(file: &Path, line: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(file)?;
    file.write_all(line.as_bytes())?;
    file.sync_all()
}

/// Reads the heads that were written down; of no file, or one that is not there yet, none.
pub fn read(file: Option<&Path>) -> Result<Vec<Known>, Failure> {
    let Some(file) = file else { return Ok(Vec::new()) };
    let text = match fs::read_to_string(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        text => {
            text.map_err(|error| Failure::new(Exit::Unavailable, format!("{}: {error}", file.display())))?
        }
    };
    let heads = (1..).zip(text.lines()).map(|(number, line)| {
        let head = line.split_whitespace().next_back().unwrap_or_default();
        head.parse()
            .map_err(|why| Failure::new(Exit::Invalid, format!("{}, line {number}: {why}", file.display())))
    });
    heads.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_down_is_read_back_and_anything_else_is_refused_by_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("heads");
        assert!(read(Some(&file)).expect("no file yet").is_empty());
        let heads = [1, 2].map(|seq| Head { seq, hash: "9f".repeat(32) });
        for head in &heads {
            add(&file, &line(jiff::Timestamp::UNIX_EPOCH, head)).expect("written");
        }
        let known = read(Some(&file)).expect("readable");
        assert_eq!(known.iter().map(|one| one.seq).collect::<Vec<_>>(), [Some(1), Some(2)]);
        add(&file, "made up\n").expect("written");
        assert!(read(Some(&file)).expect_err("not a head").message.contains("line 3"));
    }
}
