//! Weeks that go by minute by minute: the scheduler, the watch and its channels in this process, and at each minute what is
//! shown and told beside what the world knows.
//!
//! What the world knows comes from the simulated GMC and from what the drill did, never from what Reval says of itself.
//! The watch looks whenever that changes, every minute while something bad is not told, and every four hours besides: in between
//! nothing changes that it could see.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use domain::clock::Clock;
use domain::freshness::{Age, Promise, judge};
use domain::listing::Listing;
use domain::run::RunState;
use futures_util::TryStreamExt;
use jiff::{SignedDuration, Timestamp};
use jobs::{Claimed, Scheduler};
use simulator::tis::write_extracts;
use store::LeaseClock;
use store::alert::AlertRow;
use store::list::{ListState, TIS};
use sync::Context;
use sync::context::Step;
use sync::sending::{Sender, Turn};
use watch::deliver::{Delivery, Rest};
use watch::policy::{Policies, Policy};
use watch::turn::Watch;

use crate::error::DrillError;
use crate::facts::Facts;
use crate::receiver::{Receiver, TAKES};
use crate::sandbox::Sandbox;
use crate::scenarios::s36::midnight;
use crate::watching;
use crate::weeks_report::{Report, is_about};

const TICK: SignedDuration = SignedDuration::from_mins(1);
/// A night is to have begun so long after midnight.
const BEGUN_BY: SignedDuration = SignedDuration::from_mins(10);
/// The watch looks this often though nothing has changed, in minutes.
const LOOKS_EVERY: i64 = 240;
/// A run that is due again and again in one go would never end.
const CLAIMS_MAX: u32 = 20;

/// A bad state: what it is, and the list or job it is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bad {
    /// The list is older than its promise.
    Stale(String),
    /// A person's word is waited for.
    Held(String),
    /// The newest run of the job failed.
    Failed(String),
    /// Nobody began the night.
    NotBegun,
}

/// The weeks.
pub(crate) struct Weeks<'a> {
    /// Where they are played.
    pub sandbox: &'a mut Sandbox,
    /// What came of them.
    pub report: Report,
    context: Context,
    scheduler: Scheduler,
    sender: Sender,
    watch: Watch,
    delivery: Delivery,
    rests: Vec<Rest>,
    receivers: [Receiver; 2],
    /// As of when what each list shows is what the GMC, or TIS, really said.
    true_as_of: BTreeMap<String, Timestamp>,
    /// The lists as Reval has them, read again after everything that is done.
    lists: Vec<ListState>,
    held: BTreeSet<String>,
    failed: BTreeSet<String>,
    /// The night that is due and was not begun, if any.
    not_begun_since: Option<Timestamp>,
    night: u32,
    is_cut: bool,
    /// When TIS wrote files of which none was cut.
    whole: BTreeSet<Timestamp>,
    bad: BTreeSet<Bad>,
    open: Vec<AlertRow>,
}

impl<'a> Weeks<'a> {
    /// Begins on the evening before the next night, with everything good.
    pub async fn begin(sandbox: &'a mut Sandbox) -> Result<Self, DrillError> {
        let mut context = sandbox.context.clone();
        context.ledger.jobs = Arc::new(watching::jobs(sandbox));
        let scheduler = Scheduler::new(context.ledger.clone());
        let receivers = [Receiver::start("CHAT").await?, Receiver::start("BACKUP").await?];
        let policies = Policies::new(vec![Policy::to("CHAT", Some("BACKUP"))]);
        let mut watch = sandbox.watch();
        watch.policies = policies.clone();
        let delivery = Delivery {
            store: context.store.clone(),
            clock: Arc::clone(&context.clock),
            lease_clock: LeaseClock::Program,
            ids: Arc::clone(&context.ids),
            channels: receivers.iter().map(Receiver::channel).collect(),
            policies,
            heartbeat: None,
            sender: "drill".to_owned(),
            pages: String::new(),
        };
        let (sender, now) = (sandbox.sender("drill")?, sandbox.clock.now());
        let lists = sandbox.context.bodies.iter().map(ToString::to_string).chain([TIS.to_owned()]);
        let true_as_of = lists.map(|list| (list, now)).collect();
        let mut weeks = Self {
            sandbox,
            report: Report::default(),
            context,
            scheduler,
            sender,
            watch,
            delivery,
            rests: vec![Rest::default(); 2],
            receivers,
            true_as_of,
            lists: Vec::new(),
            held: BTreeSet::new(),
            failed: BTreeSet::new(),
            not_begun_since: None,
            night: 0,
            is_cut: false,
            whole: BTreeSet::from([now]),
            bad: BTreeSet::new(),
            open: Vec::new(),
        };
        weeks.read().await?;
        Ok(weeks)
    }

