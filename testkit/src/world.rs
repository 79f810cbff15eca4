//! A small visible world, written as a night writes it: four bodies, one held, one failed, one never asked; TIS; a
//! run with its evidence; people who are plainly made up.

mod sent;

use std::collections::BTreeMap;

use domain::account::Account;
use domain::alert::{AlertKind, Severity};
use domain::brake::Cause;
use domain::evidence::BodyEvidence;
use domain::ids::{BodyCode, GmcNumber};
use domain::joined::{Placed, Presence, join};
use domain::listing::Listing;
use domain::raw::RawDoctor;
use domain::recount::{Recount, Verdict};
use domain::reject::Reason;
use domain::run::{AttemptState, BodyOutcome, RunState};
use domain::scope::Actor;
use domain::tis_reading::{JoinedList, TisReading};
use domain::tis_rules::TisAccount;
use domain::trainee::{Claim, Membership, Trainee};
use domain::view::ViewRow;
use jiff::{SignedDuration, Timestamp};
use store::entry::Entry;
use store::list::TIS;
use store::snapshot::{Kind, Publish};
use store::{Store, StoreError, Tx};

pub use sent::{DRAFT, HIDDEN, INTENT, NOTE};

/// Held tonight; its last good list is of the night before.
pub const HELD: &str = "1-AIIDWT";
/// Failed tonight; its code has two hyphens.
pub const FAILED: &str = "1-AII-DH1";
/// Published last night.
pub const FRESH: &str = "1-25U-830";
/// Nobody has ever asked for it.
pub const NEVER: &str = "1-NEVER";
/// The open hold of [`HELD`].
pub const HOLD: &str = "00000000-0000-7000-8000-00000000c0de";
/// The run of tonight.
pub const RUN: &str = "00000000-0000-7000-8000-0000000000a1";
/// Why [`FAILED`] failed.
pub const FAILED_WHY: &str = "the answer broke off after 512 bytes";
/// Doctors of [`FRESH`], enough for two pages.
pub const MANY: u32 = 60;

/// An instant so many hours after the first of [`crate::start`].
pub fn hour(hours: i64) -> Timestamp {
    crate::start() + SignedDuration::from_hours(hours)
}

/// A synthetic GMC number.
pub fn number(n: u32) -> GmcNumber {
    // Unwrap safety: seven digits.
    GmcNumber::parse(&(9_000_000 + n).to_string()).expect("seven digits")
}

/// Names of everybody on the lists: none of them may appear where no doctor may be named.
pub const NAMES: [&str; 5] = ["Samplaigh", "Example-Specimen", "Specimen", "Canary", "Tisonly"];
/// What the GMC states of doctor 4, since the second of two answers: only some eyes may see it.
pub const SANCTION: &str = "Conditions-For-Few-Eyes";
/// A name that would run if it were not escaped.
pub const SCRIPT: &str = "<script>alert(1)</script>";

fn listed(n: u32, names: (&str, &str), notice: &str) -> Entry {
    let raw = RawDoctor {
        gmc_reference_number: Some(number(n).to_string()),
        first_name: Some(names.0.to_owned()),
        last_name: Some(names.1.to_owned()),
        under_notice: Some(notice.to_owned()),
        submission_date: Some(if notice == "Yes" { "01/12/2026" } else { "soon" }.to_owned()),
        ..RawDoctor::default()
    };
    // Unwrap safety: the number is usable and a listing always serialises.
    let content = serde_json::to_string(&Listing::read(raw).expect("a usable number")).expect("json");
    entry(n, content)
}

/// The same doctor once the GMC states a sanction and an investigation, and nothing else moved.
fn sanctioned(entry: &Entry) -> Entry {
    // Unwrap safety: it was written from a listing.
    let mut listing: Listing = serde_json::from_str(&entry.content).expect("a listing");
    listing.sanction = Some(SANCTION.to_owned());
    listing.investigation = Some("Yes".to_owned());
    // Unwrap safety: a listing always serialises.
    Entry { content: serde_json::to_string(&listing).expect("json"), ..entry.clone() }
}

fn entry(n: u32, content: String) -> Entry {
    Entry { gmc_number: number(n), presence: Presence::Listed, since_ms: hour(-44).as_millisecond(), content }
}

