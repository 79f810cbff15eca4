//! A death that is rehearsed: the process ends itself at a named step, by the signal that nobody can catch. A sleep is
//! rehearsed by the signal that stops it until somebody wakes it.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::sending::{Point, Witness};
use sync::Step;
use sync::context::Observer;

/// Lets the process die when `at` is reached; every other step goes on to `observer`.
pub fn rehearsed(at: Option<(String, Step)>, observer: Observer) -> Observer {
    let Some((list, step)) = at else { return observer };
    Arc::new(move |now_list: &str, now: Step| {
        observer(now_list, now);
        if now_list == list && now == step {
            die();
        }
    })
}

/// Lets the process die when a wish has come to `dies_at`, and sleep when the first has come to `stops_at`.
pub fn witnessed(dies_at: Option<Point>, stops_at: Option<Point>) -> Witness {
    if dies_at.is_none() && stops_at.is_none() {
        return Witness::default();
    }
    let has_slept = AtomicBool::new(false);
    Witness::new(move |now| {
        if dies_at == Some(now) {
            die();
        }
        if stops_at == Some(now) && !has_slept.swap(true, Ordering::Relaxed) {
            signal("STOP");
        }
    })
}

/// Ends this process by the signal that nobody can catch.
pub fn die() {
    signal("KILL");
    std::process::abort();
}

fn signal(name: &str) {
    let signal = format!("kill -{name} {}", std::process::id());
    // The shell's own `kill`, because a small machine has no other. It waits until the signal has come.
    let _ = Command::new("/bin/sh").args(["-c", &signal]).status();
}
