//! Runs, attempts: what was due, who tried, how it ended.

use domain::floors::Measured;
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

/// Records a run that somebody asks for, to begin and end by these instants; `false` if one of its job waits already.
pub async fn ask(
    tx: &mut Tx,
    run: &NewRun<'_>,
    by: (Timestamp, Timestamp),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (start_by, finish_by) = (ms(by.0), ms(by.1));
    let args =
        args![run.id, run.job, run.requested_by, run.build, run.config_hash, ms(now), start_by, finish_by];
    Ok(tx.execute(sql!("run/ask"), args).await? == 1)
}

/// Gives a run its one end; `false` if it had one already.
pub async fn settle(
    tx: &mut Tx,
    id: &str,
    end: (RunState, &str),
    now: Timestamp,
) -> Result<bool, StoreError> {
    settle_measured(tx, id, end, None, now).await
}

/// The same for a run over everything: what it took and brought teaches the floors of later ones; with it, what was too
/// little about it, if anything was.
pub async fn settle_measured(
    tx: &mut Tx,
    id: &str,
    end: (RunState, &str),
    whole: Option<(Measured, Option<&str>)>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (state, reason) = end;
    debug_assert!(RunState::Running.may_become(state), "a run ends in an end state");
    let (measured, doubt) = whole.unzip();
    let (records, worked_ms) = (measured.map(|one| one.records), measured.map(|one| one.duration_ms));
    let args = args![id, state.word(), reason, ms(now), records, worked_ms, doubt.flatten()];
    Ok(tx.execute(sql!("run/settle"), args).await? == 1)
}

/// Ends a run that is due or running by a person's word; `false` if it had ended.
pub async fn cancel(tx: &mut Tx, id: &str, reason: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(sql!("run/cancel"), args![id, reason, ms(now)]).await? == 1)
}

/// Ends a due run that should not begin; `false` if it is not due any more.
pub async fn skip(tx: &mut Tx, id: &str, reason: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(sql!("run/skip"), args![id, reason, ms(now)]).await? == 1)
}

/// Ends a due run that a pause takes away; `false` if it is not due any more.
pub async fn pause(tx: &mut Tx, id: &str, by: (&str, &str), now: Timestamp) -> Result<bool, StoreError> {
    let (override_id, reason) = by;
    Ok(tx.execute(sql!("run/pause"), args![id, reason, ms(now), override_id]).await? == 1)
}

/// Reads what the last good whole runs of a job took and brought.
pub async fn good(tx: &mut Tx, job: &str, limit: u64) -> Result<Vec<Measured>, StoreError> {
    let measured =
        |row: &Row| Ok(Measured { duration_ms: row.count("worked_ms")?, records: row.count("records")? });
    tx.rows(sql!("run/good"), args![job, limit]).await?.iter().map(measured).collect()
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
    /// When it is due; `None` for manual.
    pub due_at: Option<Timestamp>,
    /// After this it is missed.
    pub start_by: Option<Timestamp>,
    /// After this it is late.
    pub finish_by: Option<Timestamp>,
    /// The slot of the missed run that this one stands for.
    pub makes_good: Option<String>,
    /// Records received in all, once ended; `None` over some of the lists only.
    pub records: Option<u64>,
    /// The node that holds it.
    pub lease_owner: Option<String>,
    /// Until when, by `store::now`.
    pub lease_until: Option<Timestamp>,
    /// Raised by each grant of the lease.
    pub fence: u64,
    /// When its first attempt began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When the row was made.
    pub created_at: Timestamp,
}

impl RunRow {
    /// Whether a person or a program asked for it, and no schedule.
    pub fn is_asked(&self) -> bool {
        self.kind == "manual"
    }

    /// Whether it does another run again, because lists that it depends on were published later.
    pub fn is_repeat(&self) -> bool {
        self.kind == "catch_up" && self.makes_good.is_none()
    }
}

