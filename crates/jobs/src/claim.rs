//! What is due is begun, and what died is taken up: as many at once as there is room for, each by one winner.

use std::collections::{BTreeMap, BTreeSet};

use domain::job::{self, Class, Job, Kind, Trigger};
use domain::run::AttemptState;
use jiff::{SignedDuration, Timestamp};
use store::due::After;
use store::run::{AttemptRow, RunRow};
use store::{StoreError, Tx};

use crate::begin::{Begun, spent};
use crate::ledger::Ledger;
use crate::scheduler::{ACTOR, Scheduler, after};

/// Rows read at once beyond those there is room for, because some are another node's or wait for data.
const PAGE: u64 = 64;

/// A run that was claimed for this node.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// The job.
    pub job: String,
    /// The work.
    pub begun: Begun,
}

/// What a node can begin besides what it does already.
#[derive(Clone, Debug)]
pub struct Room {
    /// Runs in all.
    pub runs: usize,
    /// Of these, runs of Reval's own jobs; they share the spool, so a process does one at a time.
    pub own: usize,
    /// Runs at which this process works: they are not dead.
    pub busy: BTreeSet<String>,
}

impl Room {
    /// Room for one run of any job, where nothing is worked at.
    pub fn for_one() -> Self {
        Self { runs: 1, own: 1, busy: BTreeSet::new() }
    }

    /// Takes up the room that a run needs; `false` if there is none.
    fn admits(&mut self, job: Option<&Job>) -> bool {
        let is_own = !matches!(job.map(|job| &job.kind), Some(Kind::Command(_)));
        if self.runs == 0 || (is_own && self.own == 0) {
            return false;
        }
        self.runs -= 1;
        self.own -= usize::from(is_own);
        true
    }
}

