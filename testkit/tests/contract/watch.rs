//! Facts of what the watch keeps: alerts with a life, the outbox, silences, channels and watchers.

use domain::alert::{AlertKind, Severity};
use domain::notification::{NextAction, NoticeKind, Payload};
use domain::scope::Actor;
use jiff::{SignedDuration, Timestamp};
use store::Tx;
use store::alert::{self, AlertRow};
use store::flip::NewFlip;
use store::notification::{self, NewNotification, Owed};
use store::outbox::{self, Claim, Hand};
use store::silence::Matcher;
use store::watcher::Watcher;
use store::{channel_health, flip, silence, watcher};
use testkit::engines;

use super::{Outcome, hour};

const CHAT: &str = "chat";

fn missed(id: &str) -> AlertRow {
    let kind = (AlertKind::Missed, Severity::Page);
    AlertRow {
        job: Some("gmc-sync".to_owned()),
        env: "test".to_owned(),
        bodies: vec!["1-AIIDWT".to_owned()],
        doctors_affected: 40,
        sentence: "Nobody began gmc-sync.".to_owned(),
        cause: "not_started".to_owned(),
        remedy: "Begin it.".to_owned(),
        next_action: "reval refresh".to_owned(),
        action: NextAction { label: "Refresh".to_owned(), method: "GET".to_owned(), url: "/runs".to_owned() },
        last_good: Some(hour(-24)),
        build: "1".to_owned(),
        config_hash: "abc".to_owned(),
        since: hour(0),
        evidence: "2020-11-13T00:05#1".to_owned(),
        ..AlertRow::new(id, "missed/gmc-sync", kind, hour(1))
    }
}

fn message(id: &str, sequence: u64) -> NewNotification {
    let alert = missed("alert-1");
    NewNotification {
        id: id.to_owned(),
        alert_id: Some(alert.id.clone()),
        about: alert.id,
        channel: CHAT.to_owned(),
        sequence,
        batch: "batch-1".to_owned(),
        severity: Severity::Page,
        payload: Payload {
            incident_key: alert.key,
            notice: NoticeKind::Opened,
            kind: alert.kind,
            severity: alert.severity,
            state: alert.state,
            env: alert.env,
            job: alert.job,
            bodies: alert.bodies,
            doctors_affected: 40,
            since: hour(0),
            last_good: alert.last_good,
            cause_class: alert.cause,
            sentence: alert.sentence,
            remedy: alert.remedy,
            next_action: alert.action,
            command: alert.next_action,
            run_id: None,
            build: alert.build,
            config_hash: alert.config_hash,
            times: 1,
            owner: None,
            asks_for: None,
            url: "/alerts/alert-1".to_owned(),
            at: hour(1),
        },
        stands_in_for: None,
        is_held_back: false,
        next_try_at: hour(1),
    }
}

async fn claimed(tx: &mut Tx, sender: &str, at: Timestamp) -> Result<Vec<String>, store::StoreError> {
    let claim =
        Claim { channel: CHAT, sender, lease: at, until: at + SignedDuration::from_secs(30), limit: 100 };
    Ok(outbox::claim(tx, &claim, at).await?.into_iter().map(|row| row.id).collect())
}

