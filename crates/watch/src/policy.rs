//! Policies: which alerts go to which channel, and where they go when that one does not take them.

use domain::alert::{AlertKind, Severity};
use domain::notification::Payload;
use jiff::SignedDuration;

/// How long one channel is waited for before the second is asked.
pub const SECOND_AFTER: SignedDuration = SignedDuration::from_mins(10);

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
        }
    }

    fn is_about(&self, payload: &Payload) -> bool {
        let all_or = |is_empty: bool, is_named: bool| is_empty || is_named;
        let job = payload.job.as_deref().unwrap_or_default();
        all_or(self.kinds.is_empty(), self.kinds.iter().any(|kind| kind.word() == payload.kind))
            && all_or(
                self.severities.is_empty(),
                self.severities.iter().any(|severity| severity.word() == payload.severity),
            )
            && all_or(self.jobs.is_empty(), self.jobs.iter().any(|name| name == job))
    }
}

/// All policies, in order: the first that is about an alert decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies(pub Vec<Policy>);

impl Policies {
    /// The policy of an alert.
    pub fn of(&self, payload: &Payload) -> Option<&Policy> {
        self.0.iter().find(|policy| policy.is_about(payload))
    }

    /// The shortest that any first channel is waited for; `None` if there is no second channel at all.
    pub fn least_wait(&self) -> Option<SignedDuration> {
        self.0.iter().filter(|policy| policy.second.is_some()).map(|policy| policy.second_after).min()
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
        let policies = Policies(vec![held, tis, loud, Policy::to("chat", None)]);
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
}
