//! S36: twenty-one nights, at each of which something drawn by chance goes wrong, with people at work in office hours.
//!
//! Everything drawn follows from a seed, so that weeks that failed can be played again. The seed also says in which
//! season: across the change of the clocks in March or in October.

use domain::clock::Clock;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use simulator::{Fault, Rule};
use sync::context::Step;

use crate::error::DrillError;
use crate::facts::Facts;
use crate::recommending::{Noticed, OPERATION, directory, drafted, noticed, submitted, wish_of};
use crate::sandbox::Sandbox;
use crate::weeks::Weeks;

/// Nights, of which the last are good: whatever went wrong must be made good by then.
const NIGHTS: u32 = 21;
const GOOD_AT_THE_END: u32 = 2;
/// The first nights of the two seasons, counted from the sandbox's own: 14 March and 17 October 2027.
const SPRING: u32 = 118;
const AUTUMN: u32 = 335;
/// The seed where none is asked for; nothing depends on it.
const SEED: u64 = 36;
/// Tries of a run, and when people begin to see to what was not begun, in minutes after midnight.
const TRIES: usize = 3;
const MORNING: i64 = 9 * 60;

/// What goes wrong in a night.
#[derive(Default)]
struct Night {
    /// Minutes after 00:05 at which the scheduler moves.
    late: i64,
    /// What the GMC does at each try.
    tries: Vec<Vec<Rule>>,
    /// Where the worker of the first try dies: nth body and step.
    dies_at: Option<(usize, Step)>,
    /// A table of TIS that is cut off.
    cut: Option<&'static str>,
    /// How many of the two channels are dead until the morning.
    dead: usize,
}

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    let seed = sandbox.own.seed.unwrap_or(SEED);
    let mut chance = fastrand::Rng::with_seed(seed);
    let first = if chance.bool() { SPRING } else { AUTUMN };
    for night in [first - 2, first - 1] {
        before(sandbox, night).await?;
    }
    directory(sandbox).await?;
    let mut whom = noticed(sandbox).await?;
    let mut asked = Vec::new();
    let mut weeks = Weeks::begin(sandbox).await?;
    for nth in 0..NIGHTS {
        let night =
            if nth < NIGHTS - GOOD_AT_THE_END { drawn(&weeks, &mut chance) } else { Night::default() };
        weeks.report.count(night.faults());
        play_night(&mut weeks, first + nth, &night).await?;
        day(&mut weeks, (first + nth, &mut chance), (&mut whom, &mut asked)).await?;
    }
    weeks.tell(seed, facts).await?;
    submissions(&weeks, &asked, facts).await
}

/// A good night before the story, with a person's word where it is asked for.
async fn before(sandbox: &mut Sandbox, night: u32) -> Result<(), DrillError> {
    sandbox.begin(night)?;
    crate::weeks::written_now(sandbox)?;
    sandbox.gmc_sync().await?;
    sandbox.approve_all().await?;
    sandbox.tis_enrich().await?;
    sandbox.approve_all().await
}

impl Night {
    fn faults(&self) -> usize {
        let tries = self.tries.iter().filter(|rules| !rules.is_empty()).count();
        let others = [self.late > 0, self.dies_at.is_some(), self.cut.is_some(), self.dead > 0];
        tries + others.into_iter().filter(|is_wrong| *is_wrong).count()
    }
}

/// Draws what goes wrong in a night; in two of seven nothing of the GMC's does.
fn drawn(weeks: &Weeks<'_>, chance: &mut fastrand::Rng) -> Night {
    let late = match chance.u8(0..10) {
        0..6 => 0,
        6 | 7 => chance.i64(1..5),
        8 => chance.i64(10..240),
        _ => MORNING - 5,
    };
    let broken = if chance.u8(0..7) < 2 { 0 } else { chance.usize(1..=TRIES) };
    let tries = (0..broken).map(|_| rules(weeks, chance)).collect();
    let steps: Vec<Step> =
        Step::NAMED.iter().map(|(_, step)| *step).filter(|step| *step != Step::Held).collect();
    let bodies = weeks.sandbox.context.bodies.len();
    let dies = (chance.usize(1..=bodies), chance.choice(steps).unwrap_or(Step::Begin));
    Night {
        late,
        tries,
        dies_at: chance.bool().then_some(dies),
        cut: (chance.u8(0..5) == 0).then(|| chance.choice(["Person", "GmcDetails", "Placement"])).flatten(),
        dead: if chance.u8(0..5) == 0 { chance.usize(1..=2) } else { 0 },
    }
}

/// What the GMC does at one try: to everybody, or to a few bodies each in its way.
fn rules(weeks: &Weeks<'_>, chance: &mut fastrand::Rng) -> Vec<Rule> {
    if chance.u8(0..5) == 0 {
        let all = [Fault::EdgeRefuses, Fault::Status(503), Fault::Code("98".into()), Fault::Page];
        return chance.choice(all).map(Rule::everywhere).into_iter().collect();
    }
    let mut rules = Vec::new();
    for body in &weeks.sandbox.context.bodies {
        if chance.u8(0..5) > 0 {
            continue;
        }
        let fault = match chance.u8(0..12) {
            0 => Fault::Reset(chance.usize(0..2_000)),
            1 => Fault::Cut(chance.usize(0..2_000)),
            2 => Fault::SoapFault,
            3 => Fault::Status(503),
            4 => Fault::Code("81".into()),
            5 => Fault::Code("98".into()),
            6 => Fault::EmptyList,
            7 => Fault::NoList,
            8 => Fault::NilList,
            9 if !is_small(weeks, body.as_str()) => Fault::Short(60),
            10 => Fault::OtherRequest,
            _ => Fault::Page,
        };
        rules.push(Rule::on(body.as_str(), fault));
    }
    rules
}

