//! Facts of roles, grants and decisions: tables of cases first, then what must hold of any grants.

use proptest::prelude::*;

use super::*;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;
const TODAY: Date = Date::constant(2026, 11, 25);

fn bodies(codes: &[&str]) -> BTreeSet<BodyCode> {
    codes.iter().map(|code| BodyCode::new(*code)).collect()
}

fn grant(role: Role, codes: &[&str]) -> Grant {
    Grant { role, bodies: bodies(codes), sensitive: false, ends: None }
}

fn visitor(grants: &[Grant], stepped_up_until: Option<Timestamp>) -> Visitor {
    let seat = Seat {
        account: "account-1".to_owned(),
        name: "amira".to_owned(),
        session: "session-1".to_owned(),
        signed_in_at: NOW,
        stepped_up_until,
    };
    Visitor::read(seat, grants.iter().cloned(), (NOW, TODAY))
}

/// The policy as `docs/roles.md` shows it.
fn table() -> String {
    let names = Role::ALL.map(Role::word).join(" | ");
    let mut lines = vec![format!("| may | {names} |"), format!("|---{}|", "|:-:".repeat(Role::ALL.len()))];
    for right in Right::all() {
        let cells = Role::ALL.map(|role| if role.may(right) { "yes" } else { "–" }).join(" | ");
        lines.push(format!("| {} | {cells} |", right.sentence()));
    }
    lines.join("\n")
}

#[test]
fn the_table_is_in_the_order_of_the_rights() {
    for (at, right) in Right::all().enumerate() {
        assert_eq!(right as usize, at, "{right:?}");
    }
    assert_eq!(Right::ReadAudit as usize + 1, POLICY.len(), "a right without a row");
}

#[test]
fn the_document_shows_the_same_table() {
    let document = include_str!("../../../../docs/roles.md");
    assert!(document.contains(&table()), "docs/roles.md must show:\n{}", table());
}

#[test]
fn whoever_keeps_the_program_running_and_whoever_audits_sees_no_doctor() {
    use Right::{Connect, Draft, EditNotes, ReadDoctors, ReadRejects, ReadSensitive, Submit};
    for role in [Role::Operations, Role::Auditor] {
        for right in [ReadDoctors, ReadSensitive, ReadRejects, EditNotes, Connect, Draft, Submit] {
            assert!(!role.may(right), "{role:?} {right:?}");
        }
    }
}

#[test]
fn nobody_both_submits_and_manages_users_by_one_role() {
    for role in Role::ALL {
        assert!(!(role.may(Right::Submit) && role.may(Right::ManageUsers)), "{role:?}");
    }
}

#[test]
fn words_of_roles_are_read_back() {
    for role in Role::ALL {
        assert_eq!(Role::from_word(role.word()), Some(role));
    }
    assert_eq!(Role::from_word("root"), None);
}

#[test]
fn an_empty_list_of_bodies_means_none() {
    for role in [Role::Observer, Role::Admin, Role::Approver] {
        let nobody = visitor(&[grant(role, &[])], None);
        for right in Right::all() {
            assert!(!nobody.may(right), "{role:?} {right:?}");
            assert_eq!(nobody.scope(right), Scope::of([]), "{role:?} {right:?}");
        }
    }
}

#[test]
fn a_grant_holds_to_the_end_of_its_last_day() {
    let until = |last| Grant { ends: Some(last), ..grant(Role::Observer, &["a"]) };
    let cases = [
        (Date::constant(2026, 11, 24), false),
        (Date::constant(2026, 11, 25), true),
        (Date::constant(2026, 11, 26), true),
    ];
    for (last, holds) in cases {
        assert_eq!(visitor(&[until(last)], None).may(Right::ReadDoctors), holds, "{last}");
    }
}

#[test]
fn rights_stay_with_the_bodies_of_their_own_grant() {
    let sensitive = Grant { sensitive: true, ..grant(Role::Observer, &["b"]) };
    let both = visitor(&[grant(Role::Approver, &["a"]), sensitive], None);
    let cases = [
        (Right::ReadDoctors, &["a", "b"][..]),
        (Right::ReadSensitive, &["b"]),
        (Right::Submit, &["a"]),
        (Right::DecideHolds, &["a"]),
        (Right::ReadAudit, &[]),
    ];
    for (right, expected) in cases {
        assert_eq!(both.scope(right), Scope::of(bodies(expected)), "{right:?}");
    }
    assert_eq!(both.sensitive(), Scope::of(bodies(&["b"])));
}

