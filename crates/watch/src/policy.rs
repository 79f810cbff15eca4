//! Policies: which alerts go to which channel, from which failure in a row, who is asked, and who next.

use domain::alert::{AlertKind, Severity};
use domain::notification::Payload;
use domain::working_hours::WorkingHours;
use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};
use store::alert::AlertRow;

use crate::finding::Finding;

/// How long one channel is waited for before the second is asked.
pub const SECOND_AFTER: SignedDuration = SignedDuration::from_mins(10);
/// From which failed run in a row the next person is asked, and from which it is louder. Source: the second and third night.
pub const ESCALATE_IN_A_ROW: u64 = 2;
pub const LOUDER_IN_A_ROW: u64 = 3;
/// How long nobody may have taken an alert before the second and the third person are asked.
pub const ESCALATE_AFTER: [SignedDuration; 2] =
    [SignedDuration::from_hours(4), SignedDuration::from_hours(8)];

/// Where some alerts go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Its name in the settings.
    pub name: String,
    /// The kinds it is about; empty for all.
    pub kinds: Vec<AlertKind>,
    /// The severities it is about; empty for all.
    pub severities: Vec<Severity>,
    /// The jobs it is about; empty for all.
    pub jobs: Vec<String>,
    /// The channel.
    pub first: String,
    /// The channel that is told when the first does not take it.
    pub second: Option<String>,
    /// How long the first is waited for.
    pub second_after: SignedDuration,
    /// When a failed run is told.
    pub tell: Tell,
    /// From which failed run in a row it is louder by one step; `None` for never.
    pub louder_in_a_row: Option<u64>,
    /// Who is asked, in order; may be empty.
    pub people: Vec<String>,
    /// From which failed run in a row the next of them is asked at once; `None` for never.
    pub escalate_in_a_row: Option<u64>,
    /// How long nobody may have taken it before the next is asked, and the one after: working time, and for what wakes
    /// somebody all time.
    pub escalate_after: Vec<SignedDuration>,
}

/// When a failed run is told. Everything else is told at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tell {
    /// From the Nth in a row.
    InARow(u64),
    /// When so many of the last so many failed.
    Ratio {
        /// So many.
        bad: usize,
        /// Of so many.
        of: usize,
    },
}

/// What a policy is chosen by.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    kind: &'a str,
    severity: &'a str,
    job: Option<&'a str>,
}

impl<'a> From<&'a Payload> for About<'a> {
    fn from(payload: &'a Payload) -> Self {
        Self { kind: &payload.kind, severity: &payload.severity, job: payload.job.as_deref() }
    }
}

impl<'a> From<&'a Finding> for About<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self { kind: finding.kind.word(), severity: finding.severity.word(), job: finding.job.as_deref() }
    }
}

impl Policy {
    /// A policy for everything.
    pub fn to(first: &str, second: Option<&str>) -> Self {
        Self {
            name: "default".to_owned(),
            kinds: Vec::new(),
            severities: Vec::new(),
            jobs: Vec::new(),
            first: first.to_owned(),
            second: second.map(str::to_owned),
            second_after: SECOND_AFTER,
            tell: Tell::InARow(1),
            louder_in_a_row: Some(LOUDER_IN_A_ROW),
            people: Vec::new(),
            escalate_in_a_row: Some(ESCALATE_IN_A_ROW),
            escalate_after: ESCALATE_AFTER.to_vec(),
        }
    }

    fn is_about(&self, about: About<'_>) -> bool {
        let all_or = |is_empty: bool, is_named: bool| is_empty || is_named;
        let job = about.job.unwrap_or_default();
        all_or(self.kinds.is_empty(), self.kinds.iter().any(|kind| kind.word() == about.kind))
            && all_or(
                self.severities.is_empty(),
                self.severities.iter().any(|one| one.word() == about.severity),
            )
            && all_or(self.jobs.is_empty(), self.jobs.iter().any(|name| name == job))
    }

    /// Whether there is enough of it to be told.
    fn is_enough(&self, finding: &Finding) -> bool {
        match self.tell {
            _ if !is_counted(finding) => true,
            Tell::InARow(nth) => finding.in_a_row >= nth,
            Tell::Ratio { bad, of } => finding.history.iter().take(of).filter(|bad| **bad).count() >= bad,
        }
    }

