//! Reads the facts of one instant in one transaction that cannot write.

use std::collections::{BTreeMap, BTreeSet};

use domain::run::RunState;
use jiff::{SignedDuration, Timestamp};
use store::list::TIS;
use store::run::RunRow;
use store::{StoreError, Tx};

use crate::declared::Declared;
use crate::facts::{
    BodyFact, ChannelFact, Facts, HoldFact, IntentFact, ListFact, MarkFact, ParityFact, RejectFact, RunFact,
    WatcherFact,
};

/// Rows are made up to three days ahead of their hour; two weeks of nights are looked at.
const BACK: SignedDuration = SignedDuration::from_hours(17 * 24);
/// Holds looked through for those that wait.
const HOLDS: u64 = 200;

/// Reads everything the detectors look at; `node` is the watcher that looks.
pub async fn facts(tx: &mut Tx, declared: &Declared, node: &str, at: Timestamp) -> Result<Facts, StoreError> {
    let mut runs: BTreeMap<String, Vec<RunFact>> = BTreeMap::new();
    for row in store::run::since(tx, at.saturating_sub(BACK).unwrap_or(Timestamp::MIN)).await? {
        runs.entry(row.job.clone()).or_default().push(run(&row));
    }
    let mut known_since = BTreeMap::new();
    for job in &declared.jobs {
        known_since.extend(store::run::first(tx, &job.name).await?.map(|first| (job.name.clone(), first)));
    }
    for runs in runs.values_mut() {
        tell_more(tx, runs).await?;
    }
    let lists: Vec<ListFact> = store::list::all(tx).await?.into_iter().map(list).collect();
    let is_self = |name: &str| name == node;
    let watchers = store::watcher::all(tx).await?;
    let watchers = watchers.into_iter().map(|watcher| WatcherFact {
        is_self: is_self(&watcher.node),
        node: watcher.node,
        beat_at: watcher.beat_at,
    });
    let mut facts = Facts {
        at,
        holds: holds(tx).await?,
        rejects: rejects(tx).await?,
        recounts: store::recount::judged(tx).await?,
        marks: marks(tx, &lists).await?,
        reported_as_of: store::report::fresh(tx).await?.into_iter().collect(),
        intents: intents(tx).await?,
        unread_outcomes: store::recommendation::unread(tx).await?,
        watchers: watchers.collect(),
        nodes: store::node::all(tx).await?,
        settings: store::settings::states(tx).await?,
        fingerprints: store::fingerprint::since(tx, at.saturating_sub(BACK).unwrap_or(Timestamp::MIN))
            .await?,
        parities: parities(tx).await?,
        channels: channels(tx).await?,
        overrides: store::overrides::since(tx, at.saturating_sub(BACK).unwrap_or(Timestamp::MIN)).await?,
        runs,
        known_since,
        lists,
        ..Facts::default()
    };
    for job in &declared.jobs {
        let good = facts.last_good(&job.name, RunFact::is_by_itself).and_then(|run| run.started_at);
        let count = store::run::count_missed(tx, &job.name, good.unwrap_or(Timestamp::UNIX_EPOCH)).await?;
        facts.missed.insert(job.name.clone(), count);
    }
    Ok(facts)
}

fn run(row: &RunRow) -> RunFact {
    RunFact {
        id: row.id.clone(),
        kind: row.kind.clone(),
        slot: row.scheduled_for.clone().or_else(|| row.makes_good.clone()),
        state: row.state,
        reason: row.reason.clone(),
        due_at: row.due_at,
        start_by: row.start_by,
        finish_by: row.finish_by,
        started_at: row.started_at,
        ended_at: row.ended_at,
        is_whole: row.records.is_some(),
        build: row.build.clone(),
        config_hash: row.config_hash.clone(),
        doubt: None,
        bodies: Vec::new(),
    }
}

/// Of a job's newest runs that did not succeed, what became of their lists, and what was too little.
async fn tell_more(tx: &mut Tx, runs: &mut [RunFact]) -> Result<(), StoreError> {
    let newest = |by_itself: bool| {
        let of_kind = |run: &&RunFact| run.has_come_to_something() && (!by_itself || run.is_by_itself());
        runs.iter().filter(of_kind).max_by_key(|run| run.ended_at).map(|run| run.id.clone())
    };
    let wanted = [newest(false), newest(true)];
    let is_wanted = |run: &&mut RunFact| wanted.contains(&Some(run.id.clone())) && !run.is_good();
    for run in runs.iter_mut().filter(is_wanted) {
        let evidence = store::evidence::of_run(tx, &run.id).await?;
        run.bodies = evidence
            .into_iter()
            .map(|body| BodyFact {
                code: body.body.to_string(),
                outcome: body.outcome,
                cause: body.cause,
                reason: body.reason,
            })
            .collect();
        if run.state == RunState::Suspect {
            run.doubt = store::run::doubt(tx, &run.id).await?;
        }
    }
    Ok(())
}

