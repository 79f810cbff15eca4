//! What the end of a run, or its absence, means for people: which alerts open and which close.

use std::collections::BTreeMap;

use domain::alert::{AlertKind, Severity};
use domain::job::Trigger;
use domain::run::RunState;
use store::alert::NewAlert;
use store::due::Overdue;
use store::run::RunRow;
use store::{StoreError, Tx};

use crate::end::Ended;
use crate::ledger::Ledger;

/// A condition of one job.
struct Condition<'a> {
    kind: AlertKind,
    severity: Severity,
    job: &'a str,
    run_id: Option<&'a str>,
    sentence: String,
    cause: &'a str,
    next_action: String,
}

fn key(kind: AlertKind, job: &str) -> String {
    format!("{}/{job}", kind.word().to_lowercase())
}

async fn raise(ledger: &Ledger, tx: &mut Tx, condition: Condition<'_>) -> Result<(), StoreError> {
    let owner = ledger.job(condition.job).map_or("", |job| job.owner.as_str());
    let asks = if owner.is_empty() { String::new() } else { format!(" Owner: {owner}.") };
    let alert = NewAlert {
        id: ledger.mint(),
        key: key(condition.kind, condition.job),
        kind: condition.kind,
        severity: condition.severity,
        list: None,
        run_id: condition.run_id.map(str::to_owned),
        hold_id: None,
        doctors_affected: 0,
        sentence: format!("{}{asks}", condition.sentence),
        cause: condition.cause.to_owned(),
        next_action: condition.next_action,
    };
    store::alert::raise(tx, &alert, ledger.clock.now()).await
}

/// Says what the end of a run means; `doubt` is what was too little about it.
pub(crate) async fn ended(
    ledger: &Ledger,
    tx: &mut Tx,
    what: (&RunRow, &Ended),
    doubt: Option<&str>,
) -> Result<(), StoreError> {
    let (run, ended) = what;
    let job = run.job.as_str();
    if let Some(doubt) = doubt {
        let condition = Condition {
            kind: AlertKind::Suspect,
            severity: Severity::Page,
            job,
            run_id: Some(&run.id),
            sentence: format!("A run of {job} ended with too little: {doubt}."),
            cause: "floors",
            next_action: "reval check-config --live; then reval refresh".to_owned(),
        };
        return raise(ledger, tx, condition).await;
    }
    match ended.state {
        RunState::Failed if run.kind != "manual" => failed(ledger, tx, (run, ended)).await,
        RunState::Succeeded if ended.records.is_some() => succeeded(ledger, tx, run).await,
        _ => Ok(()),
    }
}

async fn failed(ledger: &Ledger, tx: &mut Tx, what: (&RunRow, &Ended)) -> Result<(), StoreError> {
    let (run, ended) = what;
    let severity = ledger.job(&run.job).map_or(Severity::Warn, |job| job.on_failed);
    let condition = Condition {
        kind: AlertKind::Failed,
        severity,
        job: &run.job,
        run_id: Some(&run.id),
        sentence: format!("The run of {} due {} failed: {}.", run.job, slot(run), ended.reason),
        cause: "run_failed",
        next_action: format!("reval runs {}; then reval refresh", run.job),
    };
    raise(ledger, tx, condition).await
}

fn slot(run: &RunRow) -> &str {
    run.scheduled_for.as_deref().or(run.makes_good.as_deref()).unwrap_or("by hand")
}

/// A whole success closes what its job had open; that nobody began a run is closed only by one that began by itself.
async fn succeeded(ledger: &Ledger, tx: &mut Tx, run: &RunRow) -> Result<(), StoreError> {
    let now = ledger.clock.now();
    let mut gone = vec![AlertKind::Suspect, AlertKind::Failed, AlertKind::Late];
    if run.kind != "manual" {
        gone.push(AlertKind::Missed);
    }
    for kind in gone {
        store::alert::resolve(tx, &key(kind, &run.job), now).await?;
    }
    Ok(())
}

/// Tells of runs that nobody began, one alert for each job whatever their number.
pub(crate) async fn missed(ledger: &Ledger, tx: &mut Tx, runs: &[Overdue]) -> Result<(), StoreError> {
    let mut by_job: BTreeMap<&str, Vec<&Overdue>> = BTreeMap::new();
    for run in runs {
        by_job.entry(&run.job).or_default().push(run);
    }
    for (job, runs) in by_job {
        let Some(newest) = runs.last() else { continue };
        if waited_for_a_missed_one(ledger, tx, newest).await? {
            continue;
        }
        let count =
            if runs.len() == 1 { "One run was".to_owned() } else { format!("{} runs were", runs.len()) };
        let condition = Condition {
            kind: AlertKind::Missed,
            severity: Severity::Page,
            job,
            run_id: Some(&newest.id),
            sentence: format!("{job} was due {} and nobody began it in time. {count} missed.", newest.slot),
            cause: "not_started",
            next_action: "reval refresh".to_owned(),
        };
        raise(ledger, tx, condition).await?;
    }
    Ok(())
}

/// One cause is one alert: what waited for a run that was itself missed is told with that one.
async fn waited_for_a_missed_one(ledger: &Ledger, tx: &mut Tx, run: &Overdue) -> Result<bool, StoreError> {
    let Some(Trigger::After(before)) = ledger.job(&run.job).map(|job| &job.trigger) else { return Ok(false) };
    let before = store::run::of_slot(tx, before, &run.slot).await?;
    Ok(before.is_some_and(|before| before.state == RunState::Missed))
}

/// Tells of runs that have not ended in time.
pub(crate) async fn late(ledger: &Ledger, tx: &mut Tx, runs: &[Overdue]) -> Result<(), StoreError> {
    for run in runs {
        let condition = Condition {
            kind: AlertKind::Late,
            severity: Severity::Warn,
            job: &run.job,
            run_id: Some(&run.id),
            sentence: format!("The run of {} due {} has not ended by its deadline.", run.job, run.slot),
            cause: "not_finished",
            next_action: format!("reval runs {}", run.job),
        };
        raise(ledger, tx, condition).await?;
    }
    Ok(())
}

/// Tells that nothing can be planned for a job.
pub(crate) async fn unschedulable(
    ledger: &Ledger,
    tx: &mut Tx,
    job: &str,
    why: &str,
) -> Result<(), StoreError> {
    let condition = Condition {
        kind: AlertKind::Config,
        severity: Severity::Page,
        job,
        run_id: None,
        sentence: format!("No run of {job} can be planned: {why}."),
        cause: "schedule",
        next_action: "reval check-config; then reval next".to_owned(),
    };
    raise(ledger, tx, condition).await
}
