//! What this instance is made of: program, settings as digests, schedules, machine, certificates, and what answered it last.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::clock::Clock;
use domain::fingerprint::{Fingerprint, UNKNOWN};
use domain::run::RunState;
use sha2::{Digest, Sha256};
use store::{Store, StoreError};

use super::{House, build, certificates, fabric};
use crate::config::{Beside, Shown};

/// Runs looked at of each job.
const RUNS: u64 = 50;
/// Fields of a job that say when it is due: shown as they are.
const OF_A_SCHEDULE: [&str; 8] =
    ["enabled", "schedule", "after", "zone", "gap", "fold", "start_deadline", "finish_deadline"];
/// What only says with whom this instance is compared.
const OF_THE_COMPARISON: [&str; 2] = ["instance", "difference"];

/// Takes fingerprints of one house, also where that is long gone.
#[derive(Clone)]
pub struct Fingerprinter {
    store: Store,
    clock: Arc<dyn Clock>,
    beside: Beside,
    /// Without what changes from one taking to the next.
    base: Fingerprint,
}

impl House {
    /// What takes the fingerprint of this instance.
    pub fn fingerprinter(&self) -> Fingerprinter {
        let mut facts = of_settings(&self.config.shown);
        facts.insert("build".to_owned(), build());
        facts.insert("schema".to_owned(), Store::schema_version().to_string());
        let now = self.clock.now();
        for one in self.overrides().iter().filter(|one| one.is_in_force(now)) {
            facts.insert(format!("override.{}", one.id), format!("{:?}", one.what));
        }
        let base = Fingerprint {
            environment: self.config.site.environment.clone(),
            node: self.node_name(),
            made_at: now,
            built_on: option_env!("REVAL_BUILT_ON").and_then(|day| day.parse().ok()),
            config_hash: self.config_hash(),
            certificates: Vec::new(),
            played: Vec::new(),
            facts,
        };
        let (store, clock) = (self.store.clone(), Arc::clone(&self.clock));
        Fingerprinter { store, clock, beside: self.config.beside.clone(), base }
    }

    /// With whom this instance is compared.
    pub fn peers(&self) -> sync::parity::Peers {
        let taker = self.fingerprinter();
        let take = move || {
            let taker = taker.clone();
            async move { taker.take().await }
        };
        let beside = &self.config.beside;
        sync::parity::Peers {
            take: Arc::new(move || Box::pin(take())),
            others: beside.instances.clone(),
            meant: beside.meant.clone(),
        }
    }
}

impl Fingerprinter {
    /// Looks at everything and says what it found.
    pub async fn take(&self) -> Result<Fingerprint, StoreError> {
        let made_at = self.clock.now();
        let files = self.beside.certificates.iter();
        let certificates: Vec<_> = files.map(|(name, path)| certificates::of(name, path)).collect();
        let mut facts = self.base.facts.clone();
        for one in &certificates {
            facts.insert(format!("certificate.{}", one.name), one.standing(made_at).to_owned());
        }
        facts.extend(fabric::facts(&self.beside.packages).await);
        facts.extend(self.evidence().await?);
        let played = store::play::verified(&mut self.store.read().await?).await?;
        let played = played.into_iter().map(|(procedure, recipe)| format!("{procedure} {recipe}")).collect();
        Ok(Fingerprint { made_at, certificates, played, facts, ..self.base.clone() })
    }

    /// What outside systems answered last, and whether this program has shown with these settings that it can do a night.
    async fn evidence(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let mut tx = self.store.read().await?;
        let mut facts = BTreeMap::from([("probe.store".to_owned(), "answers".to_owned())]);
        let asked = store::run::of_job(&mut tx, sync::canary::JOB, RUNS).await?;
        let asked = asked.into_iter().filter(|run| run.ended_at.is_some() && run.started_at.is_some());
        let (mut gmc, mut tis) = (UNKNOWN.to_owned(), UNKNOWN.to_owned());
        if let Some(run) = asked.max_by_key(|run| run.ended_at) {
            (gmc, tis) = ("answers".to_owned(), "answers".to_owned());
            for one in store::evidence::of_run(&mut tx, &run.id).await? {
                let side = if one.body.as_str() == store::list::TIS { &mut tis } else { &mut gmc };
                *side = format!("does not answer: {}", one.cause);
            }
        }
        facts.extend([("probe.gmc".to_owned(), gmc), ("probe.tis".to_owned(), tis)]);
        let nights = store::run::of_job(&mut tx, sync::night::JOB, RUNS).await?;
        let is_proof = |run: &store::run::RunRow| {
            let is_whole = run.state == RunState::Succeeded && run.records.is_some();
            is_whole && run.build == build() && run.config_hash == self.base.config_hash
        };
        let is_proven = if nights.iter().any(is_proof) { "done" } else { "not yet done" };
        facts.insert("night".to_owned(), format!("{is_proven} whole by this program with these settings"));
        Ok(facts)
    }
}

/// Each setting as a digest of its value, and when each job is due as it is written.
fn of_settings(shown: &[Shown]) -> BTreeMap<String, String> {
    let mut facts: BTreeMap<String, String> = BTreeMap::new();
    for Shown { key, value, .. } in shown {
        let (entry, field) = key.split_once(": ").unwrap_or((key, ""));
        let section = entry.split(' ').next().unwrap_or_default();
        if OF_THE_COMPARISON.contains(&section) {
            continue;
        }
        match entry.strip_prefix("job ").filter(|_| OF_A_SCHEDULE.contains(&field)) {
            Some(job) => {
                let fact = facts.entry(format!("schedule.{job}")).or_default();
                fact.push_str(&format!(
                    "{}{field} {}",
                    if fact.is_empty() { "" } else { ", " },
                    value.trim_matches('"')
                ));
            }
            None => drop(facts.insert(format!("setting.{key}"), digest(value))),
        }
    }
    facts
}

fn digest(value: &str) -> String {
    Sha256::digest(value).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_a_digest_and_a_schedule_is_read() {
        let shown = |key: &str, value: &str| Shown {
            key: key.to_owned(),
            value: value.to_owned(),
            origin: "default".to_owned(),
        };
        let facts = of_settings(&[
            shown("gmc.user", "\"reval\""),
            shown("job gmc-sync: schedule", "\"5 0 * * *\""),
            shown("job gmc-sync: zone", "\"Europe/London\""),
            shown("job gmc-sync: attempts", "3"),
            shown("instance live: url", "\"https://live.example\""),
        ]);
        let names: Vec<&str> = facts.keys().map(String::as_str).collect();
        assert_eq!(names, ["schedule.gmc-sync", "setting.gmc.user", "setting.job gmc-sync: attempts"]);
        assert_eq!(facts["schedule.gmc-sync"], "schedule 5 0 * * *, zone Europe/London");
        assert_eq!(facts["setting.gmc.user"].len(), 12, "nobody reads a setting from it");
    }
}
