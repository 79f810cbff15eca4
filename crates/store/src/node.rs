//! Nodes: where runs can be begun, and when each was last heard of.

use domain::node::{Labels, Launch, Node, Stance};
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// Says that a node lives, and what it is now; all its instants are by `store::now`.
pub async fn beat(tx: &mut Tx, node: &Node) -> Result<(), StoreError> {
    let labels: Vec<&str> = node.labels.iter().map(String::as_str).collect();
    let args = args![
        node.name.as_str(),
        labels.join(" "),
        ms(node.started_at),
        ms(node.beat_at),
        node.build.as_str(),
        node.config_hash.as_str(),
        node.launch.word(),
        node.launched_at.map(ms),
        node.launch_error.as_str(),
        node.stance.word()
    ];
    tx.execute(sql!("node/beat"), args).await.map(drop)
}

/// Forgets nodes that were last heard of before an instant.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute(sql!("node/forget"), args![ms(before)]).await
}

/// Reads every known node, by name.
pub async fn all(tx: &mut Tx) -> Result<Vec<Node>, StoreError> {
    tx.rows(sql!("node/all"), args![]).await?.iter().map(node).collect()
}

fn node(row: &Row) -> Result<Node, StoreError> {
    let labels: Labels = row.text("labels")?.split_whitespace().map(str::to_owned).collect();
    Ok(Node {
        name: row.text("name")?,
        labels,
        started_at: instant(row.int("started_at_ms")?)?,
        beat_at: instant(row.int("beat_at_ms")?)?,
        build: row.text("build")?,
        config_hash: row.text("config_hash")?,
        launch: Launch::from_word(&row.text("launch")?).ok_or(StoreError::Corrupt { what: "node" })?,
        launched_at: row.opt_int("launched_at_ms")?.map(instant).transpose()?,
        launch_error: row.text("launch_error")?,
        stance: Stance::from_word(&row.text("stance")?).ok_or(StoreError::Corrupt { what: "node" })?,
    })
}
