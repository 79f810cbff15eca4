//! Due runs: rows ahead of their hour, and what becomes of those that nobody began or ended in time.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::db::{Row, Tx, args};
use crate::run::{NewRun, RunRow, run};
use crate::{StoreError, instant, ms, sql};

/// A run to be planned.
#[derive(Clone, Debug)]
pub struct NewDue {
    /// UUIDv7, used if the slot has no row yet.
    pub id: String,
    /// The slot as text: local civil time and pass.
    pub scheduled_for: String,
    /// Whether the clock change took it away, so that its row is born skipped.
    pub is_skipped: bool,
    /// When it is due.
    pub due_at: Timestamp,
    /// After this it is missed.
    pub start_by: Timestamp,
    /// After this it is late.
    pub finish_by: Timestamp,
}

/// Inserts the rows of a job that are not there yet; gives how many. Of `like`, job, build and hash count.
pub async fn plan(
    tx: &mut Tx,
    like: &NewRun<'_>,
    rows: &[NewDue],
    now: Timestamp,
) -> Result<u64, StoreError> {
    if rows.is_empty() {
        return Ok(0);
    }
    let rows: Vec<(&str, &str, &str, i64, i64, i64)> = rows
        .iter()
        .map(|row| {
            let state = if row.is_skipped { "skipped" } else { "due" };
            (
                row.id.as_str(),
                row.scheduled_for.as_str(),
                state,
                ms(row.due_at),
                ms(row.start_by),
                ms(row.finish_by),
            )
        })
        .collect();
    let rows = serde_json::to_string(&rows).map_err(|_| StoreError::Corrupt { what: "due run" })?;
    tx.execute(sql!("run/plan"), args![like.job, like.build, like.config_hash, ms(now), rows]).await
}

/// Until when a job's rows reach; `None` before the first.
pub async fn planned(tx: &mut Tx, job: &str) -> Result<Option<Timestamp>, StoreError> {
    let row = tx.row(sql!("run/planned"), args![job]).await?;
    row.map_or(Ok(None), |row| row.opt_int("due_at_ms"))?.map(instant).transpose()
}

/// Reads what is due by now or has begun, oldest row first.
pub async fn live(tx: &mut Tx, now: Timestamp) -> Result<Vec<RunRow>, StoreError> {
    tx.rows(sql!("run/live"), args![ms(now)]).await?.iter().map(run).collect()
}

/// Where a reading of what can be begun goes on: due then, and the row's id.
pub type After = (Timestamp, String);

/// Reads what is due by now, oldest first, of jobs at which nobody works: so many after another.
pub async fn startable(
    tx: &mut Tx,
    now: Timestamp,
    after: &After,
    limit: u64,
) -> Result<Vec<RunRow>, StoreError> {
    let args = args![ms(now), ms(after.0), after.1.as_str(), limit];
    tx.rows(sql!("run/startable"), args).await?.iter().map(run).collect()
}

/// Reads what has begun and whose lease ran out before an instant, oldest row first.
pub async fn lapsed(tx: &mut Tx, before: Timestamp) -> Result<Vec<RunRow>, StoreError> {
    tx.rows(sql!("run/lapsed"), args![ms(before)]).await?.iter().map(run).collect()
}

/// Reads the newest run of a job that is due by now.
pub async fn of_job(tx: &mut Tx, job: &str, now: Timestamp) -> Result<Option<RunRow>, StoreError> {
    tx.row(sql!("run/due_of_job"), args![job, ms(now)]).await?.as_ref().map(run).transpose()
}

/// Says when the next run is due after an instant; `None` if none is planned.
pub async fn next(tx: &mut Tx, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let row = tx.row(sql!("run/next_due"), args![ms(now)]).await?;
    row.map_or(Ok(None), |row| row.opt_int("due_at_ms"))?.map(instant).transpose()
}

