//! One process at a time in each role on one embedded store; the system lets go of the lock when the process dies.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::exit::{Exit, Failure};

/// What a process does on the store for longer than one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Serves pages.
    Serve,
    /// Works on runs, or on all joined rows.
    Work,
}

impl Role {
    fn suffix(self) -> &'static str {
        match self {
            Self::Serve => "serve.lock",
            Self::Work => "work.lock",
        }
    }

    fn doing(self) -> &'static str {
        match self {
            Self::Serve => "is serving",
            Self::Work => "is at work on",
        }
    }
}

/// A role that is held for as long as this lives.
#[derive(Debug)]
pub struct Held(#[expect(dead_code, reason = "it is the open file that holds the lock")] File);

/// Takes a role on the embedded store in `file`, or says who has it.
pub fn take(file: &Path, role: Role) -> Result<Held, Failure> {
    let path = PathBuf::from(format!("{}.{}", file.display(), role.suffix()));
    let unavailable = |error: std::io::Error| {
        Failure::new(Exit::Unavailable, format!("the lock {} cannot be used: {error}", path.display()))
    };
    let mut lock = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(unavailable)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(taken(&mut lock, file, role)),
        Err(TryLockError::Error(error)) => return Err(unavailable(error)),
    }
    lock.set_len(0).and_then(|()| writeln!(lock, "{}", std::process::id())).map_err(unavailable)?;
    Ok(Held(lock))
}

fn taken(lock: &mut File, file: &Path, role: Role) -> Failure {
    let mut text = String::new();
    let pid = lock.read_to_string(&mut text).ok().map(|_| text.trim()).filter(|pid| !pid.is_empty());
    let who = pid.map_or("another process".to_owned(), |pid| format!("another process, {pid},"));
    Failure::new(Exit::Conflict, format!("{who} {} {}; nothing was begun", role.doing(), file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_held_once_and_given_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("reval.db");
        let held = take(&file, Role::Work).expect("free");
        let refused = take(&file, Role::Work).expect_err("held");
        assert_eq!(refused.exit, Exit::Conflict);
        assert!(refused.message.contains(&format!("another process, {}, is at work on", std::process::id())));
        assert!(take(&file, Role::Serve).is_ok(), "pages are served while a night runs");
        drop(held);
        assert!(take(&file, Role::Work).is_ok());
    }
}