/// Whether a list is so small that most of it may leave within the brake's limit: a short answer is then the truth for
/// all that anybody can know.
fn is_small(weeks: &Weeks<'_>, body: &str) -> bool {
    let world = weeks.sandbox.simulator.world();
    world.list(body, 0).is_none_or(|list| list.count() < 20)
}

/// One night, from a quarter to twelve until people come.
async fn play_night(weeks: &mut Weeks<'_>, night: u32, plan: &Night) -> Result<(), DrillError> {
    let midnight = weeks.midnight(night);
    weeks.plan().await?;
    weeks.until(midnight).await?;
    weeks.sandbox.simulator.set_night(night);
    weeks.extracts(night, plan.cut)?;
    weeks.channels(plan.dead);
    weeks.until(midnight + minutes(5)).await?;
    weeks.due(night);
    weeks.until(midnight + minutes(5 + plan.late)).await?;
    let mut dies_at = plan.dies_at;
    for nth in 0..=TRIES {
        weeks.sandbox.simulator.set_faults(plan.tries.get(nth).cloned().unwrap_or_default());
        weeks.work(dies_at.take()).await?;
        // A try is repeated after two minutes, and a dead worker's lease is out after five.
        weeks.until(weeks.sandbox.clock.now() + minutes(6)).await?;
    }
    weeks.sandbox.simulator.set_faults(Vec::new());
    weeks.until(midnight + minutes(MORNING + 5)).await?;
    weeks.channels(0);
    weeks.work(None).await
}

/// One day: a few recommendations, some of whose replies are lost; nobody looks at held lists.
async fn day(
    weeks: &mut Weeks<'_>,
    (night, chance): (u32, &mut fastrand::Rng),
    (whom, asked): (&mut Vec<Noticed>, &mut Vec<Noticed>),
) -> Result<(), DrillError> {
    let midnight = weeks.midnight(night);
    for hour in [10, 14] {
        weeks.until(midnight + minutes(hour * 60 + chance.i64(0..60))).await?;
        let Some(doctor) = whom.pop().filter(|_| chance.bool()) else { continue };
        let reply = match chance.u8(0..8) {
            0 => Some(Fault::LostReply),
            1 => Some(Fault::Reset(0)),
            2 => Some(Fault::DoneButCode("98".into())),
            3 => Some(Fault::Code("91".into())),
            _ => None,
        };
        let rules = reply.into_iter().map(|fault| Rule::everywhere(fault).of(OPERATION)).collect();
        weeks.sandbox.simulator.set_faults(rules);
        let id = drafted(weeks.sandbox, &doctor).await?;
        submitted(weeks.sandbox, &doctor, &id).await?;
        asked.push(doctor);
        for _ in 0..5 {
            weeks.send().await?;
            weeks.until(weeks.sandbox.clock.now() + minutes(1)).await?;
        }
        weeks.sandbox.simulator.set_faults(Vec::new());
    }
    weeks.until(weeks.midnight(night + 1) - minutes(15)).await
}

/// What became of every recommendation that somebody submitted, by the GMC's own register.
async fn submissions(weeks: &Weeks<'_>, asked: &[Noticed], facts: &mut Facts) -> Result<(), DrillError> {
    use domain::sending::Standing;
    let register = weeks.sandbox.simulator.register();
    let (mut lost, mut doubled) = (Vec::new(), 0);
    for whom in asked {
        let taken =
            register.recommendations().iter().filter(|one| one.doctor == whom.doctor.as_str()).count();
        doubled += usize::from(taken > 1);
        let row = wish_of(weeks.sandbox, &whom.doctor).await?;
        let is_right = row.as_ref().is_some_and(|row| match row.standing {
            Standing::Accepted => taken == 1,
            Standing::Rejected | Standing::Queued | Standing::Sending | Standing::Abandoned => taken == 0,
            Standing::Unknown => true,
        });
        if !is_right {
            let said = row.map_or("no wish", |row| row.standing.word());
            lost.push(format!("{said}, and the GMC has {taken}"));
        }
    }
    facts.state(format!("{} submissions, none lost", asked.len()), lost.is_empty(), lost.join("; "));
    facts.same("no submission is at the GMC twice", &doubled, &0);
    Ok(())
}

/// The first instant of a date where the doctors are.
pub(crate) fn midnight(date: jiff::civil::Date, zone: &TimeZone) -> Timestamp {
    date.to_zoned(zone.clone()).map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

fn minutes(minutes: i64) -> jiff::SignedDuration {
    jiff::SignedDuration::from_mins(minutes)
}
