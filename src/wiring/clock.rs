//! The clocks: the machine's own, and one that a sandbox's file dictates.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use domain::clock::Clock;
use jiff::Timestamp;

use crate::exit::{Exit, Failure};

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine is asked for the time")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that shows what a file says; while the file says nothing usable it stands still.
struct FileClock {
    path: PathBuf,
    last: Mutex<Timestamp>,
}

impl Clock for FileClock {
    fn now(&self) -> Timestamp {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(now) = read(&self.path) {
            *last = now;
        }
        *last
    }
}

fn read(path: &Path) -> Option<Timestamp> {
    std::fs::read_to_string(path).ok()?.trim().parse().ok()
}

/// Gives the clock of a sandbox's file, or the machine's where there is none.
pub fn clock(file: Option<&Path>) -> Result<Arc<dyn Clock>, Failure> {
    let Some(path) = file else { return Ok(Arc::new(SystemClock)) };
    let first = read(path).ok_or_else(|| {
        let sentence = "sandbox.clock_file must hold an instant such as 2026-11-25T00:05:00Z";
        Failure::new(Exit::Invalid, format!("{sentence}; {} does not", path.display()))
    })?;
    Ok(Arc::new(FileClock { path: path.to_owned(), last: Mutex::new(first) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sandbox_takes_its_time_from_a_file_each_time() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        assert_eq!(clock(Some(file.path())).err().map(|failure| failure.exit), Some(Exit::Invalid));
        let write = |text: &str| std::fs::write(file.path(), text).expect("written");
        write("2026-11-25T00:05:00Z\n");
        let clock = clock(Some(file.path())).expect("an instant");
        assert_eq!(clock.now().to_string(), "2026-11-25T00:05:00Z");
        write("2026-11-26T00:05:00Z");
        assert_eq!(clock.now().to_string(), "2026-11-26T00:05:00Z");
        write("half wri");
        assert_eq!(clock.now().to_string(), "2026-11-26T00:05:00Z");
    }
}
