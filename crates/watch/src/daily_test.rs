//! The daily test: each channel gets a message each day, and one without a receipt is an alert before anybody needs it.

use domain::alert::{AlertKind, Severity};
use domain::clock::IdSource;
use domain::notification::{NextAction, NoticeKind, Payload};
use jiff::Timestamp;
use jiff::civil::Date;
use store::notification::NewNotification;
use store::{StoreError, Tx};

use crate::declared::Declared;
use crate::policy::Policies;

/// What the daily test of a day is called before the day.
pub(crate) const DAILY_TEST: &str = "test/";

/// The day of the daily test that is due and was not written for every channel yet.
pub(crate) async fn due(
    tx: &mut Tx,
    policies: &Policies,
    now: Timestamp,
) -> Result<Option<Date>, StoreError> {
    let Some(test) = &policies.daily_test else { return Ok(None) };
    let Some(day) = test.day(&policies.hours, now) else { return Ok(None) };
    let written = store::notification::tested(tx, &format!("{DAILY_TEST}{day}")).await?;
    Ok(Some(day).filter(|_| test.channels.iter().any(|channel| !written.contains(channel))))
}

/// Writes the test of a day for every channel; gives how many were written.
pub(crate) async fn write(
    tx: &mut Tx,
    rules: (&Declared, &Policies),
    day: Date,
    means: (&IdSource, Timestamp),
) -> Result<u64, StoreError> {
    let ((declared, policies), (ids, now)) = (rules, means);
    let mut written = 0;
    for channel in policies.daily_test.iter().flat_map(|test| &test.channels) {
        let new = NewNotification {
            id: ids.mint(now),
            alert_id: None,
            about: format!("{DAILY_TEST}{day}"),
            channel: channel.clone(),
            sequence: 1,
            batch: format!("{DAILY_TEST}{day}/{channel}"),
            severity: Severity::Notice,
            payload: payload(declared, channel, day, now),
            stands_in_for: None,
            is_held_back: false,
            next_try_at: now,
        };
        written += u64::from(store::notification::insert(tx, &new, now).await?);
    }
    Ok(written)
}

fn payload(declared: &Declared, channel: &str, day: Date, now: Timestamp) -> Payload {
    Payload {
        incident_key: format!("{DAILY_TEST}{channel}/{day}"),
        notice: NoticeKind::Test,
        kind: AlertKind::Delivery.word().to_owned(),
        severity: Severity::Notice.word().to_owned(),
        // Over from the start: a pager shall not ring.
        state: "resolved".to_owned(),
        env: declared.environment.clone(),
        job: None,
        bodies: Vec::new(),
        doctors_affected: 0,
        since: now,
        last_good: None,
        cause_class: "test".to_owned(),
        sentence: format!(
            "The daily test of the channel {channel}. Nothing is wrong, and nothing is to be done."
        ),
        remedy: String::new(),
        next_action: NextAction::default(),
        command: String::new(),
        run_id: None,
        build: declared.build.clone(),
        config_hash: declared.config_hash.clone(),
        times: 1,
        owner: None,
        asks_for: None,
        url: format!("{}/alerts", declared.public_url),
        at: now,
    }
}
