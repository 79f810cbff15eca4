//! What each node is made of, since when, and how other instances differ.

use domain::fingerprint::Fingerprint;
use domain::parity::Parity;
use jiff::{SignedDuration, Timestamp};

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// How long is known what nodes were made of.
pub const KEPT: SignedDuration = SignedDuration::from_hours(400 * 24);

/// Writes down what a node is made of: a row of its own only where that has changed. Old rows are forgotten.
pub async fn record(tx: &mut Tx, made: &Fingerprint) -> Result<(), StoreError> {
    let newest = tx.row(sql!("fingerprint/newest"), args![made.node.as_str()]).await?;
    let newest = newest.as_ref().map(fingerprint).transpose()?;
    if let Some(same) = newest.filter(|newest| newest.says_like(made)) {
        let args = args![made.node.as_str(), ms(same.made_at), ms(made.made_at)];
        tx.execute(sql!("fingerprint/seen"), args).await?;
    } else {
        let content = serde_json::to_string(made).map_err(|_| corrupt())?;
        tx.execute(sql!("fingerprint/insert"), args![made.node.as_str(), ms(made.made_at), content.as_str()])
            .await?;
    }
    let long_ago = made.made_at.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
    tx.execute(sql!("fingerprint/forget"), args![ms(long_ago)]).await.map(drop)
}

/// Reads what nodes were made of since an instant, by node, each node's oldest first.
pub async fn since(tx: &mut Tx, seen: Timestamp) -> Result<Vec<Fingerprint>, StoreError> {
    tx.rows(sql!("fingerprint/since"), args![ms(seen)]).await?.iter().map(fingerprint).collect()
}

fn fingerprint(row: &Row) -> Result<Fingerprint, StoreError> {
    serde_json::from_str(&row.text("content")?).map_err(|_| corrupt())
}

fn corrupt() -> StoreError {
    StoreError::Corrupt { what: "fingerprint" }
}

/// How another instance differed when it was last asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Its name in the settings.
    pub instance: String,
    /// When it was asked.
    pub at: Timestamp,
    /// Since when what is undeclared is as it is.
    pub since: Timestamp,
    /// The comparison.
    pub parity: Parity,
}

/// Keeps a comparison in place of the one before.
pub async fn save(tx: &mut Tx, compared: &Compared) -> Result<(), StoreError> {
    let content =
        serde_json::to_string(&compared.parity).map_err(|_| StoreError::Corrupt { what: "parity" })?;
    let undeclared = u64::try_from(compared.parity.undeclared().count()).unwrap_or(u64::MAX);
    let args =
        args![compared.instance.as_str(), ms(compared.at), ms(compared.since), undeclared, content.as_str()];
    tx.execute(sql!("parity/save"), args).await.map(drop)
}

/// Reads the newest comparison with every instance, by name.
pub async fn compared(tx: &mut Tx) -> Result<Vec<Compared>, StoreError> {
    let compared = |row: &Row| {
        let parity = serde_json::from_str(&row.text("content")?);
        Ok(Compared {
            instance: row.text("instance")?,
            at: instant(row.int("compared_at_ms")?)?,
            since: instant(row.int("since_ms")?)?,
            parity: parity.map_err(|_| StoreError::Corrupt { what: "parity" })?,
        })
    };
    tx.rows(sql!("parity/all"), args![]).await?.iter().map(compared).collect()
}
