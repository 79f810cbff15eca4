//! What becomes of every record and of every doctor of the last list, whatever the answer holds.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};

use domain::account::Account;
use domain::brake::{Facts, Limits, causes_to_hold, removed_limit};
use domain::ids::{BodyCode, GmcNumber};
use domain::joined::Presence;
use domain::listing::Listing;
use domain::raw::RawDoctor;
use futures_util::StreamExt;
use jiff::Timestamp;
use proptest::prelude::*;
use simulator::answer::{Ids, Shape, pieces};
use sources::gmc::operations::Soap;
use sources::gmc::{Caps, CompleteAnswer, Expected, Incomplete, read_doctors};
use store::StoreError;
use store::entry::Entry;
use sync::compare::{Change, Whole, compare};
use sync::stage::{Stage, Staged};

/// A list as a map: number to presence and content.
type List = BTreeMap<GmcNumber, Entry>;

/// What the property draws: a doctor of the last list, or a record of the answer.
#[derive(Clone, Debug)]
enum Record {
    Doctor(u32, u8),
    Nameless,
    Nil,
}

fn number(n: u32) -> GmcNumber {
    GmcNumber::parse(&(9_000_000 + n).to_string()).unwrap()
}

fn raw(n: u32, variant: u8) -> RawDoctor {
    RawDoctor {
        gmc_reference_number: Some(number(n).to_string()),
        last_name: Some(format!("O'Sample{variant}")),
        ..RawDoctor::default()
    }
}

fn content(n: u32, variant: u8) -> String {
    serde_json::to_string(&Listing::read(raw(n, variant)).unwrap()).unwrap()
}

fn entry(n: u32, variant: u8) -> Entry {
    Entry { gmc_number: number(n), presence: Presence::Listed, since_ms: 7, content: content(n, variant) }
}

fn records(answer: &[Record]) -> Vec<RawDoctor> {
    let record = |record: &Record| match record {
        Record::Doctor(n, variant) => raw(*n, *variant),
        Record::Nameless => RawDoctor { last_name: Some("Nobody-Sample".into()), ..RawDoctor::default() },
        Record::Nil => RawDoctor { nil: true, ..RawDoctor::default() },
    };
    answer.iter().map(record).collect()
}

/// Reads an answer as it would come over the wire.
async fn received(doctors: Vec<RawDoctor>, folder: &std::path::Path) -> (CompleteAnswer, Staged) {
    let shape = Shape { code: "0".into(), ..Shape::default() };
    let xml: String = pieces(Soap::V11, shape, Ids::default(), doctors.into_iter()).collect();
    let expected = Expected {
        body: BodyCode::new("1-AIIDWT"),
        client_request_id: "ours".into(),
        requested_at: Timestamp::UNIX_EPOCH,
    };
    let mut stage = Stage::new(folder).unwrap();
    let answer = read_doctors(xml.as_bytes(), expected, Caps::default(), |item| {
        stage.take(item).unwrap();
        Ok::<(), Incomplete>(())
    });
    let answer = answer.await.unwrap();
    (answer, stage.finish().unwrap())
}

/// Compares an answer with a list; gives the account and the list as it would be published.
async fn compared(before: &List, answer: &[Record]) -> (Account, List, u64) {
    let folder = tempfile::tempdir().unwrap();
    let (proof, staged) = received(records(answer), folder.path()).await;
    let current = futures_util::stream::iter(before.values().cloned().map(Ok::<_, StoreError>)).boxed();
    let mut compared = compare(folder.path(), &Whole::Gmc(&proof), staged, current).await.unwrap();
    let mut after = before.clone();
    for line in compared.changes.read().unwrap() {
        match Change::read(&line.unwrap()).unwrap() {
            Change::Arrive(entry) => assert!(after.insert(entry.gmc_number.clone(), entry).is_none()),
            Change::Replace(entry) => assert!(after.insert(entry.gmc_number.clone(), entry).is_some()),
            Change::Remove(number) => assert!(after.remove(&number).is_some()),
        }
    }
    (compared.account, after, compared.changes.len())
}