fn trained(n: u32, body: &str) -> Entry {
    let membership = Membership {
        programme: Some("Cardiology of Nowhere".to_owned()),
        owner: Some("An owner".to_owned()),
        claim: Claim::Body(BodyCode::new(body)),
        kind: Some("Substantive".to_owned()),
        kind_is_known: true,
        start: None,
        end: None,
        curriculum_end: None,
    };
    let trainee = Trainee {
        gmc_number: number(n),
        persons: vec![n.to_string()],
        forenames: Some("Tess".to_owned()),
        surname: Some("Tisonly".to_owned()),
        memberships: vec![membership],
        grades: vec!["ST3".to_owned()],
        excluded_by: None,
    };
    // Unwrap safety: a trainee always serialises.
    entry(n, serde_json::to_string(&trainee).expect("json"))
}

/// Publishes a snapshot of a list: what it holds now, of which `before` stood on the one before.
async fn publish(
    tx: &mut Tx,
    list: &str,
    when: Timestamp,
    now: &[Entry],
    before: &[Entry],
) -> Result<(), StoreError> {
    let base = store::list::ensure(tx, list, when).await?.snapshot;
    let gone =
        before.iter().filter(|old| now.iter().all(|new| new != *old)).map(|old| old.gmc_number.clone());
    let gone: Vec<GmcNumber> = gone.collect();
    let come: Vec<Entry> = now.iter().filter(|new| before.iter().all(|old| old != *new)).cloned().collect();
    let doctors = now.len() as u64;
    let account = Account {
        read: doctors,
        new: come.len() as u64,
        same: doctors - come.len() as u64,
        ..Account::default()
    };
    let publish = Publish {
        list: list.to_owned(),
        base,
        kind: Kind::Sync,
        data_as_of: when,
        run_id: Some(RUN.to_owned()),
        hold_id: None,
        equal_to: None,
        doctors,
        account,
        removed_max: 5,
        changed_max: 5,
        approved_by: None,
        actor: "job:gmc-sync".to_owned(),
    };
    let snapshot = store::snapshot::publish(tx, &publish, when).await?;
    store::entry::close(tx, list, snapshot, &gone).await?;
    store::entry::insert(tx, list, snapshot, &come).await.map(drop)
}

/// Writes the whole world; the present is [`crate::start`].
pub async fn write(store: &Store) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    lists(&mut tx).await?;
    join_all(&mut tx).await?;
    tonight(&mut tx).await?;
    sent::write(&mut tx).await?;
    tx.commit().await
}

/// Moves a doctor, the second, from [`HELD`] to [`FRESH`] tonight, where nobody awaits them.
pub async fn move_tonight(store: &Store) -> Result<(), StoreError> {
    let aoife = listed(1, ("Aoife", "Ó Samplaigh"), "Yes");
    let zoe = listed(2, ("Zoë", "Example-Specimen"), "Perhaps");
    let mut many: Vec<Entry> = many();
    let before = many.clone();
    many.insert(0, zoe.clone());
    let mut tx = store.begin().await?;
    publish(&mut tx, HELD, hour(-1), std::slice::from_ref(&aoife), &[aoife.clone(), zoe]).await?;
    publish(&mut tx, FRESH, hour(-1), &many, &before).await?;
    join_all(&mut tx).await?;
    tx.commit().await
}

fn many() -> Vec<Entry> {
    (0..MANY).map(|n| listed(100 + n, ("Made-Up", &format!("Specimen {n:03}")), "No")).collect()
}

async fn lists(tx: &mut Tx) -> Result<(), StoreError> {
    let (first, second) = (hour(-44), hour(-20));
    let aoife = listed(1, ("Aoife", "Ó Samplaigh"), "No");
    let zoe = listed(2, ("Zoë", "Example-Specimen"), "Perhaps");
    let bao = listed(3, ("Bao", "O'Specimen"), "No");
    let canary = listed(4, (SCRIPT, "Canary"), "Yes");
    let held = [aoife, zoe.clone(), bao.clone()];
    publish(tx, HELD, first, &held, &[]).await?;
    publish(tx, HELD, second, &[listed(1, ("Aoife", "Ó Samplaigh"), "Yes"), zoe], &held).await?;
    let failed = [canary.clone()];
    publish(tx, FAILED, first, &failed, &[]).await?;
    publish(tx, FAILED, second, &[sanctioned(&canary), bao], &failed).await?;
    publish(tx, FRESH, second, &many(), &[]).await?;
    let tis = [trained(1, HELD), trained(3, HELD), trained(5, HELD)];
    publish(tx, TIS, second, &tis, &[]).await?;
    reading(tx).await
}

