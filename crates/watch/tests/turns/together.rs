//! Two watches over one store, whose clocks are not quite the same.

use super::*;

const STEP: SignedDuration = SignedDuration::from_millis(700);

/// What the alerts under a key went through.
async fn life(store: &Store, key: &str) -> Result<Vec<String>, StoreError> {
    let mut reading = store.read().await?;
    let mut words = Vec::new();
    let all = store::alert::recent(&mut reading, 9).await?;
    for alert in all.iter().filter(|alert| alert.key.starts_with(key)) {
        words.extend(store::flip::of_alert(&mut reading, &alert.id).await?.into_iter().map(|flip| flip.what));
    }
    Ok(words)
}

#[tokio::test]
async fn a_clock_a_tick_apart_counts_no_flip_twice() -> Outcome {
    for (engine, first) in engines().into_iter().flat_map(|engine| [(engine, "ahead"), (engine, "behind")]) {
        let (store, _scratch) = testkit::store(engine).await;
        planned(&store).await?;
        let (fast, slow) = (VirtualClock::at(clock_start()), VirtualClock::at(clock_start()));
        let (ahead, behind) = (watch(&store, &fast, "ahead"), watch(&store, &slow, "behind"));
        // From before the deadline of each of two nights until after it, in steps shorter than the clocks are apart.
        for night in ["2026-11-25T00:09:58Z", "2026-11-26T00:09:58Z"] {
            for step in 0..6 {
                slow.set(at(night) + STEP * step);
                fast.set(slow.now() + SignedDuration::from_secs(1));
                let order = if first == "ahead" { [&ahead, &behind] } else { [&behind, &ahead] };
                for one in order {
                    one.turn().await?;
                }
            }
        }
        let missed = [("MISSED".to_owned(), "open".to_owned(), 2)];
        let of_missed: Vec<_> =
            alerts(&store).await?.into_iter().filter(|(kind, ..)| kind == "MISSED").collect();
        assert_eq!(of_missed, missed, "{engine:?}, {first} first");
        let life = life(&store, "missed/gmc-sync").await?;
        assert_eq!(life.iter().filter(|what| *what == "again").count(), 1, "{engine:?}, {first}: {life:?}");
        assert!(!life.iter().any(|what| what == "resolved"), "{engine:?}, {first} first: {life:?}");
    }
    Ok(())
}

fn clock_start() -> Timestamp {
    at("2026-11-24T23:59:00Z")
}

#[tokio::test]
async fn what_one_watch_closed_the_other_does_not_open_again() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        planned(&store).await?;
        let (fast, slow) = (VirtualClock::at(clock_start()), VirtualClock::at(clock_start()));
        let (ahead, behind) = (watch(&store, &fast, "ahead"), watch(&store, &slow, "behind"));
        let actor = Actor::person("ana", "the outage");
        let one = Override {
            id: "o-1".to_owned(),
            what: What::Target { url: "http://elsewhere.test".to_owned() },
            owner: actor.name.clone(),
            reason: actor.reason.clone(),
            answers: None,
            starts_at: clock_start(),
            ends_at: at("2026-11-25T00:00:00Z"),
            ended_at: None,
            ended_by: String::new(),
        };
        let mut tx = store.begin().await?;
        store::overrides::insert(&mut tx, &one, &actor, clock_start()).await?;
        tx.commit().await?;
        for second in [57, 58, 59, 60, 61] {
            slow.set(clock_start() + SignedDuration::from_secs(second));
            fast.set(slow.now() + SignedDuration::from_secs(1));
            ahead.turn().await?;
            behind.turn().await?;
        }
        assert_eq!(life(&store, "").await?, ["opened", "resolved"], "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_clock_that_ran_far_ahead_holds_no_alert_back() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        planned(&store).await?;
        let clock = VirtualClock::at(at("2026-11-25T09:00:00Z"));
        let watch = watch(&store, &clock, "a");
        watch.turn().await?;
        clock.set(at("2026-11-25T00:20:00Z"));
        let mut tx = store.begin().await?;
        store::run::skip(&mut tx, "run-1", "not tonight", clock.now()).await?;
        tx.commit().await?;
        watch.turn().await?;
        assert_eq!(alerts(&store).await?[0].1, "resolved", "{engine:?}");
    }
    Ok(())
}
