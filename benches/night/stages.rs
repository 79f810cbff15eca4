//! Where a night's time goes: the time between the steps that the program itself names.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use drill::Sandbox;
use sync::context::Step;

#[derive(Default)]
struct Spent {
    last: Option<Instant>,
    stages: BTreeMap<&'static str, Duration>,
}

/// Adds up the time of each stage.
#[derive(Clone, Default)]
pub struct Stages(Arc<Mutex<Spent>>);

impl Stages {
    /// Watches the nights of a sandbox from now on.
    pub fn watching(sandbox: &mut Sandbox) -> Self {
        let stages = Self::default();
        let watcher = stages.clone();
        sandbox.context.observer = Arc::new(move |_, step| watcher.note(step));
        stages
    }

    pub fn reset(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Spent::default();
    }

    fn note(&self, step: Step) {
        let stage = match step {
            Step::Begin => None,
            Step::Staged(_) | Step::Fetched => Some("1 fetch, check, stage"),
            Step::Compared => Some("2 sort, compare"),
            Step::Publishing => Some("3 brake, begin"),
            Step::BeforeCommit => Some("4 write differences"),
            Step::Published => Some("5 commit"),
            Step::Held | Step::Failed => Some("6 hold or fail"),
            Step::Recounting => Some("8 count again"),
            Step::Settling | Step::Settled => Some("7 settle"),
        };
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if let (Some(stage), Some(last)) = (stage, spent.last) {
            *spent.stages.entry(stage).or_default() += now - last;
        }
        spent.last = Some(now);
    }

    pub fn print(&self, rounds: u64) {
        let spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        println!("  where a night's time goes, mean of {rounds}:");
        for (stage, total) in &spent.stages {
            println!("    {:<24} {:>7.1} ms", &stage[2..], total.as_secs_f64() * 1000.0 / rounds as f64);
        }
    }
}