/// Three persons kept, one of them marked, one left out by a rule, one set aside.
async fn reading(tx: &mut Tx) -> Result<(), StoreError> {
    let one = |rule: &str| BTreeMap::from([(rule.to_owned(), 1)]);
    let account = TisAccount {
        read: 5,
        kept: 3,
        excluded: 1,
        rejected: 1,
        by_rule: [one("dummy_role"), one("unusable_gmc_number")].into_iter().flatten().collect(),
        marked: one("membership_type_not_recognised"),
        ..TisAccount::default()
    };
    let joined = |(list, as_of)| JoinedList { body: BodyCode::new(list), snapshot: 2, as_of: Some(as_of) };
    let lists = [(HELD, hour(-20)), (FAILED, hour(-44))].map(joined);
    let reading = TisReading::after(None, account, hour(-20), lists.into());
    let by = (&Actor::job("tis-enrich"), "00000000-0000-7000-8000-0000000000e2");
    store::tis_reading::insert(tx, by, RUN, &reading, hour(-20)).await
}

async fn join_all(tx: &mut Tx) -> Result<(), StoreError> {
    let numbers = store::entry::doctors_after(tx, "", 1000).await?;
    let entries = store::entry::of_doctors(tx, &numbers).await?;
    let (mut rows, mut claims) = (Vec::new(), Vec::new());
    for number in &numbers {
        let (mut placed, mut trainee) = (Vec::new(), None);
        for one in entries.iter().filter(|one| one.entry.gmc_number == *number) {
            let corrupt = |_| StoreError::Corrupt { what: "entry of the small world" };
            if one.list == TIS {
                trainee = Some(serde_json::from_str::<Trainee>(&one.entry.content).map_err(corrupt)?);
                continue;
            }
            placed.push(Placed {
                body: BodyCode::new(one.list.as_str()),
                snapshot: one.from_snapshot,
                presence: one.entry.presence,
                listed_since_ms: one.entry.since_ms,
                listing: serde_json::from_str(&one.entry.content).map_err(corrupt)?,
            });
        }
        let claimants = trainee.as_ref().map(Trainee::claimants).unwrap_or_default();
        claims.extend(claimants.iter().map(|body| (number.to_string(), body.to_string())));
        rows.extend(join(number.clone(), placed, trainee).map(|joined| ViewRow::of(&joined, Some(1))));
    }
    store::doctor::upsert(tx, &rows, "job:gmc-sync", hour(-20)).await?;
    // One of them differed before, until the data of this night.
    let before = ViewRow { discrepancy: Some("unknown_owner".to_owned()), ..rows[0].clone() };
    store::discrepancy::note(tx, &[before], &[], hour(-40)).await?;
    store::discrepancy::note(tx, &rows, &[], hour(-20)).await?;
    store::doctor::replace_claims(tx, &numbers, &claims).await
}

/// Tonight: one list published last night stays, one is held, one failed; a record could not be used.
async fn tonight(tx: &mut Tx) -> Result<(), StoreError> {
    let new = store::run::NewRun {
        id: RUN,
        job: "gmc-sync",
        requested_by: "os:operator",
        build: "0.1.0",
        config_hash: "0",
    };
    store::run::begin_manual(tx, &new, hour(-1)).await?;
    store::run::begin_attempt(tx, RUN, (1, "node-1"), hour(-1)).await?;
    hold(tx).await?;
    fail(tx).await?;
    let origin = store::reject::Origin { list: HELD, run_id: RUN, keep_until: hour(720) };
    let reject = store::reject::NewReject {
        id: "00000000-0000-7000-8000-0000000000b1".to_owned(),
        reason: Reason::UnusableNumber.word().to_owned(),
        gmc_number: None,
        raw: r#"{"gmc_reference_number":"TBC","last_name":"Rawcanary"}"#.to_owned(),
    };
    store::reject::insert(tx, &origin, &[reject], hour(-1)).await?;
    evidence(tx, FRESH, (BodyOutcome::Published, "", "")).await?;
    recounts(tx).await?;
    let end = store::run::AttemptEnd {
        run_id: RUN,
        number: 1,
        state: AttemptState::Done,
        error: "",
        peak_memory_bytes: Some(20_000_000),
    };
    store::run::settle_attempt(tx, &end, hour(0)).await?;
    store::run::settle(tx, RUN, (RunState::Failed, "published 1 of 3"), hour(0)).await.map(drop)
}

