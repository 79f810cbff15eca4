//! Leases: the time-limited right to work on a run. Each grant raises a fence, and an old fence writes nothing.

use domain::clock::Clock;
use jiff::{SignedDuration, Timestamp};

use crate::db::{Row, Tx, args};
use crate::evidence::Work;
use crate::run::RunRow;
use crate::{StoreError, instant, ms, sql};

/// How long one grant lasts: three beats of ten seconds, so that a dead worker is noticed within 45 seconds.
pub const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// Whose clock leases are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaseClock {
    /// The database's, because several nodes compare; an embedded store has none and takes the program's.
    Database,
    /// The program's, which a test or a sandbox moves.
    Program,
}

/// The instant by which leases and heartbeats are compared; nothing else asks a database for the time.
pub async fn now(tx: &mut Tx, whose: LeaseClock, clock: &dyn Clock) -> Result<Timestamp, StoreError> {
    if whose == LeaseClock::Program {
        return Ok(clock.now());
    }
    tx.database_ms().await?.map_or_else(|| Ok(clock.now()), instant)
}

/// Who takes a lease, and under which program.
pub struct Taker<'a> {
    /// The node.
    pub node: &'a str,
    /// Actor, as the run will name it.
    pub actor: &'a str,
    /// Version and commit of the program.
    pub build: &'a str,
    /// Hash of the configuration without secrets.
    pub config_hash: &'a str,
}

/// Begins a due run; gives the fence, or `None` if somebody was quicker or the job is running.
///
/// `lease` is the present instant by [`now`], `at` the one of the program.
pub async fn claim(
    tx: &mut Tx,
    id: &str,
    taker: &Taker<'_>,
    lease: Timestamp,
    at: Timestamp,
) -> Result<Option<u64>, StoreError> {
    Ok(claim_all(tx, &[id], taker, lease, at).await?.pop().map(|(_, fence)| fence))
}

/// Begins due runs of different jobs in one statement; gives those that were begun, each with its fence.
///
/// Errors: `Conflict` if another transaction begins a run of one of these jobs meanwhile; nothing was written.
pub async fn claim_all(
    tx: &mut Tx,
    ids: &[&str],
    taker: &Taker<'_>,
    lease: Timestamp,
    at: Timestamp,
) -> Result<Vec<(String, u64)>, StoreError> {
    let ids: Vec<[&str; 1]> = ids.iter().map(|id| [*id]).collect();
    let ids = serde_json::to_string(&ids).map_err(|_| StoreError::Corrupt { what: "due runs" })?;
    let args =
        args![ids, taker.node, ms(end(lease, LEASE)), ms(at), taker.build, taker.config_hash, taker.actor];
    let rows = tx.rows(sql!("run/claim"), args).await?;
    rows.iter().map(|row| Ok((row.text("id")?, row.count("fence")?))).collect()
}

/// Takes up a running run whose lease ended before `lapsed`; gives the new fence, or `None` if somebody was quicker.
pub async fn take_over(
    tx: &mut Tx,
    run: &RunRow,
    node: &str,
    lapsed: Timestamp,
    lease: Timestamp,
) -> Result<Option<u64>, StoreError> {
    let args = args![run.id.as_str(), node, ms(end(lease, LEASE)), ms(lapsed), run.fence, ms(lease)];
    fence(&tx.rows(sql!("run/take_over"), args).await?)
}

fn fence(rows: &[Row]) -> Result<Option<u64>, StoreError> {
    rows.first().map(|row| row.count("fence")).transpose()
}

fn end(from: Timestamp, length: SignedDuration) -> Timestamp {
    from.saturating_add(length).unwrap_or(Timestamp::MAX)
}

/// Lets a lease last until `length` after `lease`; `false` if the fence is an old one or the run has ended.
pub async fn renew(
    tx: &mut Tx,
    work: &Work,
    length: SignedDuration,
    lease: Timestamp,
) -> Result<bool, StoreError> {
    let args = args![work.run_id.as_str(), work.fence, ms(end(lease, length)), ms(lease)];
    Ok(tx.execute(sql!("run/renew"), args).await? == 1)
}

/// Opens a transaction to whoever holds the lease: whoever lost it writes nothing.
///
/// The row stays locked until the transaction ends, so nobody can take the run up in between.
pub async fn guard(tx: &mut Tx, work: &Work, lease: Timestamp) -> Result<(), StoreError> {
    if renew(tx, work, LEASE, lease).await? {
        return Ok(());
    }
    Err(StoreError::Conflict(format!(
        "run {} is no longer this program's: another took it up, or it was ended; nothing was written",
        work.run_id
    )))
}
