//! One turn of the watch: facts, findings, and what changes, with what people are told, in one transaction.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::alert::Severity;
use domain::clock::{Clock, IdSource};
use domain::notification::{NextAction, NoticeKind, Payload};
use jiff::{SignedDuration, Timestamp};
use store::alert::AlertRow;
use store::flip::NewFlip;
use store::notification::NewNotification;
use store::silence::SilenceRow;
use store::watcher::Watcher;
use store::{LeaseClock, Store, StoreError, Tx};

use crate::daily_test;
use crate::declared::Declared;
use crate::detect;
use crate::facts::Facts;
use crate::finding::Finding;
use crate::load;
use crate::policy::Policies;
use crate::reconcile::{Change, is_old, reconcile};

/// Who acts where the watch does.
const ACTOR: &str = "watch";
/// How often a watch says that it lives; the others call it silent after twelve times as long.
const BEAT: SignedDuration = SignedDuration::from_secs(10);

/// A watch over one store.
pub struct Watch {
    /// The store.
    pub store: Store,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Whose clock other watchers are compared by.
    pub lease_clock: LeaseClock,
    /// Identifiers.
    pub ids: Arc<IdSource>,
    /// What should happen.
    pub declared: Declared,
    /// Where this watches.
    pub node: String,
    /// Who is told.
    pub policies: Policies,
}

/// What a turn came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// Alerts opened.
    pub opened: u64,
    /// Alerts resolved.
    pub resolved: u64,
    /// Notifications written.
    pub notices: u64,
}

impl Watch {
    /// Looks once and writes down what changed.
    pub async fn turn(&self) -> Result<Turn, StoreError> {
        Ok(self.look().await?.0)
    }

    /// The same, with what was seen.
    pub async fn look(&self) -> Result<(Turn, Facts), StoreError> {
        let at = self.clock.now();
        // What is looked at for long is read beside the writers; the transaction that writes is short.
        let mut reading = self.store.read().await?;
        let facts = load::facts(&mut reading, &self.declared, &self.node, at).await?;
        let live = store::alert::live(&mut reading).await?;
        let test = daily_test::due(&mut reading, &self.policies, at).await?;
        drop(reading);
        let findings = detect::all(&facts, &self.declared.under(&facts.overrides));
        if test.is_none() && self.is_quiet(&facts, &findings, &closable(live.clone(), &findings, &facts)) {
            return Ok((Turn::default(), facts));
        }
        let mut tx = self.store.begin().await?;
        let mut turn = self.settle(&mut tx, &findings, (&facts, &live, at)).await?;
        if let Some(day) = test {
            turn.notices += daily_test::write(&mut tx, self.rules(), day, (&self.ids, at)).await?;
        }
        tx.commit().await?;
        Ok((turn, facts))
    }

    /// Whether nothing changed and this watch was heard of a moment ago. Most turns are quiet and write nothing, so that
    /// looking once a second costs the one writer of an embedded store nothing.
    fn is_quiet(&self, facts: &Facts, findings: &[Finding], live: &[AlertRow]) -> bool {
        let is_fresh = |beat: Timestamp| facts.at.duration_since(beat).abs() < BEAT;
        let is_heard = facts.watchers.iter().any(|watcher| watcher.is_self && is_fresh(watcher.beat_at));
        is_heard && reconcile(findings, live, self.rules(), facts.at, &String::new).is_empty()
    }

    fn rules(&self) -> (&Declared, &Policies) {
        (&self.declared, &self.policies)
    }

    async fn settle(
        &self,
        tx: &mut Tx,
        findings: &[Finding],
        seen: (&Facts, &[AlertRow], Timestamp),
    ) -> Result<Turn, StoreError> {
        let (facts, live_then, at) = seen;
        // Read anew: a person may have spoken since.
        let live = store::alert::live(tx).await?;
        let mint = || self.ids.mint(at);
        let changes = reconcile(findings, &closable(live.clone(), findings, facts), self.rules(), at, &mint);
        let silences = store::silence::in_force(tx, at).await?;
        let lease = store::now(tx, self.lease_clock, self.clock.as_ref()).await?;
        for alert in live.iter().filter(|alert| !silences.iter().any(|one| covers(one, alert, at))) {
            // A silence that has ended lets go of what it held back.
            store::notification::move_on(tx, &alert.id, ("held_back", "waiting"), lease, at).await?;
        }
        let batch = self.ids.mint(at);
        let mut turn = Turn::default();
        let is_moved = |change: &&Change| was_moved(&change.alert.key, live_then, &live);
        for change in changes.iter().filter(|change| !is_moved(change)) {
            turn.opened += u64::from(change.is_new);
            turn.resolved += u64::from(change.what == "resolved");
            turn.notices += self.write(tx, change, (&silences, &batch), at).await?;
        }
        store::watcher::beat(tx, &self.me(facts, at), lease).await?;
        Ok(turn)
    }

    fn me(&self, facts: &Facts, at: Timestamp) -> Watcher {
        Watcher {
            node: self.node.clone(),
            started_at: at,
            beat_at: at,
            can_alert: facts.channels.is_empty() || facts.channels.iter().any(|channel| !channel.is_failing),
            build: self.declared.build.clone(),
            config_hash: self.declared.config_hash.clone(),
        }
    }

