//! How everything is, in depth: for people and programs that ask why, never for a balancer, which must not turn away from
//! pages because data are old.

use domain::freshness::Age;
use domain::run::RunState;
use jiff::{SignedDuration, Timestamp};
use store::Tx;
use store::notification::Owed;

use crate::fault::Fault;
use crate::freshness::{Freshness, ListFreshness};
use crate::place::Ops;
use crate::rows::{AlertRow, ChannelHealth};

/// Alerts, holds and runs looked through.
const LOOKED_AT: u64 = 200;
/// How long a message may wait before it counts as undelivered without a try.
const TRY_WITHIN: SignedDuration = SignedDuration::from_mins(2);
/// How long an alert that should wake somebody may wait before nothing is well any more. Source: the second channel is told
/// after ten minutes.
const WAKE_WITHIN: SignedDuration = SignedDuration::from_mins(12);
/// A watch says every ten seconds that it lives.
const SILENT: SignedDuration = SignedDuration::from_secs(120);

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// All is well.
    Well,
    /// Something needs a person.
    Degraded,
    /// People are not told, or nobody watches.
    Failed,
}

impl Condition {
    /// The word shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Well => "ok",
            Self::Degraded => "degraded",
            Self::Failed => "failed",
        }
    }
}

/// What is not well, as a closed word for programs; `docs/alerts.md` says which other check covers each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// A list is older than promised.
    ListLate,
    /// The last attempt did not refresh it.
    ListNotRefreshed,
    /// It is far older than promised.
    ListStale,
    /// It was never published.
    ListNeverLoaded,
    /// A channel takes no message.
    ChannelFailing,
    /// Alerts have reached nobody.
    AlertsUndelivered,
    /// No watch looks.
    NobodyWatches,
    /// Counts or rows are not as they must be.
    Drift,
    /// The store is away.
    Store,
}

impl Code {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::ListLate,
        Self::ListNotRefreshed,
        Self::ListStale,
        Self::ListNeverLoaded,
        Self::ChannelFailing,
        Self::AlertsUndelivered,
        Self::NobodyWatches,
        Self::Drift,
        Self::Store,
    ];

    /// The word shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::ListLate => "list_late",
            Self::ListNotRefreshed => "list_not_refreshed",
            Self::ListStale => "list_stale",
            Self::ListNeverLoaded => "list_never_loaded",
            Self::ChannelFailing => "channel_failing",
            Self::AlertsUndelivered => "alerts_undelivered",
            Self::NobodyWatches => "nobody_watches",
            Self::Drift => "drift",
            Self::Store => "store",
        }
    }
}

/// Why it is not well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What it is.
    pub code: Code,
    /// The list, channel or alert; perhaps empty.
    pub about: String,
    /// Plain words, no personal data.
    pub sentence: String,
    /// Since when.
    pub since: Option<Timestamp>,
    /// How bad.
    pub condition: Condition,
}

/// What has waited longest for something to happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// run, hold or notification.
    pub what: &'static str,
    /// Its id; of notifications none.
    pub id: Option<String>,
    /// Since when.
    pub since: Timestamp,
}

/// How everything is.
#[derive(Clone, Debug)]
pub struct Health {
    /// Every list.
    pub freshness: Freshness,
    /// What nobody was told of.
    pub owed: Owed,
    /// The channels that were ever used.
    pub channels: Vec<ChannelHealth>,
    /// What waits longest.
    pub stuck: Option<Stuck>,
    /// Why it is not well.
    pub reasons: Vec<Reason>,
}

impl Health {
    /// How bad it is as a whole.
    pub fn condition(&self) -> Condition {
        self.reasons.iter().map(|reason| reason.condition).max().unwrap_or(Condition::Well)
    }
}

impl Ops {
    /// Reads how everything is.
    pub async fn health(&self) -> Result<Health, Fault> {
        let mut tx = self.read().await?;
        let freshness = self.freshness_in(&mut tx, &self.every_body()).await?;
        let now = freshness.at;
        let owed = owed(&mut tx, now).await?;
        let channels = store::channel_health::all(&mut tx).await?;
        let alerts = store::alert::live(&mut tx).await?;
        let beat = store::watcher::all(&mut tx).await?.into_iter().map(|watcher| watcher.beat_at).max();
        let stuck = stuck(&mut tx, &owed, now).await?;
        let lists = freshness.bodies.iter().chain([&freshness.tis]);
        let reasons = lists
            .filter_map(of_list)
            .chain(channels.iter().filter_map(of_channel))
            .chain(of_owed(&owed, now))
            .chain(of_watch(beat, now))
            .chain(alerts.iter().filter(|alert| alert.kind == "DRIFT").map(of_drift))
            .collect();
        Ok(Health { freshness, owed, channels, stuck, reasons })
    }

