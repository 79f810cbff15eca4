//! The training records' turn: the extracts of TIS become one list, with a brake of its own.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use domain::reference::Reference;
use domain::scope::Actor;
use domain::tis_rules::{Rules, TisReject};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sources::tis::TisError;
use sources::tis::extracts::{self, TisExtract};
use store::evidence::Work;
use store::list::TIS;

use crate::compare::Whole;
use crate::context::{Context, Step};
use crate::error::SyncError;
use crate::night::{Report, alive, settle};
use crate::stage::{SetAside, Stage, Staged};
use crate::turn::{Call, Turn};

/// The job's name.
pub const JOB: &str = "tis-enrich";

/// Where the extracts are and how they are judged.
#[derive(Clone)]
pub struct TisSource {
    /// The folder with one CSV file a table.
    pub directory: PathBuf,
    /// Owners, membership types, grades.
    pub reference: Arc<Reference>,
    /// Days an ended membership still counts if no other is current.
    pub grace_days: u16,
    /// Where "today" is.
    pub zone: TimeZone,
}

impl TisSource {
    fn read(&self, today: Date) -> Result<(TisExtract, Timestamp), TisError> {
        let rules = Rules {
            owner: &|owner| self.reference.claim(owner, today),
            kind: &|kind| self.reference.kind(kind),
            excluded_grades: self.reference.excluded_grades(),
            grace_days: self.grace_days,
        };
        let as_of = extracts::oldest_change(&self.directory)?;
        Ok((extracts::read(&self.directory, &rules, today)?, as_of))
    }
}

/// Reads the extracts and publishes the training records, or says why not; the GMC's lists are not touched but for
/// the joined rows.
pub async fn run(context: &Context, source: &TisSource, actor: &Actor) -> Result<Report, SyncError> {
    let begun = context.ledger.begin(JOB, actor).await?;
    let result = alive(context, &begun.work, one_turn(context, source, &begun.work)).await;
    settle(context, &begun, 1, result).await
}

async fn one_turn(context: &Context, source: &TisSource, work: &Work) -> Result<(), SyncError> {
    context.step(TIS, Step::Begin);
    let now = context.clock.now();
    let mut tx = context.store.begin().await?;
    store::list::ensure(&mut tx, TIS, now).await?;
    tx.commit().await?;
    let turn = Turn { work: work.clone(), list: TIS.to_owned(), actor: Actor::job(JOB), began: now };
    let mut call = Call {
        client_request_id: context.mint(),
        gmc_request_id: None,
        requested_at: now,
        bytes: 0,
        calls: 1,
    };
    let (extract, as_of) = match read(source, now).await {
        Ok(read) => read,
        Err(error) => return turn.fail(context, &error, &call).await.map(drop),
    };
    context.step(TIS, Step::Fetched);
    // Files cannot be fresher than the moment they were read.
    call.requested_at = as_of.min(now);
    let set_aside: BTreeSet<String> = extract.rejects.iter().map(|reject| reject.person.clone()).collect();
    let staged = stage(context, extract).map_err(|error| context.spool_error(error))?;
    let whole = Whole::Tis { as_of: call.requested_at, set_aside: &set_aside };
    match turn.conclude(context, &whole, staged, &call).await {
        Ok(_) => Ok(()),
        Err(error @ SyncError::Store(store::StoreError::Conflict(_))) => {
            turn.fail(context, &error, &call).await.map(drop)
        }
        Err(error) => Err(error),
    }
}

/// Reads on a thread of its own: files are read in one go, and the heartbeat must not wait for them.
async fn read(source: &TisSource, now: Timestamp) -> Result<(TisExtract, Timestamp), SyncError> {
    let today = now.to_zoned(source.zone.clone()).date();
    let source = source.clone();
    let read = tokio::task::spawn_blocking(move || source.read(today)).await;
    match read {
        Ok(read) => read.map_err(|error| SyncError::Tis(error.to_string())),
        Err(_) => Err(SyncError::Tis("reading the TIS extracts ended in a panic".to_owned())),
    }
}

fn stage(context: &Context, extract: TisExtract) -> std::io::Result<Staged> {
    let mut stage = Stage::new(&context.spool)?;
    for trainee in extract.trainees {
        stage.content(&trainee.gmc_number, &trainee)?;
    }
    for TisReject { person, reason } in extract.rejects {
        let raw = serde_json::json!({ "person": person }).to_string();
        stage.set_aside(&SetAside { reason, gmc_number: None, raw })?;
    }
    stage.finish()
}
