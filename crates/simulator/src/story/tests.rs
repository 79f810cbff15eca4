//! The story told in full by the rules that judge a real night: what is held, refused, set aside and moved.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use domain::account::Account;
use domain::brake::{Cause, Facts, Limits, causes_to_hold};
use domain::discrepancy::{DiscrepancyKind, judge};
use domain::ids::{BodyCode, GmcNumber};
use domain::joined::Presence;
use domain::listing::{Listing, Stated};
use domain::raw::RawDoctor;
use domain::reject::Reason;
use domain::tis_rules::Rules;
use domain::trainee::Claim;
use jiff::civil::date;
use sources::tis::TisExtract;
use sources::tis::extracts::read;

use super::*;
use crate::tis::{OWNERS, write_extracts};

const EPOCH: Date = date(2026, 11, 1);

fn story(seed: u64, doctors: u64) -> Story {
    Story::new(seed, doctors, EPOCH).expect("large enough")
}

/// A story played to its end.
struct Told {
    story: Story,
    nights: Vec<BTreeMap<String, Outcome>>,
    yesterday: Lists,
    tonight: Lists,
}

/// Every size and seed that the facts are tried with, played once.
fn told() -> &'static [Told] {
    static TOLD: OnceLock<Vec<Told>> = OnceLock::new();
    TOLD.get_or_init(|| {
        let small = [245, 485, 1_205].into_iter().flat_map(|size| (1..=5).map(move |seed| (seed, size)));
        small.chain([(1, 5_005), (7, 54_005)]).map(|(seed, doctors)| tell(story(seed, doctors))).collect()
    })
}

fn tell(story: Story) -> Told {
    let mut lists = Lists::default();
    let mut nights: Vec<_> = (0..7).map(|night| lists.night(&story, night)).collect();
    let yesterday = lists.clone();
    nights.push(lists.night(&story, 7));
    Told { story, nights, yesterday, tonight: lists }
}

/// What became of one body on one night.
#[derive(Debug)]
enum Outcome {
    Published(Account),
    Held(Account, Vec<Cause>),
    Refused,
}

type List = BTreeMap<GmcNumber, (Listing, Presence)>;

/// The published lists as a person may read them.
#[derive(Clone, Default)]
struct Lists {
    last_good: BTreeMap<String, List>,
    recent: BTreeMap<String, Vec<u64>>,
    set_aside: BTreeMap<String, Vec<Reason>>,
}

impl Lists {
    fn night(&mut self, story: &Story, night: u32) -> BTreeMap<String, Outcome> {
        let bodies = story.world.bodies.iter();
        bodies.map(|body| (body.clone(), self.body(story, body, night))).collect()
    }

    fn body(&mut self, story: &Story, body: &str, night: u32) -> Outcome {
        let faults = story.faults(night);
        let fault = faults
            .iter()
            .find(|rule| rule.shows("GetDoctorsForDB", body, 1, ""))
            .map(|rule| rule.fault.clone());
        if matches!(fault, Some(Fault::Code(_))) {
            return Outcome::Refused;
        }
        let list = story.world.list(body, night).expect("a known body").enumerate();
        let records = list.filter_map(|(n, doctor)| match &fault {
            Some(fault) => fault.bend(n, doctor),
            None => Some(doctor),
        });
        let (list, account, reasons) = account(self.last_good.get(body), records);
        let before = self.last_good.get(body).map(|list| list.len() as u64);
        let recent = self.recent.entry(body.to_owned()).or_default();
        let causes = causes_to_hold(&Limits::default(), &Facts { before, account, recent });
        if before.is_some() && !causes.is_empty() {
            return Outcome::Held(account, causes);
        }
        recent.push(list.len() as u64);
        self.last_good.insert(body.to_owned(), list);
        self.set_aside.insert(body.to_owned(), reasons);
        Outcome::Published(account)
    }

    fn find(&self, body: &str, number: &str) -> Option<&(Listing, Presence)> {
        self.last_good.get(body)?.get(&GmcNumber::parse(number)?)
    }
}