    /// How many alerts have reached nobody; asked for each second, for the line on every page.
    pub async fn unheard(&self) -> Result<u64, Fault> {
        Ok(owed(&mut self.read().await?, self.clock.now()).await?.alerts)
    }
}

async fn owed(tx: &mut Tx, now: Timestamp) -> Result<Owed, Fault> {
    Ok(store::notification::owed(tx, now.saturating_sub(TRY_WITHIN).unwrap_or(Timestamp::MIN)).await?)
}

async fn stuck(tx: &mut Tx, owed: &Owed, now: Timestamp) -> Result<Option<Stuck>, Fault> {
    let runs = store::run::recent(tx, LOOKED_AT).await?;
    let is_late = |at: &Timestamp| *at < now;
    let late = runs.into_iter().filter(|run| run.state == RunState::Running);
    let late = late.filter_map(|run| {
        let since = run.finish_by.filter(is_late)?;
        Some(Stuck { what: "run", id: Some(run.id), since })
    });
    let holds = store::hold::recent(tx, LOOKED_AT).await?;
    let waiting = holds.into_iter().filter(|hold| hold.state.is_open());
    let waiting = waiting.map(|hold| Stuck { what: "hold", id: Some(hold.id), since: hold.created_at });
    let unheard = owed.oldest.map(|since| Stuck { what: "notification", id: None, since });
    Ok(late.chain(waiting).chain(unheard).min_by_key(|stuck| stuck.since))
}

fn of_list(list: &ListFreshness) -> Option<Reason> {
    let (code, what) = match list.age {
        Age::Fresh => return None,
        Age::Amber if list.reason.is_empty() => (Code::ListLate, "is older than promised"),
        Age::Amber => (Code::ListNotRefreshed, "was not refreshed by the last attempt"),
        Age::Red => (Code::ListStale, "is far older than promised"),
        Age::Never => (Code::ListNeverLoaded, "was never published"),
    };
    Some(Reason {
        code,
        about: list.code.clone(),
        sentence: format!("The list of {} {what}.", list.name),
        since: list.data_as_of,
        condition: Condition::Degraded,
    })
}

fn of_channel(channel: &ChannelHealth) -> Option<Reason> {
    channel.is_failing.then(|| Reason {
        code: Code::ChannelFailing,
        about: channel.channel.clone(),
        sentence: format!("The channel {} takes no message: {}.", channel.channel, channel.last_answer),
        since: Some(channel.since),
        condition: Condition::Degraded,
    })
}

fn of_owed(owed: &Owed, now: Timestamp) -> Option<Reason> {
    let is_long = owed.oldest.is_some_and(|oldest| now.duration_since(oldest) >= WAKE_WITHIN);
    (owed.alerts > 0).then(|| Reason {
        code: Code::AlertsUndelivered,
        about: String::new(),
        sentence: format!("{} alerts have reached nobody over any channel.", owed.alerts),
        since: owed.oldest,
        condition: if is_long && owed.is_page { Condition::Failed } else { Condition::Degraded },
    })
}

fn of_watch(beat: Option<Timestamp>, now: Timestamp) -> Option<Reason> {
    let is_silent = beat.is_none_or(|beat| now.duration_since(beat) > SILENT);
    is_silent.then(|| Reason {
        code: Code::NobodyWatches,
        about: String::new(),
        sentence: "No watch looks: start `reval serve` or `reval watch`.".to_owned(),
        since: beat,
        condition: Condition::Failed,
    })
}

fn of_drift(alert: &AlertRow) -> Reason {
    Reason {
        code: Code::Drift,
        about: alert.key.clone(),
        sentence: alert.sentence.clone(),
        since: Some(alert.since),
        condition: Condition::Degraded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_that_should_wake_somebody_and_reached_nobody_is_a_failure() {
        let now = Timestamp::UNIX_EPOCH;
        let owed = |minutes: i64, is_page| Owed {
            alerts: 1,
            oldest: now.checked_sub(SignedDuration::from_mins(minutes)).ok(),
            is_page,
        };
        let condition = |owed: Owed| of_owed(&owed, now).map(|reason| reason.condition);
        assert_eq!(condition(Owed::default()), None);
        assert_eq!(condition(owed(11, true)), Some(Condition::Degraded));
        assert_eq!(condition(owed(12, true)), Some(Condition::Failed));
        assert_eq!(condition(owed(600, false)), Some(Condition::Degraded));
    }

    #[test]
    fn nobody_who_watches_is_a_failure() {
        let now = Timestamp::UNIX_EPOCH;
        let seconds = |seconds| now.checked_sub(SignedDuration::from_secs(seconds)).ok();
        assert_eq!(of_watch(seconds(120), now), None);
        assert_eq!(of_watch(seconds(121), now).map(|reason| reason.code), Some(Code::NobodyWatches));
        assert_eq!(of_watch(None, now).map(|reason| reason.condition), Some(Condition::Failed));
    }
}
