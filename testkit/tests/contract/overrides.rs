//! Overrides: never without an end, ended once, and read for as long as somebody asks of their time.

use domain::overrides::{Override, What};
use domain::scope::Actor;
use jiff::SignedDuration;
use store::overrides;
use testkit::engines;

use super::{Outcome, hour};

fn pause(id: &str, hours: (i64, i64)) -> Override {
    Override {
        id: id.to_owned(),
        what: What::Pause { job: "gmc-sync".to_owned() },
        owner: "the team".to_owned(),
        reason: "an upgrade".to_owned(),
        answers: Some("failed/gmc-sync/network".to_owned()),
        starts_at: hour(hours.0),
        ends_at: hour(hours.1),
        ended_at: None,
        ended_by: String::new(),
    }
}

#[tokio::test]
async fn an_override_is_read_as_it_was_written_and_ends_once() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let (ana, ben) = (Actor::person("ana", "an upgrade"), Actor::person("ben", "it is over"));
        let (early, late) = (pause("o-1", (1, 3)), pause("o-2", (2, 10)));
        let mut tx = store.begin().await?;
        overrides::insert(&mut tx, &late, &ana, hour(1)).await?;
        overrides::insert(&mut tx, &early, &ana, hour(1)).await?;
        assert_eq!(overrides::since(&mut tx, hour(3)).await?, [early, late.clone()], "{engine:?}");
        assert_eq!(overrides::since(&mut tx, hour(4)).await?, [late], "{engine:?}: the other is over");
        assert!(overrides::end(&mut tx, "o-2", &ben, hour(5)).await?, "{engine:?}");
        assert!(!overrides::end(&mut tx, "o-2", &ana, hour(6)).await?, "{engine:?}");
        assert!(!overrides::end(&mut tx, "o-1", &ana, hour(6)).await?, "{engine:?}: it ended by itself");
        let ended = overrides::since(&mut tx, hour(5)).await?;
        assert_eq!(
            (ended.len(), ended[0].until(), ended[0].ended_by.as_str()),
            (1, hour(5), "os:ben: it is over")
        );
        assert!(overrides::since(&mut tx, hour(6)).await?.is_empty(), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn no_override_lasts_longer_than_14_days_or_lacks_a_reason_even_if_the_program_forgets() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let ana = Actor::person("ana", "an upgrade");
        let long =
            Override { ends_at: hour(14 * 24) + SignedDuration::from_millis(1), ..pause("o-1", (0, 1)) };
        let backwards = pause("o-2", (3, 2));
        let unexplained = Override { reason: String::new(), ..pause("o-3", (0, 1)) };
        for one in [long, backwards, unexplained] {
            let mut tx = store.begin().await?;
            assert!(overrides::insert(&mut tx, &one, &ana, hour(0)).await.is_err(), "{engine:?}: {one:?}");
        }
    }
    Ok(())
}
