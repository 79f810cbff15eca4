//! Out of scope equals absent, everywhere.

use ops::Kind;
use ops::doctors::Total;
use ops::filter::{Disagreement, Filter, From, Whom};
use ops::rows::Order;
use testkit::engines;
use testkit::world::{FAILED, FRESH, HELD, HOLD, RUN, number};

use super::{Outcome, only, only_the, small_world};

#[tokio::test]
async fn out_of_scope_equals_absent_for_a_doctor() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        let mut told = Vec::new();
        for asked in [number(4).as_str(), number(99).as_str(), "12", "DROP TABLE", ""] {
            let fault = ops.doctor(&only(HELD), asked, None).await.err().unwrap();
            assert_eq!(fault.kind, Kind::NotFound, "{engine:?} {asked}");
            told.push(fault.message);
        }
        told.dedup();
        assert_eq!(told.len(), 1, "{engine:?}: {told:?}");
        assert!(ops.doctor(&only(FAILED), number(4).as_str(), None).await.is_ok(), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn out_of_scope_equals_absent_for_lists_and_counts() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        let scope = only_the(HELD);
        let page = ops.doctors(&scope, &Filter::default()).await?;
        let seen: Vec<_> = page.rows.iter().map(|row| row.view.gmc_number.as_str()).collect();
        assert_eq!(seen, [number(2).as_str(), number(1).as_str()], "{engine:?}");
        assert_eq!(page.total, Total::OnLists(2), "{engine:?}");
        let words = Filter { words: "canary".to_owned(), ..Filter::default() };
        assert_eq!(ops.doctors(&scope, &words).await?.total, Total::Matching(0), "{engine:?}");
        let other = Filter { body: Some(domain::ids::BodyCode::new(FAILED)), ..Filter::default() };
        assert_eq!(ops.doctors(&scope, &other).await.unwrap_err().kind, Kind::NotFound, "{engine:?}");
        assert!(page.freshness.bodies.iter().all(|list| list.code == HELD), "{engine:?}");
        let yes = ops.counted(&scope, &Filter::default()).await?.notices[0].1;
        assert_eq!(yes, 1, "{engine:?}: the other body's doctor under notice is not counted");
    }
    Ok(())
}

#[tokio::test]
async fn out_of_scope_equals_absent_for_a_page_that_begins_after_a_stranger() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        let after =
            |n: &str| Filter { from: From::After(n.to_owned()), order: Order::Name, ..Filter::default() };
        let stranger = ops.doctors(&only_the(HELD), &after(number(4).as_str())).await.unwrap_err();
        let nobody = ops.doctors(&only_the(HELD), &after(number(99).as_str())).await.unwrap_err();
        assert_eq!((stranger.kind, &stranger.message), (nobody.kind, &nobody.message), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn out_of_scope_equals_absent_for_history() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        // Doctor 3 moved from one body to another; each sees its own part.
        let page = ops.doctor(&only(FAILED), number(3).as_str(), None).await?;
        assert!(page.history.iter().all(|event| event.list != HELD), "{engine:?}");
        assert!(page.history.iter().any(|event| event.list == FAILED), "{engine:?}");
        assert!(page.said.lists.iter().all(|list| list.body.as_str() == FAILED), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn out_of_scope_equals_absent_for_rejects_holds_and_lists_of_the_past() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        let (inside, outside) = (only_the(HELD), only_the(FRESH));
        assert_eq!(ops.rejects_of(&only(HELD), HELD).await?.rows.len(), 1, "{engine:?}");
        assert_eq!(
            ops.rejects_of(&only(FRESH), HELD).await.err().unwrap().kind,
            Kind::NotFound,
            "{engine:?}"
        );
        assert!(ops.rejects(&outside).await?.counts.is_empty(), "{engine:?}");
        assert!(ops.hold(&inside, HOLD).await.is_ok(), "{engine:?}");
        assert_eq!(ops.hold(&outside, HOLD).await.err().unwrap().kind, Kind::NotFound, "{engine:?}");
        assert!(ops.holds(&outside).await?.rows.is_empty(), "{engine:?}");
        let day = ops.today().date;
        assert_eq!(
            ops.as_of(&outside, HELD, day, "").await.err().unwrap().kind,
            Kind::NotFound,
            "{engine:?}"
        );
        assert_eq!(ops.snapshots(&outside, HELD).await.err().unwrap().kind, Kind::NotFound, "{engine:?}");
        assert!(ops.alerts(&outside).await?.rows.is_empty(), "{engine:?}");
        let evidence = ops.run(&outside, RUN).await?.evidence;
        assert!(evidence.iter().all(|one| one.body.as_str() == FRESH), "{engine:?}");
        assert_eq!(ops.audit(&inside, 9).await?.len(), 0, "{engine:?}");
        assert_eq!(ops.audit(&only_the(FAILED), 9).await?.len(), 1, "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn whom_tis_claims_is_listed_only_where_it_is_asked_for() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        let claimed = Filter {
            whom: Whom::ListedOrClaimed,
            disagreement: Some(Disagreement::Any),
            ..Filter::default()
        };
        let seen = |page: ops::doctors::DoctorsPage| {
            page.rows.into_iter().map(|row| row.view.gmc_number).collect::<Vec<_>>()
        };
        let rows = seen(ops.doctors(&only_the(HELD), &claimed).await?);
        assert!(rows.contains(&number(5).to_string()) && rows.contains(&number(3).to_string()), "{engine:?}");
        let rows = seen(ops.doctors(&only_the(HELD), &Filter::default()).await?);
        assert!(!rows.contains(&number(5).to_string()), "{engine:?}");
        let of_body = Filter { body: Some(domain::ids::BodyCode::new(HELD)), ..claimed };
        let counted = ops.counted(&ops.every_body(), &of_body).await?;
        assert_eq!(
            counted.kinds[0].1, 1,
            "{engine:?}: who is ready for connection belongs to the claiming body"
        );
        assert!(seen(counted.page).contains(&number(5).to_string()), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn an_alert_about_several_lists_is_seen_with_any_of_them_and_absent_with_none() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        let now = ops.today().now;
        let kind = (domain::alert::AlertKind::Failed, domain::alert::Severity::Warn);
        let both = store::alert::AlertRow {
            bodies: vec![HELD.to_owned(), FAILED.to_owned()],
            ..store::alert::AlertRow::new("alert-2", "failed/gmc-sync/timeout", kind, now)
        };
        let mut tx = ops.store.begin().await?;
        assert!(store::alert::open(&mut tx, &both, now).await?, "{engine:?}");
        tx.commit().await?;
        for (list, is_seen) in [(HELD, true), (FAILED, true), (FRESH, false)] {
            let rows = ops.alerts(&only_the(list)).await?.rows;
            assert_eq!(rows.iter().any(|row| row.id == "alert-2"), is_seen, "{engine:?} {list}");
        }
    }
    Ok(())
}
