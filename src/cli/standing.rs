//! How this process stands: whether it takes requests and work, and whether it goes on at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use domain::node::Stance;

/// Shared by everything that runs in one process.
#[derive(Clone)]
pub struct Standing {
    /// Whether requests may come.
    pub ready: Arc<AtomicBool>,
    /// Whether what it does shall be handed over, and nothing be begun; the opposite of the above.
    pub handover: Arc<AtomicBool>,
    is_leaving: Arc<AtomicBool>,
    is_going: Arc<AtomicBool>,
    turns: Arc<AtomicU64>,
}

impl Default for Standing {
    fn default() -> Self {
        let on = || Arc::new(AtomicBool::new(true));
        let (is_leaving, turns) = (Arc::default(), Arc::default());
        Self { ready: on(), handover: Arc::default(), is_leaving, is_going: on(), turns }
    }
}

impl Standing {
    /// Takes no more requests and no more work, for now.
    pub fn step_out(&self) {
        self.handover.store(true, Ordering::Relaxed);
        self.ready.store(false, Ordering::Relaxed);
    }

    /// Takes both again.
    pub fn step_in(&self) {
        self.handover.store(false, Ordering::Relaxed);
        self.ready.store(true, Ordering::Relaxed);
    }

    /// The same as stepping out, for good.
    pub fn leave(&self) {
        self.is_leaving.store(true, Ordering::Relaxed);
        self.step_out();
    }

    /// Ends what runs beside the pages.
    pub fn end(&self) {
        self.leave();
        self.is_going.store(false, Ordering::Relaxed);
    }

    /// Whether what runs beside the pages goes on.
    pub fn is_going(&self) -> bool {
        self.is_going.load(Ordering::Relaxed)
    }

    /// Whether nothing may be begun.
    pub fn is_out(&self) -> bool {
        self.handover.load(Ordering::Relaxed)
    }

    /// What it does with what comes; `is_idle` says that nothing is left to hand over.
    pub fn stance(&self, is_idle: bool) -> Stance {
        match (self.is_leaving.load(Ordering::Relaxed), self.is_out(), is_idle) {
            (true, ..) => Stance::Leaving,
            (false, false, _) => Stance::Serving,
            (false, true, false) => Stance::Draining,
            (false, true, true) => Stance::Drained,
        }
    }

    /// The schedule has been looked at once more.
    pub fn turn(&self) {
        self.turns.fetch_add(1, Ordering::Relaxed);
    }

    /// How often it has been looked at.
    pub fn turns(&self) -> u64 {
        self.turns.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_steps_out_may_step_in_again_and_whoever_leaves_may_not() {
        let standing = Standing::default();
        assert_eq!(standing.stance(true), Stance::Serving);
        standing.step_out();
        assert_eq!((standing.stance(false), standing.stance(true)), (Stance::Draining, Stance::Drained));
        assert!(standing.is_out() && standing.is_going() && !standing.ready.load(Ordering::Relaxed));
        standing.step_in();
        assert!(!standing.is_out() && standing.ready.load(Ordering::Relaxed));
        standing.leave();
        assert_eq!((standing.stance(true), standing.is_going()), (Stance::Leaving, true));
        standing.end();
        assert!(!standing.is_going());
    }
}