    /// The first instant of a night.
    pub fn midnight(&self, night: u32) -> Timestamp {
        midnight(self.sandbox.night(night), &self.sandbox.tis.zone)
    }

    /// Lets the scheduler plan, as it does all the time.
    pub async fn plan(&mut self) -> Result<(), DrillError> {
        self.scheduler.tick().await?;
        Ok(())
    }

    /// A night is due from now on.
    pub fn due(&mut self, night: u32) {
        self.night = night;
        self.not_begun_since.get_or_insert(self.sandbox.clock.now());
    }

    /// TIS writes its files anew, perhaps one of them only by half.
    pub fn extracts(&mut self, night: u32, cut: Option<&str>) -> Result<(), DrillError> {
        let folder = self.sandbox.path("tis");
        write_extracts(&folder, &self.sandbox.simulator.world(), night, self.sandbox.night(0))?;
        if let Some(table) = cut {
            let path = folder.join(format!("{table}.csv"));
            let length = std::fs::metadata(&path)?.len();
            File::options().write(true).open(&path)?.set_len(length / 2 - 1)?;
        }
        self.is_cut = cut.is_some();
        if cut.is_none() {
            self.whole.insert(self.sandbox.clock.now());
        }
        written_now(self.sandbox)
    }

    /// So many of the channels are dead from now on.
    pub fn channels(&self, dead: usize) {
        for (nth, receiver) in self.receivers.iter().enumerate() {
            receiver.is(if nth < dead { None } else { TAKES });
        }
    }

    /// Begins and does whatever is due; a worker may die at a step of a list.
    pub async fn work(&mut self, dies_at: Option<(usize, Step)>) -> Result<(), DrillError> {
        let mut dies_at = dies_at;
        self.sandbox.ask_anew()?;
        self.context.gmc = self.sandbox.context.gmc.clone();
        for _ in 0..CLAIMS_MAX {
            self.scheduler.tick().await?;
            let Some(claimed) = self.scheduler.claim().await? else { break };
            let begun_at = self.sandbox.clock.now();
            if claimed.job == sync::night::JOB {
                self.not_begun_since = None;
                let has_died = self.ask_the_gmc(&claimed, dies_at.take()).await?;
                self.compare(begun_at).await?;
                if has_died {
                    break;
                }
            } else {
                sync::tis::carry_out(&self.context, &self.sandbox.tis, &claimed.begun).await?;
            }
            self.ended(&claimed, begun_at).await?;
        }
        self.read().await
    }

    /// Plays a try; `true` if its worker died in it.
    async fn ask_the_gmc(
        &mut self,
        claimed: &Claimed,
        dies_at: Option<(usize, Step)>,
    ) -> Result<bool, DrillError> {
        let Some((nth, step)) = dies_at else {
            sync::night::carry_out(&self.context, &claimed.begun, None).await?;
            return Ok(false);
        };
        let (list, is_there) = (self.sandbox.body(nth).to_string(), Arc::new(AtomicBool::new(false)));
        let met = Arc::clone(&is_there);
        let is_of_the_run = matches!(step, Step::Settling | Step::Settled);
        let mut context = self.context.clone();
        context.observer = Arc::new(move |seen, at| {
            if at == step && (is_of_the_run || seen == list) {
                met.store(true, Ordering::Relaxed);
            }
        });
        let mut working = Box::pin(sync::night::carry_out(&context, &claimed.begun, None));
        // Once the step is met the worker is never woken again: what it had begun with the store is all there is.
        let end = std::future::poll_fn(|waking| match working.as_mut().poll(waking) {
            std::task::Poll::Pending if is_there.load(Ordering::Relaxed) => std::task::Poll::Ready(None),
            polled => polled.map(Some),
        })
        .await;
        drop(working);
        self.report.deaths += u64::from(end.is_none());
        end.transpose().map_err(DrillError::from).map(|end| end.is_none())
    }

