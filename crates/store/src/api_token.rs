//! Tokens of programs: like [`crate::session`], a place that makes a [`Visitor`] from what is true at that instant. A token
//! reads no more than its owner may read, and does no more than its errands.

use std::collections::BTreeSet;

use domain::access::{Errand, Reach, Seat, Visitor};
use domain::ids::BodyCode;
use domain::session::is_to_be_noted;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::db::{Row, Tx, args};
use crate::secret::digest;
use crate::session::Came;
use crate::{StoreError, account_grant, instant, ms, sql};

/// A token that nobody has taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiTokenRow {
    /// UUIDv7; it opens nothing.
    pub id: String,
    /// Name of the account it belongs to.
    pub owner: String,
    /// What it is for.
    pub name: String,
    /// The bodies it reads, of those that its owner may read.
    pub bodies: BTreeSet<BodyCode>,
    /// Whether it reads sanctions and investigations, where its owner may.
    pub sensitive: bool,
    /// What it does beside reading, where its owner may.
    pub errands: BTreeSet<Errand>,
    /// When it ends.
    pub ends_at: Timestamp,
    /// The newest use, to the minute.
    pub used_at: Option<Timestamp>,
    /// Since when.
    pub created_at: Timestamp,
}

/// A token to be made.
pub struct NewApiToken<'a> {
    /// UUIDv7.
    pub id: &'a str,
    /// What the program brings; kept as its hash.
    pub token: &'a str,
    /// Id of the account.
    pub account: &'a str,
    /// What it is for.
    pub name: &'a str,
    /// How far it reaches.
    pub reach: &'a Reach,
    /// When it ends.
    pub ends_at: Timestamp,
}

/// Makes a token; a conflict if the owner has one of this name.
pub async fn insert(tx: &mut Tx, new: &NewApiToken<'_>, by: (&str, Timestamp)) -> Result<(), StoreError> {
    let bodies = serde_json::to_string(&new.reach.bodies).map_err(|_| corrupt())?;
    let errands = serde_json::to_string(&new.reach.errands).map_err(|_| corrupt())?;
    let sensitive = if new.reach.sensitive { "yes" } else { "no" };
    let args = args![
        new.id,
        digest(new.token),
        new.account,
        new.name,
        bodies,
        sensitive,
        ms(new.ends_at),
        ms(by.1),
        by.0,
        errands
    ];
    tx.execute(sql!("api_token/insert"), args).await.map(drop)
}

/// Reads which program comes with a token, as a visitor who reads what its owner may read now; nobody, if it has ended, was
/// taken back, or its owner's account is not in use.
pub async fn read(tx: &mut Tx, token: &str, at: (Timestamp, Date)) -> Result<Option<Came>, StoreError> {
    let row = tx.row(sql!("api_token/read"), args![digest(token), ms(at.0)]).await?;
    let Some(row) = row else { return Ok(None) };
    let created_at = instant(row.int("created_at_ms")?)?;
    let seat = Seat {
        account: row.text("account")?,
        name: row.text("owner")?,
        session: row.text("id")?,
        signed_in_at: created_at,
        stepped_up_until: None,
    };
    let used_at = row.opt_int("used_at_ms")?.map(instant).transpose()?;
    let grants = account_grant::of_account(tx, &seat.account).await?;
    let owner = Visitor::read(seat, grants.into_iter().map(|row| row.grant), at);
    let reach = Reach { bodies: bodies(&row)?, sensitive: is_sensitive(&row)?, errands: errands(&row)? };
    let visitor = owner.through(&row.text("name")?, &reach);
    let is_to_be_noted = used_at.is_none_or(|used_at| is_to_be_noted(used_at, at.0));
    Ok(Some(Came { visitor, is_to_be_noted }))
}

/// Notes that the program has come.
pub async fn note(tx: &mut Tx, id: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(sql!("api_token/note"), args![id, ms(now)]).await.map(drop)
}

/// Reads the tokens that nobody has taken back, by owner and name; some may have ended.
pub async fn all(tx: &mut Tx) -> Result<Vec<ApiTokenRow>, StoreError> {
    tx.rows(sql!("api_token/all"), args![]).await?.iter().map(api_token).collect()
}

/// Takes a token back; `false` if there is no such one.
pub async fn revoke(tx: &mut Tx, id: &str, by: (&str, Timestamp)) -> Result<bool, StoreError> {
    Ok(tx.execute(sql!("api_token/revoke"), args![id, ms(by.1), by.0]).await? == 1)
}

fn api_token(row: &Row) -> Result<ApiTokenRow, StoreError> {
    Ok(ApiTokenRow {
        id: row.text("id")?,
        owner: row.text("owner")?,
        name: row.text("name")?,
        bodies: bodies(row)?,
        sensitive: is_sensitive(row)?,
        errands: errands(row)?,
        ends_at: instant(row.int("ends_at_ms")?)?,
        used_at: row.opt_int("used_at_ms")?.map(instant).transpose()?,
        created_at: instant(row.int("created_at_ms")?)?,
    })
}

fn bodies(row: &Row) -> Result<BTreeSet<BodyCode>, StoreError> {
    serde_json::from_str(&row.text("bodies")?).map_err(|_| corrupt())
}

fn errands(row: &Row) -> Result<BTreeSet<Errand>, StoreError> {
    serde_json::from_str(&row.text("errands")?).map_err(|_| corrupt())
}

fn is_sensitive(row: &Row) -> Result<bool, StoreError> {
    Ok(row.text("sensitive")? == "yes")
}

fn corrupt() -> StoreError {
    StoreError::Corrupt { what: "token of a program" }
}
