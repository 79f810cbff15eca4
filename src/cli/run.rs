//! `reval run`: one job, now.

mod command;
mod unknown;

use domain::evidence::BodyEvidence;
use domain::ids::BodyCode;
use domain::job::Kind;
use domain::recount::{Recount, Verdict};
use domain::run::{BodyOutcome, RunState};
use jobs::Start;
use jobs::program::Program;
use serde_json::{Value, json};
use sync::night::{self, NightRequest, Report};
use sync::{canary, outcomes, parity, reconcile, tis};

use super::Common;
use super::progress::observer;
use super::say::{Voice, instant, json as say_json, line, or_dash, table};
use crate::exit::{Exit, Failure};
use crate::wiring::{Held, House, Quiet, Role};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval run gmc-sync
  reval run gmc-sync --body NW --body 1-1RSSQ05
  reval run tis-enrich
  reval run reconcile
  reval run canary
  reval run outcomes

A run whose process died is taken up where it stopped; a due run that nobody has begun yet is taken. TIS alone is refused
while tonight's GMC lists are not there: `reval refresh` runs both in order. The command ends with 0 only if every list was published; with
30 if one is held for a person or lacks a complete answer.";

/// The jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// Ask the GMC for every body's list.
    GmcSync,
    /// Read the training records of TIS.
    TisEnrich,
    /// TIS although tonight's lists are not there: never the due run, which waits for them.
    TisAnyway,
    /// Compare the GMC, our lists and the rows that people see.
    Reconcile,
    /// Ask the GMC and TIS as the night will, and publish nothing.
    Canary,
    /// Ask the GMC what became of the recommendations that are due to be asked about.
    Outcomes,
    /// Compare this instance with others.
    Parity,
}

/// Run a job now: ask the GMC for its lists, or read TIS.
#[derive(clap::Args)]
pub struct Args {
    /// The job, by name or alias; `reval jobs` shows them.
    job: String,
    /// Only this body, by code or abbreviation; may be repeated.
    #[arg(long, value_name = "BODY")]
    body: Vec<String>,
    /// Read TIS even where tonight's GMC lists are not there.
    #[arg(long)]
    anyway: bool,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    if let Some(job) = domain::job::find(&house.config.jobs, &args.job).filter(|job| job.kind != Kind::Own) {
        let exit = other(&house, common.voice(), job).await;
        house.store.close().await;
        return exit;
    }
    let Some(job) = named(&house, &args.job) else {
        return Err(unknown::refusal(&house, &args.job).await?);
    };
    if job != Job::GmcSync && !args.body.is_empty() {
        let sentence = format!("{} is about all bodies at once: leave out --body", args.job);
        return Err(Failure::new(Exit::Usage, sentence));
    }
    let _work = work(&house).await?;
    let job = match in_order(&house, job).await {
        Err(_) if args.anyway => Job::TisAnyway,
        is_in_order => is_in_order.map(|()| job)?,
    };
    let bodies: Vec<BodyCode> = args.body.iter().map(|typed| house.body(typed)).collect::<Result<_, _>>()?;
    let report = one(&house, common.voice(), job, bodies).await?;
    if common.voice() == Voice::Json {
        say_json(&value(&report));
    }
    house.store.close().await;
    Ok(exit(&report))
}

/// A job whose work is not ours.
async fn other(house: &House, voice: Voice, job: &domain::job::Job) -> Result<Exit, Failure> {
    match &job.kind {
        Kind::Command(declared) => command::run(house, voice, job, &Program::of(declared)).await,
        _ => {
            let sentence =
                format!("{} is run by somebody else, who reports it: `reval report {}`", job.name, job.name);
            Err(Failure::new(Exit::Invalid, sentence))
        }
    }
}

fn named(house: &House, name: &str) -> Option<Job> {
    match domain::job::find(&house.config.jobs, name)?.name.as_str() {
        night::JOB => Some(Job::GmcSync),
        tis::JOB => Some(Job::TisEnrich),
        reconcile::JOB => Some(Job::Reconcile),
        canary::JOB => Some(Job::Canary),
        outcomes::JOB => Some(Job::Outcomes),
        parity::JOB => Some(Job::Parity),
        _ => None,
    }
}

/// Takes the role of a worker, or says which run has it.
pub async fn work(house: &House) -> Result<Option<Held>, Failure> {
    let failure = match house.take(Role::Work) {
        Ok(held) => return Ok(held),
        Err(failure) => failure,
    };
    let mut said = failure.message;
    let now = house.clock.now();
    for run in store::due::live(&mut house.store.read().await?, now).await? {
        if run.state == RunState::Running {
            let (node, since) = (run.lease_owner.unwrap_or_default(), run.started_at.unwrap_or(now));
            let (job, id, by) = (run.job, run.id, run.requested_by);
            said.push_str(&format!(
                "; {job} is already running: run {id}, by {by} on {node}, since {}",
                instant(since)
            ));
        }
    }
    Err(Failure::new(failure.exit, said))
}