#[test]
fn counts_of_every_body_are_for_whoever_keeps_the_program_running() {
    let every = Scope::of(bodies(&["a", "b", "c"]));
    let operations = visitor(&[grant(Role::Operations, &[])], None);
    assert_eq!(operations.counted(&every), every);
    assert_eq!(operations.scope(Right::ReadCounts), Scope::of([]));
    assert_eq!(visitor(&[grant(Role::Observer, &["a"])], None).counted(&every), Scope::of(bodies(&["a"])));
    assert_eq!(visitor(&[grant(Role::Auditor, &[])], None).counted(&every), Scope::of([]));
}

#[test]
fn whoever_acts_is_named_by_their_session() {
    let actor = visitor(&[], None).actor("rotation day");
    assert_eq!((actor.name.as_str(), actor.reason.as_str()), ("user:amira", "rotation day"));
}

#[test]
fn a_program_reads_within_its_person_and_does_nothing() {
    let reach = |codes: &[&str]| Reach { bodies: bodies(codes), sensitive: true, ..Reach::default() };
    let sensitive = Grant { sensitive: true, ..grant(Role::Approver, &["b"]) };
    let lately = Some(NOW + SignedDuration::from_secs(1));
    let person = || visitor(&[grant(Role::Approver, &["a"]), sensitive.clone()], lately);
    let program = person().through("report", &reach(&["a", "b", "c"]));
    assert_eq!(program.scope(Right::ReadDoctors), Scope::of(bodies(&["a", "b"])));
    assert_eq!(program.sensitive(), Scope::of(bodies(&["b"])));
    assert_eq!(person().through("report", &reach(&["a"])).sensitive(), Scope::of([]));
    let reads = [Right::ReadDoctors, Right::ReadSensitive, Right::ReadCounts];
    assert!(Right::all().all(|right| program.may(right) == reads.contains(&right)));
    let actor = program.actor("");
    assert_eq!((actor.name.as_str(), actor.behalf.as_str()), ("token:report", "user:amira"));
}

#[test]
fn a_program_takes_the_rights_of_its_errands_and_never_another() {
    let lately = Some(NOW + SignedDuration::from_secs(1));
    let everything = [grant(Role::Approver, &["a", "b"]), grant(Role::Operations, &[])];
    let reach = |errands: &[Errand]| Reach {
        bodies: bodies(&["a"]),
        sensitive: false,
        errands: errands.iter().copied().collect(),
    };
    for errand in Errand::ALL {
        assert_eq!(Errand::from_word(errand.word()), Some(errand));
        let program = visitor(&everything, lately).through("robot", &reach(&[errand]));
        let reads = [Right::ReadDoctors, Right::ReadCounts];
        for right in Right::all() {
            assert_eq!(
                program.may(right),
                reads.contains(&right) || right == errand.right(),
                "{errand:?} {right:?}"
            );
        }
        assert_eq!(program.scope(Right::Connect), Scope::of([]));
        let observer = visitor(&[grant(Role::Observer, &["a"])], lately).through("robot", &reach(&[errand]));
        assert!(!observer.may(errand.right()), "its owner has no such right: {errand:?}");
    }
    let program = visitor(&everything, lately).through("robot", &reach(&Errand::ALL));
    assert_eq!(program.scope(Right::EditNotes), Scope::of(bodies(&["a"])));
    for right in [
        Right::Submit,
        Right::DecideHolds,
        Right::Connect,
        Right::Draft,
        Right::ManageUsers,
        Right::ReadAudit,
    ] {
        assert!(!program.may(right), "{right:?}");
    }
}

