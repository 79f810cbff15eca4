//! Lines that wait on disk when they are too many for memory, and come back sorted.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Bytes of lines held in memory before a sorted part goes to disk. Arbitrary: it bounds memory, nothing else.
const IN_MEMORY: usize = 4 * 1024 * 1024;

/// Takes lines in any order and gives them back sorted, in bounded memory. Lines hold no line feed.
pub struct Sorter {
    folder: PathBuf,
    lines: Vec<Box<str>>,
    bytes: usize,
    parts: Vec<File>,
}

impl Sorter {
    /// Makes an empty sorter that spills into `folder`; spilled files have no name and vanish with the process.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), lines: Vec::new(), bytes: 0, parts: Vec::new() }
    }

    /// Takes a line.
    pub fn push(&mut self, line: &str) -> io::Result<()> {
        self.bytes += line.len() + size_of::<Box<str>>();
        self.lines.push(line.into());
        if self.bytes >= IN_MEMORY { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> io::Result<()> {
        self.lines.sort_unstable();
        let mut part = BufWriter::new(tempfile::tempfile_in(&self.folder)?);
        for line in self.lines.drain(..) {
            part.write_all(line.as_bytes())?;
            part.write_all(b"\n")?;
        }
        self.bytes = 0;
        let mut file = part.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        self.parts.push(file);
        Ok(())
    }

    /// Gives all lines back, sorted by bytes.
    pub fn sorted(mut self) -> io::Result<Sorted> {
        self.lines.sort_unstable();
        let mut heads = Heads { memory: self.lines.into_iter(), parts: Vec::new() };
        heads.parts = self.parts.into_iter().map(|file| BufReader::with_capacity(32 * 1024, file)).collect();
        let mut heap = BinaryHeap::new();
        for source in 0..=heads.parts.len() {
            if let Some(line) = heads.next(source)? {
                heap.push(Reverse((line, source)));
            }
        }
        Ok(Sorted { heads, heap })
    }
}

/// The sources of a merge: number 0 is memory, the others are parts on disk.
struct Heads {
    memory: std::vec::IntoIter<Box<str>>,
    parts: Vec<BufReader<File>>,
}

impl Heads {
    fn next(&mut self, source: usize) -> io::Result<Option<Box<str>>> {
        match source.checked_sub(1) {
            None => Ok(self.memory.next()),
            Some(part) => read_line(&mut self.parts[part]).map(|line| line.map(String::into_boxed_str)),
        }
    }
}

/// Lines in order.
pub struct Sorted {
    heads: Heads,
    heap: BinaryHeap<Reverse<(Box<str>, usize)>>,
}

impl Iterator for Sorted {
    type Item = io::Result<Box<str>>;

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse((line, source)) = self.heap.pop()?;
        match self.heads.next(source) {
            Ok(Some(next)) => self.heap.push(Reverse((next, source))),
            Ok(None) => {}
            Err(error) => return Some(Err(error)),
        }
        Some(Ok(line))
    }
}

fn read_line(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    if line.ends_with('\n') {
        line.pop();
    }
    Ok(Some(line))
}

/// Lines in the order they came, kept on disk, readable more than once.
pub struct Journal {
    file: BufWriter<File>,
    lines: u64,
}

impl Journal {
    /// Makes an empty one in `folder`; it has no name and vanishes with the process.
    pub fn new(folder: &Path) -> io::Result<Self> {
        Ok(Self { file: BufWriter::with_capacity(128 * 1024, tempfile::tempfile_in(folder)?), lines: 0 })
    }

    /// Adds a line.
    pub fn push(&mut self, line: &str) -> io::Result<()> {
        self.lines += 1;
        self.file.write_all(line.as_bytes())?;
        self.file.write_all(b"\n")
    }

    /// How many lines there are.
    pub fn len(&self) -> u64 {
        self.lines
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lines == 0
    }

    /// Reads all lines from the first.
    pub fn read(&mut self) -> io::Result<impl Iterator<Item = io::Result<String>> + use<>> {
        self.file.flush()?;
        let mut file = self.file.get_ref().try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        let mut reader = BufReader::with_capacity(128 * 1024, file);
        Ok(std::iter::from_fn(move || read_line(&mut reader).transpose()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_lines_come_back_sorted_through_the_disk() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let mut sorter = Sorter::new(folder.path());
        let count = 200_000_u64;
        for n in 0..count {
            sorter.push(&format!("{:07}\t{}", n.wrapping_mul(7919) % 1_000_003, "x".repeat(40)))?;
        }
        assert!(!sorter.parts.is_empty(), "more than fits in memory");
        let lines: Vec<Box<str>> = sorter.sorted()?.collect::<io::Result<_>>()?;
        assert_eq!(lines.len() as u64, count);
        assert!(lines.is_sorted());
        Ok(())
    }

    #[test]
    fn a_journal_reads_twice_the_same() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let mut journal = Journal::new(folder.path())?;
        journal.push("one")?;
        journal.push("")?;
        for _ in 0..2 {
            assert_eq!(journal.read()?.collect::<io::Result<Vec<_>>>()?, ["one", ""]);
        }
        Ok(())
    }
}