/// Counted again at the GMC: one list is as we show it, of one there is one more, one gave no number.
async fn recounts(tx: &mut Tx) -> Result<(), StoreError> {
    let ours = u64::from(MANY);
    for (list, gmc, ours, verdict, reason) in [
        (FRESH, Some(ours), ours, Verdict::Equal, ""),
        (HELD, Some(3), 2, Verdict::Differs, "1 more than we show, and nothing explains it"),
        (FAILED, None, 2, Verdict::Unknown, "the GMC gave no complete answer in this run"),
    ] {
        let recount = Recount {
            body: BodyCode::new(list),
            run_id: RUN.to_owned(),
            at: hour(-1),
            gmc_count: gmc,
            our_count: ours,
            verdict,
            reason: reason.to_owned(),
        };
        store::recount::insert(tx, &recount).await?;
    }
    Ok(())
}

async fn hold(tx: &mut Tx) -> Result<(), StoreError> {
    let causes = [Cause::Removed { removed: 40, limit: 5 }];
    let account = Account { read: 2, same: 2, removed: 40, ..Account::default() };
    let new = store::hold::NewHold {
        id: HOLD,
        list: HELD,
        causes: &causes,
        account: &account,
        before: Some(42),
        base: 2,
        data_as_of: hour(-1),
        run_id: RUN,
        keep_until: hour(720),
    };
    store::hold::insert(tx, &new, hour(-1)).await?;
    let why = causes[0].sentence();
    outcome(tx, HELD, (BodyOutcome::Held, &why, "brake")).await?;
    let kind = (AlertKind::Held, Severity::Page);
    let id = "00000000-0000-7000-8000-0000000000d1";
    let alert = store::alert::AlertRow {
        list: Some(HELD.to_owned()),
        bodies: vec![HELD.to_owned()],
        run_id: Some(RUN.to_owned()),
        hold_id: Some(HOLD.to_owned()),
        doctors_affected: 40,
        sentence: format!("The update of {HELD} waits for a person's word. {why}"),
        cause: "brake".to_owned(),
        next_action: "reval holds".to_owned(),
        ..store::alert::AlertRow::new(id, &format!("held/{HELD}"), kind, hour(-1))
    };
    store::alert::open(tx, &alert, hour(-1)).await?;
    let act = store::audit::Act {
        id: "00000000-0000-7000-8000-0000000000e1",
        action: "publish",
        object: &format!("list/{FAILED}/2"),
        detail: "{}",
    };
    store::audit::insert(tx, &Actor::job("gmc-sync"), &act, hour(-20)).await
}

async fn fail(tx: &mut Tx) -> Result<(), StoreError> {
    outcome(tx, FAILED, (BodyOutcome::Failed, FAILED_WHY, "incomplete")).await
}

async fn outcome(tx: &mut Tx, list: &str, what: (BodyOutcome, &str, &str)) -> Result<(), StoreError> {
    let (outcome, reason, cause) = what;
    let row = store::list::Outcome { code: list, outcome, reason, cause, run_id: RUN };
    store::list::set_outcome(tx, &row, hour(-1)).await?;
    evidence(tx, list, what).await
}

async fn evidence(tx: &mut Tx, list: &str, what: (BodyOutcome, &str, &str)) -> Result<(), StoreError> {
    let (outcome, reason, cause) = what;
    let work = store::evidence::Work { run_id: RUN.to_owned(), attempt: 1, fence: 0 };
    let evidence = BodyEvidence {
        body: BodyCode::new(list),
        outcome,
        reason: reason.to_owned(),
        cause: cause.to_owned(),
        client_request_id: "c-1".to_owned(),
        gmc_request_id: None,
        requested_at_ms: hour(-1).as_millisecond(),
        account: Account::default(),
        bytes: 512,
        calls: 1,
        duration_ms: 1_500,
        snapshot: None,
    };
    store::evidence::insert(tx, &work, &evidence, hour(-1)).await
}