    /// The person who is asked at a step: 0 when it opens.
    pub fn person(&self, step: u64) -> Option<&str> {
        let step = usize::try_from(step).unwrap_or(usize::MAX);
        self.people.get(step).or(self.people.last()).map(String::as_str)
    }
}

/// Failed runs are counted; whatever else there is stands for itself.
fn is_counted(finding: &Finding) -> bool {
    finding.kind == AlertKind::Failed && !finding.is_flapping
}

fn louder(severity: Severity) -> Severity {
    if severity == Severity::Notice { Severity::Warn } else { Severity::Page }
}

/// All policies, in order: the first that is about an alert decides.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    /// The policies.
    pub all: Vec<Policy>,
    /// When people work.
    pub hours: WorkingHours,
    /// The test that each channel gets each day.
    pub daily_test: Option<DailyTest>,
}

/// A test of every channel each day, whose receipt is waited for.
#[derive(Clone, Debug)]
pub struct DailyTest {
    /// When, by the clock of the working hours.
    pub at: Time,
    /// The channels.
    pub channels: Vec<String>,
}

impl DailyTest {
    /// The day whose test is due now; `None` before its hour.
    pub fn day(&self, hours: &WorkingHours, now: Timestamp) -> Option<Date> {
        let there = now.to_zoned(hours.zone.clone());
        (there.time() >= self.at).then(|| there.date())
    }
}

impl Policies {
    /// Policies with the usual working hours.
    pub fn new(all: Vec<Policy>) -> Self {
        Self { all, hours: WorkingHours::default(), daily_test: None }
    }

