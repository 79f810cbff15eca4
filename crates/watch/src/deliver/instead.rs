//! What the second channel is told when the first does not take it; pure.

use jiff::Timestamp;
use store::channel_health::ChannelHealth;
use store::notification::{NewNotification, NotificationRow};

use crate::policy::Policies;

/// Whether the first channel was waited for long enough: since the message was written, or since the channel fails.
pub(super) fn is_due(
    row: &NotificationRow,
    policies: &Policies,
    health: &[ChannelHealth],
    now: Timestamp,
) -> bool {
    let Some(policy) = policies.of(&row.payload) else { return false };
    let failing = health.iter().find(|one| one.channel == row.channel && one.is_failing);
    let waited = |since: Timestamp| now.duration_since(since) >= policy.second_after;
    policy.second.is_some() && (waited(row.created_at) || failing.is_some_and(|one| waited(one.since)))
}

/// The message to the second channel; `None` where there is none but the one that failed.
pub(super) fn of(
    row: &NotificationRow,
    policies: &Policies,
    ids: (String, &str),
    now: Timestamp,
) -> Option<NewNotification> {
    let policy = policies.of(&row.payload)?;
    let second = [policy.second.as_deref(), Some(policy.first.as_str())];
    let second = second.into_iter().flatten().find(|name| *name != row.channel)?;
    let is_stand_in = row.stands_in_for.is_some();
    (!is_stand_in && row.alert_id.is_some()).then(|| NewNotification {
        id: ids.0,
        alert_id: row.alert_id.clone(),
        about: row.about.clone(),
        channel: second.to_owned(),
        sequence: row.sequence,
        batch: format!("{}/{second}", ids.1),
        severity: row.severity,
        payload: row.payload.clone(),
        stands_in_for: Some(row.channel.clone()),
        is_held_back: false,
        next_try_at: now,
    })
}
