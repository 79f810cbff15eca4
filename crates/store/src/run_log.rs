//! Logs of runs: what their steps said, capped for each run.

use domain::run_log::{Line, fit, left_out};
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// The word of the line that says what was left out.
pub const CUT: &str = "cut";

/// A line as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRow {
    /// 1, 2, 3 …
    pub seq: u64,
    /// The attempt that said it.
    pub attempt: u64,
    /// When.
    pub at: Timestamp,
    /// info, warn, error or cut.
    pub level: String,
    /// Plain words.
    pub text: String,
}

/// Whether lines may be left out of a log that is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// What a step says.
    Capped,
    /// How an attempt began and ended: few, and always wanted.
    Kept,
}

/// Writes lines at the end of a run's log; what does not fit is counted in a line of its own.
pub async fn append(
    tx: &mut Tx,
    attempt: (&str, u64),
    lines: (&[Line], Room),
    now: Timestamp,
) -> Result<(), StoreError> {
    let ((run_id, number), (lines, room)) = (attempt, lines);
    let (mut seq, mut bytes, is_cut) = end(tx, run_id).await?;
    let fit = match room {
        Room::Capped => fit(bytes, is_cut, lines),
        Room::Kept => domain::run_log::Fit { kept: lines.len(), ..Default::default() },
    };
    let rows: Vec<(u64, &str, &str, u64)> = lines[..fit.kept]
        .iter()
        .map(|line| {
            seq += 1;
            bytes += line.text.len() as u64;
            (seq, line.level.word(), line.text.as_str(), bytes)
        })
        .collect();
    if !rows.is_empty() {
        let rows = serde_json::to_string(&rows).map_err(|_| StoreError::Corrupt { what: "line of a log" })?;
        tx.execute(sql!("run_log/append"), args![run_id, number, ms(now), rows]).await?;
    }
    if fit.lines_cut > 0 {
        let args = args![run_id, seq + 1, number, ms(now), bytes, fit.lines_cut, fit.bytes_cut];
        tx.execute(sql!("run_log/cut"), args).await?;
    }
    Ok(())
}

/// Writes the first lines of the logs of runs whose first attempt begins; always wanted, like [`Room::Kept`].
pub async fn begin(tx: &mut Tx, logs: &[(&str, &[Line])], now: Timestamp) -> Result<(), StoreError> {
    let mut rows: Vec<(&str, u64, &str, &str, u64)> = Vec::new();
    for (run_id, lines) in logs {
        let mut bytes = 0;
        for (line, seq) in lines.iter().zip(1..) {
            bytes += line.text.len() as u64;
            rows.push((*run_id, seq, line.level.word(), line.text.as_str(), bytes));
        }
    }
    let rows = serde_json::to_string(&rows).map_err(|_| StoreError::Corrupt { what: "line of a log" })?;
    tx.execute(sql!("run_log/begin"), args![ms(now), rows]).await.map(drop)
}

/// Reads what a run said after some line, in order.
pub async fn of_run(tx: &mut Tx, run_id: &str, after: u64, limit: u64) -> Result<Vec<LogRow>, StoreError> {
    tx.rows(sql!("run_log/of_run"), args![run_id, after, limit]).await?.iter().map(line).collect()
}

/// Reads the last lines of a run, in order.
pub async fn last(tx: &mut Tx, run_id: &str, count: u64) -> Result<Vec<LogRow>, StoreError> {
    let (seq, _, _) = end(tx, run_id).await?;
    of_run(tx, run_id, seq.saturating_sub(count), count).await
}

/// Number of a log's last line, its bytes, and whether lines were left out of it.
async fn end(tx: &mut Tx, run_id: &str) -> Result<(u64, u64, bool), StoreError> {
    let Some(row) = tx.row(sql!("run_log/end"), args![run_id]).await? else { return Ok((0, 0, false)) };
    Ok((row.count("seq")?, row.count("bytes")?, row.int("cuts")? > 0))
}

fn line(row: &Row) -> Result<LogRow, StoreError> {
    let level = row.text("level")?;
    let text = match level.as_str() {
        CUT => left_out(row.count("lines_cut")?, row.count("bytes_cut")?),
        _ => row.text("text")?,
    };
    Ok(LogRow {
        seq: row.count("seq")?,
        attempt: row.count("attempt")?,
        at: instant(row.int("at_ms")?)?,
        level,
        text,
    })
}

/// Forgets lines that were said before an instant.
pub async fn wipe(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute(sql!("run_log/wipe"), args![ms(before)]).await
}
