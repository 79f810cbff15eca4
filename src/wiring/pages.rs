//! What the pages stand on: everything that they may not know of themselves.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};

use domain::identity::Asking;
use domain::job::{self, Kind as Done};
use domain::run_log::Level;
use domain::scope::Actor;
use jobs::Ledger;
use jobs::external::{Report, Reported, lines};
use ops::{Fault, Kind};
use sources::export::{Columns, UPLOADED_UNPACKED_MAX};
use sources::provider::{Provider, ProviderError};
use store::StoreError;
use sync::holds::{Approval, Decided, approve, reject};
use sync::{Context, SyncError};
use tokio::sync::watch;
use web::{
    App, DecideHold, HoldDecided, HoldWord, IdentityProvider, Jobs, Paced, Ping, PingWhat, ReadExport,
    RunWish, RunWord, SayToRuns, TakeFingerprint, TakePing,
};

use super::{House, build};
use crate::exit::{Exit, Failure};

/// What is asked anew each time, because settings may be taken up while the pages are served.
pub struct Live {
    /// The declared jobs.
    pub jobs: Jobs,
    /// What this instance is made of.
    pub take_fingerprint: TakeFingerprint,
}

impl Live {
    /// Asks whatever house counts just now.
    pub fn of(counts: impl Fn() -> Arc<House> + Clone + Send + Sync + 'static) -> Self {
        let declares = counts.clone();
        let take = move || {
            let taker = counts().fingerprinter();
            async move { taker.take().await.map_err(Fault::from) }
        };
        Self {
            jobs: Arc::new(move || declares().jobs()),
            take_fingerprint: Arc::new(move || Box::pin(take())),
        }
    }
}

impl House {
    /// What the pages stand on; `reach` says whether the store answers, `unheard` counts the alerts that have reached nobody.
    pub fn pages(
        &self,
        (ready, reach): (Arc<AtomicBool>, watch::Receiver<bool>),
        metrics: Arc<dyn Fn() -> String + Send + Sync>,
        unheard: Arc<AtomicU64>,
        live: Live,
    ) -> Result<App, Failure> {
        let context = Arc::new(self.context(Arc::new(|_, _| {}))?);
        let decide_hold: DecideHold = Arc::new(move |word| Box::pin(decide(Arc::clone(&context), word)));
        let ledger = Arc::new(self.ledger());
        let take_ping: TakePing = Arc::new(move |ping| Box::pin(take(Arc::clone(&ledger), ping)));
        let ledger = Arc::new(self.ledger());
        let declared = Arc::clone(&live.jobs);
        let say_to_runs: SayToRuns = Arc::new(move |word| {
            // Settings may have been taken up since the start.
            let ledger = Ledger { jobs: Arc::new(declared()), ..Ledger::clone(&ledger) };
            Box::pin(say_to_runs(ledger, word))
        });
        Ok(App {
            take_ping,
            say_to_runs,
            ops: self.ops(),
            build: build(),
            ids: Arc::clone(&self.ids),
            decide_hold,
            jobs: live.jobs,
            take_fingerprint: live.take_fingerprint,
            read_export: reader_of_exports(self.config.gmc_connect.clone()),
            paced: Paced::new(self.config.web.paces.clone()),
            metrics,
            provider: self.provider()?,
            demo_users: Vec::new(),
            ready,
            reach,
            unheard,
        })
    }
}

/// Reads exports aside: a workbook is unpacked and takes its time.
fn reader_of_exports(columns: Columns) -> ReadExport {
    let columns = Arc::new(columns);
    Arc::new(move |bytes| {
        let columns = Arc::clone(&columns);
        let read = move || sources::export::of_bytes(&bytes, &columns, UPLOADED_UNPACKED_MAX);
        Box::pin(async move {
            match tokio::task::spawn_blocking(read).await {
                Ok(read) => read.map_err(|error| Fault::invalid(error.to_string())),
                Err(error) => {
                    let message = "Reval could not read the file. Nothing was changed.".to_owned();
                    Err(Fault { kind: Kind::Internal, message, source: Some(Box::new(error)) })
                }
            }
        })
    })
}

