//! Compares a staged answer with the last good list in one pass over both; writes the differences aside.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use domain::account::Account;
use domain::ids::GmcNumber;
use domain::joined::Presence;
use domain::listing::{Listing, Stated};
use domain::reject::Reason;
use domain::trainee::Trainee;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use jiff::Timestamp;
use sources::gmc::CompleteAnswer;
use store::StoreError;
use store::entry::Entry;

use crate::error::SyncError;
use crate::spool::Journal;
use crate::stage::{REFUSED, Rejects, SetAside, Staged};

/// One difference.
pub enum Change {
    /// A doctor the list did not hold.
    Arrive(Entry),
    /// A doctor whose facts or presence moved.
    Replace(Entry),
    /// A doctor the list holds no more.
    Remove(GmcNumber),
}

impl Change {
    /// The doctor it is about.
    pub fn number(&self) -> &GmcNumber {
        match self {
            Self::Arrive(entry) | Self::Replace(entry) => &entry.gmc_number,
            Self::Remove(number) => number,
        }
    }

    /// Writes a difference as one line.
    pub fn line(&self) -> String {
        let of = |kind: char, e: &Entry| {
            format!("{kind}\t{}\t{}\t{}\t{}", e.gmc_number, e.presence.word(), e.since_ms, e.content)
        };
        match self {
            Self::Arrive(entry) => of('A', entry),
            Self::Replace(entry) => of('R', entry),
            Self::Remove(number) => format!("D\t{number}"),
        }
    }

    /// Reads a difference back from its line.
    pub fn read(line: &str) -> io::Result<Self> {
        let damaged = || io::Error::other("a difference cannot be read back");
        let mut parts = line.splitn(5, '\t');
        let kind = parts.next().ok_or_else(damaged)?;
        let gmc_number = parts.next().and_then(GmcNumber::parse).ok_or_else(damaged)?;
        if kind == "D" {
            return Ok(Self::Remove(gmc_number));
        }
        let presence = parts.next().and_then(Presence::from_word).ok_or_else(damaged)?;
        let since_ms = parts.next().and_then(|text| text.parse().ok()).ok_or_else(damaged)?;
        let content = parts.next().ok_or_else(damaged)?.to_owned();
        let entry = Entry { gmc_number, presence, since_ms, content };
        Ok(if kind == "A" { Self::Arrive(entry) } else { Self::Replace(entry) })
    }
}

/// What a comparison found.
pub struct Compared {
    /// The differences, in order of GMC number.
    pub changes: Journal,
    /// The account of the answer.
    pub account: Account,
    /// Records set aside.
    pub rejects: Rejects,
}

/// Proof that a source was read whole; absence is concluded from nothing else.
pub enum Whole<'a> {
    /// The GMC's list of one body.
    Gmc(&'a CompleteAnswer),
    /// All extracts of TIS, as they stood at an instant, and the persons that were set aside.
    Tis {
        /// When they were made.
        as_of: Timestamp,
        /// Ids of persons set aside.
        set_aside: &'a BTreeSet<String>,
    },
}

impl Whole<'_> {
    /// How fresh the source was.
    pub fn as_of(&self) -> Timestamp {
        match self {
            Self::Gmc(answer) => answer.requested_at(),
            Self::Tis { as_of, .. } => *as_of,
        }
    }

    /// Whether a record set aside may be about a doctor whom the source does not name.
    fn may_hide(&self, before: &Entry, hides_somebody: bool) -> bool {
        match self {
            Self::Gmc(_) => hides_somebody,
            // A person is known by an id, so only that person's doctor is in doubt.
            Self::Tis { set_aside, .. } => serde_json::from_str::<Trainee>(&before.content)
                .is_ok_and(|trainee| trainee.persons.iter().any(|person| set_aside.contains(person))),
        }
    }

    /// The GMC sometimes leaves `DateAdded` out; the date it stated before is kept, so that it does not drift.
    fn carried(&self, old: &str, new: String) -> String {
        match self {
            Self::Gmc(_) => carry_date_added(old, new),
            Self::Tis { .. } => new,
        }
    }
}

fn carry_date_added(old: &str, new: String) -> String {
    let (Ok(before), Ok(mut after)) =
        (serde_json::from_str::<Listing>(old), serde_json::from_str::<Listing>(&new))
    else {
        return new;
    };
    if after.date_added != Stated::Absent || before.date_added == Stated::Absent {
        return new;
    }
    after.date_added = before.date_added;
    serde_json::to_string(&after).unwrap_or(new)
}

/// All records of one doctor in the answer.
struct Group {
    number: GmcNumber,
    contents: Vec<String>,
    copies: u64,
    records: u64,
}

/// Reads sorted lines as groups of one GMC number.
struct Groups<I: Iterator<Item = io::Result<Box<str>>>> {
    lines: std::iter::Peekable<I>,
}

