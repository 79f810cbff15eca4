//! Which notifications go together as one message, and which need not be sent at all; pure.

use std::collections::{BTreeMap, BTreeSet};

use store::notification::NotificationRow;
use store::outbox::SEALED;

use crate::channel::Message;

/// Messages sent in one go; what is beyond that goes together.
const MESSAGES_MAX: usize = 3;
/// After so many tries of one message, another is tried too: one that a receiver cannot digest must not stop the rest.
const TRIES_ALONE: u64 = 3;
/// And so many such messages at most while a channel fails, so that the rest can still go as one when it is back.
const ALONE_MAX: usize = 2;

/// One message to be sent.
#[derive(Clone, Debug)]
pub(super) struct Parcel {
    /// The message.
    pub message: Message,
    /// The notifications in it.
    pub rows: Vec<NotificationRow>,
    /// What is to be sealed: a batch, or all that is unsealed; `None` for what was sealed before.
    pub sealing: Option<Option<String>>,
    /// Whether nothing else is in hand after it.
    pub is_last: bool,
}

/// What is done with what was taken in hand.
#[derive(Debug, Default)]
pub(super) struct Load {
    /// To be sent, in order.
    pub parcels: Vec<Parcel>,
    /// Ids that a newer notification of the same alert makes needless.
    pub moot: Vec<String>,
}

/// Sorts what was taken in hand, oldest first. What was sealed stays as it is; of the rest only the newest of each alert is
/// told, and more than a few messages become one. A channel that fails is tried with one message.
pub(super) fn gather(rows: Vec<NotificationRow>, is_failing: bool, mint: &dyn Fn() -> String) -> Load {
    let (sealed, open): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.batch.starts_with(SEALED));
    let mut load = Load::default();
    let open = newest(open, &mut load.moot);
    let mut sealed: Vec<Parcel> =
        by_batch(sealed).into_iter().map(|(key, rows)| parcel(key, rows, None)).collect();
    let all = |rows: Vec<NotificationRow>| parcel(mint(), rows, Some(None));
    if is_failing {
        sealed.sort_by_key(|parcel| parcel.rows.iter().map(|row| row.attempts).min());
        let is_stuck = |parcel: &Parcel| parcel.rows.iter().all(|row| row.attempts >= TRIES_ALONE);
        let is_other_turn =
            !open.is_empty() && sealed.len() < ALONE_MAX && sealed.first().is_none_or(is_stuck);
        load.parcels = if is_other_turn { vec![all(open)] } else { sealed.into_iter().take(1).collect() };
    } else {
        sealed.truncate(MESSAGES_MAX);
        let room = MESSAGES_MAX - sealed.len();
        let batches = by_batch(open.clone());
        if batches.len() > room && room > 0 {
            sealed.push(all(open));
        } else if room > 0 {
            let each =
                |(batch, rows): (String, Vec<NotificationRow>)| parcel(mint(), rows, Some(Some(batch)));
            sealed.extend(batches.into_iter().map(each));
        }
        load.parcels = sealed;
    }
    if let Some(last) = load.parcels.last_mut() {
        last.is_last = true;
    }
    load
}

/// Keeps the newest of each alert; the others are moot.
fn newest(open: Vec<NotificationRow>, moot: &mut Vec<String>) -> Vec<NotificationRow> {
    let mut seen = BTreeSet::new();
    let mut kept: Vec<NotificationRow> = Vec::new();
    for row in open.into_iter().rev() {
        if seen.insert(row.about.clone()) {
            kept.push(row);
        } else {
            moot.push(row.id);
        }
    }
    kept.reverse();
    kept
}

/// Batches in the order of their oldest.
fn by_batch(rows: Vec<NotificationRow>) -> Vec<(String, Vec<NotificationRow>)> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut batches: Vec<(String, Vec<NotificationRow>)> = Vec::new();
    for row in rows {
        let place = *places.entry(row.batch.clone()).or_insert(batches.len());
        if place == batches.len() {
            batches.push((row.batch.clone(), Vec::new()));
        }
        if let Some((_, rows)) = batches.get_mut(place) {
            rows.push(row);
        }
    }
    batches
}

