//! Evidence: what each list left in a run, kept when it succeeds and when it does not.

use domain::evidence::BodyEvidence;
use domain::ids::BodyCode;
use domain::run::BodyOutcome;
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::snapshot::account;
use crate::{StoreError, ms, sql};

/// Which run and try evidence belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// The run.
    pub run_id: String,
    /// The try.
    pub attempt: u64,
    /// The fence of the lease under which it is done.
    pub fence: u64,
}

/// Records what a list left in a run; a later try of the same run replaces a failure.
pub async fn insert(
    tx: &mut Tx,
    work: &Work,
    evidence: &BodyEvidence,
    now: Timestamp,
) -> Result<(), StoreError> {
    let account = &evidence.account;
    tx.execute(
        sql!("evidence/insert"),
        args![
            work.run_id.as_str(),
            evidence.body.as_str(),
            work.attempt,
            evidence.outcome.word(),
            evidence.reason.as_str(),
            evidence.cause.as_str(),
            evidence.client_request_id.as_str(),
            evidence.gmc_request_id.clone(),
            evidence.requested_at_ms,
            account.read,
            account.new,
            account.changed,
            account.same,
            account.repeated,
            account.rejected,
            account.removed,
            account.not_confirmed,
            evidence.bytes,
            evidence.calls,
            evidence.duration_ms,
            evidence.snapshot,
            ms(now)
        ],
    )
    .await
    .map(drop)
}

fn evidence(row: &Row) -> Result<BodyEvidence, StoreError> {
    Ok(BodyEvidence {
        body: BodyCode::new(row.text("list")?),
        outcome: BodyOutcome::from_word(&row.text("outcome")?)
            .ok_or(StoreError::Corrupt { what: "outcome" })?,
        reason: row.text("reason")?,
        cause: row.text("cause")?,
        client_request_id: row.text("client_request_id")?,
        gmc_request_id: row.opt_text("gmc_request_id")?,
        requested_at_ms: row.int("requested_at_ms")?,
        account: account(row)?,
        bytes: row.count("bytes")?,
        calls: row.count("calls")?,
        duration_ms: row.count("duration_ms")?,
        snapshot: row.opt_count("snapshot")?,
    })
}

/// Reads what each list left in one run, in order of code.
pub async fn of_run(tx: &mut Tx, run_id: &str) -> Result<Vec<BodyEvidence>, StoreError> {
    tx.rows(sql!("evidence/of_run"), args![run_id]).await?.iter().map(evidence).collect()
}

/// Counts the lists that ended runs of a job have published from requests at or after an instant.
pub async fn published_since(tx: &mut Tx, job: &str, since: Timestamp) -> Result<u64, StoreError> {
    let row = tx.row(sql!("evidence/published_since"), args![job, ms(since)]).await?;
    row.map_or(Ok(0), |row| row.count("lists"))
}