    /// The policy of an alert.
    pub fn of<'a>(&self, about: impl Into<About<'a>>) -> Option<&Policy> {
        let about = about.into();
        self.all.iter().find(|policy| policy.is_about(about))
    }

    /// The shortest that any first channel is waited for; `None` if there is no second channel at all.
    pub fn least_wait(&self) -> Option<SignedDuration> {
        self.all.iter().filter(|policy| policy.second.is_some()).map(|policy| policy.second_after).min()
    }

    /// A finding as loud as its policy makes it.
    pub fn weighed(&self, finding: &Finding) -> Finding {
        let nth = self.of(finding).and_then(|policy| policy.louder_in_a_row);
        let is_louder = is_counted(finding) && nth.is_some_and(|nth| finding.in_a_row >= nth);
        let severity = if is_louder { louder(finding.severity) } else { finding.severity };
        Finding { severity, ..finding.clone() }
    }

    /// Whether there is enough of a finding to be told; without a policy it is told on the pages alone.
    pub fn is_told(&self, finding: &Finding) -> bool {
        self.of(finding).is_none_or(|policy| policy.is_enough(finding))
    }

    /// Whether the next person is to be asked about an alert that nobody has taken.
    pub fn is_escalated(&self, finding: &Finding, open: &AlertRow, at: Timestamp) -> bool {
        let (Some(policy), Some(told)) = (self.of(finding), open.announced_at) else { return false };
        if open.acknowledged_at.is_some() || finding.severity == Severity::Notice {
            return false;
        }
        let nth = policy.escalate_in_a_row.filter(|_| open.escalated == 0 && is_counted(finding));
        let step = usize::try_from(open.escalated).unwrap_or(usize::MAX);
        let wait = policy.escalate_after.get(step).copied();
        nth.is_some_and(|nth| finding.in_a_row >= nth)
            || wait
                .is_some_and(|wait| at.duration_since(told) >= wait && self.waited(finding, told, at) >= wait)
    }

    /// What wakes somebody is waited for by the clock, anything else in working hours.
    fn waited(&self, finding: &Finding, told: Timestamp, at: Timestamp) -> SignedDuration {
        if finding.severity == Severity::Page {
            at.duration_since(told)
        } else {
            self.hours.between(told, at)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::tests::payload;

    #[test]
    fn the_first_policy_that_is_about_an_alert_decides() {
        let loud = Policy { severities: vec![Severity::Page], ..Policy::to("pager", Some("chat")) };
        let held = Policy { kinds: vec![AlertKind::Held], ..Policy::to("mail", None) };
        let tis = Policy { jobs: vec!["tis-enrich".to_owned()], ..Policy::to("tis-team", None) };
        let policies = Policies::new(vec![held, tis, loud, Policy::to("chat", None)]);
        let cases = [
            ("HELD", "page", Some("gmc-sync"), "mail"),
            ("MISSED", "page", Some("tis-enrich"), "tis-team"),
            ("MISSED", "page", Some("gmc-sync"), "pager"),
            ("STALE", "warn", None, "chat"),
        ];
        for (kind, severity, job, first) in cases {
            let alert = Payload {
                kind: kind.to_owned(),
                severity: severity.to_owned(),
                job: job.map(str::to_owned),
                ..payload()
            };
            assert_eq!(policies.of(&alert).map(|policy| policy.first.as_str()), Some(first), "{kind}");
        }
        assert_eq!(policies.least_wait(), Some(SECOND_AFTER));
        assert!(Policies::default().of(&payload()).is_none());
    }

    fn failed(in_a_row: u64, history: &str) -> Finding {
        let history = history.chars().map(|night| night == 'x').collect();
        Finding { in_a_row, history, ..Finding::new(AlertKind::Failed, Severity::Warn, "gmc-sync", "busy") }
    }

    #[test]
    fn a_failed_run_is_told_by_its_policy_and_a_missed_one_at_once() {
        let policies = |tell| Policies::new(vec![Policy { tell, ..Policy::to("chat", None) }]);
        let third = policies(Tell::InARow(3));
        assert_eq!([1, 2, 3].map(|n| third.is_told(&failed(n, ""))), [false, false, true]);
        let ratio = policies(Tell::Ratio { bad: 3, of: 5 });
        let told = ["x..x.x", "x.x.x", "xx", "xxx"].map(|nights| ratio.is_told(&failed(1, nights)));
        assert_eq!(told, [false, true, false, true]);
        let missed = Finding::new(AlertKind::Missed, Severity::Page, "gmc-sync", "not_started");
        assert!(third.is_told(&missed) && ratio.is_told(&missed));
    }

    #[test]
    fn the_third_night_is_louder_and_the_second_asks_the_next_person() {
        let policies = Policies::new(vec![Policy::to("chat", None)]);
        let loud: Vec<Severity> = (1..=3).map(|n| policies.weighed(&failed(n, "")).severity).collect();
        assert_eq!(loud, [Severity::Warn, Severity::Warn, Severity::Page]);
        let at: Timestamp = "2026-11-25T01:00:00Z".parse().unwrap_or_default();
        let kind = (AlertKind::Failed, Severity::Warn);
        let open = AlertRow { announced_at: Some(at), ..AlertRow::new("a", "k", kind, at) };
        assert!(!policies.is_escalated(&failed(1, ""), &open, at));
        assert!(policies.is_escalated(&failed(2, ""), &open, at));
        let taken = AlertRow { acknowledged_at: Some(at), ..open.clone() };
        assert!(!policies.is_escalated(&failed(2, ""), &taken, at), "somebody has it");
        let asked = AlertRow { escalated: 1, ..open };
        assert!(!policies.is_escalated(&failed(2, ""), &asked, at), "once");
    }

    #[test]
    fn who_is_asked_next_follows_from_working_hours_unless_somebody_is_woken() {
        let policies = Policies::new(vec![Policy::to("chat", None)]);
        let time = |text: &str| text.parse::<Timestamp>().unwrap_or_default();
        let told = time("2026-11-25T01:00:00Z");
        let open = |escalated, severity| AlertRow {
            announced_at: Some(told),
            escalated,
            ..AlertRow::new("a", "k", (AlertKind::Stale, severity), told)
        };
        let cases = [
            (Severity::Warn, 0, "2026-11-25T12:59:00Z", false),
            (Severity::Warn, 0, "2026-11-25T13:00:00Z", true),
            (Severity::Warn, 1, "2026-11-25T16:59:00Z", false),
            (Severity::Warn, 1, "2026-11-25T17:00:00Z", true),
            (Severity::Warn, 2, "2026-11-30T17:00:00Z", false),
            (Severity::Page, 0, "2026-11-25T04:59:00Z", false),
            (Severity::Page, 0, "2026-11-25T05:00:00Z", true),
            (Severity::Page, 1, "2026-11-25T09:00:00Z", true),
            (Severity::Notice, 0, "2026-11-30T09:00:00Z", false),
        ];
        for (severity, escalated, at, expected) in cases {
            let finding = Finding::new(AlertKind::Stale, severity, "list", "too_old");
            let is = policies.is_escalated(&finding, &open(escalated, severity), time(at));
            assert_eq!(is, expected, "{severity:?} {escalated} {at}");
        }
    }
}
