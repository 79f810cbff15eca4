//! Settings that were found sound, and what each node runs on.

use domain::settings::{Accepted, SettingsState};
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// Keeps settings that a node found sound.
pub async fn accept(tx: &mut Tx, one: &Accepted, by: (&str, &str)) -> Result<(), StoreError> {
    let (build, actor) = by;
    let args = args![one.node.as_str(), one.hash.as_str(), one.content.as_str(), build, ms(one.at), actor];
    tx.execute(sql!("settings/accept"), args).await.map(drop)
}

/// Asks every node to read its settings anew; `one` was kept before.
pub async fn ask(tx: &mut Tx, one: &Accepted) -> Result<(), StoreError> {
    let args = args![one.node.as_str(), one.hash.as_str(), ms(one.at)];
    tx.execute(sql!("settings/ask"), args).await.map(drop)
}

/// Says when a person last asked for that.
pub async fn asked(tx: &mut Tx) -> Result<Option<Timestamp>, StoreError> {
    let row = tx.row(sql!("settings/asked"), args![]).await?;
    row.map_or(Ok(None), |row| row.opt_int("asked_at_ms"))?.map(instant).transpose()
}

/// Reads what a node last found sound.
pub async fn newest(tx: &mut Tx, node: &str) -> Result<Option<Accepted>, StoreError> {
    tx.row(sql!("settings/newest"), args![node]).await?.as_ref().map(accepted).transpose()
}

/// Reads the settings of a digest.
pub async fn get(tx: &mut Tx, node: &str, hash: &str) -> Result<Option<Accepted>, StoreError> {
    tx.row(sql!("settings/get"), args![node, hash]).await?.as_ref().map(accepted).transpose()
}

fn accepted(row: &Row) -> Result<Accepted, StoreError> {
    Ok(Accepted {
        node: row.text("node")?,
        hash: row.text("hash")?,
        content: row.text("content")?,
        at: instant(row.int("accepted_at_ms")?)?,
    })
}

/// Writes down what a node runs on, and what its file says.
pub async fn save_state(tx: &mut Tx, state: &SettingsState) -> Result<(), StoreError> {
    let args = args![
        state.node.as_str(),
        state.running.as_str(),
        state.written.as_str(),
        state.problem.as_str(),
        ms(state.since)
    ];
    tx.execute(sql!("settings_state/save"), args).await.map(drop)
}

/// Reads what every node runs on, by name.
pub async fn states(tx: &mut Tx) -> Result<Vec<SettingsState>, StoreError> {
    let state = |row: &Row| {
        Ok(SettingsState {
            node: row.text("node")?,
            running: row.text("running")?,
            written: row.text("written")?,
            problem: row.text("problem")?,
            since: instant(row.int("since_ms")?)?,
        })
    };
    tx.rows(sql!("settings_state/all"), args![]).await?.iter().map(state).collect()
}
