//! Sessions: the only place that makes a [`Visitor`], from the session and the grants as they are at that instant.

use domain::access::{STEP_UP, Seat, Visitor};
use domain::session::{is_to_be_noted, stands};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::db::{Row, Tx, args};
use crate::secret::digest;
use crate::{StoreError, account_grant, instant, ms, sql};

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// UUIDv7; it opens nothing.
    pub id: String,
    /// When the person signed in.
    pub signed_in_at: Timestamp,
    /// The newest request, to the minute.
    pub last_seen_at: Timestamp,
}

/// Who comes with a token, and whether their coming is to be noted.
pub struct Came {
    /// The person, with what they may do.
    pub visitor: Visitor,
    /// Whether [`note`] is due.
    pub is_to_be_noted: bool,
}

/// Opens a session; `place` is its id and its account.
pub async fn open(tx: &mut Tx, place: (&str, &str), token: &str, now: Timestamp) -> Result<(), StoreError> {
    let args = args![place.0, digest(token), place.1, ms(now), ms(now + STEP_UP)];
    tx.execute(sql!("session/open"), args).await.map(drop)
}

/// Reads who comes with a token; nobody, if its session has ended in any way or its account is not in use.
pub async fn read(tx: &mut Tx, token: &str, at: (Timestamp, Date)) -> Result<Option<Came>, StoreError> {
    let Some(row) = tx.row(sql!("session/read"), args![digest(token)]).await? else { return Ok(None) };
    let signed_in_at = instant(row.int("signed_in_at_ms")?)?;
    let last_seen_at = instant(row.int("last_seen_at_ms")?)?;
    if !stands(signed_in_at, last_seen_at, at.0) {
        return Ok(None);
    }
    let seat = Seat {
        account: row.text("account")?,
        name: row.text("name")?,
        session: row.text("id")?,
        signed_in_at,
        stepped_up_until: Some(instant(row.int("stepped_up_until_ms")?)?),
    };
    let grants = account_grant::of_account(tx, &seat.account).await?;
    let visitor = Visitor::read(seat, grants.into_iter().map(|row| row.grant), at);
    Ok(Some(Came { visitor, is_to_be_noted: is_to_be_noted(last_seen_at, at.0) }))
}

/// Notes that the person is still there.
pub async fn note(tx: &mut Tx, id: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(sql!("session/note"), args![id, ms(now)]).await.map(drop)
}

/// Gives a session a new token, because its person has shown again who they are; `false` if it has ended.
pub async fn rotate(tx: &mut Tx, id: &str, token: &str, now: Timestamp) -> Result<bool, StoreError> {
    let args = args![id, digest(token), ms(now + STEP_UP), ms(now)];
    Ok(tx.execute(sql!("session/rotate"), args).await? == 1)
}

/// Reads the sessions of a person that still stand, newest first.
pub async fn of_account(tx: &mut Tx, account: &str, now: Timestamp) -> Result<Vec<SessionRow>, StoreError> {
    let rows = tx.rows(sql!("session/of_account"), args![account]).await?;
    let rows = rows.iter().map(session).collect::<Result<Vec<_>, _>>()?;
    Ok(rows.into_iter().filter(|row| stands(row.signed_in_at, row.last_seen_at, now)).collect())
}

/// Ends one session of a person; `false` if they have no such one.
pub async fn end(tx: &mut Tx, account: &str, id: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(sql!("session/end"), args![account, id, ms(now)]).await? == 1)
}

/// Ends all sessions of a person but the newest few; says how many.
pub async fn end_all(tx: &mut Tx, account: &str, but: u64, now: Timestamp) -> Result<u64, StoreError> {
    tx.execute(sql!("session/end_all"), args![account, but, ms(now)]).await
}

/// Ends all sessions of a person but one; says how many.
pub async fn end_others(tx: &mut Tx, account: &str, but: &str, now: Timestamp) -> Result<u64, StoreError> {
    tx.execute(sql!("session/end_others"), args![account, but, ms(now)]).await
}

/// Forgets sessions that began before an instant.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<(), StoreError> {
    tx.execute(sql!("session/forget"), args![ms(before)]).await.map(drop)
}

fn session(row: &Row) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        id: row.text("id")?,
        signed_in_at: instant(row.int("signed_in_at_ms")?)?,
        last_seen_at: instant(row.int("last_seen_at_ms")?)?,
    })
}
