//! Accounts: who may come in, and what their password and code are held against.

use std::fmt;

use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// An account, without anything that opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// UUIDv7.
    pub id: String,
    /// Lower case.
    pub name: String,
    /// Whether it is one of the demo's, which come in by a link.
    pub is_demo: bool,
    /// invited, active or disabled.
    pub state: String,
    /// Newest sign-in.
    pub signed_in_at: Option<Timestamp>,
    /// Since when.
    pub created_at: Timestamp,
}

/// What a person's password and code are held against. `Debug` shows nothing.
pub struct Proof {
    /// Id of the account.
    pub account: String,
    /// Whether it is in use.
    pub is_active: bool,
    /// Argon2id with its parameters.
    pub password_hash: Option<String>,
    /// Base32.
    pub code_secret: Option<String>,
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof(…)")
    }
}

/// An account to be made.
pub struct NewAccount<'a> {
    /// UUIDv7.
    pub id: &'a str,
    /// Lower case.
    pub name: &'a str,
    /// Whether it is one of the demo's, which are in use at once.
    pub is_demo: bool,
    /// Who makes it.
    pub actor: &'a str,
}

/// Adds an account; `false` if the name is taken.
pub async fn insert(tx: &mut Tx, new: &NewAccount<'_>, now: Timestamp) -> Result<bool, StoreError> {
    let (kind, state) = if new.is_demo { ("demo", "active") } else { ("person", "invited") };
    let args = args![new.id, new.name, kind, state, ms(now), new.actor];
    Ok(tx.execute(sql!("account/insert"), args).await? == 1)
}

/// Reads one account by its name.
pub async fn get(tx: &mut Tx, name: &str) -> Result<Option<AccountRow>, StoreError> {
    tx.row(sql!("account/get"), args![name]).await?.as_ref().map(account).transpose()
}

/// Reads one account by its id.
pub async fn by_id(tx: &mut Tx, id: &str) -> Result<Option<AccountRow>, StoreError> {
    tx.row(sql!("account/by_id"), args![id]).await?.as_ref().map(account).transpose()
}

/// Reads every account, by name.
pub async fn all(tx: &mut Tx) -> Result<Vec<AccountRow>, StoreError> {
    tx.rows(sql!("account/all"), args![]).await?.iter().map(account).collect()
}

/// Reads what a person's password and code are held against.
pub async fn proof(tx: &mut Tx, name: &str) -> Result<Option<Proof>, StoreError> {
    let row = tx.row(sql!("account/proof"), args![name]).await?;
    let proof = |row: Row| {
        Ok(Proof {
            account: row.text("id")?,
            is_active: row.text("state")? == "active",
            // Of somebody whom a provider vouches for there is a word in its place, which no password has.
            password_hash: row.opt_text("password_hash")?.filter(|hash| hash.starts_with('$')),
            code_secret: row.opt_text("code_secret")?,
        })
    };
    row.map(proof).transpose()
}

/// What a person comes in with from now on.
pub struct Equipment<'a> {
    /// Argon2id with its parameters.
    pub password_hash: &'a str,
    /// Base32.
    pub code_secret: &'a str,
    /// Step of the code that was shown as a proof.
    pub code_step: u64,
}

/// Puts an invited account into use; `false` if it is not invited.
pub async fn equip(
    tx: &mut Tx,
    id: &str,
    with: &Equipment<'_>,
    by: (&str, Timestamp),
) -> Result<bool, StoreError> {
    let args = args![id, with.password_hash, with.code_secret, with.code_step, ms(by.1), by.0];
    Ok(tx.execute(sql!("account/equip"), args).await? == 1)
}

/// Lets somebody in by their provider's word; `false` if the account is disabled.
pub async fn vouch(tx: &mut Tx, id: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(sql!("account/vouch"), args![id, ms(now)]).await? == 1)
}

/// Keeps the same password under today's parameters.
pub async fn rehash(tx: &mut Tx, id: &str, password_hash: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(sql!("account/rehash"), args![id, password_hash, ms(now)]).await.map(drop)
}

/// Gives a person another authenticator: its secret, and the step of the code that it showed.
pub async fn recode(
    tx: &mut Tx,
    id: &str,
    new: (&str, u64),
    by: (&str, Timestamp),
) -> Result<(), StoreError> {
    tx.execute(sql!("account/recode"), args![id, new.0, new.1, ms(by.1), by.0]).await.map(drop)
}

/// Uses a code up; `false` if it or a later one was used before, or the account is not in use.
pub async fn use_code(tx: &mut Tx, id: &str, step: u64, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(sql!("account/use_code"), args![id, step, ms(now)]).await? == 1)
}

/// Changes the state of an account; `invited` forgets its password and code. `false` if it has that state.
pub async fn set_state(
    tx: &mut Tx,
    id: &str,
    state: &str,
    by: (&str, Timestamp),
) -> Result<bool, StoreError> {
    Ok(tx.execute(sql!("account/set_state"), args![id, state, ms(by.1), by.0]).await? == 1)
}

pub(crate) fn account(row: &Row) -> Result<AccountRow, StoreError> {
    Ok(AccountRow {
        id: row.text("id")?,
        name: row.text("name")?,
        is_demo: row.text("kind")? == "demo",
        state: row.text("state")?,
        signed_in_at: row.opt_int("signed_in_at_ms")?.map(instant).transpose()?,
        created_at: instant(row.int("created_at_ms")?)?,
    })
}