    /// Writes one change with its flip and its notifications; nothing where a person was quicker, and the next turn
    /// looks again.
    async fn write(
        &self,
        tx: &mut Tx,
        change: &Change,
        how: (&[SilenceRow], &str),
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        let alert = &change.alert;
        let is_written = if change.is_new {
            let last = store::alert::newest(tx, &alert.key).await?;
            !is_old(last.and_then(|last| last.resolved_at), at) && store::alert::open(tx, alert, at).await?
        } else {
            store::alert::save(tx, alert, at).await?
        };
        if !is_written {
            return Ok(0);
        }
        let flip = NewFlip {
            alert_id: &alert.id,
            what: change.what,
            sentence: &change.sentence,
            run_id: alert.run_id.as_deref(),
            actor: ACTOR,
        };
        let sequence = store::flip::insert(tx, &flip, at).await?;
        let Some(notice) = change.notice else { return Ok(0) };
        self.notify(tx, change, (notice, sequence), how).await
    }

    async fn notify(
        &self,
        tx: &mut Tx,
        change: &Change,
        what: (NoticeKind, u64),
        how: (&[SilenceRow], &str),
    ) -> Result<u64, StoreError> {
        let ((notice, sequence), (silences, batch), at) = (what, how, self.clock.now());
        let alert = &change.alert;
        let severity = Severity::from_word(&alert.severity).unwrap_or(Severity::Page);
        let is_held_back =
            notice != NoticeKind::Resolved && silences.iter().any(|one| covers(one, alert, at));
        let payload = self.payload(change, notice, at);
        let mut written = 0;
        for channel in self.channels(tx, &payload, alert).await? {
            let new = NewNotification {
                id: self.ids.mint(at),
                alert_id: Some(alert.id.clone()),
                about: alert.id.clone(),
                batch: format!("{batch}/{channel}/{}", notice.word()),
                channel,
                sequence,
                severity,
                payload: payload.clone(),
                stands_in_for: None,
                is_held_back,
                next_try_at: at,
            };
            written += u64::from(store::notification::insert(tx, &new, at).await?);
        }
        Ok(written)
    }

    /// The channel of the policy, and whoever was told of the alert before: nobody is left with an alert that is over.
    async fn channels(
        &self,
        tx: &mut Tx,
        payload: &Payload,
        alert: &AlertRow,
    ) -> Result<BTreeSet<String>, StoreError> {
        let mut channels: BTreeSet<String> =
            self.policies.of(payload).map(|policy| policy.first.clone()).into_iter().collect();
        if payload.notice == NoticeKind::Escalated {
            // Whoever did not hear it over the one may hear it over the other.
            channels.extend(self.policies.of(payload).and_then(|policy| policy.second.clone()));
        }
        if payload.notice != NoticeKind::Opened {
            let told = store::notification::of_alert(tx, &alert.id).await?;
            channels.extend(told.into_iter().filter(|one| one.state != "moot").map(|one| one.channel));
        }
        Ok(channels)
    }

    pub(crate) fn payload(&self, change: &Change, notice: NoticeKind, at: Timestamp) -> Payload {
        let (alert, base) = (&change.alert, &self.declared.public_url);
        let page = |path: &str| if path.is_empty() { String::new() } else { format!("{base}{path}") };
        let state = match (alert.resolved_at, alert.recovered_at, alert.acknowledged_at) {
            (Some(_), _, _) => "resolved",
            (None, Some(_), _) => "recovered_unproven",
            (None, None, Some(_)) => "acknowledged",
            (None, None, None) => "open",
        };
        Payload {
            incident_key: alert.key.clone(),
            notice,
            kind: alert.kind.clone(),
            severity: alert.severity.clone(),
            state: state.to_owned(),
            env: alert.env.clone(),
            job: alert.job.clone(),
            bodies: alert.bodies.clone(),
            doctors_affected: alert.doctors_affected,
            since: alert.since,
            last_good: alert.last_good,
            cause_class: alert.cause.clone(),
            sentence: if notice == NoticeKind::Resolved {
                change.sentence.clone()
            } else {
                alert.sentence.clone()
            },
            remedy: alert.remedy.clone(),
            next_action: NextAction { url: page(&alert.action.url), ..alert.action.clone() },
            command: alert.next_action.clone(),
            run_id: alert.run_id.clone(),
            build: alert.build.clone(),
            config_hash: alert.config_hash.clone(),
            times: alert.times,
            owner: alert.owner.clone(),
            asks_for: change.asks_for.clone(),
            url: page("/alerts"),
            at,
        }
    }
}

/// The live alerts without those whose condition is gone while an override still answers them: these stay open.
fn closable(live: Vec<AlertRow>, findings: &[Finding], facts: &Facts) -> Vec<AlertRow> {
    let is_answered = |alert: &AlertRow| {
        facts
            .overrides
            .iter()
            .any(|one| one.is_in_force(facts.at) && one.answers.as_ref() == Some(&alert.key))
    };
    let is_found = |alert: &AlertRow| findings.iter().any(|finding| finding.key == alert.key);
    live.into_iter().filter(|alert| is_found(alert) || !is_answered(alert)).collect()
}

/// Whether what is open under a key changed after the facts were read: they say nothing about it then, and the next turn does.
fn was_moved(key: &str, then: &[AlertRow], now: &[AlertRow]) -> bool {
    let version =
        |rows: &[AlertRow]| rows.iter().find(|row| row.key == key).map(|row| (row.id.clone(), row.version));
    version(then) != version(now)
}

/// Whether a silence holds an alert's notices back just now.
fn covers(silence: &SilenceRow, alert: &AlertRow, at: Timestamp) -> bool {
    let value = silence.matcher.value.as_str();
    let is_about = match silence.matcher.matches.as_str() {
        "all" => true,
        "kind" => alert.kind == value,
        "job" => alert.job.as_deref() == Some(value),
        "list" => alert.bodies.iter().any(|body| body == value),
        _ => value.strip_suffix('*').map_or(alert.key == value, |start| alert.key.starts_with(start)),
    };
    is_about && silence.starts_at <= at && at < silence.ends_at
}
