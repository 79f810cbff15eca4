//! Letters: what the GMC decided about a recommendation, to those of its people who want to be mailed.

use std::fmt;

use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, ms, sql};

/// A letter whose time has come. `Debug` shows no address.
#[derive(Clone)]
pub struct LetterRow {
    /// Id of the account it is for.
    pub account: String,
    /// The recommendation that was decided.
    pub recommendation_id: String,
    /// Tries so far.
    pub tries: u64,
    /// Where to; absent: it is wanted no more.
    pub email: Option<String>,
}

impl fmt::Debug for LetterRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LetterRow({} {})", self.account, self.recommendation_id)
    }
}

/// What became of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is tried again.
    Waiting,
    /// The relay has it.
    Sent,
    /// Nobody tries it any more.
    GivenUp,
}

impl Fate {
    fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::GivenUp => "given_up",
        }
    }
}

/// Keeps where somebody wants letters; `None`: nowhere.
pub async fn wish(
    tx: &mut Tx,
    account: &str,
    email: Option<&str>,
    (actor, now): (&str, Timestamp),
) -> Result<(), StoreError> {
    match email {
        Some(email) => tx.execute(sql!("letter_wish/put"), args![account, email, ms(now), actor]).await,
        None => tx.execute(sql!("letter_wish/drop"), args![account]).await,
    }
    .map(drop)
}

/// Reads where somebody wants letters.
pub async fn wished(tx: &mut Tx, account: &str) -> Result<Option<String>, StoreError> {
    let row = tx.row(sql!("letter_wish/get"), args![account]).await?;
    row.map(|row| row.text("email")).transpose()
}

/// Puts a letter into the outbox for whoever of this name wants it; `false` if nobody does.
pub async fn owe(
    tx: &mut Tx,
    name: &str,
    recommendation_id: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.execute(sql!("letter/insert"), args![name, recommendation_id, ms(now)]).await? == 1)
}

/// Reads those whose time has come.
pub async fn due(tx: &mut Tx, now: Timestamp, limit: u64) -> Result<Vec<LetterRow>, StoreError> {
    let row = |row: &Row| {
        Ok(LetterRow {
            account: row.text("account")?,
            recommendation_id: row.text("recommendation_id")?,
            tries: row.count("tries")?,
            email: row.opt_text("email")?,
        })
    };
    tx.rows(sql!("letter/due"), args![ms(now), limit]).await?.iter().map(row).collect()
}

/// Takes one to be tried; `false` if another sender did.
pub async fn take(tx: &mut Tx, row: &LetterRow, next_try: Timestamp) -> Result<bool, StoreError> {
    let args = args![row.account.as_str(), row.recommendation_id.as_str(), row.tries, ms(next_try)];
    Ok(tx.execute(sql!("letter/take"), args).await? == 1)
}

/// Keeps what became of a try.
pub async fn settle(
    tx: &mut Tx,
    row: &LetterRow,
    (fate, answer): (Fate, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let at = (fate != Fate::Waiting).then(|| ms(now));
    let args = args![row.account.as_str(), row.recommendation_id.as_str(), fate.word(), answer, at];
    tx.execute(sql!("letter/settle"), args).await.map(drop)
}
