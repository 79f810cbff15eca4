//! Reports of programs that somebody else runs: the keys they come with, and what they say of their runs.

use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::secret::digest;
use crate::{StoreError, instant, ms, sql};

/// A key that nobody has taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportKeyRow {
    /// UUIDv7; it opens nothing.
    pub id: String,
    /// The job whose runs it reports.
    pub job: String,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
    /// Since when.
    pub created_at: Timestamp,
}

/// Keeps a key, as its hash, for the runs of one job.
pub async fn add_key(
    tx: &mut Tx,
    id: &str,
    key: (&str, &str),
    by: (&str, Timestamp),
) -> Result<(), StoreError> {
    let (job, key) = key;
    let args = args![id, digest(key), job, ms(by.1), by.0];
    tx.execute(sql!("report_key/insert"), args).await.map(drop)
}

/// Reads whose runs a key reports, and notes that it came; nobody's, if there is no such key or it was taken back.
pub async fn use_key(tx: &mut Tx, key: &str, now: Timestamp) -> Result<Option<String>, StoreError> {
    let rows = tx.rows(sql!("report_key/use"), args![digest(key), ms(now)]).await?;
    rows.first().map(|row| row.text("job")).transpose()
}

/// Reads the keys that nobody has taken back, by job.
pub async fn keys(tx: &mut Tx) -> Result<Vec<ReportKeyRow>, StoreError> {
    let key = |row: &Row| {
        Ok(ReportKeyRow {
            id: row.text("id")?,
            job: row.text("job")?,
            used_at: row.opt_int("used_at_ms")?.map(instant).transpose()?,
            created_at: instant(row.int("created_at_ms")?)?,
        })
    };
    tx.rows(sql!("report_key/all"), args![]).await?.iter().map(key).collect()
}

/// Takes a key back; `false` if there is no such one.
pub async fn revoke_key(tx: &mut Tx, id: &str, by: (&str, Timestamp)) -> Result<bool, StoreError> {
    Ok(tx.execute(sql!("report_key/revoke"), args![id, ms(by.1), by.0]).await? == 1)
}

/// Keeps what a report says of its run: what its reporter calls it, and how fresh its data are.
///
/// Errors: `Conflict` where another run of the job is called so.
pub async fn put(
    tx: &mut Tx,
    run: (&str, &str),
    said: (Option<&str>, Option<Timestamp>),
    now: Timestamp,
) -> Result<(), StoreError> {
    let ((run_id, job), (rid, as_of)) = (run, said);
    let args = args![run_id, job, rid, as_of.map(ms), ms(now)];
    tx.execute(sql!("run_report/put"), args).await.map(drop)
}

/// Finds the run of a job by what its reporter calls it.
pub async fn of_rid(tx: &mut Tx, job: &str, rid: &str) -> Result<Option<String>, StoreError> {
    tx.row(sql!("run_report/of_rid"), args![job, rid]).await?.map(|row| row.text("run_id")).transpose()
}

/// Reads what its reporter calls a run.
pub async fn rid_of(tx: &mut Tx, run_id: &str) -> Result<Option<String>, StoreError> {
    let row = tx.row(sql!("run_report/rid_of"), args![run_id]).await?;
    Ok(row.map(|row| row.opt_text("rid")).transpose()?.flatten())
}

/// Reads how fresh the newest data of each job are, as its good runs said.
pub async fn fresh(tx: &mut Tx) -> Result<Vec<(String, Timestamp)>, StoreError> {
    let fresh = |row: &Row| Ok((row.text("job")?, instant(row.int("as_of_ms")?)?));
    tx.rows(sql!("run_report/fresh"), args![]).await?.iter().map(fresh).collect()
}
