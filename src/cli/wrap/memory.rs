//! How much memory a program and what it has started use, as the system tells it while they live.

use std::fs::read_to_string;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

/// How often it is looked at; what is used for a shorter time may be missed. Arbitrary.
pub const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Processes looked at in one tree. Arbitrary; it bounds the work.
const PROCESSES_MAX: usize = 200;

/// The memory of a process and all it started, in bytes: of each the most it ever had.
pub fn of_tree(root: u32) -> Option<u64> {
    let mut waiting = vec![root];
    let (mut sum, mut seen) = (0, 0);
    while let Some(id) = waiting.pop().filter(|_| seen < PROCESSES_MAX) {
        seen += 1;
        sum += of(id).unwrap_or_default();
        let children = read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
        waiting.extend(children.split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
    }
    (sum > 0).then_some(sum)
}

fn of(id: u32) -> Option<u64> {
    let status = read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}

/// Asks a process to end, as we were asked.
pub fn ask_to_end(id: u32) {
    if let Some(pid) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        // One that has ended already needs no asking.
        let _ = kill_process(pid, Signal::TERM);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_uses_memory_and_one_that_is_none_does_not() {
        assert!(of_tree(std::process::id()).is_some_and(|bytes| bytes > 100_000));
        assert_eq!(of_tree(u32::MAX), None);
    }
}