    /// Whether a run ended as the world knows that it did.
    async fn ended(&mut self, claimed: &Claimed, begun_at: Timestamp) -> Result<(), DrillError> {
        let run = store::run::get(&mut self.context.store.read().await?, &claimed.begun.work.run_id).await?;
        let Some(run) = run.filter(|run| run.state.is_end()) else { return Ok(()) };
        let is_well = matches!(run.state, RunState::Succeeded | RunState::Suspect);
        if is_well {
            self.failed.remove(&run.job)
        } else {
            self.failed.insert(run.job.clone())
        };
        self.report.runs += 1;
        if run.state != RunState::Succeeded {
            return Ok(());
        }
        let is_true = if run.job == sync::tis::JOB {
            !self.is_cut
        } else {
            let bodies = &self.sandbox.context.bodies;
            bodies
                .iter()
                .all(|body| self.true_as_of.get(body.as_str()) >= Some(&run.created_at.min(begun_at)))
        };
        self.report.called_good_and_were_not += u64::from(!is_true);
        Ok(())
    }

    /// Compares every list with what the GMC has in truth; those that are the same are as of `asked_at`.
    async fn compare(&mut self, asked_at: Timestamp) -> Result<(), DrillError> {
        let (world, register) = (self.sandbox.simulator.world(), self.sandbox.simulator.register());
        for body in &self.sandbox.context.bodies {
            let Some(list) = world.list(body.as_str(), self.night) else { continue };
            let list = list.filter_map(|doctor| register.still_on(body.as_str(), doctor));
            let list = list.chain(register.brought_to(&world, self.night, body.as_str()));
            let told = |listing: Listing| {
                let date = serde_json::to_string(&listing.submission_date).unwrap_or_default();
                let notice = serde_json::to_string(&listing.under_notice).unwrap_or_default();
                (listing.gmc_number.to_string(), listing.last_name, date, notice)
            };
            let there: BTreeSet<_> = list.filter_map(|raw| Listing::read(raw).ok()).map(told).collect();
            let mut tx = self.context.store.read().await?;
            let entries: Vec<_> = store::entry::current(&mut tx, body.as_str()).try_collect().await?;
            let here = entries.iter().filter_map(|entry| serde_json::from_str(&entry.content).ok());
            let here = here.map(told).collect::<BTreeSet<_>>();
            if here == there {
                self.true_as_of.insert(body.to_string(), asked_at);
            }
        }
        Ok(())
    }

    /// Takes words to the GMC as long as there are any.
    pub async fn send(&mut self) -> Result<(), DrillError> {
        self.sender.reap().await?;
        self.sender.look().await?;
        while let Turn::Sent { .. } = self.sender.send_next().await? {}
        Ok(())
    }

    /// Reads what Reval shows, after something was done.
    async fn read(&mut self) -> Result<(), DrillError> {
        self.lists = store::list::all(&mut self.context.store.read().await?).await?;
        // What TIS says is as old as the newest files that were whole and that it can come from.
        let tis = self.lists.iter().find(|list| list.code == TIS).and_then(|list| list.data_as_of);
        let from = tis.and_then(|as_of| self.whole.range(..=as_of).next_back().copied());
        self.true_as_of.extend(from.map(|from| (TIS.to_owned(), from)));
        self.held = self.sandbox.waiting().await?.into_iter().map(|hold| hold.list).collect();
        Ok(())
    }