/// TIS joined to the lists of another night looks fresh and is not: source, scenario of the wrong job run first.
async fn in_order(house: &House, job: Job) -> Result<(), Failure> {
    if job != Job::TisEnrich {
        return Ok(());
    }
    let Some(missing) = house.ledger().missing(tis::JOB).await? else { return Ok(()) };
    let sentence = format!(
        "tis-enrich needs the lists of {} due {}, and no run since then has ended with one published; nothing was begun. \
         `reval refresh` runs both in order; `--anyway` reads TIS alone",
        missing.job, missing.slot
    );
    Err(Failure::new(Exit::Refused, sentence))
}

/// Runs a job and tells people how it ended.
pub async fn one(house: &House, voice: Voice, job: Job, bodies: Vec<BodyCode>) -> Result<Report, Failure> {
    let lists = match (job, bodies.len()) {
        (Job::TisEnrich | Job::TisAnyway | Job::Canary | Job::Outcomes | Job::Parity, _) => 1,
        (Job::Reconcile, _) => house.asked().len(),
        (Job::GmcSync, 0) => house.asked().len(),
        (Job::GmcSync, some) => some,
    };
    let context = house.context(observer(house, voice, lists))?;
    let actor = house.actor("");
    let report = match job {
        Job::GmcSync => {
            let bodies = (!bodies.is_empty()).then_some(bodies);
            night::run(&context, &NightRequest { bodies, actor }).await?
        }
        Job::TisEnrich => tis::run(&context, &house.tis(), &actor).await?,
        Job::TisAnyway => {
            let begun = context.ledger.begin(tis::JOB, &actor, Start::Own).await?;
            tis::carry_out(&context, &house.tis(), &begun).await?
        }
        Job::Reconcile => {
            let begun = context.ledger.begin(reconcile::JOB, &actor, Start::Due).await?;
            reconcile::carry_out(&context, &begun).await?
        }
        Job::Canary => {
            let begun = context.ledger.begin(canary::JOB, &actor, Start::Due).await?;
            canary::carry_out(&context, &house.tis(), &begun).await?
        }
        Job::Outcomes => {
            let sender = house.sender()?;
            let begun = context.ledger.begin(outcomes::JOB, &actor, Start::Due).await?;
            outcomes::carry_out(&context, &sender, &begun).await?
        }
        Job::Parity => {
            let begun = context.ledger.begin(parity::JOB, &actor, Start::Due).await?;
            parity::carry_out(&context, &house.peers(), &begun).await?
        }
    };
    if voice == Voice::People {
        people(&report);
    }
    Ok(report)
}

/// 0 only if every list was published.
pub fn exit(report: &Report) -> Exit {
    if report.state == RunState::Succeeded { Exit::Done } else { Exit::Refused }
}

fn people(report: &Report) {
    if report.is_resumed {
        line("an earlier attempt of this run had died; it was taken up where it stopped");
    }
    if report.lists.is_empty() {
        recounted(report);
        return line(format!("{}: {} (run {})", report.state.word(), report.reason, report.run_id));
    }
    let head =
        ["list", "outcome", "received", "new", "changed", "removed", "rejected", "snapshot", "seconds"];
    table(&head, report.lists.iter().map(row).collect());
    for list in report.lists.iter().filter(|list| !list.reason.is_empty()) {
        line(format!("{}: {}", list.body, list.reason));
    }
    recounted(report);
    line(format!("{}: {} (run {})", report.state.word(), report.reason, report.run_id));
    if report.lists.iter().any(|list| list.outcome == BodyOutcome::Held) {
        line("`reval holds` shows what waits for a person, and how to decide");
    }
}

/// Both counts of each list that differs, or of the only one; a list that failed has said so already.
fn recounted(report: &Report) {
    let recounts = &report.recounts;
    let has_failed = |recount: &Recount| {
        let mut lists = report.lists.iter();
        lists.any(|list| list.body == recount.body && list.outcome == BodyOutcome::Failed)
    };
    for one in recounts.iter().filter(|one| !has_failed(one)) {
        if one.verdict != Verdict::Equal {
            line(format!("{}: {} ({})", one.body, one.sentence(), one.reason));
        } else if recounts.len() == 1 {
            line(format!("{}: {}", one.body, one.sentence()));
        }
    }
    if recounts.len() > 1 {
        let equal = recounts.iter().filter(|recount| recount.verdict == Verdict::Equal).count();
        line(format!("{equal} of {} lists hold as many doctors as the GMC says", recounts.len()));
    }
}

fn row(list: &BodyEvidence) -> Vec<String> {
    let account = &list.account;
    let counts = [account.read, account.new, account.changed, account.removed, account.rejected];
    let seconds = format!("{}.{}", list.duration_ms / 1000, list.duration_ms % 1000 / 100);
    let snapshot = list.snapshot.map(|number| number.to_string());
    let mut row = vec![list.body.to_string(), list.outcome.word().to_owned()];
    row.extend(counts.map(|count| count.to_string()));
    row.extend([or_dash(snapshot.as_deref()), seconds]);
    row
}

/// The report for programs.
pub fn value(report: &Report) -> Value {
    json!({
        "run_id": report.run_id,
        "state": report.state.word(),
        "reason": report.reason,
        "is_resumed": report.is_resumed,
        "lists": report.lists,
        "recounts": report.recounts,
    })
}