/// The account of one answer against the last good list, and the list it makes.
fn account(before: Option<&List>, records: impl Iterator<Item = RawDoctor>) -> (List, Account, Vec<Reason>) {
    let (mut groups, mut reasons) = (BTreeMap::<GmcNumber, Vec<Listing>>::new(), Vec::new());
    let mut account = Account::default();
    for record in records {
        account.read += 1;
        match Listing::read(record) {
            Ok(listing) => groups.entry(listing.gmc_number.clone()).or_default().push(listing),
            Err(reason) => reasons.push(reason),
        }
    }
    let mut list = List::new();
    for (number, mut found) in groups {
        let listing = found.pop().expect("a group has members");
        if !found.is_empty() {
            reasons.extend([Reason::ConflictingRecords; 2]);
            continue;
        }
        match before.and_then(|list| list.get(&number)) {
            None => account.new += 1,
            Some((old, _)) if *old == listing => account.same += 1,
            Some(_) => account.changed += 1,
        }
        list.insert(number, (listing, Presence::Listed));
    }
    account.rejected = reasons.len() as u64;
    let hidden = reasons.iter().any(|reason| reason.hides_its_doctor());
    for (number, (listing, _)) in before.into_iter().flatten() {
        if list.contains_key(number) {
            continue;
        }
        if hidden {
            account.not_confirmed += 1;
            list.insert(number.clone(), (listing.clone(), Presence::NotConfirmed));
        } else {
            account.removed += 1;
        }
    }
    assert!(account.balances(), "{account:?}");
    (list, account, reasons)
}

#[test]
fn ordinary_nights_stay_under_the_brake_in_worlds_of_every_size() {
    for Told { story, nights, .. } in told() {
        for (night, bodies) in nights.iter().enumerate().take(7) {
            for (body, outcome) in bodies {
                let doctors = story.world.doctors;
                assert!(matches!(outcome, Outcome::Published(_)), "{doctors} {night} {body} {outcome:?}");
            }
        }
    }
}

#[test]
fn tonight_one_body_is_held_one_refused_and_eleven_are_published() {
    for Told { story, nights, .. } in told() {
        assert_eq!((nights.len(), nights[7].len(), story.nights), (8, 13, 8));
        let mut published = 0;
        for (body, outcome) in &nights[7] {
            match outcome {
                Outcome::Held(account, causes) => {
                    assert_eq!(*body, story.held);
                    assert!(causes.iter().any(|c| matches!(c, Cause::Removed { .. })), "{account:?}");
                    assert!(causes.iter().any(|c| matches!(c, Cause::BelowMedian { .. })), "{account:?}");
                }
                Outcome::Refused => assert_eq!(*body, story.refused),
                Outcome::Published(_) => published += 1,
            }
        }
        assert!(matches!(nights[7][&story.held], Outcome::Held(..)));
        assert!(matches!(nights[7][&story.refused], Outcome::Refused));
        assert_eq!(published, 11);
    }
}

#[test]
fn three_records_are_set_aside_and_their_doctors_stay_listed_not_confirmed() {
    for Told { story, nights, tonight, .. } in told() {
        let mut reasons = tonight.set_aside[&story.rejecting].clone();
        reasons.sort();
        let twice = Reason::ConflictingRecords;
        assert_eq!(reasons, [Reason::NoNumber, twice, twice]);
        let Some(Outcome::Published(account)) = nights[7].get(&story.rejecting) else { panic!("published") };
        assert!(account.not_confirmed >= 2 && account.removed == 0, "{account:?}");
        let (_, presence) = tonight.find(&story.rejecting, &story.conflicting).expect("still listed");
        assert_eq!(*presence, Presence::NotConfirmed);
        for (body, others) in tonight.set_aside.iter().filter(|(body, _)| **body != story.rejecting) {
            assert!(others.is_empty(), "{body}");
        }
    }
}

#[test]
fn the_doctor_without_a_notice_flag_is_listed_as_unknown() {
    for Told { story, tonight, .. } in told() {
        let (listing, presence) = tonight.find(&story.rejecting, &story.without_notice).expect("listed");
        assert_eq!((&listing.under_notice, *presence), (&Stated::Absent, Presence::Listed));
    }
}

#[test]
fn who_transfers_leaves_one_published_list_and_stands_on_the_other() {
    for Told { story, nights, yesterday, tonight } in told() {
        let Transfer { number, from, to } = &story.transfer;
        assert!(yesterday.find(from, number).is_some() && yesterday.find(to, number).is_none());
        assert!(tonight.find(from, number).is_none() && tonight.find(to, number).is_some());
        for body in [from, to] {
            assert!(matches!(nights[7][body], Outcome::Published(_)), "{body}");
        }
    }
}

