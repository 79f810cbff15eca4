//! Recounts: what a fresh count at the GMC said beside our own list, after each run.

use domain::ids::BodyCode;
use domain::recount::{Recount, Verdict};

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// Records both counts of one list after one run.
pub async fn insert(tx: &mut Tx, recount: &Recount) -> Result<(), StoreError> {
    let args = args![
        recount.run_id.as_str(),
        recount.body.as_str(),
        ms(recount.at),
        recount.gmc_count,
        recount.our_count,
        recount.verdict.word(),
        recount.reason.as_str()
    ];
    tx.execute(sql!("recount/insert"), args).await.map(drop)
}

fn recount(row: &Row) -> Result<Recount, StoreError> {
    Ok(Recount {
        body: BodyCode::new(row.text("list")?),
        run_id: row.text("run_id")?,
        at: instant(row.int("at_ms")?)?,
        gmc_count: row.opt_count("gmc_count")?,
        our_count: row.count("our_count")?,
        verdict: Verdict::from_word(&row.text("verdict")?)
            .ok_or(StoreError::Corrupt { what: "verdict of a recount" })?,
        reason: row.text("reason")?,
    })
}

/// Reads both counts of each list after one run, in order of code.
pub async fn of_run(tx: &mut Tx, run_id: &str) -> Result<Vec<Recount>, StoreError> {
    tx.rows(sql!("recount/of_run"), args![run_id]).await?.iter().map(recount).collect()
}

/// Reads the newest counts of each list, in order of code.
pub async fn newest(tx: &mut Tx) -> Result<Vec<Recount>, StoreError> {
    tx.rows(sql!("recount/newest"), args![]).await?.iter().map(recount).collect()
}

/// Reads of each list the newest counts that could be compared, in order of code.
pub async fn judged(tx: &mut Tx) -> Result<Vec<Recount>, StoreError> {
    tx.rows(sql!("recount/judged"), args![]).await?.iter().map(recount).collect()
}