impl House {
    /// Who vouches for people, where the settings name somebody. A page may wait for it: there is no signing in without.
    fn provider(&self) -> Result<Option<IdentityProvider>, Failure> {
        let Some(oidc) = &self.config.oidc else { return Ok(None) };
        let provider = Provider::new(oidc.provider.clone(), Arc::clone(&self.clock));
        let provider = provider.map_err(|error| Failure::new(Exit::Invalid, error.to_string()))?;
        let asked = provider.clone();
        let begin = move |asking: Asking| {
            let provider = asked.clone();
            async move { provider.address(&asking).await.map_err(unvouched) }
        };
        let finish = move |code: String, asking: Asking| {
            let provider = provider.clone();
            async move { provider.identity(&code, &asking).await.map_err(unvouched) }
        };
        Ok(Some(IdentityProvider {
            name: oidc.label.clone(),
            begin: Arc::new(move |asking| Box::pin(begin(asking))),
            finish: Arc::new(move |code, asking| Box::pin(finish(code, asking))),
        }))
    }
}

/// Why nobody is vouched for: the page says only whose fault it is, the log what was wrong.
fn unvouched(error: ProviderError) -> Fault {
    let (kind, message) = match &error {
        ProviderError::Unavailable(_) => {
            (Kind::Unavailable, "The identity provider does not answer just now. Try again in a minute.")
        }
        ProviderError::Refused(_) => {
            (Kind::Forbidden, "What the identity provider said of you cannot be relied on. Begin again.")
        }
    };
    Fault { kind, message: message.to_owned(), source: Some(Box::new(error)) }
}

async fn decide(context: Arc<Context>, word: HoldWord) -> Result<HoldDecided, Fault> {
    let HoldWord { hold, count, actor } = word;
    let Some(count) = count else {
        return reject(&context, &hold, &actor).await.map(|()| HoldDecided::Rejected).map_err(fault);
    };
    match approve(&context, &Approval { hold_id: hold, count, actor }).await {
        Ok(Decided::Published { .. }) => Ok(HoldDecided::Published),
        Ok(Decided::Proposed) => Ok(HoldDecided::Proposed),
        Err(error) => Err(fault(error)),
    }
}

async fn take(ledger: Arc<Ledger>, ping: Ping) -> Result<(), Fault> {
    let Some(job) = job::find(&ledger.jobs, &ping.job).filter(|job| job.kind == Done::External) else {
        let sentence = format!("{} is no job that somebody else runs, or not any more.", ping.job);
        return Err(Fault::new(Kind::Conflict, sentence));
    };
    let what = match ping.what {
        PingWhat::Begun => Reported::Begun,
        PingWhat::Goes => Reported::Goes,
        PingWhat::Ended { is_good } => Reported::Ended { is_good, records: ping.records },
    };
    let is_beginning = what == Reported::Begun;
    let level = if what == (Reported::Ended { is_good: false, records: ping.records }) {
        Level::Error
    } else {
        Level::Info
    };
    let report = Report { what, rid: ping.rid, as_of: ping.as_of, said: lines(level, &ping.said) };
    let actor = Actor { name: format!("key:{}", job.name), reason: String::new(), behalf: String::new() };
    match ledger.report(&job.name, &actor, &report).await {
        Ok((run_id, state, _)) => {
            tracing::info!(job = job.name, run_id, state = state.word(), "run_reported");
            Ok(())
        }
        // It has begun already, as the client says: one that did not hear our answer asks again.
        Err(StoreError::Conflict(_)) if is_beginning => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Carries out what somebody wants of runs; what is done for a program is told under its claim, in the same transaction.
async fn say_to_runs(ledger: Ledger, word: RunWord) -> Result<(), Fault> {
    let RunWord { wish, actor, claim } = word;
    let ledger = match claim {
        Some(claim) => Ledger { store: ledger.store.claimed(claim), ..ledger },
        None => ledger,
    };
    let found = match &wish {
        RunWish::Begin(job) => ledger.ask(job, &actor).await?.is_some(),
        RunWish::Abort(run) => ledger.abort(run, &actor).await?.is_some(),
    };
    let absent = match wish {
        RunWish::Begin(_) => "There is no job of this name.",
        RunWish::Abort(_) => "There is no such run.",
    };
    if found { Ok(()) } else { Err(Fault::not_found(absent)) }
}

/// What went wrong, for the person at the page; files and causes are for the log.
fn fault(error: SyncError) -> Fault {
    match error {
        SyncError::Store(error) => error.into(),
        SyncError::Invalid(sentence) => Fault::invalid(sentence),
        SyncError::NotFound(sentence) => Fault::not_found(sentence),
        other => {
            let message = "Reval could not publish it. Nothing was changed.".to_owned();
            Fault { kind: Kind::Internal, message, source: Some(Box::new(other)) }
        }
    }
}
