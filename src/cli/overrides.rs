//! `reval override` and `reval pause`: what is different for a while, with an owner, a reason and an end.

use clap::Subcommand;
use domain::node::{Labels, unplaced};
use domain::overrides::{self, Override, What};
use domain::schedule::Schedule;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ops::alert::Word;
use ops::overrides::NewOverride;
use serde_json::{Value, json};

use super::Common;
use super::next::chosen;
use super::say::{Voice, instant, json as say_json, line, or_dash, table};
use crate::config::{changed_limits, gmc_url_problem};
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Quiet};

/// Shown below the help of `reval override`.
pub const EXAMPLE: &str = "Examples:
  reval override list
  reval override add schedule gmc-sync \"30 3 * * *\" --until 72h --reason \"the GMC is being upgraded\"
  reval override add brake --list NW --set changed_percent=60 --until 2026-08-07T00:00 --reason \"August rotation\"
  reval override add labels gmc-sync node=b --until 2d --reason \"node a is being repaired\" --answers config/launch/a
  reval override add target http://127.0.0.1:9980/GMCWebServices/WebService.asmx --until 2h --reason \"a rehearsal\"
  reval override end 019ab7c2-1d4f-7b3a-9c55-0a1b2c3d4e5f --reason \"the upgrade is done\"
  reval override keep 019ab7c2-1d4f-7b3a-9c55-0a1b2c3d4e5f --until 7d --reason \"agreed with the GMC\"

The settings stay the truth: an override ends by itself, after 14 days at most. While it answers an alert, that one cannot close;
`keep` moves its end and lets go of the alert.";

/// Shown below the help of `reval pause`.
pub const PAUSE_EXAMPLE: &str = "Example:
  reval pause gmc-sync --until 2026-11-30T08:00 --reason \"the GMC is being upgraded\"

Its runs are skipped until then, and those of the jobs that wait for its data. They are not called missed; that the lists
grow old is told all the same. The newest run is made good at the end, within the job's catch-up window.";

/// Show, add, end or keep what is different for a while.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Show what counts, will count, or has just ended.
    List,
    /// Let something be different until an end.
    Add(Add),
    /// End one before its time.
    End(End),
    /// Keep one until another end, and let go of the alert that it answers.
    Keep(Keep),
}

#[derive(clap::Args)]
struct Add {
    #[command(subcommand)]
    what: Kind,
}

#[derive(Subcommand)]
enum Kind {
    /// Begin nothing of a job by itself.
    Pause(Pause),
    /// Let a job be due at other times.
    Schedule {
        /// The job, by name or alias.
        job: String,
        /// A cron pattern or an interval, such as "30 3 * * *" or "every 2h".
        schedule: String,
        #[command(flatten)]
        terms: Terms,
    },
    /// Give the brake other limits.
    Brake {
        /// One list, by code or abbreviation, or TIS; all if absent.
        #[arg(long, value_name = "BODY")]
        list: Option<String>,
        /// A limit as in [brake] of the settings; may be repeated.
        #[arg(long, value_name = "NAME=NUMBER", required = true)]
        set: Vec<String>,
        #[command(flatten)]
        terms: Terms,
    },
    /// Let a job be begun on other nodes.
    Labels {
        /// The job, by name or alias.
        job: String,
        /// What a node must have instead, such as node=b.
        #[arg(required = true)]
        labels: Vec<String>,
        #[command(flatten)]
        terms: Terms,
    },
    /// Ask the GMC at another address.
    Target {
        /// The address.
        url: String,
        #[command(flatten)]
        terms: Terms,
    },
}

/// Begin nothing of a job by itself until an end.
#[derive(clap::Args)]
pub struct Pause {
    /// The job, by name or alias.
    job: String,
    #[command(flatten)]
    terms: Terms,
}

/// What every override must say.
#[derive(clap::Args)]
struct Terms {
    /// Its end: a length such as 72h, a local time such as 2026-11-30T08:00, or an instant.
    #[arg(long, value_name = "TIME")]
    until: String,
    /// Its beginning, written alike; now if absent.
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Why.
    #[arg(long)]
    reason: String,
    /// Who answers for it; you, if absent.
    #[arg(long)]
    owner: Option<String>,
    /// Key of the alert that it answers, which cannot close before it.
    #[arg(long, value_name = "KEY")]
    answers: Option<String>,
}

#[derive(clap::Args)]
struct End {
    /// The override, as `reval override list` shows it.
    id: String,
    /// Why.
    #[arg(long)]
    reason: String,
}

#[derive(clap::Args)]
struct Keep {
    /// The override, as `reval override list` shows it.
    id: String,
    /// Its new end, at most 14 days from now.
    #[arg(long, value_name = "TIME")]
    until: String,
    /// Why.
    #[arg(long)]
    reason: String,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    match &args.verb {
        Verb::List => list(&house, common.voice()).await?,
        Verb::Add(add) => added(&house, common.voice(), &add.what).await?,
        Verb::End(end) => {
            let actor = house.actor(&end.reason);
            let word = Word { actor: &actor, ids: house.ids() };
            let one = house.ops().end_override(&end.id, word).await?;
            tell(
                common.voice(),
                &format!("ended: {} no more; the settings count again", one.what.sentence()),
                &one,
            );
        }
        Verb::Keep(keep) => {
            let actor = house.actor(&keep.reason);
            let until = time(&house, &keep.until, &house.config.tis.zone)?;
            let word = Word { actor: &actor, ids: house.ids() };
            let one = house.ops().keep_override(&keep.id, until, word).await?;
            tell(common.voice(), &format!("{} ({})", one.sentence(), one.id), &one);
        }
    }
    house.store.close().await;
    Ok(Exit::Done)
}