/// What should be published, said the slow and plain way.
fn expected(before: &List, answer: &[Record]) -> List {
    let hides = answer.iter().any(|record| matches!(record, Record::Nameless | Record::Nil));
    let mut stated: BTreeMap<u32, BTreeSet<u8>> = BTreeMap::new();
    for record in answer {
        if let Record::Doctor(n, variant) = record {
            stated.entry(*n).or_default().insert(*variant);
        }
    }
    let mut after = List::new();
    for (gmc_number, old) in before {
        let n: u32 = gmc_number.as_str().parse::<u32>().unwrap() - 9_000_000;
        if stated.get(&n).is_none_or(|variants| variants.len() > 1) && (hides || stated.contains_key(&n)) {
            after.insert(gmc_number.clone(), Entry { presence: Presence::NotConfirmed, ..old.clone() });
        }
    }
    for (n, variants) in stated.iter().filter(|(_, variants)| variants.len() == 1) {
        let since_ms = before.get(&number(*n)).map_or(0, |old| old.since_ms);
        let variant = *variants.first().unwrap();
        after.insert(number(*n), Entry { since_ms, ..entry(*n, variant) });
    }
    after
}

fn a_record() -> impl Strategy<Value = Record> {
    prop_oneof![
        60 => (0_u32..40, 0_u8..3).prop_map(|(n, variant)| Record::Doctor(n, variant)),
        1 => Just(Record::Nameless),
        1 => Just(Record::Nil),
    ]
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_record_is_accounted_for_and_the_list_is_what_the_answer_says(
        old in prop::collection::btree_map(0_u32..40, 0_u8..3, 0..30),
        answer in prop::collection::vec(a_record(), 0..60),
    ) {
        let before: List = old.into_iter().map(|(n, variant)| (number(n), entry(n, variant))).collect();
        let (account, after, _) = run(compared(&before, &answer));
        prop_assert!(account.balances(), "{account:?}");
        prop_assert_eq!(account.read, answer.len() as u64);
        prop_assert_eq!(account.doctors(), after.len() as u64);
        prop_assert!(after == expected(&before, &answer));
    }

    #[test]
    fn the_same_answer_again_differs_in_nothing(
        answer in prop::collection::vec(a_record(), 0..60),
    ) {
        let (_, once, _) = run(compared(&List::new(), &answer));
        let (account, twice, changes) = run(compared(&once, &answer));
        prop_assert!(once == twice);
        prop_assert_eq!((changes, account.new, account.changed, account.removed), (0, 0, 0, 0));
    }

    #[test]
    fn what_the_brake_lets_pass_removes_no_more_than_its_limit(
        size in 1_u32..40, keep in prop::collection::vec(any::<bool>(), 40),
    ) {
        let before: List = (0..size).map(|n| (number(n), entry(n, 0))).collect();
        let answer: Vec<Record> =
            (0..size).filter(|n| keep[*n as usize]).map(|n| Record::Doctor(n, 0)).collect();
        let (account, after, _) = run(compared(&before, &answer));
        let recent = [u64::from(size); 7];
        let facts = Facts { before: Some(u64::from(size)), account, recent: &recent };
        if causes_to_hold(&Limits::default(), &facts).is_empty() {
            let gone = before.len() - after.len();
            prop_assert!(gone as u64 <= removed_limit(&Limits::default(), u64::from(size)));
            prop_assert!(!after.is_empty());
        }
    }
}

#[tokio::test]
async fn a_date_added_that_the_gmc_leaves_out_is_kept_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let stated = RawDoctor { date_added: Some("01/08/2020".into()), ..raw(1, 0) };
    let old = serde_json::to_string(&Listing::read(stated).unwrap()).unwrap();
    let before = Entry { content: old, ..entry(1, 0) };
    let (proof, staged) = received(vec![raw(1, 0)], folder.path()).await;
    let current = futures_util::stream::iter([Ok::<_, StoreError>(before)]).boxed();
    let compared = compare(folder.path(), &Whole::Gmc(&proof), staged, current).await.unwrap();
    assert_eq!((compared.account.same, compared.changes.len()), (1, 0));
}

#[tokio::test]
async fn an_empty_list_disconnects_nobody_without_a_persons_word() {
    let before: List = (0..5).map(|n| (number(n), entry(n, 0))).collect();
    let (account, _, _) = compared(&before, &[]).await;
    let facts = Facts { before: Some(5), account, recent: &[5; 7] };
    assert!(!causes_to_hold(&Limits::default(), &facts).is_empty());
}
