//! Compares what is found with what is open, and says how each alert changes; pure.

use domain::alert::Severity;
use domain::notification::NoticeKind;
use jiff::{SignedDuration, Timestamp};
use store::alert::AlertRow;

use crate::declared::Declared;
use crate::finding::{Finding, Proof};
use crate::policy::Policies;

/// One step of an alert: the alert as it now is, what its life says about it, and what people are told.
#[derive(Clone, Debug)]
pub struct Change {
    /// The alert as it now is.
    pub alert: AlertRow,
    /// Whether it is to be opened.
    pub is_new: bool,
    /// The word of the step.
    pub what: &'static str,
    /// The step in plain words.
    pub sentence: String,
    /// What people are told, if anything.
    pub notice: Option<NoticeKind>,
    /// Whom the message asks for.
    pub asks_for: Option<String>,
}

/// How far the clocks of two watches may be apart. One that was further ahead is not believed, so that a clock which was
/// put right holds no alert back for long. Arbitrary.
const APART_MAX: SignedDuration = SignedDuration::from_mins(2);

/// Whether a watch looked before an instant at which another has already said how things are: what it saw is no news.
pub fn is_old(said_at: Option<Timestamp>, at: Timestamp) -> bool {
    said_at.is_some_and(|said| at < said && said.duration_since(at) <= APART_MAX)
}

/// When a loud alert that nobody took is told again, by its loudness.
fn reminder(severity: Severity) -> Option<SignedDuration> {
    match severity {
        Severity::Page => Some(SignedDuration::from_hours(4)),
        Severity::Warn => Some(SignedDuration::from_hours(24)),
        Severity::Notice => None,
    }
}

/// Says how the alerts change; ids of new ones come from `mint`. No alert takes a step back: what another watch judged
/// later stands.
pub fn reconcile(
    findings: &[Finding],
    live: &[AlertRow],
    rules: (&Declared, &Policies),
    at: Timestamp,
    mint: &dyn Fn() -> String,
) -> Vec<Change> {
    let (declared, policies) = rules;
    let findings: Vec<Finding> = findings.iter().map(|finding| policies.weighed(finding)).collect();
    let holding: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.proof == Proof::Holds)
        .map(|finding| finding.key.as_str())
        .collect();
    let explained =
        |finding: &Finding| finding.explained_by.iter().find(|key| holding.contains(&key.as_str())).cloned();
    let mut changes = Vec::new();
    for finding in &findings {
        let open = live.iter().find(|alert| alert.key == finding.key);
        changes.extend(match (open, finding.proof) {
            (Some(open), Proof::Holds) => holds(finding, open, (policies, explained(finding)), at),
            (Some(open), Proof::RecoveredByHand) => recovered(open, at),
            (None, Proof::Holds) => {
                Some(opens(finding, (declared, policies), explained(finding), (at, mint())))
            }
            (Some(open), Proof::Over) => Some(Change {
                sentence: finding.sentence.clone(),
                alert: AlertRow { resolved_why: finding.sentence.clone(), ..resolved(open, at).alert },
                ..resolved(open, at)
            }),
            (None, Proof::RecoveredByHand | Proof::Over) => None,
        });
    }
    let is_found = |alert: &&AlertRow| findings.iter().any(|finding| finding.key == alert.key);
    let gone = live.iter().filter(|alert| !is_found(alert));
    changes.extend(gone.map(|alert| resolved(alert, at)));
    let is_past =
        |change: &Change| live.iter().any(|alert| alert.key == change.alert.key && is_old(alert.seen_at, at));
    changes.retain(|change| !is_past(change));
    changes
}

fn opens(
    finding: &Finding,
    rules: (&Declared, &Policies),
    explained_by: Option<String>,
    made: (Timestamp, String),
) -> Change {
    let ((declared, policies), (at, id)) = (rules, made);
    let (build, config_hash) =
        finding.made_by.clone().unwrap_or_else(|| (declared.build.clone(), declared.config_hash.clone()));
    let is_told = explained_by.is_none() && policies.is_told(finding);
    let mut alert = AlertRow {
        job: finding.job.clone(),
        list: finding.list().map(str::to_owned),
        env: declared.environment.clone(),
        build,
        config_hash,
        since: finding.since.unwrap_or(at),
        evidence: finding.evidence.clone(),
        is_flapping: finding.is_flapping,
        announced_at: is_told.then_some(at),
        explained_by,
        ..AlertRow::new(id, &finding.key, (finding.kind, finding.severity), at)
    };
    describe(&mut alert, finding);
    let sentence = alert.sentence.clone();
    let asks_for = asked(policies, finding, 0);
    let notice = is_told.then_some(NoticeKind::Opened);
    Change { alert, is_new: true, what: "opened", sentence, notice, asks_for }
}