/// What is to be done with what is due or died.
#[derive(Debug, Default)]
struct Found {
    begin: Vec<RunRow>,
    take_up: Vec<RunRow>,
    skip: Vec<(RunRow, &'static str)>,
    give_up: Vec<(RunRow, &'static str)>,
}

impl Found {
    fn is_empty(&self) -> bool {
        self.begin.is_empty() && self.take_up.is_empty() && self.skip.is_empty() && self.give_up.is_empty()
    }
}

/// What is to become of a due run.
enum Fate {
    Begin,
    Skip(&'static str),
    Wait,
}

/// What is looked at in one pass.
struct Pass<'a> {
    ledger: &'a Ledger,
    declared: BTreeMap<&'a str, &'a Job>,
    room: Room,
}

impl Scheduler {
    /// Whether there is something to claim for one who does nothing else.
    pub async fn has_work(&self) -> Result<bool, StoreError> {
        self.has_work_for(&Room::for_one()).await
    }

    /// Claims one run for this node: the oldest that is due or whose worker died; `None` if there is none or another
    /// node was quicker.
    pub async fn claim(&self) -> Result<Option<Claimed>, StoreError> {
        Ok(self.claim_all(&Room::for_one()).await?.pop())
    }

    /// Whether there is something to claim; asked before the role of a worker is taken.
    pub async fn has_work_for(&self, room: &Room) -> Result<bool, StoreError> {
        let mut tx = self.ledger.store.read().await?;
        Ok(!Pass::of(&self.ledger, room).find(&mut tx).await?.is_empty())
    }

    /// Claims for this node what there is room for: the oldest that is due or whose worker died. Empty if there is none or
    /// another node was quicker.
    pub async fn claim_all(&self, room: &Room) -> Result<Vec<Claimed>, StoreError> {
        let mut tx = self.ledger.store.begin().await?;
        let found = Pass::of(&self.ledger, room).find(&mut tx).await?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let claimed = match self.take(&mut tx, &found).await {
            Err(StoreError::Conflict(_)) => return Ok(Vec::new()),
            claimed => claimed?,
        };
        match tx.commit().await {
            Err(StoreError::Conflict(_)) => Ok(Vec::new()),
            committed => committed.map(|()| claimed),
        }
    }

    async fn take(&self, tx: &mut Tx, found: &Found) -> Result<Vec<Claimed>, StoreError> {
        let (ledger, now) = (&self.ledger, self.ledger.clock.now());
        let lapsed = ledger.lease_now(tx).await?;
        for (run, why) in &found.skip {
            store::run::skip(tx, &run.id, why, now).await?;
        }
        for (run, why) in &found.give_up {
            ledger.give_up(tx, (run, lapsed), why).await?;
        }
        let mut claimed = Vec::new();
        for run in &found.take_up {
            let begun = ledger.take_up(tx, run, lapsed).await?;
            claimed.push(Claimed { job: run.job.clone(), begun });
        }
        if !found.begin.is_empty() {
            let begun = ledger.claim_all(tx, &found.begin, ACTOR).await?;
            claimed.extend(begun.into_iter().map(|(job, begun)| Claimed { job, begun }));
        }
        Ok(claimed)
    }
}

impl<'a> Pass<'a> {
    fn of(ledger: &'a Ledger, room: &Room) -> Self {
        let declared = ledger.jobs.iter().map(|job| (job.name.as_str(), job)).collect();
        Self { ledger, declared, room: room.clone() }
    }

    async fn find(mut self, tx: &mut Tx) -> Result<Found, StoreError> {
        let mut found = Found::default();
        self.find_dead(tx, &mut found).await?;
        let (now, mut seen) = (self.ledger.clock.now(), (Timestamp::MIN, String::new()));
        let mut begun = BTreeSet::new();
        while self.room.runs > 0 {
            let page = PAGE + self.room.runs as u64;
            let rows = store::due::startable(tx, now, &seen, page).await?;
            let Some(last) = rows.last() else { break };
            seen = last_of(last);
            let is_last = (rows.len() as u64) < page;
            for run in rows {
                if self.room.runs == 0 {
                    break;
                }
                if begun.contains(&run.job) {
                    continue;
                }
                match self.fate(tx, &run).await? {
                    Fate::Wait => {}
                    Fate::Skip(why) => found.skip.push((run, why)),
                    Fate::Begin => {
                        if self.room.admits(self.declared.get(run.job.as_str()).copied()) {
                            begun.insert(run.job.clone());
                            found.begin.push(run);
                        }
                    }
                }
            }
            if is_last {
                break;
            }
        }
        Ok(found)
    }

    async fn find_dead(&mut self, tx: &mut Tx, found: &mut Found) -> Result<(), StoreError> {
        let now = self.ledger.lease_now(tx).await?;
        // Whoever is alone knows what it works at itself; what else is open must be dead.
        let before = if self.ledger.is_alone { Timestamp::MAX } else { now };
        for run in store::due::lapsed(tx, before).await? {
            if self.room.busy.contains(&run.id) || self.ledger.is_external(&run.job) {
                continue;
            }
            let attempts = store::run::attempts(tx, &run.id).await?;
            let is_open = attempts.last().is_some_and(|last| last.state == AttemptState::Running.word());
            if run.lease_until.is_some_and(|until| until >= now) && !is_open {
                continue;
            }
            let job = self.declared.get(run.job.as_str()).copied();
            let is_ours = job.is_none_or(|job| self.ledger.refusal(job).is_none());
            match reason_to_give_up(job, &attempts) {
                Some(why) => found.give_up.push((run, why)),
                None if is_ours && self.room.admits(job) => found.take_up.push(run),
                None => {}
            }
        }
        Ok(())
    }

    async fn fate(&self, tx: &mut Tx, run: &RunRow) -> Result<Fate, StoreError> {
        let Some(job) = self.declared.get(run.job.as_str()).copied() else {
            return Ok(Fate::Skip("the settings no longer declare its job"));
        };
        let is_over = run.start_by.is_some_and(|start_by| start_by < self.ledger.clock.now());
        if is_over || job.kind == Kind::External {
            return Ok(Fate::Wait);
        }
        let (due_at, slot) = (run.due_at.unwrap_or_default(), run.scheduled_for.as_deref());
        let due = job::due(&self.ledger.jobs, job, due_at, after(due_at, SignedDuration::from_millis(1)));
        let still =
            |slot: &str| due.as_ref().is_ok_and(|due| due.iter().any(|one| one.slot.to_string() == slot));
        if slot.is_some_and(|slot| !still(slot)) {
            return Ok(Fate::Skip("the schedule no longer names its time"));
        }
        if self.ledger.refusal(job).is_some() {
            return Ok(Fate::Wait);
        }
        let is_ready = match &job.trigger {
            Trigger::Schedule(_) => true,
            Trigger::After(_) if run.is_repeat() || run.is_asked() => true,
            Trigger::After(before) => store::evidence::published_since(tx, before, due_at).await? > 0,
        };
        Ok(if is_ready { Fate::Begin } else { Fate::Wait })
    }
}

fn last_of(run: &RunRow) -> After {
    (run.due_at.unwrap_or_default(), run.id.clone())
}

fn reason_to_give_up(job: Option<&Job>, attempts: &[AttemptRow]) -> Option<&'static str> {
    match job {
        None => Some("its process died, and the settings no longer declare its job"),
        Some(job) if job.class == Class::OnceOnly => {
            Some("its process died, and doing it again could do harm: a person must look")
        }
        Some(job) if spent(attempts) >= job.attempts => Some("its process died in its last try"),
        Some(_) => None,
    }
}
