//! The rules of extraction as a table of cases.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use super::*;
use crate::ids::BodyCode;
use crate::tis_rows::{ContactRow, CurriculumRow, GmcRow, PersonRow, ProgrammeRow};
use jiff::civil::date;

const TODAY: Date = date(2026, 3, 10);

fn with_rules<T>(grace_days: u16, run: impl FnOnce(&Rules<'_>) -> T) -> T {
    let group = || Claim::Group {
        name: "London LETBs".into(),
        bodies: vec![BodyCode::new("SL"), BodyCode::new("NWL")],
    };
    let owner = |owner: &str| match owner {
        "Wessex" | "South West" => Claim::Body(BodyCode::new(owner)),
        "London LETBs" => group(),
        other => Claim::Unknown(other.to_owned()),
    };
    let kind = |kind: &str| match kind {
        "MILITARY" => (true, Some("military".to_owned())),
        "SUBSTANTIVE" | "LAT" | "FTSTA" | "VISITOR" | "ACADEMIC" => (true, None),
        _ => (false, None),
    };
    let excluded_grades = BTreeSet::from(["279".to_owned()]);
    run(&Rules { owner: &owner, kind: &kind, excluded_grades: &excluded_grades, grace_days })
}

fn person(id: &str, gmc_number: &str) -> PersonBundle {
    PersonBundle {
        id: id.into(),
        person: Some(PersonRow { id: id.into(), role: Some("DR in Training".into()), status: None }),
        contact: Some(ContactRow {
            id: id.into(),
            surname: Some("Sample".into()),
            forenames: Some("Ann".into()),
        }),
        gmc: Some(GmcRow { id: id.into(), gmc_number: Some(gmc_number.into()) }),
        ..PersonBundle::default()
    }
}

fn held(uuid: &str, owner: &str, dates: (Option<Date>, Option<Date>)) -> HeldMembership {
    let row = MembershipRow {
        uuid: uuid.into(),
        person_id: "1".into(),
        programme_id: Some("10".into()),
        kind: Some("SUBSTANTIVE".into()),
        start: dates.0,
        end: dates.1,
    };
    let programme = ProgrammeRow {
        id: "10".into(),
        name: Some("Cardiology".into()),
        number: None,
        owner: (!owner.is_empty()).then(|| owner.into()),
    };
    HeldMembership { row, programme: Some(programme.into()), curricula: vec![] }
}

fn now(uuid: &str, owner: &str) -> HeldMembership {
    held(uuid, owner, (Some(date(2025, 1, 1)), Some(date(2027, 1, 1))))
}

fn placed(grade: &str) -> PlacementRow {
    PlacementRow {
        trainee_id: "1".into(),
        grade_id: Some(grade.into()),
        grade_abbreviation: None,
        from: Some(date(2026, 1, 1)),
        to: Some(TODAY),
        status: None,
    }
}

fn kept(bundle: &PersonBundle, grace_days: u16) -> Trainee {
    match with_rules(grace_days, |rules| judge(bundle, rules, TODAY)) {
        Verdict::Trainee(trainee) => *trainee,
        other => panic!("kept expected, got {other:?}"),
    }
}

fn training(memberships: Vec<HeldMembership>) -> PersonBundle {
    PersonBundle { memberships, ..person("1", "9000001") }
}

#[test]
fn a_number_that_is_no_number_is_left_out_by_its_rule() {
    let no_key = Verdict::NoKey;
    let cases = [
        ("", no_key(NO_GMC_NUMBER)),
        (" \u{A0}\u{200B}", no_key(NO_GMC_NUMBER)),
        ("UNKNOWN", no_key(WORD_FOR_GMC_NUMBER)),
        ("unknown\u{A0}", no_key(WORD_FOR_GMC_NUMBER)),
        ("NA", no_key(WORD_FOR_GMC_NUMBER)),
        ("n/a", no_key(WORD_FOR_GMC_NUMBER)),
        ("0", no_key(WORD_FOR_GMC_NUMBER)),
        ("Retired", no_key(WORD_FOR_GMC_NUMBER)),
        ("TBC", no_key(WORD_FOR_GMC_NUMBER)),
        ("u", no_key(WORD_FOR_GMC_NUMBER)),
        ("90001", Verdict::Rejected(UNUSABLE_GMC_NUMBER)),
        ("9000 001", Verdict::Rejected(UNUSABLE_GMC_NUMBER)),
        ("G9000001", Verdict::Rejected(UNUSABLE_GMC_NUMBER)),
    ];
    for (text, expected) in cases {
        let verdict = with_rules(0, |rules| judge(&person("1", text), rules, TODAY));
        assert_eq!(verdict, expected, "{text:?}");
    }
    assert_eq!(kept(&person("1", "\u{A0}9000001 \u{2003}"), 0).gmc_number.as_str(), "9000001");
}

#[test]
fn a_known_type_has_one_spelling_and_a_strange_one_is_kept_as_written_and_marked() {
    let cases = [
        ("SUBSTANTIVE", Some("SUBSTANTIVE"), true),
        (" lat ", Some("LAT"), true),
        ("Visiting fellow ", Some("Visiting fellow "), false),
    ];
    for (written, kind, is_known) in cases {
        let mut membership = now("a", "Wessex");
        membership.row.kind = Some(written.into());
        let bundle = training(vec![membership]);
        let is_listed = |text: &str| ["SUBSTANTIVE", "LAT"].contains(&text.trim().to_uppercase().as_str());
        let done = with_rules(0, |rules| {
            let rules = Rules { kind: &|kind| (is_listed(kind), None), ..*rules };
            assemble([bundle], &rules, TODAY)
        });
        let membership = &done.trainees[0].memberships[0];
        assert_eq!((membership.kind.as_deref(), membership.kind_is_known), (kind, is_known), "{written:?}");
        let marked = done.account.marked.get(UNKNOWN_MEMBERSHIP_TYPE).copied();
        assert_eq!(marked, (!is_known).then_some(1), "{written:?}");
    }
    let strange_owner = training(vec![now("a", "Office Nobody Knows"), now("b", "Office Nobody Knows")]);
    let done = with_rules(0, |rules| assemble([strange_owner], rules, TODAY));
    assert_eq!(done.account.marked, BTreeMap::from([(UNKNOWN_OWNER.to_owned(), 1)]), "a trainee counts once");
}

#[test]
fn a_person_without_a_row_for_the_number_has_no_key() {
    let bundle = PersonBundle { gmc: None, ..person("1", "") };
    let verdict = with_rules(0, |rules| judge(&bundle, rules, TODAY));
    assert_eq!(verdict, Verdict::NoKey(NO_GMC_NUMBER));
    let nobody = PersonBundle { person: None, ..person("1", "9000001") };
    assert_eq!(with_rules(0, |rules| judge(&nobody, rules, TODAY)), Verdict::Rejected(NO_PERSON));
}

#[test]
fn dummies_and_placeholders_are_left_out_by_their_rules() {
    for (role, expected) in [
        ("Dummy Record", Verdict::Excluded(DUMMY_ROLE)),
        ("DR in Training,DUMMY", Verdict::Excluded(DUMMY_ROLE)),
        ("placeholder", Verdict::Excluded(PLACEHOLDER_ROLE)),
    ] {
        let mut bundle = person("1", "9000001");
        bundle.person.as_mut().unwrap().role = Some(role.into());
        assert_eq!(with_rules(0, |rules| judge(&bundle, rules, TODAY)), expected, "{role}");
    }
}

#[test]
fn a_membership_is_current_from_its_first_to_its_last_day_and_an_unknown_date_does_not_shut_out() {
    let (yesterday, tomorrow) = (TODAY.yesterday().unwrap(), TODAY.tomorrow().unwrap());
    let cases = [
        (Some(yesterday), Some(TODAY), true),
        (Some(TODAY), Some(tomorrow), true),
        (Some(TODAY), Some(TODAY), true),
        (Some(yesterday), Some(yesterday), false),
        (Some(tomorrow), Some(tomorrow), false),
        (Some(tomorrow), Some(yesterday), false),
        (None, Some(TODAY), true),
        (None, Some(yesterday), false),
        (Some(TODAY), None, true),
        (Some(tomorrow), None, false),
        (None, None, true),
        (Some(Date::MIN), Some(Date::MAX), true),
    ];
    for (start, end, current) in cases {
        let trainee = kept(&training(vec![held("a", "Wessex", (start, end))]), 0);
        assert_eq!(trainee.memberships.len(), usize::from(current), "{start:?} to {end:?}");
    }
}

#[test]
fn each_date_stands_for_itself() {
    let mut one = held("a", "Wessex", (Some(date(2025, 1, 1)), None));
    one.curricula = [None, Some(date(2027, 5, 1)), Some(date(2026, 5, 1))]
        .map(|end| CurriculumRow { membership_uuid: "a".into(), end })
        .to_vec();
    let trainee = kept(&training(vec![one, held("b", "Wessex", (None, Some(TODAY)))]), 0);
    let dates: Vec<_> = trainee.memberships.iter().map(|m| (m.start, m.end, m.curriculum_end)).collect();
    assert_eq!(dates, [(None, Some(TODAY), None), (Some(date(2025, 1, 1)), None, Some(date(2027, 5, 1))),]);
}

#[test]
fn several_current_memberships_stay_a_list_with_all_claimants() {
    let claimants = |owners: &[&str]| {
        let memberships = owners.iter().enumerate().map(|(n, owner)| now(&n.to_string(), owner)).collect();
        let trainee = kept(&training(memberships), 0);
        assert_eq!(trainee.memberships.len(), owners.len());
        trainee.claimants().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(claimants(&[]), [""; 0]);
    assert_eq!(claimants(&["Wessex"]), ["Wessex"]);
    assert_eq!(claimants(&["Wessex", "Wessex"]), ["Wessex"]);
    assert_eq!(claimants(&["Wessex", "South West"]), ["South West", "Wessex"]);
    assert_eq!(claimants(&["London LETBs"]), ["NWL", "SL"]);
}

#[test]
fn an_unknown_or_missing_owner_is_kept_as_such() {
    let mut unlisted = now("c", "Wessex");
    unlisted.programme = None;
    let claims: Vec<Claim> = kept(&training(vec![now("a", "Nobody Knows"), now("b", ""), unlisted]), 0)
        .memberships
        .into_iter()
        .map(|membership| membership.claim)
        .collect();
    assert_eq!(claims, [Claim::Unknown("Nobody Knows".into()), Claim::Missing, Claim::Missing]);
}

#[test]
fn the_grace_counts_only_where_nothing_is_current() {
    let ended = || held("old", "Wessex", (Some(date(2024, 1, 1)), Some(date(2026, 3, 1))));
    assert_eq!(kept(&training(vec![ended()]), 8).memberships.len(), 0);
    assert_eq!(kept(&training(vec![ended()]), 9).memberships.len(), 1);
    let moved = kept(&training(vec![ended(), now("new", "South West")]), 9);
    assert_eq!(moved.claimants(), [BodyCode::new("South West")]);
}

#[test]
fn military_and_foundation_year_one_are_kept_outside_the_discrepancies() {
    let military = |uuid| {
        let mut held = now(uuid, "Wessex");
        held.row.kind = Some("MILITARY".into());
        held
    };
    let with = |memberships, grades: &[&str]| {
        let placements = grades.iter().map(|grade| placed(grade)).collect();
        let trainee = kept(&PersonBundle { placements, ..training(memberships) }, 0);
        (trainee.excluded_by, trainee.grades.len())
    };
    assert_eq!(with(vec![military("a")], &[]), (Some("military".into()), 0));
    assert_eq!(with(vec![military("a"), now("b", "Wessex")], &[]), (None, 0));
    assert_eq!(with(vec![now("a", "Wessex")], &["279"]), (Some(EXCLUDED_GRADE.into()), 1));
    assert_eq!(with(vec![now("a", "Wessex")], &["279", "280", "280"]), (None, 2));
    assert_eq!(with(vec![now("a", "Wessex")], &[]), (None, 0));
}

#[test]
fn an_unknown_membership_type_is_kept_and_said_to_be_unknown() {
    for (kind, known) in [
        (Some("LAT"), true),
        (Some("FTSTA"), true),
        (Some("VISITOR"), true),
        (Some("HONORARY"), false),
        (None, false),
    ] {
        let mut held = now("a", "Wessex");
        held.row.kind = kind.map(str::to_owned);
        let trainee = kept(&training(vec![held]), 0);
        assert_eq!((trainee.memberships[0].kind_is_known, trainee.excluded_by), (known, None), "{kind:?}");
    }
}

#[test]
fn one_number_on_two_persons_is_one_conflict_without_guesses_whatever_the_order() {
    let one = PersonBundle { memberships: vec![now("a", "Wessex")], ..person("2", "9000001") };
    let mut dummy = person("4", "9000001");
    dummy.person.as_mut().unwrap().role = Some("Dummy".into());
    let all = vec![one, person("1", " 9000001"), person("3", "9000002"), dummy, person("5", "9")];
    let forwards = with_rules(0, |rules| assemble(all.clone(), rules, TODAY));
    let backwards = with_rules(0, |rules| assemble(all.into_iter().rev(), rules, TODAY));
    assert_eq!(forwards, backwards);
    assert_eq!(forwards.trainees.len(), 2);
    let shared = &forwards.trainees[0];
    assert_eq!(shared.persons, ["1", "2"]);
    assert!(shared.surname.is_none() && shared.forenames.is_none() && shared.memberships.is_empty());
    let account = &forwards.account;
    assert_eq!((account.read, account.kept, account.excluded, account.rejected), (5, 3, 1, 1));
    assert!(account.balances() && account.shared_numbers == 1);
    assert_eq!(forwards.rejects.len(), 1);
}

#[test]
fn a_lost_person_unbalances_the_account() {
    let account = TisAccount { read: 2, kept: 1, ..TisAccount::default() };
    assert!(!account.balances());
    assert!(!format!("{:?}", TisReject { person: "77".into(), reason: NO_PERSON.into() }).contains("77"));
}