impl<I: Iterator<Item = io::Result<Box<str>>>> Groups<I> {
    fn next(&mut self) -> io::Result<Option<Group>> {
        let Some(first) = self.lines.next().transpose()? else { return Ok(None) };
        let (number, content) = split(&first)?;
        let mut group = Group { number, contents: vec![content], copies: 0, records: 1 };
        while let Some(Ok(line)) = self.lines.peek() {
            let (number, content) = split(line)?;
            if number != group.number {
                break;
            }
            group.records += 1;
            if group.contents.last() == Some(&content) {
                group.copies += 1;
            } else {
                group.contents.push(content);
            }
            self.lines.next();
        }
        Ok(Some(group))
    }
}

fn split(line: &str) -> io::Result<(GmcNumber, String)> {
    let damaged = || io::Error::other("a staged record cannot be read back");
    let (number, content) = line.split_once('\t').ok_or_else(damaged)?;
    Ok((GmcNumber::parse(number).ok_or_else(damaged)?, content.to_owned()))
}

/// The last good list, in order of GMC number.
pub type Current<'a> = BoxStream<'a, Result<Entry, StoreError>>;

/// Compares a staged answer with the last good list.
///
/// A doctor of whom the answer holds only refused records is kept as "not confirmed"; nobody is removed whom a
/// record set aside may hide.
///
/// The differences wait in a nameless file in `folder`.
pub async fn compare(
    folder: &Path,
    whole: &Whole<'_>,
    staged: Staged,
    mut current: Current<'_>,
) -> Result<Compared, SyncError> {
    let spool = |error| SyncError::spool(folder, error);
    let mut work = Work {
        whole,
        changes: Journal::new(folder).map_err(spool)?,
        account: Account { read: staged.read, rejected: staged.rejected, ..Account::default() },
        rejects: staged.rejects,
        hides_somebody: staged.hides_somebody,
    };
    let mut groups = Groups { lines: staged.lines.peekable() };
    let mut old = current.next().await.transpose()?;
    while let Some(group) = groups.next().map_err(spool)? {
        while let Some(before) = old.take_if(|before| before.gmc_number < group.number) {
            work.missing(before).map_err(spool)?;
            old = current.next().await.transpose()?;
        }
        let before = old.take_if(|before| before.gmc_number == group.number);
        if before.is_some() {
            old = current.next().await.transpose()?;
        }
        work.present(group, before).map_err(spool)?;
    }
    while let Some(before) = old.take() {
        work.missing(before).map_err(spool)?;
        old = current.next().await.transpose()?;
    }
    Ok(Compared { changes: work.changes, account: work.account, rejects: work.rejects })
}

struct Work<'a> {
    whole: &'a Whole<'a>,
    changes: Journal,
    account: Account,
    rejects: Rejects,
    hides_somebody: bool,
}

impl Work<'_> {
    /// The answer does not hold this doctor.
    fn missing(&mut self, before: Entry) -> io::Result<()> {
        if self.whole.may_hide(&before, self.hides_somebody) {
            return self.keep(before);
        }
        self.account.removed += 1;
        self.changes.push(&Change::Remove(before.gmc_number).line())
    }

    fn keep(&mut self, before: Entry) -> io::Result<()> {
        self.account.not_confirmed += 1;
        if before.presence == Presence::NotConfirmed {
            return Ok(());
        }
        let kept = Entry { presence: Presence::NotConfirmed, ..before };
        self.changes.push(&Change::Replace(kept).line())
    }

    /// The answer holds records of this doctor.
    fn present(&mut self, group: Group, before: Option<Entry>) -> io::Result<()> {
        let oversized = group.contents.iter().any(|content| content.starts_with(REFUSED));
        if oversized || group.contents.len() > 1 {
            self.refuse(&group, oversized)?;
            return before.map_or(Ok(()), |before| self.keep(before));
        }
        self.account.repeated += group.copies;
        let content = group.contents.into_iter().next().unwrap_or_default();
        self.accept(group.number, content, before)
    }

    fn refuse(&mut self, group: &Group, oversized: bool) -> io::Result<()> {
        self.account.rejected += group.records;
        let reason = if oversized { Reason::OversizedField } else { Reason::ConflictingRecords };
        for content in &group.contents {
            self.rejects.push(&SetAside {
                reason: reason.word().to_owned(),
                gmc_number: Some(group.number.to_string()),
                raw: content.trim_start_matches(REFUSED).to_owned(),
            })?;
        }
        Ok(())
    }

    fn accept(&mut self, gmc_number: GmcNumber, content: String, before: Option<Entry>) -> io::Result<()> {
        let Some(before) = before else {
            self.account.new += 1;
            let since_ms = self.whole.as_of().as_millisecond();
            let entry = Entry { gmc_number, presence: Presence::Listed, since_ms, content };
            return self.changes.push(&Change::Arrive(entry).line());
        };
        let content =
            if before.content == content { content } else { self.whole.carried(&before.content, content) };
        let same = before.content == content;
        if same {
            self.account.same += 1;
        } else {
            self.account.changed += 1;
        }
        if same && before.presence == Presence::Listed {
            return Ok(());
        }
        let entry = Entry { gmc_number, presence: Presence::Listed, since_ms: before.since_ms, content };
        self.changes.push(&Change::Replace(entry).line())
    }
}
