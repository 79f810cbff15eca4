//! Facts of delivery: to receivers on real sockets, from a real outbox of either engine.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::alert::{AlertKind, Severity};
use domain::clock::{Clock, IdSource, VirtualClock};
use domain::notification::{NextAction, NoticeKind, Payload};
use domain::secret::Secret;
use jiff::SignedDuration;
use store::alert::AlertRow;
use store::notification::NewNotification;
use store::{LeaseClock, Store, StoreError, channel_health, notification};
use testkit::engines;
use watch::channel::{Channel, Notify, Way};
use watch::deliver::{Delivery, Rest};
use watch::policy::{Policies, Policy};

use super::receiver::{Manner, OK, Receiver};
use super::{Outcome, at};

pub fn delivery(store: &Store, clock: &VirtualClock, channels: &[Channel], policy: Policy) -> Delivery {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Delivery {
        store: store.clone(),
        clock: Arc::new(clock.clone()),
        lease_clock: LeaseClock::Program,
        ids: Arc::new(IdSource::new(11)),
        channels: channels.to_vec(),
        policies: Policies::new(vec![policy]),
        heartbeat: None,
        sender: "node/test/1".to_owned(),
        pages: "https://reval.example.org".to_owned(),
    }
}

fn payload(key: &str, clock: &VirtualClock) -> Payload {
    Payload {
        incident_key: key.to_owned(),
        notice: NoticeKind::Opened,
        kind: AlertKind::Failed.word().to_owned(),
        severity: "warn".to_owned(),
        state: "open".to_owned(),
        env: "test".to_owned(),
        job: None,
        bodies: Vec::new(),
        doctors_affected: 0,
        since: clock.now(),
        last_good: None,
        cause_class: "busy".to_owned(),
        sentence: "A sample.".to_owned(),
        remedy: String::new(),
        next_action: NextAction::default(),
        command: String::new(),
        run_id: None,
        build: "1".to_owned(),
        config_hash: "abc".to_owned(),
        times: 1,
        owner: None,
        asks_for: None,
        url: "http://reval.test/alerts".to_owned(),
        at: clock.now(),
    }
}

/// Opens an alert with a message to `chat`, as the watch would.
async fn alarm(store: &Store, clock: &VirtualClock, number: u64, batch: &str) -> Result<String, StoreError> {
    let (id, key, now) = (format!("alert-{number}"), format!("failed/{number}"), clock.now());
    let mut tx = store.begin().await?;
    let alert = AlertRow::new(id.as_str(), &key, (AlertKind::Failed, Severity::Warn), now);
    store::alert::open(&mut tx, &alert, now).await?;
    let new = NewNotification {
        id: format!("n-{number}"),
        alert_id: Some(id.clone()),
        about: id,
        channel: "chat".to_owned(),
        sequence: 1,
        batch: batch.to_owned(),
        severity: Severity::Warn,
        payload: payload(&key, clock),
        stands_in_for: None,
        is_held_back: false,
        next_try_at: now,
    };
    notification::insert(&mut tx, &new, now).await?;
    tx.commit().await?;
    Ok(key)
}

pub fn clock() -> VirtualClock {
    VirtualClock::at(at("2026-11-25T00:12:00Z"))
}

async fn is_failing(store: &Store, channel: &str) -> Result<bool, StoreError> {
    let health = channel_health::all(&mut store.read().await?).await?;
    Ok(health.iter().any(|one| one.channel == channel && one.is_failing))
}

async fn owed(store: &Store) -> Result<usize, StoreError> {
    Ok(notification::undelivered(&mut store.read().await?).await?.len())
}