#[test]
fn each_request_is_decided_by_its_policy() {
    use Decision::{Allow, Refuse, SignIn, StepUp};
    use Policy::{Needs, NeedsStepUp, Open, SignedIn};
    let lately = Some(NOW + SignedDuration::from_secs(1));
    let nobody = None;
    let granted_nothing = Some(visitor(&[], lately));
    let observer = Some(visitor(&[grant(Role::Observer, &["a"])], lately));
    let approver = Some(visitor(&[grant(Role::Approver, &["a"])], lately));
    let approver_before = Some(visitor(&[grant(Role::Approver, &["a"])], Some(NOW)));
    let approver_once = Some(visitor(&[grant(Role::Approver, &["a"])], None));
    let cases = [
        (Open, [Allow, Allow, Allow, Allow, Allow, Allow]),
        (SignedIn, [SignIn, Allow, Allow, Allow, Allow, Allow]),
        (Needs(Right::ReadDoctors), [SignIn, Refuse, Allow, Allow, Allow, Allow]),
        (Needs(Right::Submit), [SignIn, Refuse, Refuse, Allow, Allow, Allow]),
        (NeedsStepUp(Right::Submit), [SignIn, Refuse, Refuse, Allow, StepUp, StepUp]),
        (Needs(Right::ReadAudit), [SignIn, Refuse, Refuse, Refuse, Refuse, Refuse]),
    ];
    let who = [nobody, granted_nothing, observer, approver, approver_before, approver_once];
    for (policy, expected) in cases {
        for (at, visitor) in who.iter().enumerate() {
            assert_eq!(decide(&policy, visitor.as_ref()), expected[at], "{policy:?}, visitor {at}");
        }
    }
}

fn any_grant() -> impl Strategy<Value = Grant> {
    let bodies = proptest::collection::btree_set("[a-d]".prop_map(BodyCode::new), 0..4);
    let day = proptest::option::of(
        (-3i64..3).prop_map(|days| TODAY.checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(TODAY)),
    );
    (proptest::sample::select(Role::ALL.to_vec()), bodies, any::<bool>(), day)
        .prop_map(|(role, bodies, sensitive, ends)| Grant { role, bodies, sensitive, ends })
}

fn is_within(inner: &Scope, outer: &Scope) -> bool {
    inner.bodies().all(|body| outer.covers(body))
}

proptest! {
    #[test]
    fn another_grant_takes_nothing_away(
        grants in proptest::collection::vec(any_grant(), 0..5),
        more in any_grant(),
    ) {
        let before = visitor(&grants, None);
        let after = visitor(&[grants, vec![more]].concat(), None);
        for right in Right::all() {
            prop_assert!(!before.may(right) || after.may(right));
            prop_assert!(is_within(&before.scope(right), &after.scope(right)));
        }
    }

    #[test]
    fn no_right_reaches_beyond_the_doctors_one_may_see(grants in proptest::collection::vec(any_grant(), 0..5)) {
        let person = visitor(&grants, None);
        let doctors = person.scope(Right::ReadDoctors);
        for right in Right::all() {
            prop_assert!(is_within(&person.scope(right), &doctors), "{right:?}");
        }
        let named = Scope::of(grants.iter().flat_map(|grant| grant.bodies.iter().cloned()));
        prop_assert!(is_within(&doctors, &named), "a body that no grant names");
    }

    #[test]
    fn a_right_over_doctors_is_had_exactly_where_its_scope_is_not_empty(
        grants in proptest::collection::vec(any_grant(), 0..5),
    ) {
        let person = visitor(&grants, None);
        for right in Right::all().filter(|right| !Role::Operations.may(*right) && !Role::Auditor.may(*right)) {
            prop_assert_eq!(person.may(right), person.scope(right) != Scope::of([]), "{:?}", right);
        }
    }

    #[test]
    fn what_has_ended_and_what_is_over_no_body_gives_nothing(
        grants in proptest::collection::vec(any_grant(), 0..5),
    ) {
        let idle = |grant: &Grant| {
            !grant.is_in_force(TODAY) || (grant.role.is_about_bodies() && grant.bodies.is_empty())
        };
        let left: Vec<Grant> = grants.iter().filter(|grant| !idle(grant)).cloned().collect();
        for right in Right::all() {
            prop_assert_eq!(visitor(&grants, None).may(right), visitor(&left, None).may(right));
            prop_assert_eq!(visitor(&grants, None).scope(right), visitor(&left, None).scope(right));
        }
    }
}
