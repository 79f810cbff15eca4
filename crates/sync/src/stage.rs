//! Takes the records of one answer in, each on its own: one bad record never stops the others.

use std::io;
use std::path::{Path, PathBuf};

use domain::ids::GmcNumber;
use domain::listing::{Listing, number_of};
use domain::raw::RawDoctor;
use domain::reject::Reason;
use serde::{Deserialize, Serialize};
use sources::gmc::Item;

use crate::spool::{Journal, Sorted, Sorter};

/// Begins the content of a refused record whose number is known.
pub(crate) const REFUSED: char = '!';

/// A record set aside: why, whose number if known, and as received.
#[derive(Clone, Serialize, Deserialize)]
pub struct SetAside {
    /// The rule's word.
    pub reason: String,
    /// Where it is known.
    pub gmc_number: Option<String>,
    /// The record as received, JSON.
    pub raw: String,
}

/// Records set aside, on disk until they are published: however many there are, memory stays flat.
pub struct Rejects {
    journal: Journal,
}

impl Rejects {
    /// Makes an empty collection that waits in `folder`.
    pub fn new(folder: &Path) -> io::Result<Self> {
        Ok(Self { journal: Journal::new(folder)? })
    }

    /// Sets a record aside.
    pub fn push(&mut self, reject: &SetAside) -> io::Result<()> {
        self.journal.push(&serde_json::to_string(reject)?)
    }

    /// Reads them in the order they came.
    pub fn read(&mut self) -> io::Result<impl Iterator<Item = io::Result<SetAside>> + use<>> {
        Ok(self.journal.read()?.map(|line| Ok(serde_json::from_str(&line?)?)))
    }
}

/// The staged records of one answer: `number TAB content` lines, or `number TAB ! raw` for a refused record whose
/// number is known.
pub struct Stage {
    folder: PathBuf,
    sorter: Sorter,
    /// One line while it is written.
    line: Vec<u8>,
    rejects: Rejects,
    read: u64,
    rejected: u64,
    hides_somebody: bool,
}

impl Stage {
    /// Makes an empty stage whose overflow waits in `folder`.
    pub fn new(folder: &Path) -> io::Result<Self> {
        Ok(Self {
            folder: folder.to_owned(),
            sorter: Sorter::new(folder),
            line: Vec::new(),
            rejects: Rejects::new(folder)?,
            read: 0,
            rejected: 0,
            hides_somebody: false,
        })
    }

    /// Begins anew: another call is made, what came before is void.
    pub fn restart(&mut self) -> io::Result<()> {
        if self.read > 0 {
            *self = Self::new(&self.folder)?;
        }
        Ok(())
    }

    /// Records taken in so far.
    pub fn read(&self) -> u64 {
        self.read
    }

    /// Takes one record of the GMC in.
    pub fn take(&mut self, item: Item) -> io::Result<()> {
        match item {
            Item::Doctor(raw) => match number_of(&raw) {
                Ok(number) => {
                    let listing = Listing::of(number, *raw);
                    self.content(&listing.gmc_number, &listing)
                }
                Err(reason) => self.refuse(reason, &raw),
            },
            Item::Oversized(raw) => self.oversized(&raw),
        }
    }

    /// Takes a record that is understood: a listing, a trainee.
    pub fn content(&mut self, number: &GmcNumber, content: &impl Serialize) -> io::Result<()> {
        self.begin(number);
        serde_json::to_writer(&mut self.line, content)?;
        self.end()
    }

    fn begin(&mut self, number: &GmcNumber) {
        self.line.clear();
        self.line.extend_from_slice(number.as_str().as_bytes());
        self.line.push(b'\t');
    }

    fn end(&mut self) -> io::Result<()> {
        self.read += 1;
        let line = str::from_utf8(&self.line).map_err(io::Error::other)?;
        self.sorter.push(line)
    }

    /// Sets a record aside whose doctor is not known by a usable number.
    pub fn set_aside(&mut self, reject: &SetAside) -> io::Result<()> {
        self.read += 1;
        self.rejected += 1;
        self.rejects.push(reject)
    }

    fn oversized(&mut self, raw: &RawDoctor) -> io::Result<()> {
        match raw.gmc_reference_number.as_deref().and_then(GmcNumber::parse) {
            Some(number) => {
                self.begin(&number);
                self.line.push(REFUSED as u8);
                serde_json::to_writer(&mut self.line, raw)?;
                self.end()
            }
            None => self.refuse(Reason::OversizedField, raw),
        }
    }

    fn refuse(&mut self, reason: Reason, raw: &RawDoctor) -> io::Result<()> {
        self.hides_somebody |= reason.hides_its_doctor();
        self.set_aside(&SetAside {
            reason: reason.word().to_owned(),
            gmc_number: raw.gmc_reference_number.clone(),
            raw: serde_json::to_string(raw)?,
        })
    }

    /// Ends the taking in.
    pub fn finish(self) -> io::Result<Staged> {
        Ok(Staged {
            lines: self.sorter.sorted()?,
            read: self.read,
            rejects: self.rejects,
            rejected: self.rejected,
            hides_somebody: self.hides_somebody,
        })
    }
}

/// A staged answer, sorted by GMC number.
pub struct Staged {
    /// The lines.
    pub lines: Sorted,
    /// Records taken in.
    pub read: u64,
    /// Records set aside.
    pub rejects: Rejects,
    /// How many they are.
    pub rejected: u64,
    /// A record without a usable number stands in the answer, so nobody may be concluded absent.
    pub hides_somebody: bool,
}