#[tokio::test]
async fn delivered_is_what_the_receiver_says_it_has() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let (clock, receiver) = (clock(), Receiver::start().await);
        let chat = receiver.slack("chat");
        let delivery = delivery(&store, &clock, std::slice::from_ref(&chat), Policy::to("chat", None));
        alarm(&store, &clock, 1, "b").await?;
        let mut rest = Rest::default();
        // Slack says no with status 200 as well, a redirect goes nowhere, and an error is an error.
        let refusals = [
            Manner::Says(200, "no_service", None),
            Manner::Says(302, "", Some("http://127.0.0.1:1/")),
            Manner::Says(500, "rollup_error", None),
        ];
        for (tries, manner) in refusals.into_iter().enumerate() {
            receiver.is(manner.clone());
            let sent = delivery.turn(&chat, &mut rest).await?;
            assert_eq!((sent.refused, receiver.got().len()), (1, tries + 1), "{engine:?}: {manner:?}");
            assert_eq!((owed(&store).await?, is_failing(&store, "chat").await?), (1, true), "{engine:?}");
            let before = delivery.turn(&chat, &mut rest).await?;
            assert_eq!(before, Default::default(), "{engine:?}: not before its time");
            clock.advance(SignedDuration::from_secs(4));
        }
        receiver.is(OK);
        assert_eq!(delivery.turn(&chat, &mut rest).await?.notifications, 1, "{engine:?}");
        assert_eq!((owed(&store).await?, is_failing(&store, "chat").await?), (0, false), "{engine:?}");
        let keys: BTreeSet<String> = receiver.got().into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys.len(), 1, "{engine:?}: the same key at each try");
    }
    Ok(())
}

#[tokio::test]
async fn a_hundred_deaths_in_mid_send_lose_nothing_and_repeat_the_same_key_only() -> Outcome {
    const DEATHS: u64 = 100;
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let (clock, receiver) = (clock(), Receiver::start().await);
        let hook = receiver.webhook("chat");
        let delivery = delivery(&store, &clock, std::slice::from_ref(&hook), Policy::to("chat", None));
        let mut chance = fastrand::Rng::with_seed(20_201_113);
        let (mut deaths, mut number, mut told) = (0, 0, BTreeSet::new());
        while deaths < DEATHS {
            for _ in 0..chance.u64(0..3) {
                number += 1;
                told.insert(alarm(&store, &clock, number, &format!("b-{}", number / 2)).await?);
            }
            // Half of the deaths come while the receiver has the message and has not answered; half at any moment.
            let is_unanswered = chance.bool();
            receiver.is(if is_unanswered { Manner::Hangs } else { OK });
            let (mut rest, before) = (Rest::default(), receiver.got().len());
            let long = Duration::from_micros(chance.u64(0..12_000));
            let is_dead = tokio::select! {
                _ = delivery.turn(&hook, &mut rest) => false,
                () = receiver.has_more_than(before), if is_unanswered => true,
                () = tokio::time::sleep(long), if !is_unanswered => true,
            };
            deaths += u64::from(is_dead);
            // The claim of whoever died runs out.
            clock.advance(SignedDuration::from_secs(61));
        }
        receiver.is(OK);
        let mut rest = Rest::default();
        while owed(&store).await? > 0 {
            delivery.turn(&hook, &mut rest).await?;
            clock.advance(SignedDuration::from_secs(61));
        }
        let got = receiver.got();
        let mut by_key: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut heard = BTreeSet::new();
        for (key, body) in &got {
            let keys: Vec<String> = serde_json::from_value(body["incident_keys"].clone()).unwrap();
            heard.extend(keys.iter().cloned());
            let first = by_key.entry(key.clone()).or_insert_with(|| keys.clone());
            assert_eq!(*first, keys, "{engine:?}: a key stands for the same message at each try");
        }
        assert_eq!(heard, told, "{engine:?}: nothing is lost");
        let repeats = got.len() - by_key.len();
        assert!(repeats as u64 <= DEATHS, "{engine:?}: {repeats} repeats of {DEATHS} deaths");
        assert!(repeats > 10, "{engine:?}: only {repeats} deaths came in mid-send: the test is broken");
    }
    Ok(())
}

#[tokio::test]
async fn a_thousand_that_wait_are_one_message_with_a_count() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let (clock, receiver) = (clock(), Receiver::start().await);
        let hook = receiver.webhook("chat");
        let delivery = delivery(&store, &clock, std::slice::from_ref(&hook), Policy::to("chat", None));
        let told = (0..1_000).map(|number| format!("failed/{number}"));
        for number in 0..1_000 {
            alarm(&store, &clock, number, &format!("b-{number}")).await?;
        }
        let sent = delivery.turn(&hook, &mut Rest::default()).await?;
        assert_eq!((sent.messages, sent.notifications), (1, 1_000), "{engine:?}");
        let (_, body) = receiver.got().remove(0);
        assert_eq!((&body["count"], &body["left_out"]), (&1_000.into(), &900.into()), "{engine:?}");
        let keys: BTreeSet<String> = serde_json::from_value(body["incident_keys"].clone()).unwrap();
        assert_eq!(keys, told.collect(), "{engine:?}: of each the key");
    }
    Ok(())
}

