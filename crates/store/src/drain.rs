//! Nodes that a person asked to step out.

use domain::node::Drain;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// Asks a node to step out; a later word takes the place of an earlier one.
pub async fn ask(tx: &mut Tx, drain: &Drain) -> Result<(), StoreError> {
    let stays = i64::from(drain.stays);
    let args =
        args![drain.node.as_str(), stays, ms(drain.asked_at), drain.asked_by.as_str(), drain.reason.as_str()];
    tx.execute(sql!("drain/ask"), args).await.map(drop)
}

/// Takes such a word back; `false` if there was none.
pub async fn undo(tx: &mut Tx, node: &str) -> Result<bool, StoreError> {
    Ok(tx.execute(sql!("drain/undo"), args![node]).await? == 1)
}

/// Lets go of a word that a node was to end by, because it starts anew.
pub async fn answered(tx: &mut Tx, node: &str) -> Result<(), StoreError> {
    tx.execute(sql!("drain/answered"), args![node]).await.map(drop)
}

/// Reads every such word, by node.
pub async fn all(tx: &mut Tx) -> Result<Vec<Drain>, StoreError> {
    tx.rows(sql!("drain/all"), args![]).await?.iter().map(drain).collect()
}

fn drain(row: &Row) -> Result<Drain, StoreError> {
    Ok(Drain {
        node: row.text("node")?,
        stays: row.int("stays")? == 1,
        asked_at: instant(row.int("asked_at_ms")?)?,
        asked_by: row.text("asked_by")?,
        reason: row.text("reason")?,
    })
}