    /// Lets time go by until an instant, minute by minute.
    pub async fn until(&mut self, instant: Timestamp) -> Result<(), DrillError> {
        while self.sandbox.clock.now() < instant {
            let left = instant.duration_since(self.sandbox.clock.now());
            self.sandbox.clock.advance(left.min(TICK));
            self.minute().await?;
        }
        Ok(())
    }

    async fn minute(&mut self) -> Result<(), DrillError> {
        let now = self.sandbox.clock.now();
        let bad = self.bad(now);
        let is_new = bad != self.bad;
        self.bad = bad;
        let is_told = self.bad.iter().all(|one| self.open.iter().any(|alert| is_about(alert, one)));
        if is_new || !is_told || (now.as_second() / 60) % LOOKS_EVERY == 0 {
            self.look().await?;
        }
        let promise = self.promise();
        for list in &self.lists {
            if self.bad.contains(&Bad::Stale(list.code.clone())) {
                let is_labelled = judge(&promise, list.data_as_of, now) != Age::Fresh;
                self.report.stale(now, &list.code, is_labelled);
            }
        }
        self.report.minute(now, &self.bad, &self.open);
        Ok(())
    }

    /// The watch looks, and each channel sends.
    async fn look(&mut self) -> Result<(), DrillError> {
        self.watch.turn().await?;
        self.delivery.instead().await?;
        for (channel, rest) in self.delivery.channels.iter().zip(&mut self.rests) {
            self.delivery.turn(channel, rest).await?;
        }
        let alerts = store::alert::recent(&mut self.context.store.read().await?, 1000).await?;
        self.open = alerts.into_iter().filter(|alert| alert.state != "resolved").collect();
        Ok(())
    }

    /// What is bad at an instant, by what the world knows.
    fn bad(&self, now: Timestamp) -> BTreeSet<Bad> {
        let promise = self.promise();
        let is_stale = |as_of: Timestamp| judge(&promise, Some(as_of), now) != Age::Fresh;
        let stale = self.true_as_of.iter().filter(|(_, as_of)| is_stale(**as_of));
        let mut bad: BTreeSet<Bad> = stale.map(|(list, _)| Bad::Stale(list.clone())).collect();
        bad.extend(self.held.iter().cloned().map(Bad::Held));
        bad.extend(self.failed.iter().cloned().map(Bad::Failed));
        // Due at five past; the promise is ten past.
        let late = BEGUN_BY - SignedDuration::from_mins(5);
        bad.extend(
            self.not_begun_since.filter(|since| now.duration_since(*since) > late).map(|_| Bad::NotBegun),
        );
        bad
    }

    fn promise(&self) -> Promise {
        self.sandbox.own.promise.unwrap_or_default()
    }

    /// States what came of it.
    pub async fn tell(&mut self, seed: u64, facts: &mut Facts) -> Result<(), DrillError> {
        self.look().await?;
        let owed = store::notification::owed(&mut self.context.store.read().await?, self.sandbox.clock.now())
            .await?;
        self.report.state(seed, facts);
        facts.same("no alert is left that nobody was told of", &owed.alerts, &0);
        let left: Vec<&Bad> = self.bad.iter().collect();
        facts.same("after two good nights nothing is bad any more", &left, &Vec::new());
        let bad = ["STALE", "HELD", "FAILED", "MISSED", "LATE", "SUSPECT"];
        let left = self.open.iter().filter(|alert| bad.contains(&alert.kind.as_str()));
        let about: Vec<&str> = left.map(|alert| alert.key.as_str()).collect();
        facts.same("and no alert about a night or a list is open", &about, &Vec::<&str>::new());
        Ok(())
    }
}

/// The files of TIS were written just now, by the sandbox's clock.
pub(crate) fn written_now(sandbox: &Sandbox) -> Result<(), DrillError> {
    let now = u64::try_from(sandbox.clock.now().as_second()).unwrap_or_default();
    for file in std::fs::read_dir(sandbox.path("tis"))? {
        let file = File::options().write(true).open(file?.path())?;
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(now))?;
    }
    Ok(())
}
