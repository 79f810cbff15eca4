//! Grants: which role an account has over which bodies, until when.

use std::collections::BTreeSet;

use domain::access::{Grant, Role};
use domain::ids::BodyCode;
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// A grant that has not been taken back; it may have ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRow {
    /// UUIDv7.
    pub id: String,
    /// Id of the account.
    pub account: String,
    /// What is granted.
    pub grant: Grant,
    /// Who asked for it.
    pub asked_by: String,
    /// Who granted it.
    pub granted_by: String,
    /// Since when.
    pub since: Timestamp,
}

/// Who asked for a grant, and who granted it.
pub struct By<'a> {
    /// One.
    pub asked: &'a str,
    /// Another, where two people are needed.
    pub granted: &'a str,
}

/// Gives an account a role.
pub async fn insert(
    tx: &mut Tx,
    place: (&str, &str),
    grant: &Grant,
    by: &By<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (id, account) = place;
    let bodies = serde_json::to_string(&grant.bodies).map_err(|_| StoreError::Corrupt { what: "grant" })?;
    let sensitive = if grant.sensitive { "yes" } else { "no" };
    let ends = grant.ends.map(|day| day.to_string());
    let args = args![id, account, grant.role.word(), bodies, sensitive, ends, by.asked, by.granted, ms(now)];
    tx.execute(sql!("account_grant/insert"), args).await.map(drop)
}

/// Reads what an account was given and still has.
pub async fn of_account(tx: &mut Tx, account: &str) -> Result<Vec<GrantRow>, StoreError> {
    tx.rows(sql!("account_grant/of_account"), args![account]).await?.iter().map(grant).collect()
}

/// Reads what everybody was given and still has.
pub async fn all(tx: &mut Tx) -> Result<Vec<GrantRow>, StoreError> {
    tx.rows(sql!("account_grant/all"), args![]).await?.iter().map(grant).collect()
}

/// Takes a grant back; `false` if the account has no such one.
pub async fn revoke(tx: &mut Tx, place: (&str, &str), by: (&str, Timestamp)) -> Result<bool, StoreError> {
    let (id, account) = place;
    Ok(tx.execute(sql!("account_grant/revoke"), args![id, account, ms(by.1), by.0]).await? == 1)
}

/// A word that is not understood is an error, never a grant of less or more.
fn grant(row: &Row) -> Result<GrantRow, StoreError> {
    let corrupt = || StoreError::Corrupt { what: "grant" };
    let bodies: BTreeSet<BodyCode> = serde_json::from_str(&row.text("bodies")?).map_err(|_| corrupt())?;
    let ends = row.opt_text("ends")?.map(|day| day.parse().map_err(|_| corrupt())).transpose()?;
    Ok(GrantRow {
        id: row.text("id")?,
        account: row.text("account")?,
        grant: Grant {
            role: Role::from_word(&row.text("role")?).ok_or_else(corrupt)?,
            bodies,
            sensitive: row.text("sensitive")? == "yes",
            ends,
        },
        asked_by: row.text("asked_by")?,
        granted_by: row.text("granted_by")?,
        since: instant(row.int("created_at_ms")?)?,
    })
}