/// Names the jobs of which a planned run was missed since an instant.
pub async fn jobs_missed(tx: &mut Tx, since: Timestamp) -> Result<BTreeSet<String>, StoreError> {
    tx.rows(sql!("run/jobs_missed"), args![ms(since)]).await?.iter().map(|row| row.text("job")).collect()
}

/// A run whose deadline went by.
#[derive(Clone, Debug)]
pub struct Overdue {
    /// UUIDv7.
    pub id: String,
    /// The job.
    pub job: String,
    /// scheduled or catch_up.
    pub kind: String,
    /// Its slot, or the slot it makes good.
    pub slot: String,
    /// When it was due.
    pub due_at: Timestamp,
}

fn overdue(row: &Row) -> Result<Overdue, StoreError> {
    let slot = row.opt_text("scheduled_for")?.or(row.opt_text("makes_good")?);
    Ok(Overdue {
        id: row.text("id")?,
        job: row.text("job")?,
        kind: row.text("kind")?,
        slot: slot.unwrap_or_default(),
        due_at: instant(row.int("due_at_ms")?)?,
    })
}

/// Ends as missed what nobody began in time; gives it in the order in which it was due.
pub async fn miss(tx: &mut Tx, reason: &str, now: Timestamp) -> Result<Vec<Overdue>, StoreError> {
    in_order(tx.rows(sql!("run/miss"), args![ms(now), reason]).await?)
}

fn in_order(rows: Vec<Row>) -> Result<Vec<Overdue>, StoreError> {
    let mut all = rows.iter().map(overdue).collect::<Result<Vec<_>, _>>()?;
    all.sort_by_key(|one| one.due_at);
    Ok(all)
}

/// Finds the newest missed run of a job whose window is still open and that nothing stands for yet.
pub async fn to_make_good(
    tx: &mut Tx,
    job: &str,
    window: SignedDuration,
    now: Timestamp,
) -> Result<Option<RunRow>, StoreError> {
    let oldest = now.saturating_sub(window).unwrap_or(Timestamp::MIN);
    tx.row(sql!("run/to_make_good"), args![job, ms(oldest)]).await?.as_ref().map(run).transpose()
}

/// The same of what a pause took away.
pub async fn to_make_good_paused(
    tx: &mut Tx,
    job: &str,
    window: SignedDuration,
    now: Timestamp,
) -> Result<Option<RunRow>, StoreError> {
    let oldest = now.saturating_sub(window).unwrap_or(Timestamp::MIN);
    tx.row(sql!("run/to_make_good_paused"), args![job, ms(oldest)]).await?.as_ref().map(run).transpose()
}

/// Inserts the run that stands for a missed one, to begin within its window; `false` if there is one already.
pub async fn make_good(
    tx: &mut Tx,
    missed: &str,
    new: &NewRun<'_>,
    window: SignedDuration,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let window_ms = i64::try_from(window.as_millis()).unwrap_or(i64::MAX);
    let args = args![missed, new.id, new.build, new.config_hash, ms(now), window_ms];
    Ok(tx.execute(sql!("run/make_good"), args).await? == 1)
}

/// Finds the run of a job that began last, if a list of the job it comes after was published since and by an instant, and
/// nothing of either is under way.
pub async fn to_repeat(
    tx: &mut Tx,
    jobs: (&str, &str),
    published_by: Timestamp,
    now: Timestamp,
) -> Result<Option<RunRow>, StoreError> {
    let (job, before) = jobs;
    let args = args![job, before, ms(now), ms(published_by)];
    tx.row(sql!("run/to_repeat"), args).await?.as_ref().map(run).transpose()
}

/// Inserts the run that does another again, to begin and end by these instants; `false` if there is one already.
pub async fn repeat(
    tx: &mut Tx,
    again: &str,
    new: &NewRun<'_>,
    by: (Timestamp, Timestamp),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (start_by, finish_by) = (ms(by.0), ms(by.1));
    let args = args![new.id, new.job, new.build, new.config_hash, again, ms(now), start_by, finish_by];
    Ok(tx.execute(sql!("run/repeat"), args).await? == 1)
}