fn parcel(key: String, rows: Vec<NotificationRow>, sealing: Option<Option<String>>) -> Parcel {
    let instead_of = rows.iter().find_map(|row| row.stands_in_for.clone());
    let payloads = rows.iter().map(|row| row.payload.clone()).collect();
    Parcel { message: Message { key, payloads, instead_of }, rows, sealing, is_last: false }
}

#[cfg(test)]
mod tests {
    use domain::alert::Severity;
    use domain::notification::NoticeKind;
    use jiff::Timestamp;

    use super::*;
    use crate::channel::tests::payload;

    fn row(number: u64, about: &str, batch: &str) -> NotificationRow {
        NotificationRow {
            id: format!("n-{number}"),
            alert_id: Some(about.to_owned()),
            about: about.to_owned(),
            channel: "chat".to_owned(),
            kind: NoticeKind::Opened,
            sequence: number,
            batch: batch.to_owned(),
            severity: Severity::Page,
            payload: payload(),
            stands_in_for: None,
            state: "waiting".to_owned(),
            attempts: 0,
            next_try_at: Timestamp::UNIX_EPOCH,
            first_failed_at: None,
            last_answer: String::new(),
            delivered_at: None,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    /// The parcels as key, sealing and ids; and what is moot.
    fn seen(rows: Vec<NotificationRow>, is_failing: bool) -> (Vec<String>, Vec<String>) {
        let load = gather(rows, is_failing, &|| "message/new".to_owned());
        assert!(load.parcels.iter().rev().skip(1).all(|parcel| !parcel.is_last));
        let say = |parcel: &Parcel| {
            let ids: Vec<&str> = parcel.rows.iter().map(|row| row.id.as_str()).collect();
            let sealing = match &parcel.sealing {
                None => "kept",
                Some(None) => "all",
                Some(Some(batch)) => batch,
            };
            format!("{} {sealing}: {}", parcel.message.key, ids.join(" "))
        };
        (load.parcels.iter().map(say).collect(), load.moot)
    }

    #[test]
    fn what_was_written_together_goes_together() {
        let rows = vec![row(1, "a", "x"), row(2, "b", "y"), row(3, "c", "x")];
        assert_eq!(seen(rows, false).0, ["message/new x: n-1 n-3", "message/new y: n-2"]);
    }

    #[test]
    fn more_than_a_few_messages_become_one() {
        let rows: Vec<_> = (0..1_000).map(|n| row(n, &format!("a-{n}"), &format!("b-{n}"))).collect();
        let (parcels, moot) = seen(rows, false);
        assert_eq!((parcels.len(), moot.len()), (1, 0));
        assert!(parcels[0].starts_with("message/new all: n-0 n-1 "));
    }

    #[test]
    fn what_was_sealed_stays_as_it_is() {
        let rows = vec![row(1, "a", "message/1"), row(2, "a", "x"), row(3, "b", "message/1")];
        assert_eq!(seen(rows, false).0, ["message/1 kept: n-1 n-3", "message/new x: n-2"]);
    }

    #[test]
    fn of_an_alert_that_nobody_heard_of_only_the_newest_is_told() {
        let rows = vec![row(1, "a", "x"), row(2, "b", "x"), row(3, "a", "y")];
        let (parcels, moot) = seen(rows, false);
        assert_eq!(parcels, ["message/new x: n-2", "message/new y: n-3"]);
        assert_eq!(moot, ["n-1"]);
    }

    #[test]
    fn a_failing_channel_is_asked_by_one_message() {
        let tried = |attempts: u64| NotificationRow { attempts, ..row(1, "a", "message/1") };
        let more = || vec![row(2, "b", "x"), row(3, "c", "y")];
        assert_eq!(seen([vec![tried(2)], more()].concat(), true).0, ["message/1 kept: n-1"]);
        assert_eq!(seen([vec![tried(3)], more()].concat(), true).0, ["message/new all: n-2 n-3"], "stuck");
        let two =
            [vec![tried(3), NotificationRow { attempts: 4, ..row(4, "d", "message/2") }], more()].concat();
        assert_eq!(seen(two, true).0, ["message/1 kept: n-1"], "no third");
        assert_eq!(seen(more(), true).0, ["message/new all: n-2 n-3"]);
        assert_eq!(seen(vec![tried(9)], true).0, ["message/1 kept: n-1"]);
    }
}
