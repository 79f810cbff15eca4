//! Overrides: what is different for a while.

use domain::overrides::Override;
use domain::scope::Actor;
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// Lets something be different from its beginning until its end. Whether it may be is the caller's to ask.
pub async fn insert(tx: &mut Tx, one: &Override, actor: &Actor, now: Timestamp) -> Result<(), StoreError> {
    let what = serde_json::to_string(&one.what).map_err(|_| StoreError::Corrupt { what: "override" })?;
    let args = args![
        one.id.as_str(),
        what,
        one.owner.as_str(),
        one.reason.as_str(),
        one.answers.clone(),
        ms(one.starts_at),
        ms(one.ends_at),
        ms(now),
        actor.name.as_str()
    ];
    tx.execute(sql!("override/insert"), args).await.map(drop)
}

/// Ends one before its time; `false` if it had ended.
pub async fn end(tx: &mut Tx, id: &str, actor: &Actor, now: Timestamp) -> Result<bool, StoreError> {
    let by = format!("{}: {}", actor.name, actor.reason);
    Ok(tx.execute(sql!("override/end"), args![id, by, ms(now), actor.name.as_str()]).await? == 1)
}

/// Reads what counts, will count, or has ended at or after an instant; in the order in which it begins.
pub async fn since(tx: &mut Tx, ended: Timestamp) -> Result<Vec<Override>, StoreError> {
    tx.rows(sql!("override/since"), args![ms(ended)]).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Override, StoreError> {
    Ok(Override {
        id: row.text("id")?,
        what: serde_json::from_str(&row.text("what")?)
            .map_err(|_| StoreError::Corrupt { what: "override" })?,
        owner: row.text("owner")?,
        reason: row.text("reason")?,
        answers: row.opt_text("answers")?,
        starts_at: instant(row.int("starts_at_ms")?)?,
        ends_at: instant(row.int("ends_at_ms")?)?,
        ended_at: row.opt_int("ended_at_ms")?.map(instant).transpose()?,
        ended_by: row.text("ended_by")?,
    })
}
