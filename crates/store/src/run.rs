//! Runs, attempts: what was due, who tried, how it ended.

use domain::run::{AttemptState, RunState};
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// A run to be recorded.
pub struct NewRun<'a> {
    /// UUIDv7.
    pub id: &'a str,
    /// The job.
    pub job: &'a str,
    /// Actor.
    pub requested_by: &'a str,
    /// Version and commit of this program.
    pub build: &'a str,
    /// Hash of the configuration without secrets.
    pub config_hash: &'a str,
}

/// Records a manual run that begins now; `Conflict` if the job is already running.
pub async fn begin_manual(tx: &mut Tx, run: &NewRun<'_>, now: Timestamp) -> Result<(), StoreError> {
    if let Some(open) = open(tx, run.job).await? {
        return Err(StoreError::Conflict(format!("{} is already running: run {}", run.job, open.id)));
    }
    let args = args![
        run.id,
        run.job,
        "manual",
        None::<String>,
        RunState::Running.word(),
        run.requested_by,
        run.build,
        run.config_hash,
        ms(now),
        ms(now)
    ];
    tx.execute(sql!("run/insert"), args).await.map(drop)
}

/// Gives a run its one end; `false` if it had one already.
pub async fn settle(
    tx: &mut Tx,
    id: &str,
    end: (RunState, &str),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (state, reason) = end;
    debug_assert!(RunState::Running.may_become(state), "a run ends in an end state");
    Ok(tx.execute(sql!("run/settle"), args![id, state.word(), reason, ms(now)]).await? == 1)
}

/// A run.
#[derive(Clone, Debug)]
pub struct RunRow {
    /// UUIDv7.
    pub id: String,
    /// The job.
    pub job: String,
    /// scheduled, manual or catch_up.
    pub kind: String,
    /// Local civil time and ordinal; `None` for manual.
    pub scheduled_for: Option<String>,
    /// Its state.
    pub state: RunState,
    /// Plain words: "published 12 of 13".
    pub reason: String,
    /// Actor.
    pub requested_by: String,
    /// Version and commit of the program.
    pub build: String,
    /// Hash of the configuration.
    pub config_hash: String,
    /// When its first attempt began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When the row was made.
    pub created_at: Timestamp,
}

fn run(row: &Row) -> Result<RunRow, StoreError> {
    Ok(RunRow {
        id: row.text("id")?,
        job: row.text("job")?,
        kind: row.text("kind")?,
        scheduled_for: row.opt_text("scheduled_for")?,
        state: RunState::from_word(&row.text("state")?).ok_or(StoreError::Corrupt { what: "run state" })?,
        reason: row.text("reason")?,
        requested_by: row.text("requested_by")?,
        build: row.text("build")?,
        config_hash: row.text("config_hash")?,
        started_at: row.opt_int("started_at_ms")?.map(instant).transpose()?,
        ended_at: row.opt_int("ended_at_ms")?.map(instant).transpose()?,
        created_at: instant(row.int("created_at_ms")?)?,
    })
}

/// Reads the run of a job that has begun and not ended.
pub async fn open(tx: &mut Tx, job: &str) -> Result<Option<RunRow>, StoreError> {
    tx.row(sql!("run/open"), args![job]).await?.as_ref().map(run).transpose()
}

/// Reads one run.
pub async fn get(tx: &mut Tx, id: &str) -> Result<Option<RunRow>, StoreError> {
    tx.row(sql!("run/get"), args![id]).await?.as_ref().map(run).transpose()
}

/// Reads the newest runs, newest first.
pub async fn recent(tx: &mut Tx, limit: u64) -> Result<Vec<RunRow>, StoreError> {
    tx.rows(sql!("run/recent"), args![limit]).await?.iter().map(run).collect()
}

/// Begins one more try within a run.
pub async fn begin_attempt(
    tx: &mut Tx,
    id: &str,
    attempt: (u64, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let (number, node) = attempt;
    tx.execute(sql!("attempt/insert"), args![id, number, node, ms(now)]).await.map(drop)
}

/// Says that a try is still alive.
pub async fn beat(tx: &mut Tx, id: &str, number: u64, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(sql!("attempt/beat"), args![id, number, ms(now)]).await? == 1)
}

/// How a try ended.
pub struct AttemptEnd<'a> {
    /// The run.
    pub run_id: &'a str,
    /// The try.
    pub number: u64,
    /// Its end state.
    pub state: AttemptState,
    /// What went wrong; empty when done.
    pub error: &'a str,
    /// Highest resident memory of the process, if the system tells.
    pub peak_memory_bytes: Option<u64>,
}

/// Settles a try; `false` if it was settled already.
pub async fn settle_attempt(tx: &mut Tx, end: &AttemptEnd<'_>, now: Timestamp) -> Result<bool, StoreError> {
    let args = args![end.run_id, end.number, end.state.word(), end.error, end.peak_memory_bytes, ms(now)];
    Ok(tx.execute(sql!("attempt/settle"), args).await? == 1)
}

/// One try within a run.
#[derive(Clone, Debug)]
pub struct AttemptRow {
    /// 1, 2, 3 …
    pub number: u64,
    /// running, done, failed, lost or interrupted.
    pub state: String,
    /// Where.
    pub node: String,
    /// What went wrong.
    pub error: String,
    /// Highest resident memory of the process.
    pub peak_memory_bytes: Option<u64>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was last known to live.
    pub heartbeat_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// Reads the tries of one run, in order.
pub async fn attempts(tx: &mut Tx, id: &str) -> Result<Vec<AttemptRow>, StoreError> {
    tx.rows(sql!("attempt/of_run"), args![id]).await?.iter().map(attempt).collect()
}

fn attempt(row: &Row) -> Result<AttemptRow, StoreError> {
    Ok(AttemptRow {
        number: row.count("number")?,
        state: row.text("state")?,
        node: row.text("node")?,
        error: row.text("error")?,
        peak_memory_bytes: row.opt_count("peak_memory_bytes")?,
        started_at: instant(row.int("started_at_ms")?)?,
        heartbeat_at: instant(row.int("heartbeat_at_ms")?)?,
        ended_at: row.opt_int("ended_at_ms")?.map(instant).transpose()?,
    })
}