#[tokio::test]
async fn when_a_channel_returns_what_waits_is_there_within_a_minute_as_one_message() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let (clock, receiver) = (clock(), Receiver::start().await);
        let hook = receiver.webhook("chat");
        let delivery = delivery(&store, &clock, std::slice::from_ref(&hook), Policy::to("chat", None));
        receiver.is(Manner::Says(404, "no_service", None));
        let mut rest = Rest::default();
        for number in 0..480 {
            if number % 4 == 0 {
                alarm(&store, &clock, number, &format!("b-{number}")).await?;
            }
            delivery.turn(&hook, &mut rest).await?;
            clock.advance(SignedDuration::from_secs(15));
        }
        let tries = receiver.got().len();
        assert!(tries < 260, "{engine:?}: asked {tries} times in two hours");
        receiver.is(OK);
        let back = clock.now();
        while owed(&store).await? > 0 {
            delivery.turn(&hook, &mut rest).await?;
            clock.advance(SignedDuration::from_secs(1));
        }
        let took = clock.now().duration_since(back).as_secs();
        let after = receiver.got().len() - tries;
        assert!(took <= 60 && after <= 3, "{engine:?}: {after} messages within {took} seconds");
    }
    Ok(())
}

#[tokio::test]
async fn a_receiver_that_asks_to_be_left_alone_is() -> Outcome {
    let engine = engines()[0];
    let (store, _scratch) = testkit::store(engine).await;
    let (clock, receiver) = (clock(), Receiver::start().await);
    let chat = receiver.slack("chat");
    let delivery = delivery(&store, &clock, std::slice::from_ref(&chat), Policy::to("chat", None));
    alarm(&store, &clock, 1, "b").await?;
    receiver.is(Manner::Says(429, "slow down", Some("120")));
    let mut rest = Rest::default();
    delivery.turn(&chat, &mut rest).await?;
    receiver.is(OK);
    alarm(&store, &clock, 2, "c").await?;
    clock.advance(SignedDuration::from_secs(119));
    assert_eq!(delivery.turn(&chat, &mut rest).await?.messages, 0);
    clock.advance(SignedDuration::from_secs(1));
    assert_eq!(delivery.turn(&chat, &mut rest).await?.messages, 1);
    assert_eq!(delivery.turn(&chat, &mut rest).await?.messages, 1);
    Ok(())
}

