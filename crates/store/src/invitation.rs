//! Invitations: a token with which one person equips one account with password and code, once.

use std::fmt;

use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::secret::digest;
use crate::{StoreError, instant, ms, sql};

/// An invitation that can still be taken up. `Debug` shows nothing.
pub struct InvitationRow {
    /// Id and name of its account; none: it is for the first of all.
    pub account: Option<(String, String)>,
    /// Base32.
    pub code_secret: String,
    /// Until when.
    pub ends_at: Timestamp,
}

impl fmt::Debug for InvitationRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvitationRow(…)")
    }
}

/// An invitation to be made.
pub struct NewInvitation<'a> {
    /// What the person brings; kept as its hash.
    pub token: &'a str,
    /// Id of the account; none: the first of all.
    pub account: Option<&'a str>,
    /// Base32.
    pub code_secret: &'a str,
    /// Until when.
    pub ends_at: Timestamp,
}

const VOID: &str = sql!("invitation/void");

/// Lets the invitations of an account open nothing any more.
pub async fn void(tx: &mut Tx, account: &str, by: (&str, Timestamp)) -> Result<(), StoreError> {
    tx.execute(VOID, args![Some(account), ms(by.1), by.0]).await.map(drop)
}

/// Makes an invitation; earlier ones to the same account open nothing any more.
pub async fn insert(tx: &mut Tx, new: &NewInvitation<'_>, by: (&str, Timestamp)) -> Result<(), StoreError> {
    tx.execute(VOID, args![new.account, ms(by.1), by.0]).await?;
    let args = args![digest(new.token), new.account, new.code_secret, ms(new.ends_at), ms(by.1), by.0];
    tx.execute(sql!("invitation/insert"), args).await.map(drop)
}

/// Reads an invitation that can still be taken up.
pub async fn get(tx: &mut Tx, token: &str, now: Timestamp) -> Result<Option<InvitationRow>, StoreError> {
    let row = tx.row(sql!("invitation/get"), args![digest(token), ms(now)]).await?;
    let invitation = |row: Row| {
        Ok(InvitationRow {
            account: row.opt_text("account")?.zip(row.opt_text("name")?),
            code_secret: row.text("code_secret")?,
            ends_at: instant(row.int("ends_at_ms")?)?,
        })
    };
    row.map(invitation).transpose()
}

/// Takes an invitation up; `false` if somebody was quicker, or it is over.
pub async fn take_up(tx: &mut Tx, token: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(sql!("invitation/use"), args![digest(token), ms(now)]).await? == 1)
}
