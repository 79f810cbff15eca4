//! Silences: they hold notices back, never detection, and never without an end.

use std::fmt;

use domain::scope::Actor;
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// What a silence is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matcher {
    /// key, kind, job, list or all.
    pub matches: String,
    /// The key, kind, job or list; a key may end in `*`.
    pub value: String,
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { matches, value } = self;
        if value.is_empty() { f.write_str(matches) } else { write!(f, "{matches}={value}") }
    }
}

/// A silence.
#[derive(Clone, Debug)]
pub struct SilenceRow {
    /// UUIDv7.
    pub id: String,
    /// What it is about.
    pub matcher: Matcher,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
    /// Who ended it early.
    pub ended_by: Option<String>,
}

/// Holds notices back until an end.
pub async fn insert(
    tx: &mut Tx,
    id: &str,
    what: (&Matcher, &Actor),
    span: (Timestamp, Timestamp),
    now: Timestamp,
) -> Result<(), StoreError> {
    let ((matcher, actor), (starts, ends)) = (what, span);
    let args = args![
        id,
        matcher.matches.as_str(),
        matcher.value.as_str(),
        actor.reason.as_str(),
        actor.name.as_str(),
        ms(starts),
        ms(ends),
        ms(now)
    ];
    tx.execute(sql!("silence/insert"), args).await.map(drop)
}

/// Ends a silence before its time; `false` if it had ended.
pub async fn end(tx: &mut Tx, id: &str, actor: &Actor, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(sql!("silence/end"), args![id, actor.name.as_str(), ms(now)]).await? == 1)
}

/// Reads the silences that have not ended, those still ahead included.
pub async fn in_force(tx: &mut Tx, now: Timestamp) -> Result<Vec<SilenceRow>, StoreError> {
    tx.rows(sql!("silence/in_force"), args![ms(now)]).await?.iter().map(silence).collect()
}

fn silence(row: &Row) -> Result<SilenceRow, StoreError> {
    Ok(SilenceRow {
        id: row.text("id")?,
        matcher: Matcher { matches: row.text("matches")?, value: row.text("value")? },
        reason: row.text("reason")?,
        by: row.text("created_by")?,
        starts_at: instant(row.int("starts_at_ms")?)?,
        ends_at: instant(row.int("ends_at_ms")?)?,
        ended_by: row.opt_text("ended_by")?,
    })
}
