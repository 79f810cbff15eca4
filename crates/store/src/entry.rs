//! Entries: one list's versioned facts about each doctor; only differences are written.

use domain::ids::GmcNumber;
use domain::joined::Presence;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, sql};

/// One doctor on one list. `content` is a listing or a trainee as JSON, compared as text.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// The doctor.
    pub gmc_number: GmcNumber,
    /// Listed, or not confirmed.
    pub presence: Presence,
    /// When the doctor arrived on this list: request time, UTC, milliseconds.
    pub since_ms: i64,
    /// The facts.
    pub content: String,
}

fn number(row: &Row) -> Result<GmcNumber, StoreError> {
    GmcNumber::parse(&row.text("gmc_number")?).ok_or(StoreError::Corrupt { what: "GMC number" })
}

fn entry(row: &Row) -> Result<Entry, StoreError> {
    Ok(Entry {
        gmc_number: number(row)?,
        presence: Presence::from_word(&row.text("presence")?)
            .ok_or(StoreError::Corrupt { what: "presence" })?,
        since_ms: row.int("since_ms")?,
        content: row.text("content")?,
    })
}

/// Entries read with one statement: it bounds memory.
const PART: u64 = 500;

/// Streams a list as it stands, in order of GMC number; one transaction sees one state.
pub fn current<'t>(tx: &'t mut Tx, list: &str) -> BoxStream<'t, Result<Entry, StoreError>> {
    let start = (tx, list.to_owned(), String::new());
    stream::try_unfold(start, |(tx, list, after)| async move {
        let args = args![list.as_str(), after, PART, "\t", "\n"];
        let row = tx.row(sql!("entry/current"), args).await?;
        let Some(row) = row else { return Ok(None) };
        let (Some(last), Some(lines)) = (row.opt_text("last")?, row.opt_text("lines")?) else {
            return Ok::<_, StoreError>(None);
        };
        Ok(Some((stream::iter(entries(&lines)), (tx, list, last))))
    })
    .try_flatten()
    .boxed()
}

/// Content is JSON and holds neither tab nor line feed.
fn entries(lines: &str) -> Vec<Result<Entry, StoreError>> {
    lines.split('\n').map(|line| line_entry(line).ok_or(StoreError::Corrupt { what: "entry" })).collect()
}

fn line_entry(line: &str) -> Option<Entry> {
    let mut parts = line.splitn(4, '\t');
    Some(Entry {
        gmc_number: GmcNumber::parse(parts.next()?)?,
        presence: Presence::from_word(parts.next()?)?,
        since_ms: parts.next()?.parse().ok()?,
        content: parts.next()?.to_owned(),
    })
}

/// How many doctors stand on a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// All of them.
    pub doctors: u64,
    /// Those kept because a record set aside stands in their place.
    pub not_confirmed: u64,
}

/// Counts a list as it stands, row by row.
pub async fn count(tx: &mut Tx, list: &str) -> Result<Standing, StoreError> {
    let row = tx.row(sql!("entry/count"), args![list]).await?.ok_or(StoreError::Corrupt { what: "count" })?;
    Ok(Standing { doctors: row.count("doctors")?, not_confirmed: row.count("not_confirmed")? })
}

/// Streams a list as it stood in a snapshot, in order of GMC number.
pub fn as_of<'t>(tx: &'t mut Tx, list: &str, snapshot: u64) -> BoxStream<'t, Result<Entry, StoreError>> {
    tx.stream(sql!("entry/as_of"), args![list, snapshot]).map(|row| entry(&row?)).boxed()
}

/// Reads one page of a list as it stood in a snapshot, after a GMC number.
pub async fn page_as_of(tx: &mut Tx, page: &PageAsOf<'_>) -> Result<Vec<Entry>, StoreError> {
    let args = args![page.list, page.snapshot, page.after, page.limit];
    tx.rows(sql!("entry/page_as_of"), args).await?.iter().map(entry).collect()
}

/// Which page of which past list.
pub struct PageAsOf<'a> {
    /// The list.
    pub list: &'a str,
    /// The snapshot.
    pub snapshot: u64,
    /// The GMC number before the page; empty for the first.
    pub after: &'a str,
    /// How many rows.
    pub limit: u64,
}

/// A JSON array of one-element arrays, the shape in which bulk statements take keys.
pub(crate) fn keys(numbers: &[GmcNumber]) -> String {
    let rows: Vec<[&str; 1]> = numbers.iter().map(|number| [number.as_str()]).collect();
    // Unwrap safety: arrays of strings always serialise.
    serde_json::to_string(&rows).unwrap_or_default()
}

