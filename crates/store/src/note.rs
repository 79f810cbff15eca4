//! Notes: what people write about a doctor. Its author may word one anew; every wording is kept.

use domain::ids::GmcNumber;
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// A note as it reads now.
#[derive(Clone)]
pub struct NoteRow {
    /// UUIDv7.
    pub id: String,
    /// The doctor.
    pub gmc_number: String,
    /// Who wrote it.
    pub author: String,
    /// What it says.
    pub text: String,
    /// 1, 2, 3 …
    pub version: u64,
    /// When it was written.
    pub written_at: Timestamp,
    /// When it was last worded anew; the same where it never was.
    pub changed_at: Timestamp,
}

fn note(row: &Row) -> Result<NoteRow, StoreError> {
    Ok(NoteRow {
        id: row.text("id")?,
        gmc_number: row.text("gmc_number")?,
        author: row.text("author")?,
        text: row.text("text")?,
        version: row.count("version")?,
        written_at: instant(row.int("written_at_ms")?)?,
        changed_at: instant(row.int("changed_at_ms")?)?,
    })
}

/// Writes a note.
pub async fn insert(
    tx: &mut Tx,
    id: &str,
    number: &GmcNumber,
    said: (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let (author, text) = said;
    tx.execute(sql!("note/insert"), args![id, number.as_str(), author, text, ms(now)]).await?;
    keep(tx, id).await
}

/// Keeps the wording that a note has now.
async fn keep(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    tx.execute(sql!("note_text/keep"), args![id]).await.map(drop)
}

/// Words a note anew; `false` if it is another author's, or has been changed since that version was read.
pub async fn change(
    tx: &mut Tx,
    which: (&str, u64),
    said: (&str, &str),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let ((id, version), (author, text)) = (which, said);
    if tx.execute(sql!("note/change"), args![id, author, version, text, ms(now)]).await? == 0 {
        return Ok(false);
    }
    keep(tx, id).await?;
    Ok(true)
}

/// Reads every note about a doctor, the newest first. The caller has checked the scope.
pub async fn of_doctor(tx: &mut Tx, number: &GmcNumber) -> Result<Vec<NoteRow>, StoreError> {
    tx.rows(sql!("note/of_doctor"), args![number.as_str()]).await?.iter().map(note).collect()
}

/// Reads one note. The caller checks the scope.
pub async fn get(tx: &mut Tx, id: &str) -> Result<Option<NoteRow>, StoreError> {
    tx.row(sql!("note/get"), args![id]).await?.as_ref().map(note).transpose()
}

/// Reads every wording that a note had, the newest first.
pub async fn wordings(tx: &mut Tx, id: &str) -> Result<Vec<(String, Timestamp)>, StoreError> {
    let rows = tx.rows(sql!("note_text/of_note"), args![id]).await?;
    rows.iter().map(|row| Ok((row.text("text")?, instant(row.int("at_ms")?)?))).collect()
}
