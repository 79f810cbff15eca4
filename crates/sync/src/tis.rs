//! The training records' turn: what TIS says becomes one list, with a brake of its own.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use domain::clock::Clock;
use domain::ids::BodyCode;
use domain::reference::Reference;
use domain::run_log::Level;
use domain::scope::Actor;
use domain::tis_reading::{JoinedList, TisReading};
use domain::tis_rules::{Rules, TisAccount, TisReject};
use domain::trainee::Claim;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sources::tis::{TisDatabase, TisError, TisExtract, extracts, mysql};
use store::evidence::Work;
use store::list::{ListState, TIS};

use crate::compare::Whole;
use crate::context::{Context, Step};
use crate::error::SyncError;
use crate::night::{Report, alive, settle, tell_left};
use crate::stage::{SetAside, Stage, Staged};
use crate::turn::{Call, Turn};

/// The job's name.
pub const JOB: &str = "tis-enrich";

/// Where the tables of TIS are.
#[derive(Clone)]
pub enum TisPlace {
    /// A folder with one CSV file a table.
    Extracts(PathBuf),
    /// The database itself, by an account that may only read.
    Database(Box<TisDatabase>),
}

impl fmt::Display for TisPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Extracts(folder) => write!(f, "{}", folder.display()),
            Self::Database(database) => write!(f, "{}", database.address),
        }
    }
}

/// Where TIS is and how its rows are judged.
#[derive(Clone)]
pub struct TisSource {
    /// Where the tables are.
    pub place: TisPlace,
    /// Owners, membership types, grades.
    pub reference: Arc<Reference>,
    /// Days an ended membership still counts if no other is current.
    pub grace_days: u16,
    /// Where "today" is.
    pub zone: TimeZone,
}

/// What TIS said, and as of when.
pub struct Reading {
    /// Trainees, the account of all persons, and who was set aside.
    pub extract: TisExtract,
    /// When the consistent view was opened, or the oldest file was written.
    pub as_of: Timestamp,
}

impl TisSource {
    /// Reads TIS with every check and publishes nothing.
    pub async fn read(&self, clock: &dyn Clock) -> Result<Reading, SyncError> {
        let today = clock.now().to_zoned(self.zone.clone()).date();
        let read = match &self.place {
            TisPlace::Extracts(folder) => self.extracts(folder.clone(), today).await,
            TisPlace::Database(database) => {
                let (owner, kind) = (self.owners(today), self.kinds());
                mysql::read(database, &self.rules(&owner, &kind), today, clock).await.map_err(tis)
            }
        };
        // Files cannot be fresher than the moment they were read.
        read.map(|(extract, as_of)| Reading { extract, as_of: as_of.min(clock.now()) })
    }

    /// On a thread of its own: files are read in one go, and the heartbeat must not wait for them.
    async fn extracts(&self, folder: PathBuf, today: Date) -> Result<(TisExtract, Timestamp), SyncError> {
        let source = self.clone();
        let read = tokio::task::spawn_blocking(move || {
            let (owner, kind) = (source.owners(today), source.kinds());
            let as_of = extracts::oldest_change(&folder)?;
            Ok((extracts::read(&folder, &source.rules(&owner, &kind), today)?, as_of))
        });
        match read.await {
            Ok(read) => read.map_err(tis),
            Err(_) => Err(SyncError::Tis("reading the TIS extracts ended in a panic".to_owned())),
        }
    }

    fn owners(&self, today: Date) -> impl Fn(&str) -> Claim + Sync {
        move |owner: &str| self.reference.claim(owner, today)
    }

    fn kinds(&self) -> impl Fn(&str) -> (bool, Option<String>) + Sync {
        |kind: &str| self.reference.kind(kind)
    }

    fn rules<'a>(
        &'a self,
        owner: &'a (dyn Fn(&str) -> Claim + Sync),
        kind: &'a (dyn Fn(&str) -> (bool, Option<String>) + Sync),
    ) -> Rules<'a> {
        Rules { owner, kind, excluded_grades: self.reference.excluded_grades(), grace_days: self.grace_days }
    }
}

fn tis(error: TisError) -> SyncError {
    SyncError::Tis(error.to_string())
}

/// Reads TIS and publishes the training records, or says why not; the GMC's lists are not touched but for
/// the joined rows.
pub async fn run(context: &Context, source: &TisSource, actor: &Actor) -> Result<Report, SyncError> {
    let begun = context.ledger.begin(JOB, actor, jobs::Start::Due).await?;
    carry_out(context, source, &begun).await
}

/// Does the work of a run that has begun, and settles it.
pub async fn carry_out(
    context: &Context,
    source: &TisSource,
    begun: &jobs::Begun,
) -> Result<Report, SyncError> {
    let result = alive(context, &begun.work, one_turn(context, source, &begun.work)).await;
    settle(context, begun, (1, true), result).await
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
    context.tell(work, Level::Info, &format!("reads {}", source.place)).await;
    let Reading { extract, as_of } = match source.read(context.clock.as_ref()).await {
        Ok(reading) => reading,
        Err(error) => {
            tell_left(context, work, &turn.fail(context, &error, &call).await?).await;
            return Ok(());
        }
    };
    context.step(TIS, Step::Fetched);
    let said = tis_said(&extract.account, as_of);
    context.tell(work, Level::Info, &said).await;
    call.requested_at = as_of;
    record(context, work, extract.account.clone(), as_of).await?;
    let set_aside: BTreeSet<String> = extract.rejects.iter().map(|reject| reject.person.clone()).collect();
    let staged = stage(context, extract).map_err(|error| context.spool_error(error))?;
    let whole = Whole::Tis { as_of: call.requested_at, set_aside: &set_aside };
    let left = match turn.conclude(context, &whole, staged, &call).await {
        Err(error @ SyncError::Store(store::StoreError::Conflict(_))) => {
            turn.fail(context, &error, &call).await?
        }
        left => left?,
    };
    tell_left(context, work, &left).await;
    Ok(())
}

fn tis_said(account: &TisAccount, as_of: Timestamp) -> String {
    format!(
        "TIS as of {as_of}: {} persons read, {} kept, {} left out by rule, {} set aside",
        account.read, account.kept, account.excluded, account.rejected
    )
}

/// Keeps the account by rule and the lists that this reading is joined to, and says which mark has risen.
async fn record(
    context: &Context,
    work: &Work,
    account: TisAccount,
    as_of: Timestamp,
) -> Result<(), SyncError> {
    let now = context.clock.now();
    let mut tx = context.store.begin().await?;
    context.ledger.guard(&mut tx, work).await?;
    let previous = store::tis_reading::published(&mut tx).await?;
    let lists = store::list::all(&mut tx).await?.into_iter().filter(|list| list.code != TIS);
    let joined = |list: ListState| JoinedList {
        body: BodyCode::new(list.code),
        snapshot: list.snapshot,
        as_of: list.data_as_of,
    };
    let reading = TisReading::after(previous.as_ref(), account, as_of, lists.map(joined).collect());
    let id = context.mint();
    store::tis_reading::insert(&mut tx, (&Actor::job(JOB), &id), &work.run_id, &reading, now).await?;
    tx.commit().await?;
    Ok(())
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