#[tokio::test]
async fn the_second_channel_is_told_after_ten_minutes_or_at_once_where_waiting_is_vain() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let (clock, first, second) = (clock(), Receiver::start().await, Receiver::start().await);
        let (chat, mail) = (first.slack("chat"), second.webhook("mail"));
        let channels = [chat.clone(), mail.clone()];
        let delivery = delivery(&store, &clock, &channels, Policy::to("chat", Some("mail")));
        let (mut rest, mut other) = (Rest::default(), Rest::default());
        first.is(Manner::Says(503, "busy", None));
        alarm(&store, &clock, 1, "b").await?;
        delivery.turn(&chat, &mut rest).await?;
        clock.advance(SignedDuration::from_secs(599));
        assert_eq!(delivery.instead().await?, 0, "{engine:?}: ten minutes are not over");
        clock.advance(SignedDuration::from_secs(1));
        assert_eq!((delivery.instead().await?, delivery.instead().await?), (1, 0), "{engine:?}: once");
        assert_eq!(delivery.turn(&mail, &mut other).await?.messages, 1, "{engine:?}");
        let (_, body) = second.got().remove(0);
        assert!(body["sentence"].as_str().unwrap().contains("because the channel chat does not take it"));
        // It has been failing for long, so nobody waits again.
        alarm(&store, &clock, 2, "c").await?;
        assert_eq!(delivery.instead().await?, 1, "{engine:?}");
        // A channel that is well and then is gone for good: the very try tells the second.
        first.is(OK);
        clock.advance(SignedDuration::from_secs(60));
        while delivery.turn(&chat, &mut rest).await?.messages > 0 {}
        first.is(Manner::Says(404, "no_service", None));
        alarm(&store, &clock, 3, "d").await?;
        delivery.turn(&chat, &mut rest).await?;
        delivery.turn(&mail, &mut other).await?;
        let keys: Vec<_> =
            second.got().into_iter().map(|(_, body)| body["incident_keys"].to_string()).collect();
        assert!(keys.iter().any(|keys| keys.contains("failed/3")), "{engine:?}: {keys:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_receiver_that_hangs_delays_no_other() -> Outcome {
    let engine = engines()[0];
    let (store, _scratch) = testkit::store(engine).await;
    let (clock, hung, well) = (clock(), Receiver::start().await, Receiver::start().await);
    hung.is(Manner::Hangs);
    let channels = [hung.slack("chat"), well.webhook("mail")];
    let delivery = delivery(&store, &clock, &channels, Policy::to("chat", Some("mail")));
    alarm(&store, &clock, 1, "b").await?;
    let going = Arc::new(AtomicBool::new(true));
    let is_going = Arc::clone(&going);
    let kept = tokio::spawn({
        let delivery = delivery.clone();
        async move { delivery.keep(Arc::new(move || is_going.load(Ordering::Relaxed))).await }
    });
    let until = |is_so: Box<dyn Fn() -> bool + Send>| async move {
        for _ in 0..1_000 {
            if is_so() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it did not come to be so within ten seconds");
    };
    let seen = hung.clone();
    until(Box::new(move || !seen.got().is_empty())).await;
    clock.advance(SignedDuration::from_mins(10));
    let seen = well.clone();
    until(Box::new(move || !seen.got().is_empty())).await;
    going.store(false, Ordering::Relaxed);
    kept.abort();
    Ok(())
}

#[tokio::test]
async fn an_address_inside_is_refused_when_connecting_and_never_shown() -> Outcome {
    let engine = engines()[0];
    let (store, _scratch) = testkit::store(engine).await;
    let (clock, receiver) = (clock(), Receiver::start().await);
    let guarded = Channel { may_be_private: false, ..receiver.webhook("chat") };
    let delivery = delivery(&store, &clock, std::slice::from_ref(&guarded), Policy::to("chat", None));
    let refusal = delivery.test(&guarded, payload("test/chat", &clock)).await?.unwrap_err();
    assert!(refusal.is_final && refusal.answer.contains("127.0.0.1"), "{refusal:?}");
    assert!(receiver.got().is_empty());
    // A receiver that is away is named without the secret in its address.
    let away = Channel { may_be_private: true, ..guarded };
    let gone = Receiver::start().await.webhook("gone");
    receiver.is(Manner::Says(500, "POST /hook/secret-token failed", None));
    let refusal = delivery.test(&away, payload("test/chat", &clock)).await?.unwrap_err();
    assert!(!refusal.answer.contains("secret-token") && refusal.answer.starts_with("500"), "{refusal:?}");
    drop(gone);
    Ok(())
}

#[tokio::test]
async fn each_kind_of_receiver_has_its_own_receipt() -> Outcome {
    let (store, _scratch) = testkit::store(engines()[0]).await;
    let (clock, receiver) = (clock(), Receiver::start().await);
    let notify_key = format!("team-{0}-{0}", "26785a09-ab16-4eb0-8407-a37497a57506");
    let notify = |url| {
        let (key, template, to) = (Secret::new(notify_key.clone()), "t".to_owned(), "a@t.example".to_owned());
        Way::Notify(Box::new(Notify { url, key, template, to }))
    };
    let kinds = [
        (receiver.of(|url| Way::Teams { url }), vec![(200, true), (202, true), (201, false), (400, false)]),
        (
            receiver.of(|url| Way::PagerDuty { url, key: Secret::new("k") }),
            vec![(202, true), (200, false), (400, false), (429, false)],
        ),
        (receiver.of(notify), vec![(201, true), (200, false), (403, false)]),
    ];
    for (channel, statuses) in kinds {
        let delivery = delivery(&store, &clock, std::slice::from_ref(&channel), Policy::to("chat", None));
        for (status, is_taken) in statuses {
            receiver.is(Manner::Says(status, "{}", None));
            let answer = delivery.test(&channel, payload("test/chat", &clock)).await?;
            assert_eq!(answer.is_ok(), is_taken, "{} {status}: {answer:?}", channel.kind());
        }
    }
    Ok(())
}
