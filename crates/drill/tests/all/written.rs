//! A writer that says of each transaction that it is committed, and what must then be in the store.

use std::io::Write;

use domain::account::Account;
use domain::ids::GmcNumber;
use domain::joined::Presence;
use domain::listing::Listing;
use domain::raw::RawDoctor;
use domain::run::{AttemptState, RunState};
use domain::scope::Actor;
use domain::view::{NO_DATE, ViewRow};
use jiff::{SignedDuration, Timestamp};
use store::audit::Act;
use store::entry::Entry;
use store::run::{AttemptEnd, NewRun};
use store::snapshot::{Kind, Publish};
use store::{Store, StoreError, Tx};

/// The list it publishes, and how many doctors stand on it.
pub const LIST: &str = "1-AIIDWT";
const DOCTORS: u64 = 12;
/// Writes that are refused one after the other before the writer gives up.
const REFUSED_MAX: u32 = 100;

/// Writes one transaction after the other, without end, and says each number once it is committed.
pub async fn write(url: &str) {
    let store = Store::open(url).await.unwrap();
    let mut n = newest(&store).await.unwrap();
    say("ready");
    let mut refused = 0;
    while refused < REFUSED_MAX {
        // The server may still be at the last transaction of a writer that is dead.
        if step(&store, n + 1).await.is_ok() {
            (n, refused) = (n + 1, 0);
            say(&format!("written {n}"));
        } else {
            refused += 1;
            n = newest(&store).await.unwrap();
        }
    }
}

fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}").unwrap();
    out.flush().unwrap();
}

/// The number of the newest transaction in the store; 0 if there is none.
pub async fn newest(store: &Store) -> Result<u64, StoreError> {
    let rows = store::audit::recent(&mut store.read().await?, None, 2).await?;
    let number = |object: &str| object.strip_prefix("written/")?.parse().ok();
    Ok(rows.iter().find_map(|row| number(&row.object)).unwrap_or_default())
}

/// The doctor about whom transaction `n` writes its note.
pub fn about(n: u64) -> GmcNumber {
    GmcNumber::parse(&(9_900_000 + n % 7).to_string()).unwrap()
}

/// The id of what transaction `n` writes.
pub fn id(what: &str, n: u64) -> String {
    format!("{what}-{n:08}")
}

/// How many lists were published by transaction `n`.
pub fn published(n: u64) -> u64 {
    n / 4
}

/// A note each; of four, one begins a run, the next ends it, and the last publishes a list.
async fn step(store: &Store, n: u64) -> Result<(), StoreError> {
    let now = testkit::start() + SignedDuration::from_secs(i64::try_from(n).unwrap());
    let mut tx = store.begin().await?;
    store::note::insert(&mut tx, &id("note", n), &about(n), ("writer", &n.to_string()), now).await?;
    match n % 4 {
        1 => begin(&mut tx, n, now).await?,
        2 => end(&mut tx, n - 1, now).await?,
        0 => publish(&mut tx, n, now).await?,
        _ => {}
    }
    act(&mut tx, n, ("write", &format!("written/{n}")), now).await?;
    tx.commit().await
}

async fn act(tx: &mut Tx, n: u64, what: (&str, &str), now: Timestamp) -> Result<(), StoreError> {
    let (action, object) = what;
    let act = Act { id: &id(action, n), action, object, detail: "{}" };
    store::audit::insert(tx, &Actor::job("writer"), &act, now).await
}

async fn begin(tx: &mut Tx, n: u64, now: Timestamp) -> Result<(), StoreError> {
    let run = id("run", n);
    let new = NewRun { id: &run, job: "gmc-sync", requested_by: "writer", build: "0", config_hash: "0" };
    store::run::begin_manual(tx, &new, now).await?;
    store::run::begin_attempt(tx, &run, (1, "writer"), now).await
}

async fn end(tx: &mut Tx, began: u64, now: Timestamp) -> Result<(), StoreError> {
    let run_id = &*id("run", began);
    let end =
        AttemptEnd { run_id, number: 1, state: AttemptState::Failed, error: "", peak_memory_bytes: None };
    store::run::settle_attempt(tx, &end, now).await?;
    store::run::settle(tx, run_id, (RunState::Failed, "as told"), now).await.map(drop)
}

/// The next snapshot: one doctor leaves, one comes.
async fn publish(tx: &mut Tx, n: u64, now: Timestamp) -> Result<(), StoreError> {
    let (number, base) = (published(n), published(n) - 1);
    store::list::ensure(tx, LIST, now).await?;
    let (came, gone) = match base {
        0 => (0..DOCTORS, 0..0),
        _ => (base - 1 + DOCTORS..base + DOCTORS, base - 1..base),
    };
    let new = came.end - came.start;
    let account = Account {
        read: DOCTORS,
        new,
        same: DOCTORS - new,
        removed: gone.end - gone.start,
        ..Account::default()
    };
    let publish = Publish {
        list: LIST.to_owned(),
        base,
        kind: Kind::Sync,
        data_as_of: now,
        run_id: None,
        hold_id: None,
        equal_to: None,
        doctors: DOCTORS,
        account,
        removed_max: 5,
        changed_max: 5,
        approved_by: None,
        actor: "job:writer".to_owned(),
    };
    store::snapshot::publish(tx, &publish, now).await?;
    let gone: Vec<GmcNumber> = gone.map(doctor).collect();
    store::entry::close(tx, LIST, number, &gone).await?;
    let entries: Vec<Entry> = came.clone().map(|n| entry(n, now)).collect();
    store::entry::insert(tx, LIST, number, &entries).await?;
    let rows: Vec<ViewRow> = came.map(|n| row(&doctor(n), true)).collect();
    let left = gone.iter().map(|number| row(number, false));
    let rows: Vec<ViewRow> = rows.into_iter().chain(left).collect();
    store::doctor::upsert(tx, &rows, "job:writer", now).await?;
    act(tx, n, ("publish", &format!("list/{LIST}/{number}")), now).await
}

fn doctor(n: u64) -> GmcNumber {
    GmcNumber::parse(&(9_000_000 + n % 900_000).to_string()).unwrap()
}

fn entry(n: u64, now: Timestamp) -> Entry {
    let listing =
        Listing::of(doctor(n), RawDoctor { last_name: Some("Specimen".into()), ..RawDoctor::default() });
    let content = serde_json::to_string(&listing).unwrap();
    Entry { gmc_number: doctor(n), presence: Presence::Listed, since_ms: now.as_millisecond(), content }
}

fn row(number: &GmcNumber, is_listed: bool) -> ViewRow {
    ViewRow {
        gmc_number: number.to_string(),
        body: is_listed.then(|| LIST.to_owned()),
        presence: is_listed.then(|| "listed".to_owned()),
        last_name: Some("Specimen".to_owned()),
        name_key: "specimen".to_owned(),
        due_key: NO_DATE.to_owned(),
        under_notice: "no".to_owned(),
        membership_type_known: "none".to_owned(),
        ..ViewRow::default()
    }
}
