//! What pages are made of: freshness that cannot lie, pages without gaps, days that are over.

use domain::discrepancy::DiscrepancyKind;
use domain::freshness::Age;
use domain::run::BodyOutcome;
use jiff::SignedDuration;
use jiff::civil::date;
use ops::doctors::Total;
use ops::filter::{Filter, From, NoticeIs};
use ops::rows::Order;
use ops::{Happening, Kind};
use testkit::engines;
use testkit::world::{FAILED, FAILED_WHY, FRESH, HELD, HOLD, MANY, NAMES, NEVER, SCRIPT, number};

use super::{Outcome, only, only_the, small_world, whole};

#[tokio::test]
async fn held_and_failed_are_at_least_amber_though_their_data_are_young() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        let overview = ops.overview(&ops.every_body()).await?;
        let ages: Vec<_> =
            overview.freshness.bodies.iter().map(|list| (list.code.as_str(), list.age)).collect();
        let expected = [(HELD, Age::Amber), (FAILED, Age::Amber), (FRESH, Age::Fresh), (NEVER, Age::Never)];
        assert_eq!(ages, expected, "{engine:?}");
        let failed = &overview.freshness.bodies[1];
        assert_eq!(
            (failed.outcome, failed.reason.as_str()),
            (Some(BodyOutcome::Failed), FAILED_WHY),
            "{engine:?}"
        );
        assert_eq!(
            overview.holds.iter().map(|hold| hold.id.as_str()).collect::<Vec<_>>(),
            [HOLD],
            "{engine:?}"
        );
        assert_eq!((overview.alerts.len(), overview.runs.len()), (1, 1), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_overview_of_a_scope_counts_only_what_is_within() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        let overview = ops.overview(&only(FRESH).doctors).await?;
        let lists: Vec<_> = overview.freshness.bodies.iter().map(|list| list.code.as_str()).collect();
        assert_eq!(lists, [FRESH], "{engine:?}");
        let open = (overview.holds.len(), overview.alerts.len(), overview.rejects.len());
        assert_eq!(open, (0, 0, 0), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_overview_names_no_doctor() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        let whole = format!("{:?}", ops.overview(&ops.every_body()).await?);
        for name in NAMES.iter().chain([&SCRIPT, &"Rawcanary", &"90000"]) {
            assert!(!whole.contains(name), "{engine:?} names {name}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_frozen_night_turns_every_list_amber_and_then_red() -> Outcome {
    for engine in engines() {
        let (ops, clock, _scratch) = small_world(engine).await;
        let of = |page: &ops::doctors::DoctorsPage| page.freshness.worst();
        let filter = Filter::default();
        assert_eq!(of(&ops.doctors(&only_the(FRESH), &filter).await?), Age::Fresh, "{engine:?}");
        clock.advance(SignedDuration::from_hours(6));
        assert_eq!(of(&ops.doctors(&only_the(FRESH), &filter).await?), Age::Amber, "{engine:?}");
        clock.advance(SignedDuration::from_hours(24));
        let page = ops.doctors(&only_the(FRESH), &filter).await?;
        assert_eq!((of(&page), page.freshness.tis.age), (Age::Red, Age::Red), "{engine:?}");
        let whole = ops.doctors(&ops.every_body(), &filter).await?.freshness;
        assert_eq!(whole.worst(), Age::Never, "{engine:?}: one was never asked for");
        assert_eq!(whole.oldest(), Some(testkit::world::hour(-20)), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn pages_follow_one_another_without_gap_or_repeat() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        for order in [Order::Name, Order::Due, Order::Number] {
            let mut filter = Filter { order, ..Filter::default() };
            let mut seen = Vec::new();
            loop {
                let page = ops.doctors(&only_the(FRESH), &filter).await?;
                assert_eq!(page.total, Total::OnLists(u64::from(MANY)), "{engine:?}");
                seen.extend(page.rows.into_iter().map(|row| row.view.gmc_number));
                let Some(next) = page.next else { break };
                filter.from = From::After(next);
            }
            let expected: Vec<_> = (0..MANY).map(|n| number(100 + n).to_string()).collect();
            assert_eq!(seen, expected, "{engine:?} {order:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_unknown_notice_is_a_list_of_its_own_and_not_no() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        let unknown = Filter { notice: Some(NoticeIs::Unknown), ..Filter::default() };
        let page = ops.doctors(&only_the(HELD), &unknown).await?;
        assert_eq!(page.total, Total::Matching(1), "{engine:?}");
        assert_eq!(page.rows[0].view.under_notice_raw.as_deref(), Some("Perhaps"), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_doctor_is_shown_with_what_changed_and_why_two_worlds_differ() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        let aoife = ops.doctor(&only(HELD), number(1).as_str(), None).await?;
        let newest = aoife.history.iter().find(|event| event.list == HELD).unwrap();
        assert_eq!(newest.happening, Happening::Changed, "{engine:?}");
        let moved: Vec<_> = newest.changes.iter().map(|c| (c.field, c.after.as_deref())).collect();
        assert_eq!(
            moved,
            [("Under notice", Some("yes")), ("Submission date", Some("1 December 2026"))],
            "{engine:?}"
        );
        let bao = ops.doctor(&whole(&ops), number(3).as_str(), None).await?;
        assert_eq!(bao.disagreement, Some(DiscrepancyKind::Transfer), "{engine:?}");
        assert!(bao.history.iter().any(|e| e.list == HELD && e.happening == Happening::Left), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_doctor_and_a_list_can_be_read_as_of_a_day() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        let (before, first) = (date(2026, 11, 22), date(2026, 11, 23));
        let scope = ops.every_body();
        let then = ops.doctor(&whole(&ops), number(3).as_str(), Some(first)).await?.said;
        let bodies: Vec<_> = then.lists.iter().map(|list| list.body.as_str()).collect();
        assert_eq!(bodies, [HELD], "{engine:?}");
        let now = ops.doctor(&whole(&ops), number(3).as_str(), None).await?.said;
        assert_eq!(now.lists[0].body.as_str(), FAILED, "{engine:?}");
        assert!(now.tis.is_some() && then.tis.is_none(), "{engine:?}");
        let page = ops.as_of(&scope, HELD, first, "").await?;
        assert_eq!((page.snapshot.unwrap().number, page.rows.len()), (1, 3), "{engine:?}");
        let none = ops.as_of(&scope, HELD, before, "").await?;
        assert!(none.snapshot.is_none() && none.rows.is_empty(), "{engine:?}");
        let today = ops.as_of(&scope, FRESH, ops.today().date, "").await?;
        assert_eq!((today.rows.len(), today.next), (50, Some(number(149).to_string())), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn snapshots_holds_and_runs_show_counts() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        let scope = ops.every_body();
        let numbers: Vec<_> =
            ops.snapshots(&scope, HELD).await?.rows.into_iter().map(|row| row.number).collect();
        assert_eq!(numbers, [2, 1], "{engine:?}");
        assert_eq!(ops.snapshots(&only_the(HELD), "TIS").await?.rows.len(), 1, "{engine:?}");
        let hold = ops.hold(&scope, HOLD).await?;
        assert_eq!((hold.hold.doctors, hold.name.as_str()), (2, "Held"), "{engine:?}");
        let missing = ops.run(&scope, "no such run").await.err().unwrap();
        assert_eq!(missing.kind, Kind::NotFound, "{engine:?}");
    }
    Ok(())
}