pub(crate) fn run(row: &Row) -> Result<RunRow, StoreError> {
    let at = |column: &str| row.opt_int(column)?.map(instant).transpose();
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
        due_at: at("due_at_ms")?,
        start_by: at("start_by_ms")?,
        finish_by: at("finish_by_ms")?,
        makes_good: row.opt_text("makes_good")?,
        records: row.opt_count("records")?,
        lease_owner: row.opt_text("lease_owner")?,
        lease_until: at("lease_until_ms")?,
        fence: row.count("fence")?,
        started_at: at("started_at_ms")?,
        ended_at: at("ended_at_ms")?,
        created_at: instant(row.int("created_at_ms")?)?,
    })
}

/// Reads the run of a job that has begun and not ended.
pub async fn open(tx: &mut Tx, job: &str) -> Result<Option<RunRow>, StoreError> {
    tx.row(sql!("run/open"), args![job]).await?.as_ref().map(run).transpose()
}

/// Reads the run of a job for one slot.
pub async fn of_slot(tx: &mut Tx, job: &str, slot: &str) -> Result<Option<RunRow>, StoreError> {
    tx.row(sql!("run/of_slot"), args![job, slot]).await?.as_ref().map(run).transpose()
}

/// Reads one run.
pub async fn get(tx: &mut Tx, id: &str) -> Result<Option<RunRow>, StoreError> {
    tx.row(sql!("run/get"), args![id]).await?.as_ref().map(run).transpose()
}

/// Reads the runs of one job, those still ahead first.
pub async fn of_job(tx: &mut Tx, job: &str, limit: u64) -> Result<Vec<RunRow>, StoreError> {
    tx.rows(sql!("run/of_job"), args![job, limit]).await?.iter().map(run).collect()
}

/// Reads the newest runs that have begun or ended, newest first.
pub async fn recent(tx: &mut Tx, limit: u64) -> Result<Vec<RunRow>, StoreError> {
    tx.rows(sql!("run/recent"), args![limit]).await?.iter().map(run).collect()
}

/// Reads every run whose row was made at or after an instant, those still ahead included.
pub async fn since(tx: &mut Tx, created: Timestamp) -> Result<Vec<RunRow>, StoreError> {
    tx.rows(sql!("run/since"), args![ms(created)]).await?.iter().map(run).collect()
}

/// Reads the runs whose rows were made from one instant until before another, oldest first.
pub async fn between(tx: &mut Tx, from: Timestamp, until: Timestamp) -> Result<Vec<RunRow>, StoreError> {
    tx.rows(sql!("run/between"), args![ms(from), ms(until)]).await?.iter().map(run).collect()
}

/// Reads what was too little about a run, as it was judged at its end; `None` where nothing was.
pub async fn doubt(tx: &mut Tx, id: &str) -> Result<Option<String>, StoreError> {
    let row = tx.row(sql!("run/doubt"), args![id]).await?;
    row.map_or(Ok(None), |row| row.opt_text("doubt"))
}

/// Names the program that did the newest good run of a job.
pub async fn proven_by(tx: &mut Tx, job: &str) -> Result<Option<String>, StoreError> {
    tx.row(sql!("run/proven_by"), args![job]).await?.map(|row| row.text("build")).transpose()
}

/// Counts the runs of a job that were missed since an instant.
pub async fn count_missed(tx: &mut Tx, job: &str, after: Timestamp) -> Result<u64, StoreError> {
    let row = tx.row(sql!("run/count_missed"), args![job, ms(after)]).await?;
    row.map_or(Ok(0), |row| row.count("runs"))
}

/// Says when the first row of a job was made.
pub async fn first(tx: &mut Tx, job: &str) -> Result<Option<Timestamp>, StoreError> {
    let row = tx.row(sql!("run/first"), args![job]).await?;
    row.map_or(Ok(None), |row| row.opt_int("created_at_ms"))?.map(instant).transpose()
}

/// Begins one more try within a run.
pub async fn begin_attempt(
    tx: &mut Tx,
    id: &str,
    attempt: (u64, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let (number, node) = attempt;
    begin_attempts(tx, &[(id, number)], node, now).await
}

/// Begins one more try within each of some runs.
pub async fn begin_attempts(
    tx: &mut Tx,
    attempts: &[(&str, u64)],
    node: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let rows = serde_json::to_string(attempts).map_err(|_| StoreError::Corrupt { what: "attempts" })?;
    tx.execute(sql!("attempt/insert"), args![rows, node, ms(now)]).await.map(drop)
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