/// Ends the current versions of these doctors on one list.
pub async fn close(tx: &mut Tx, list: &str, snapshot: u64, numbers: &[GmcNumber]) -> Result<u64, StoreError> {
    if numbers.is_empty() {
        return Ok(0);
    }
    tx.execute(sql!("entry/close"), args![list, snapshot, keys(numbers)]).await
}

/// Begins new versions on one list.
pub async fn insert(tx: &mut Tx, list: &str, snapshot: u64, entries: &[Entry]) -> Result<u64, StoreError> {
    if entries.is_empty() {
        return Ok(0);
    }
    let rows: Vec<(&str, &str, i64, &str)> = entries
        .iter()
        .map(|e| (e.gmc_number.as_str(), e.presence.word(), e.since_ms, e.content.as_str()))
        .collect();
    let rows = serde_json::to_string(&rows).map_err(|_| StoreError::Corrupt { what: "entry" })?;
    tx.execute(sql!("entry/insert"), args![list, snapshot, rows]).await
}

/// One side of what moved about a doctor on a list.
#[derive(Clone)]
pub struct MovedSide {
    /// The doctor.
    pub gmc_number: String,
    /// Whether it is how it stands now; otherwise it is how it stood.
    pub is_after: bool,
    /// The facts as JSON.
    pub content: String,
}

/// Streams both sides of whatever moved on a list since a snapshot, in order of GMC number, the earlier side first.
pub fn changes<'t>(tx: &'t mut Tx, list: &str, base: u64) -> BoxStream<'t, Result<MovedSide, StoreError>> {
    let side = |row: Row| {
        Ok(MovedSide {
            gmc_number: row.text("gmc_number")?,
            is_after: row.int("is_after")? == 1,
            content: row.text("content")?,
        })
    };
    tx.stream(sql!("entry/changes"), args![list, base]).map(move |row| side(row?)).boxed()
}

/// A current entry and the list it stands on.
#[derive(Clone)]
pub struct PlacedEntry {
    /// The list.
    pub list: String,
    /// The snapshot in which this version began.
    pub from_snapshot: u64,
    /// The entry.
    pub entry: Entry,
}

/// Reads every current entry about these doctors, on any list, ordered by GMC number.
pub async fn of_doctors(tx: &mut Tx, numbers: &[GmcNumber]) -> Result<Vec<PlacedEntry>, StoreError> {
    tx.rows(sql!("entry/of_doctors"), args![keys(numbers)])
        .await?
        .iter()
        .map(|row| {
            Ok(PlacedEntry {
                list: row.text("list")?,
                from_snapshot: row.count("from_snapshot")?,
                entry: entry(row)?,
            })
        })
        .collect()
}

/// Reads the doctors of any list after a GMC number, each once, in order.
pub async fn doctors_after(tx: &mut Tx, after: &str, limit: u64) -> Result<Vec<GmcNumber>, StoreError> {
    tx.rows(sql!("entry/keys"), args![after, limit]).await?.iter().map(number).collect()
}

/// One version of one doctor on one list.
#[derive(Clone)]
pub struct Version {
    /// The list.
    pub list: String,
    /// First snapshot with this version.
    pub from_snapshot: u64,
    /// First snapshot without it; `None` while current.
    pub to_snapshot: Option<u64>,
    /// Listed, or not confirmed.
    pub presence: Presence,
    /// The facts as JSON.
    pub content: String,
    /// When readers began to see it.
    pub published_at: Timestamp,
    /// When the request was sent.
    pub data_as_of: Timestamp,
    /// sync, approved or rollback.
    pub kind: String,
    /// Who published it.
    pub published_by: String,
    /// When readers ceased to see it.
    pub ended_at: Option<Timestamp>,
}

/// Reads all versions of one doctor on any list, newest first. The caller has checked the scope.
pub async fn history(tx: &mut Tx, gmc_number: &GmcNumber) -> Result<Vec<Version>, StoreError> {
    tx.rows(sql!("entry/history"), args![gmc_number.as_str()]).await?.iter().map(version).collect()
}

fn version(row: &Row) -> Result<Version, StoreError> {
    Ok(Version {
        list: row.text("list")?,
        from_snapshot: row.count("from_snapshot")?,
        to_snapshot: row.opt_count("to_snapshot")?,
        presence: Presence::from_word(&row.text("presence")?)
            .ok_or(StoreError::Corrupt { what: "presence" })?,
        content: row.text("content")?,
        published_at: instant(row.int("published_at_ms")?)?,
        data_as_of: instant(row.int("data_as_of_ms")?)?,
        kind: row.text("kind")?,
        published_by: row.text("updated_by")?,
        ended_at: row.opt_int("ended_at_ms")?.map(instant).transpose()?,
    })
}