fn list(state: store::list::ListState) -> ListFact {
    ListFact {
        code: state.code,
        data_as_of: state.data_as_of,
        doctors: state.doctors,
        outcome: state.outcome,
        outcome_at: state.outcome_at,
        cause: state.cause,
        reason: state.reason,
        run_id: state.run_id,
    }
}

async fn holds(tx: &mut Tx) -> Result<Vec<HoldFact>, StoreError> {
    let waiting = store::hold::recent(tx, HOLDS).await?.into_iter().filter(|hold| hold.state.is_open());
    let fact = |hold: store::hold::HoldRow| HoldFact {
        why: hold.causes.iter().map(domain::brake::Cause::sentence).collect::<Vec<_>>().join(" "),
        doctors: hold.before.unwrap_or(hold.doctors),
        id: hold.id,
        list: hold.list,
        run_id: hold.run_id,
        since: hold.created_at,
    };
    Ok(waiting.map(fact).collect())
}

async fn rejects(tx: &mut Tx) -> Result<Vec<RejectFact>, StoreError> {
    let counts = store::reject::counts(tx).await?;
    Ok(counts
        .into_iter()
        .map(|count| RejectFact { list: count.list, reason: count.reason, count: count.count })
        .collect())
}

async fn parities(tx: &mut Tx) -> Result<Vec<ParityFact>, StoreError> {
    let fact = |one: store::fingerprint::Compared| ParityFact {
        undeclared: one.parity.undeclared().map(|difference| difference.what.clone()).collect(),
        instance: one.instance,
        since: one.since,
    };
    Ok(store::fingerprint::compared(tx).await?.into_iter().map(fact).collect())
}

async fn intents(tx: &mut Tx) -> Result<Vec<IntentFact>, StoreError> {
    let fact = |row: store::intent::WaitingRow| IntentFact {
        standing: row.standing,
        many: row.many,
        since: row.since,
    };
    Ok(store::intent::waiting(tx).await?.into_iter().map(fact).collect())
}

/// The marks of the newest reading of TIS, whether it was published or not.
async fn marks(tx: &mut Tx, lists: &[ListFact]) -> Result<Vec<MarkFact>, StoreError> {
    let run_id = lists.iter().find(|list| list.code == TIS).and_then(|list| list.run_id.clone());
    let of_run = match &run_id {
        Some(run_id) => store::tis_reading::of_run(tx, run_id).await?,
        None => None,
    };
    let reading = match of_run {
        Some(reading) => Some(reading),
        None => store::tis_reading::published(tx).await?,
    };
    let risen = reading.map(|reading| reading.risen()).unwrap_or_default();
    let fact = |risen: domain::tis_reading::Risen| MarkFact {
        mark: risen.mark,
        now: risen.now,
        before: risen.before,
        run_id: run_id.clone(),
    };
    Ok(risen.into_iter().map(fact).collect())
}

/// The channels that were ever used, or that owe the receipt of a test.
async fn channels(tx: &mut Tx) -> Result<Vec<ChannelFact>, StoreError> {
    let health = store::channel_health::all(tx).await?;
    let tests = store::notification::tests_owed(tx).await?;
    let waiting = store::notification::waiting(tx).await?;
    let names: BTreeSet<&String> =
        health.iter().map(|one| &one.channel).chain(tests.iter().map(|(channel, _)| channel)).collect();
    let fact = |name: &String| {
        let health = health.iter().find(|one| one.channel == *name);
        let waits = waiting.iter().find(|one| one.channel == *name);
        let test_owed = tests.iter().find(|(channel, _)| channel == name).map(|(_, written)| *written);
        ChannelFact {
            name: name.clone(),
            is_failing: health.is_some_and(|one| one.is_failing),
            since: health.map(|one| one.since).or(test_owed).unwrap_or_default(),
            failures: health.map_or(0, |one| one.failures),
            answer: health.map_or_else(|| "nothing".to_owned(), |one| one.last_answer.clone()),
            last_received_at: health.and_then(|one| one.last_sent_at),
            waiting: waits.map_or(0, |one| one.count),
            tries: waits.map_or(0, |one| one.tries),
            test_owed,
        }
    };
    Ok(names.into_iter().map(fact).collect())
}