/// The facts of a doctor that differ between two nights.
fn moved(before: &RawDoctor, after: &RawDoctor) -> usize {
    let facts = |doctor: &RawDoctor| {
        let value = serde_json::to_value(doctor).expect("plain texts");
        value.as_object().cloned().unwrap_or_default()
    };
    let (before, after) = (facts(before), facts(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).count()
}

#[test]
fn one_doctor_changes_ten_times_and_on_every_night() {
    for Told { story, .. } in told() {
        let on = |night| {
            let mut list = story.world.list(&story.world.bodies[CHANGING], night).expect("known");
            list.find(|doctor| doctor.gmc_reference_number.as_ref() == Some(&story.changing)).expect("listed")
        };
        let changes: Vec<usize> = (1..8).map(|night| moved(&on(night - 1), &on(night))).collect();
        assert_eq!(changes, [1, 2, 1, 2, 1, 2, 1]);
    }
}

/// The sample TIS of a night, read by the rules that read a real one.
fn tis(story: &Story, night: u32) -> TisExtract {
    let folder = tempfile::tempdir().expect("a folder");
    let today = EPOCH.saturating_add(jiff::Span::new().days(night));
    let written = write_extracts(folder.path(), &story.world, night, today).expect("written");
    let owner = |owner: &str| match OWNERS.iter().position(|known| *known == owner) {
        Some(at) => Claim::Body(BodyCode::new(story.world.bodies[at].as_str())),
        None if owner == "London LETBs" => Claim::Group {
            name: owner.into(),
            bodies: [5, 10, 11, 12].map(|at: usize| BodyCode::new(story.world.bodies[at].as_str())).to_vec(),
        },
        None => Claim::Unknown(owner.into()),
    };
    let kind = |kind: &str| (true, (kind == "MILITARY").then(|| "military".to_owned()));
    let excluded_grades = BTreeSet::from(["279".to_owned()]);
    let rules = Rules { owner: &owner, kind: &kind, excluded_grades: &excluded_grades, grace_days: 0 };
    let extract = read(folder.path(), &rules, today).expect("the simulator's own extracts");
    assert_eq!(extract.account.read, written);
    extract
}

/// Who is connected to which body, by the published lists.
fn connected(lists: &Lists) -> BTreeMap<&GmcNumber, BodyCode> {
    let pairs = lists.last_good.iter().flat_map(|(body, list)| list.keys().map(move |number| (number, body)));
    pairs.map(|(number, body)| (number, BodyCode::new(body.as_str()))).collect()
}

#[test]
fn every_kind_of_discrepancy_stands_on_the_first_and_on_the_last_night() {
    for Told { story, tonight, .. } in told() {
        let mut first = Lists::default();
        first.night(story, 0);
        // Of the large world one night says enough.
        for (night, lists) in
            [(7, tonight), (0, &first)].into_iter().take(1 + usize::from(story.world.doctors < 10_000))
        {
            let connected = connected(lists);
            let extract = tis(story, night);
            let found = extract
                .trainees
                .iter()
                .filter_map(|trainee| judge(connected.get(&trainee.gmc_number), Some(trainee)));
            let kinds: BTreeSet<DiscrepancyKind> = found.map(|found| found.kind).collect();
            assert_eq!(kinds, DiscrepancyKind::ALL.into(), "{} doctors, night {night}", story.world.doctors);
        }
    }
}

#[test]
fn the_tour_stops_once_at_each_part_of_the_story() {
    let story = story(7, 485);
    let paths: Vec<String> = story.tour().into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths.iter().collect::<BTreeSet<_>>().len(), paths.len());
    for part in [&story.refused, &story.rejecting, &story.changing, &story.transfer.number] {
        assert!(paths.iter().any(|path| path.ends_with(part.as_str())), "{part}");
    }
}

#[test]
fn a_world_too_small_for_the_story_is_refused_in_words() {
    let refused = Story::new(7, 65, EPOCH).err().expect("too small").to_string();
    assert_eq!(refused, "the demo's story needs at least 245 doctors; 65 were asked for");
}
