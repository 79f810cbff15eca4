//! What weeks came to: minutes that were bad, whether it was shown and told, and how long it took.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use store::alert::AlertRow;

use crate::facts::Facts;
use crate::weeks::Bad;

/// Minutes within which an open alert must be about a bad state.
const TOLD_WITHIN: i64 = 2;

/// The counts of some weeks.
#[derive(Default)]
pub(crate) struct Report {
    /// Faults that were played.
    pub faults: usize,
    /// Workers that died.
    pub deaths: u64,
    /// Runs that came to an end.
    pub runs: u64,
    /// Runs called a success whose lists were not what the GMC, or TIS, had.
    pub called_good_and_were_not: u64,
    minutes: u64,
    /// Minutes of a list older than its promise, and those of them in which its label did not say so.
    stale: u64,
    unlabelled: Vec<String>,
    /// Minutes of a bad state, and those beyond the promised ones in which no open alert was about it.
    bad: u64,
    untold: Vec<String>,
    since: BTreeMap<Bad, (Timestamp, Option<Timestamp>)>,
    /// Minutes from bad to told and from bad to good, of each bad state that ended.
    to_told: Vec<i64>,
    to_good: Vec<i64>,
}

impl Report {
    /// Notes what goes wrong in a night.
    pub fn count(&mut self, faults: usize) {
        self.faults += faults;
    }

    /// Notes a list that is stale in one minute, and whether its label says so.
    pub fn stale(&mut self, now: Timestamp, list: &str, is_labelled: bool) {
        self.stale += 1;
        if !is_labelled {
            self.unlabelled.push(format!("{now} {list}"));
        }
    }

    /// Notes one minute: what is bad in it, and which alerts are open.
    pub fn minute(&mut self, now: Timestamp, bad: &BTreeSet<Bad>, open: &[AlertRow]) {
        self.minutes += 1;
        let ended: Vec<Bad> = self.since.keys().filter(|one| !bad.contains(one)).cloned().collect();
        for one in ended {
            if let Some((since, told)) = self.since.remove(&one) {
                self.to_good.push(now.duration_since(since).as_mins());
                self.to_told.extend(told.map(|told| told.duration_since(since).as_mins()));
            }
        }
        for one in bad {
            self.bad += 1;
            let (since, told) = self.since.entry(one.clone()).or_insert((now, None));
            if open.iter().any(|alert| is_about(alert, one)) {
                told.get_or_insert(now);
            } else if now.duration_since(*since) > SignedDuration::from_mins(TOLD_WITHIN) {
                self.untold.push(format!("{now} {one:?}"));
            }
        }
    }

    /// States it.
    pub fn state(&self, seed: u64, facts: &mut Facts) {
        let mean =
            |minutes: &[i64]| minutes.iter().sum::<i64>() / i64::try_from(minutes.len().max(1)).unwrap_or(1);
        facts.state(
            format!("seed {seed}: enough went wrong to mean something"),
            self.faults > 15 && self.deaths > 0 && self.stale > 0 && self.bad > 0,
            format!(
                "{} minutes, {} faults, {} workers died, {} runs ended; {} list-minutes stale, {} minutes bad; told after \
                 {} minutes in the mean, good after {}",
                self.minutes,
                self.faults,
                self.deaths,
                self.runs,
                self.stale,
                self.bad,
                mean(&self.to_told),
                mean(&self.to_good),
            ),
        );
        none("minutes stale but not labelled: 0", &self.unlabelled, facts);
        none(&format!("minutes bad without an open alert, beyond {TOLD_WITHIN}: 0"), &self.untold, facts);
        facts.same("runs called a success that were none", &self.called_good_and_were_not, &0);
    }
}

/// States that there are none of some minutes, and which was the first if there are.
fn none(sentence: &str, minutes: &[String], facts: &mut Facts) {
    let first = minutes.first().map_or("none", String::as_str);
    facts.state(sentence, minutes.is_empty(), format!("{}, the first {first}", minutes.len()));
}

/// Whether an alert is about a bad state: about its list, or about the job that would have made it good.
pub(crate) fn is_about(alert: &AlertRow, bad: &Bad) -> bool {
    let of_list = |list: &String| alert.list.as_ref() == Some(list) || alert.bodies.contains(list);
    let of_job = |job: &str| alert.job.as_deref() == Some(job);
    match bad {
        Bad::Stale(list) if list == store::list::TIS => of_list(list) || of_job(sync::tis::JOB),
        Bad::Stale(list) => of_list(list) || of_job(sync::night::JOB),
        Bad::Held(list) => of_list(list),
        Bad::Failed(job) => of_job(job),
        Bad::NotBegun => alert.kind == "MISSED" && of_job(sync::night::JOB),
    }
}