/// Brings an alert's words up to what is found now.
fn describe(alert: &mut AlertRow, finding: &Finding) {
    alert.bodies.clone_from(&finding.bodies);
    alert.run_id.clone_from(&finding.run_id);
    alert.hold_id.clone_from(&finding.hold_id);
    alert.doctors_affected = finding.doctors;
    alert.sentence.clone_from(&finding.sentence);
    alert.cause.clone_from(&finding.cause);
    alert.remedy.clone_from(&finding.remedy);
    alert.next_action.clone_from(&finding.command);
    alert.action.clone_from(&finding.action);
    alert.last_good = finding.last_good;
}

/// The condition still holds: nothing, or one more flip of it, or it is louder, or it is due to be told again.
fn holds(
    finding: &Finding,
    open: &AlertRow,
    how: (&Policies, Option<String>),
    at: Timestamp,
) -> Option<Change> {
    let (policies, explained_by) = how;
    let mut alert = open.clone();
    let was = Severity::from_word(&open.severity).unwrap_or(Severity::Notice);
    let has_relapsed = alert.recovered_at.take().is_some();
    let is_again = open.evidence != finding.evidence;
    let is_louder = finding.severity > was;
    describe(&mut alert, finding);
    alert.severity = finding.severity.max(was).word().to_owned();
    alert.explained_by = explained_by;
    alert.seen_at = Some(at);
    alert.evidence.clone_from(&finding.evidence);
    alert.times += u64::from(is_again || has_relapsed);
    let was_told = open.announced_at.is_some();
    let is_told = alert.explained_by.is_none() && (was_told || policies.is_told(finding));
    let (what, notice) = if is_told && open.announced_at.is_none() {
        alert.announced_at = Some(at);
        ("changed", Some(NoticeKind::Opened))
    } else if has_relapsed {
        ("relapsed", is_told.then_some(NoticeKind::Changed))
    } else if is_told && policies.is_escalated(finding, open, at) {
        alert.escalated += 1;
        ("escalated", Some(NoticeKind::Escalated))
    } else if is_louder || is_again {
        (if is_again { "again" } else { "changed" }, is_told.then_some(NoticeKind::Changed))
    } else if is_told && is_to_be_reminded(open, finding.severity.max(was), at) {
        alert.reminded_at = Some(at);
        ("reminded", Some(NoticeKind::Reminder))
    } else {
        return None;
    };
    let sentence = alert.sentence.clone();
    let asks_for = asked(policies, finding, alert.escalated).filter(|_| alert.acknowledged_at.is_none());
    Some(Change { alert, is_new: false, what, sentence, notice, asks_for })
}

/// The person whom a policy asks at a step.
fn asked(policies: &Policies, finding: &Finding, step: u64) -> Option<String> {
    policies.of(finding)?.person(step).map(str::to_owned)
}

fn is_to_be_reminded(open: &AlertRow, severity: Severity, at: Timestamp) -> bool {
    let told = open.reminded_at.max(open.announced_at);
    let wait = reminder(severity).filter(|_| open.acknowledged_at.is_none());
    told.zip(wait).is_some_and(|(told, wait)| at.duration_since(told) >= wait)
}

fn recovered(open: &AlertRow, at: Timestamp) -> Option<Change> {
    if open.recovered_at.is_some() {
        return None;
    }
    let alert = AlertRow { recovered_at: Some(at), seen_at: Some(at), ..open.clone() };
    let sentence = "Made good by hand; proven by the next run by schedule.".to_owned();
    let notice = open.announced_at.map(|_| NoticeKind::Recovered);
    Some(Change { alert, is_new: false, what: "recovered", sentence, notice, asks_for: None })
}

fn resolved(open: &AlertRow, at: Timestamp) -> Change {
    let minutes = at.duration_since(open.since).as_mins();
    let why = format!("The condition is gone, after {} hours and {} minutes.", minutes / 60, minutes % 60);
    let alert =
        AlertRow { resolved_at: Some(at), seen_at: Some(at), resolved_why: why.clone(), ..open.clone() };
    let notice = open.announced_at.map(|_| NoticeKind::Resolved);
    Change { alert, is_new: false, what: "resolved", sentence: why, notice, asks_for: None }
}