#[tokio::test]
async fn an_alert_is_what_was_opened_and_then_what_was_saved() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        let new = missed("alert-1");
        assert!(alert::open(&mut tx, &new, hour(1)).await?, "{engine:?}");
        assert!(!alert::open(&mut tx, &missed("alert-2"), hour(2)).await?, "{engine:?}: one a key");
        let opened = alert::live(&mut tx).await?.remove(0);
        assert_eq!(opened, new, "{engine:?}");
        let mut taken = opened.clone();
        taken.owner = Some("os:ana".to_owned());
        taken.acknowledged_at = Some(hour(3));
        taken.recovered_at = Some(hour(4));
        assert!(alert::save(&mut tx, &taken, hour(4)).await?, "{engine:?}");
        assert!(!alert::save(&mut tx, &opened, hour(4)).await?, "{engine:?}: it changed since it was read");
        let mut read = alert::get(&mut tx, "alert-1").await?.unwrap();
        assert_eq!((read.state.as_str(), read.version), ("recovered_unproven", 1), "{engine:?}");
        read.resolved_at = Some(hour(5));
        assert!(alert::save(&mut tx, &read, hour(5)).await?, "{engine:?}");
        assert!(alert::live(&mut tx).await?.is_empty(), "{engine:?}");
        assert!(alert::open(&mut tx, &missed("alert-2"), hour(6)).await?, "{engine:?}: resolved, so anew");
        let newest = alert::newest(&mut tx, &new.key).await?.unwrap();
        assert_eq!((newest.id.as_str(), newest.state.as_str()), ("alert-2", "open"), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_life_of_an_alert_is_numbered() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        alert::open(&mut tx, &missed("alert-1"), hour(1)).await?;
        for (number, what) in [(1, "opened"), (2, "acknowledged")] {
            let new =
                NewFlip { alert_id: "alert-1", what, sentence: "So it was.", run_id: None, actor: "watch" };
            assert_eq!(flip::insert(&mut tx, &new, hour(number)).await?, number as u64, "{engine:?}");
        }
        let life = flip::of_alert(&mut tx, "alert-1").await?;
        let steps: Vec<_> = life.iter().map(|flip| (flip.what.as_str(), flip.at)).collect();
        assert_eq!(steps, [("opened", hour(1)), ("acknowledged", hour(2))], "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_message_is_told_once_and_held_by_one_sender() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        alert::open(&mut tx, &missed("alert-1"), hour(1)).await?;
        assert!(notification::insert(&mut tx, &message("n-1", 1), hour(1)).await?, "{engine:?}");
        assert!(!notification::insert(&mut tx, &message("n-2", 1), hour(1)).await?, "{engine:?}: told once");
        assert_eq!(claimed(&mut tx, "a", hour(1)).await?, ["n-1"], "{engine:?}");
        assert!(claimed(&mut tx, "b", hour(1)).await?.is_empty(), "{engine:?}: a has it");
        assert_eq!(claimed(&mut tx, "b", hour(2)).await?, ["n-1"], "{engine:?}: a's claim has run out");
        let b = Hand { channel: CHAT, sender: "b", key: "message/1" };
        assert_eq!(outbox::seal(&mut tx, Hand { sender: "a", ..b }, None, hour(2)).await?, 0, "{engine:?}");
        assert_eq!(outbox::seal(&mut tx, b, Some("batch-1"), hour(2)).await?, 1, "{engine:?}");
        assert_eq!(outbox::failed(&mut tx, b, "503", hour(9), hour(2)).await?, 1, "{engine:?}");
        assert!(claimed(&mut tx, "b", hour(3)).await?.is_empty(), "{engine:?}: not before its time");
        assert!(!outbox::is_due(&mut tx, CHAT, hour(3), hour(3)).await?, "{engine:?}");
        assert_eq!(notification::undelivered(&mut tx).await?[0].first_failed_at, Some(hour(2)), "{engine:?}");
        assert_eq!(outbox::hasten(&mut tx, CHAT, hour(3)).await?, 1, "{engine:?}");
        assert!(outbox::is_due(&mut tx, CHAT, hour(3), hour(3)).await?, "{engine:?}");
        assert_eq!(claimed(&mut tx, "b", hour(3)).await?, ["n-1"], "{engine:?}");
        assert_eq!(
            outbox::seal(&mut tx, Hand { key: "message/2", ..b }, None, hour(3)).await?,
            0,
            "{engine:?}: for good"
        );
        assert_eq!(outbox::sent(&mut tx, b, "ok", hour(3)).await?, 1, "{engine:?}");
        assert_eq!(outbox::sent(&mut tx, b, "ok", hour(4)).await?, 0, "{engine:?}");
        let told = notification::of_alert(&mut tx, "alert-1").await?.remove(0);
        assert_eq!((told.state.as_str(), told.attempts, told.delivered_at), ("sent", 2, Some(hour(3))));
        assert_eq!(told.payload, message("", 0).payload, "{engine:?}");
        assert!(notification::undelivered(&mut tx).await?.is_empty(), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn what_nobody_heard_is_found_until_another_channel_is_told() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        alert::open(&mut tx, &missed("alert-1"), hour(1)).await?;
        notification::insert(&mut tx, &message("n-1", 1), hour(1)).await?;
        notification::insert(&mut tx, &message("n-2", 2), hour(2)).await?;
        let ids =
            |rows: Vec<notification::NotificationRow>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
        assert_eq!(ids(notification::unheard(&mut tx, hour(1)).await?), ["n-1"], "{engine:?}");
        channel_health::failing(&mut tx, CHAT, "404", hour(1)).await?;
        assert_eq!(
            ids(notification::unheard(&mut tx, hour(1)).await?),
            ["n-1", "n-2"],
            "{engine:?}: it fails"
        );
        let instead = NewNotification {
            channel: "mail".to_owned(),
            stands_in_for: Some(CHAT.to_owned()),
            ..message("n-3", 1)
        };
        assert!(notification::insert(&mut tx, &instead, hour(3)).await?, "{engine:?}");
        assert_eq!(ids(notification::unheard(&mut tx, hour(9)).await?), ["n-2"], "{engine:?}");
        let owed = notification::owed(&mut tx, hour(1)).await?;
        assert_eq!((owed.alerts, owed.oldest, owed.is_page), (1, Some(hour(1)), true), "{engine:?}");
        assert_eq!(
            notification::owed(&mut tx, hour(0)).await?,
            Owed::default(),
            "{engine:?}: it has time yet"
        );
        assert_eq!(claimed(&mut tx, "a", hour(3)).await?, ["n-1", "n-2"], "{engine:?}");
        assert!(outbox::moot(&mut tx, "n-1", hour(3)).await?, "{engine:?}");
        assert_eq!(outbox::release(&mut tx, CHAT, "a", hour(3)).await?, 1, "{engine:?}");
        assert_eq!(claimed(&mut tx, "b", hour(3)).await?, ["n-2"], "{engine:?}: let go");
    }
    Ok(())
}

#[tokio::test]
async fn what_is_held_back_waits_until_it_is_let_go() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        alert::open(&mut tx, &missed("alert-1"), hour(1)).await?;
        let new = NewNotification { is_held_back: true, ..message("n-1", 1) };
        notification::insert(&mut tx, &new, hour(1)).await?;
        assert!(claimed(&mut tx, "a", hour(2)).await?.is_empty(), "{engine:?}");
        let let_go = ("held_back", "waiting");
        assert_eq!(notification::move_on(&mut tx, "alert-1", let_go, hour(2), hour(2)).await?, 1);
        assert_eq!(claimed(&mut tx, "a", hour(2)).await?, ["n-1"], "{engine:?}");
        let moot = notification::move_on(&mut tx, "alert-1", ("waiting", "moot"), hour(2), hour(2)).await?;
        assert_eq!(moot, 0, "{engine:?}: a sender has it in hand");
        let actor = Actor::person("ana", "the GMC's change");
        let matcher = Matcher { matches: "job".to_owned(), value: "gmc-sync".to_owned() };
        let span = (hour(1), hour(9));
        silence::insert(&mut tx, "s-1", (&matcher, &actor), span, hour(1)).await?;
        let held = silence::in_force(&mut tx, hour(2)).await?.remove(0);
        assert_eq!((held.matcher, held.by, held.ends_at), (matcher, actor.name.clone(), hour(9)));
        assert!(silence::end(&mut tx, "s-1", &actor, hour(3)).await?, "{engine:?}");
        assert!(silence::in_force(&mut tx, hour(3)).await?.is_empty(), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_channel_is_failing_since_its_first_failure_in_a_row() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        channel_health::well(&mut tx, CHAT, "ok", hour(1)).await?;
        channel_health::receipt(&mut tx, CHAT, "2020-11-13", hour(1)).await?;
        channel_health::failing(&mut tx, CHAT, "404", hour(2)).await?;
        channel_health::failing(&mut tx, CHAT, "404", hour(3)).await?;
        let health = channel_health::all(&mut tx).await?.remove(0);
        assert_eq!((health.is_failing, health.since, health.failures), (true, hour(2), 2), "{engine:?}");
        assert_eq!((health.receipt_for.as_str(), health.receipt_at), ("2020-11-13", Some(hour(1))));
        channel_health::well(&mut tx, CHAT, "ok", hour(4)).await?;
        let health = channel_health::all(&mut tx).await?.remove(0);
        assert_eq!((health.is_failing, health.since, health.failures), (false, hour(4), 0), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn watchers_see_each_other_until_they_leave() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        let seen = |at: Timestamp, can_alert: bool| Watcher {
            node: "a".to_owned(),
            started_at: hour(1),
            beat_at: at,
            can_alert,
            build: "1".to_owned(),
            config_hash: "abc".to_owned(),
        };
        watcher::beat(&mut tx, &seen(hour(1), true), hour(1)).await?;
        watcher::beat(&mut tx, &seen(hour(2), false), hour(2)).await?;
        assert_eq!(watcher::all(&mut tx).await?, [seen(hour(2), false)], "{engine:?}");
        watcher::leave(&mut tx, "a").await?;
        assert!(watcher::all(&mut tx).await?.is_empty(), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_caller_that_goes_away_as_it_begins_leaves_no_transaction_behind() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        for wait in (0..300).map(|n| std::time::Duration::from_micros(n * 10)) {
            // A page whose reader has gone.
            drop(tokio::time::timeout(wait, store.read()).await);
            let mut tx = store.begin().await?;
            channel_health::well(&mut tx, CHAT, "ok", hour(1)).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}
