//! With the store away: a watch decides by what it last saw, and tells people directly, past the outbox.
//!
//! What was seen is kept in a file of its own, so that a watch that is started again knows it as well. Receivers join what is
//! told here and what is told by the outbox later by the alert's key.

use std::collections::BTreeSet;
use std::path::PathBuf;

use domain::alert::{AlertKind, Severity};
use domain::notification::{NoticeKind, Payload};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use store::StoreError;

use crate::channel::{Channel, Message};
use crate::detect;
use crate::facts::Facts;
use crate::finding::Finding;
use crate::reconcile::reconcile;
use crate::turn::Watch;

/// How long a store may be away before people are told. Arbitrary; a database that is restarted is back sooner.
const AWAY: SignedDuration = SignedDuration::from_secs(60);
/// How often what was seen is written down, at most.
const WRITE_EVERY: SignedDuration = SignedDuration::from_secs(10);
/// The key of a store that is away.
const KEY: &str = "store";

/// What a watch remembers without the store.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Memory {
    facts: Facts,
    away_since: Option<Timestamp>,
    told: BTreeSet<String>,
}

/// A watch's own memory, in a file if it has one.
#[derive(Debug, Default)]
pub struct Away {
    file: Option<PathBuf>,
    memory: Memory,
    written_at: Option<Timestamp>,
}

impl Away {
    /// Reads what an earlier watch left; a file that cannot be understood is begun anew, which the caller says.
    pub fn read(file: Option<PathBuf>) -> (Self, Result<(), String>) {
        let text = file.as_ref().and_then(|file| std::fs::read_to_string(file).ok());
        let read =
            text.map(|text| serde_json::from_str(&text).map_err(|error| error.to_string())).transpose();
        let (memory, said) = match read {
            Ok(memory) => (memory.unwrap_or_default(), Ok(())),
            Err(why) => (Memory::default(), Err(why)),
        };
        (Self { file, memory, written_at: None }, said)
    }

    /// Remembers what was seen. After a store was away for so long that people were told, tells that it is back.
    pub async fn saw(&mut self, watch: &Watch, channels: &[Channel], facts: Facts) -> std::io::Result<()> {
        let at = facts.at;
        let was_told = !std::mem::take(&mut self.memory.told).is_empty();
        let since = self.memory.away_since.take();
        self.memory.facts = facts;
        if let (true, Some(since)) = (was_told, since) {
            let mut back = self.payload_of_store(watch, since, at);
            back.iter_mut().for_each(|payload| {
                payload.notice = NoticeKind::Resolved;
                "resolved".clone_into(&mut payload.state);
                "The store is back; the watch looks again.".clone_into(&mut payload.sentence);
            });
            self.tell(watch, channels, back, at).await;
            self.memory.told.clear();
            self.written_at = None;
        }
        self.write(at)
    }

    /// The store cannot be asked: what does it mean that time has gone since it could? Gives how many alerts were told.
    pub async fn cannot_look(&mut self, watch: &Watch, channels: &[Channel], error: &StoreError) -> usize {
        let at = watch.clock.now();
        let since = *self.memory.away_since.get_or_insert(at);
        if at.duration_since(since) < AWAY {
            return 0;
        }
        tracing::debug!(%error, "store_is_away");
        let mut payloads = self.payload_of_store(watch, since, at);
        payloads.extend(watch.opened(&self.since_then(watch, at), at));
        payloads.retain(|payload| !self.memory.told.contains(&payload.incident_key));
        let told = self.tell(watch, channels, payloads, at).await;
        if told > 0
            && let Err(error) = self.write_now(at)
        {
            tracing::warn!(%error, "watch_memory_not_written");
        }
        told
    }

    /// What holds now and did not when the store was last asked. Of others who watch and of channels nothing is known.
    fn since_then(&self, watch: &Watch, at: Timestamp) -> Vec<Finding> {
        let before = detect::all(&self.memory.facts, &watch.declared.under(&self.memory.facts.overrides));
        let mut facts = Facts { at, ..self.memory.facts.clone() };
        facts.watchers.clear();
        facts.channels.clear();
        let now = detect::all(&facts, &watch.declared.under(&facts.overrides));
        now.into_iter().filter(|finding| !before.iter().any(|one| one.key == finding.key)).collect()
    }

    fn payload_of_store(&self, watch: &Watch, since: Timestamp, at: Timestamp) -> Vec<Payload> {
        let finding = Finding {
            sentence: format!(
                "The store cannot be asked since {}. Pages fail, no run begins; what is due is judged by what was last seen.",
                since.strftime("%H:%M UTC on %-d %B")
            ),
            remedy: "Look at the database or its disk; when it is back, everything goes on by itself."
                .to_owned(),
            command: "reval check-config --live".to_owned(),
            last_good: Some(self.memory.facts.at),
            since: Some(since),
            ..Finding::new(AlertKind::Resource, Severity::Page, KEY, "store")
        };
        watch.opened(&[finding], at)
    }

    /// Tells the first channel of each alert's policy, or the second; what nobody took is tried again.
    async fn tell(
        &mut self,
        watch: &Watch,
        channels: &[Channel],
        payloads: Vec<Payload>,
        at: Timestamp,
    ) -> usize {
        let mut told = 0;
        for payload in payloads {
            let policy = watch.policies.of(&payload);
            let names: Vec<&str> = policy
                .iter()
                .flat_map(|policy| [Some(policy.first.as_str()), policy.second.as_deref()])
                .flatten()
                .collect();
            let key = format!("direct/{}/{}", payload.incident_key, payload.at.as_second());
            let message = Message { key, payloads: vec![payload], instead_of: None };
            for channel in names.iter().filter_map(|name| channels.iter().find(|one| one.name == *name)) {
                if channel.send(&message, at).await.is_ok() {
                    told += 1;
                    self.memory.told.extend(message.payloads.iter().map(|one| one.incident_key.clone()));
                    break;
                }
            }
        }
        told
    }

    fn write(&mut self, at: Timestamp) -> std::io::Result<()> {
        let is_fresh = self.written_at.is_some_and(|written| at.duration_since(written).abs() < WRITE_EVERY);
        if is_fresh { Ok(()) } else { self.write_now(at) }
    }

    fn write_now(&mut self, at: Timestamp) -> std::io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        self.written_at = Some(at);
        let beside = file.with_extension("new");
        std::fs::write(&beside, serde_json::to_string(&self.memory)?)?;
        std::fs::rename(beside, file)
    }
}

impl Watch {
    /// What people would be told if these were found and nothing was open.
    fn opened(&self, findings: &[Finding], at: Timestamp) -> Vec<Payload> {
        let changes = reconcile(findings, &[], (&self.declared, &self.policies), at, &String::new);
        changes.iter().filter_map(|change| Some(self.payload(change, change.notice?, at))).collect()
    }
}