/// Does `reval pause`.
pub async fn pause(common: &Common, args: &Pause) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let job = job(&house, &args.job)?;
    add(&house, common.voice(), What::Pause { job: job.name.clone() }, (&args.terms, &job.zone)).await?;
    house.store.close().await;
    Ok(Exit::Done)
}

async fn added(house: &House, voice: Voice, kind: &Kind) -> Result<(), Failure> {
    let zone = &house.config.tis.zone;
    match kind {
        Kind::Pause(args) => {
            let job = job(house, &args.job)?;
            add(house, voice, What::Pause { job: job.name.clone() }, (&args.terms, &job.zone)).await
        }
        Kind::Schedule { job: typed, schedule, terms } => {
            let job = job(house, typed)?;
            if !matches!(job.trigger, domain::job::Trigger::Schedule(_)) {
                let sentence = format!("{} has no schedule of its own: it comes after another job", job.name);
                return Err(Failure::new(Exit::Invalid, sentence));
            }
            Schedule::parse(schedule).map_err(|error| Failure::new(Exit::Invalid, error.to_string()))?;
            let what = What::Schedule { job: job.name.clone(), schedule: schedule.clone() };
            add(house, voice, what, (terms, &job.zone)).await
        }
        Kind::Labels { job: typed, labels, terms } => {
            let job = job(house, typed)?;
            let labels = domain::node::labels(&labels.join(" "))
                .map_err(|sentence| Failure::new(Exit::Invalid, sentence))?;
            placed(house, &job.name, &labels).await?;
            add(house, voice, What::Labels { job: job.name.clone(), labels }, (terms, &job.zone)).await
        }
        Kind::Brake { list, set, terms } => {
            let list = list.as_deref().map(|typed| house.list(typed)).transpose()?;
            let limits = changed_limits(house.config.brake.limits, set)
                .map_err(|sentence| Failure::new(Exit::Invalid, sentence))?;
            add(house, voice, What::Brake { list, limits }, (terms, zone)).await
        }
        Kind::Target { url, terms } => {
            if let Some(problem) = gmc_url_problem(url, &house.config.site) {
                return Err(Failure::new(Exit::Invalid, format!("the address {problem}")));
            }
            add(house, voice, What::Target { url: url.clone() }, (terms, zone)).await
        }
    }
}

/// Refuses labels that no node has that could begin the job now.
async fn placed(house: &House, job: &str, labels: &Labels) -> Result<(), Failure> {
    let mut tx = house.store.read().await?;
    let now = store::now(&mut tx, house.ledger().lease_clock, house.clock.as_ref()).await?;
    let nodes = store::node::all(&mut tx).await?;
    let Some(why) = unplaced(&nodes, labels, now) else { return Ok(()) };
    Err(Failure::new(Exit::Invalid, format!("no node could begin {job} then: {why}. Nothing was changed")))
}

fn job<'a>(house: &'a House, typed: &str) -> Result<&'a domain::job::Job, Failure> {
    let found = chosen(&house.config.jobs, Some(typed))?;
    found.first().copied().ok_or_else(|| Failure::new(Exit::NotFound, format!("there is no job {typed}")))
}

async fn add(house: &House, voice: Voice, what: What, how: (&Terms, &TimeZone)) -> Result<(), Failure> {
    let (terms, zone) = how;
    let starts_at = terms.from.as_deref().map(|text| time(house, text, zone)).transpose()?;
    let new = NewOverride {
        what,
        owner: terms.owner.clone(),
        answers: terms.answers.clone(),
        starts_at,
        ends_at: time(house, &terms.until, zone)?,
    };
    let actor = house.actor(&terms.reason);
    let one = house.ops().add_override(new, Word { actor: &actor, ids: house.ids() }).await?;
    tell(voice, &format!("{} ({})", one.sentence(), one.id), &one);
    Ok(())
}

fn time(house: &House, text: &str, zone: &TimeZone) -> Result<Timestamp, Failure> {
    overrides::until(text, zone, house.clock.now()).map_err(|sentence| Failure::new(Exit::Invalid, sentence))
}

fn tell(voice: Voice, text: &str, one: &Override) {
    match voice {
        Voice::People => line(text),
        Voice::Json => say_json(&json!(one)),
    }
}

async fn list(house: &House, voice: Voice) -> Result<(), Failure> {
    let (all, now) = (house.ops().overrides().await?, house.clock.now());
    match voice {
        Voice::Json => say_json(&all.iter().map(|one| value(one, now)).collect()),
        Voice::People if all.is_empty() => line("nothing is different from the settings"),
        Voice::People => {
            let head = ["override", "what", "state", "from", "until", "owner", "why", "answers"];
            table(&head, all.iter().map(|one| row(one, now)).collect());
        }
    }
    Ok(())
}

fn state(one: &Override, now: Timestamp) -> &'static str {
    match (one.is_in_force(now), now < one.starts_at) {
        (true, _) => "counts",
        (false, true) => "will count",
        (false, false) => "ended",
    }
}

fn row(one: &Override, now: Timestamp) -> Vec<String> {
    vec![
        one.id.clone(),
        one.what.sentence(),
        state(one, now).to_owned(),
        instant(one.starts_at),
        instant(one.until()),
        one.owner.clone(),
        one.reason.clone(),
        or_dash(one.answers.as_deref()),
    ]
}

fn value(one: &Override, now: Timestamp) -> Value {
    let mut value = json!(one);
    value["state"] = state(one, now).into();
    value["until"] = json!(one.until());
    value
}
