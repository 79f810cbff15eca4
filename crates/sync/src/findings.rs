//! What a body's evidence means for people: which alerts open and which close. Pure but for writing them down.

use domain::alert::{AlertKind, Severity};
use domain::evidence::BodyEvidence;
use domain::run::BodyOutcome;
use domain::tis_reading::TisReading;
use domain::tis_rules::{UNKNOWN_MEMBERSHIP_TYPE, UNKNOWN_OWNER};
use store::alert::NewAlert;
use store::list::TIS;
use store::{StoreError, Tx};

use crate::context::Context;

/// Rejects of one body above which the alert is loud.
const MANY_REJECTS: u64 = 10;

/// A change of alerts.
#[derive(Clone, Debug)]
pub enum Finding {
    /// A condition holds.
    Raise(Box<Raised>),
    /// The condition under this key is gone.
    Resolve(String),
}

/// A condition that holds.
#[derive(Clone, Debug)]
pub struct Raised {
    key: String,
    kind: AlertKind,
    severity: Severity,
    list: String,
    hold_id: Option<String>,
    doctors_affected: u64,
    sentence: String,
    cause: String,
    next_action: String,
}

/// The key of a hold's alert.
pub fn held_key(list: &str) -> String {
    format!("held/{list}")
}

/// Says what the evidence of one list means. `doctors` is how many the last good list has.
pub fn of(evidence: &BodyEvidence, doctors: u64) -> Vec<Finding> {
    let list = evidence.body.as_str();
    let (failed, held, drift) = (format!("failed/{list}"), held_key(list), format!("drift/{list}"));
    match evidence.outcome {
        BodyOutcome::Published => {
            vec![Finding::Resolve(failed), Finding::Resolve(held), rejects(evidence, drift)]
        }
        BodyOutcome::Held => vec![Finding::Resolve(failed), rejects(evidence, drift)],
        BodyOutcome::Failed => vec![Finding::Raise(Box::new(Raised {
            key: failed,
            kind: if evidence.cause == "credentials" { AlertKind::Credential } else { AlertKind::Failed },
            severity: Severity::Warn,
            list: list.to_owned(),
            hold_id: None,
            doctors_affected: doctors,
            sentence: format!("The list of {list} could not be refreshed: {}.", evidence.reason),
            cause: evidence.cause.clone(),
            next_action: match list {
                TIS => "reval check-config --live; then reval run tis-enrich".to_owned(),
                body => format!("reval run gmc-sync --body {body}"),
            },
        }))],
    }
}

fn rejects(evidence: &BodyEvidence, key: String) -> Finding {
    let count = evidence.account.rejected;
    if count == 0 {
        return Finding::Resolve(key);
    }
    let list = evidence.body.as_str();
    Finding::Raise(Box::new(Raised {
        key,
        kind: AlertKind::Drift,
        severity: if count > MANY_REJECTS { Severity::Warn } else { Severity::Notice },
        list: list.to_owned(),
        hold_id: None,
        doctors_affected: count,
        sentence: match count {
            1 => format!("One record of {list} was received and not processed."),
            many => format!("{many} records of {list} were received and not processed."),
        },
        cause: "rejects".to_owned(),
        next_action: format!("reval rejects {list}"),
    }))
}

/// The alerts about marks on trainees: open while more carry one than when it was last quiet.
pub fn marks(reading: &TisReading) -> Vec<Finding> {
    let risen = reading.risen();
    let finding = |(mark, what): (&str, &str)| {
        let key = format!("marked/{TIS}/{mark}");
        let Some(risen) = risen.iter().find(|risen| risen.mark == mark) else { return Finding::Resolve(key) };
        let more = risen.now - risen.before;
        Finding::Raise(Box::new(Raised {
            key,
            kind: AlertKind::Drift,
            severity: Severity::Warn,
            list: TIS.to_owned(),
            hold_id: None,
            doctors_affected: more,
            sentence: format!(
                "{more} trainees more than before have {what}: {} now. They are listed and marked.",
                risen.now
            ),
            cause: mark.to_owned(),
            next_action:
                "the page TIS has the counts by rule; a name that is right belongs into config/reference"
                    .to_owned(),
        }))
    };
    [
        (UNKNOWN_MEMBERSHIP_TYPE, "a membership type that is not recognised"),
        (UNKNOWN_OWNER, "a programme of an office that is not recognised"),
    ]
    .map(finding)
    .into()
}

/// The alert of a hold.
pub fn held(list: &str, hold_id: &str, doctors: u64, why: &str) -> Finding {
    Finding::Raise(Box::new(Raised {
        key: held_key(list),
        kind: AlertKind::Held,
        severity: Severity::Page,
        list: list.to_owned(),
        hold_id: Some(hold_id.to_owned()),
        doctors_affected: doctors,
        sentence: format!("The update of {list} waits for a person's word. {why}"),
        cause: "brake".to_owned(),
        next_action: format!(
            "reval holds; then reval approve {hold_id} --count N --reason … or reval reject {hold_id} --reason …"
        ),
    }))
}

/// Writes findings down in the transaction of what they are about.
pub async fn write(
    context: &Context,
    tx: &mut Tx,
    run_id: &str,
    findings: &[Finding],
) -> Result<(), StoreError> {
    let now = context.clock.now();
    for finding in findings {
        match finding {
            Finding::Resolve(key) => drop(store::alert::resolve(tx, key, now).await?),
            Finding::Raise(raised) => {
                let alert = NewAlert {
                    id: context.mint(),
                    key: raised.key.clone(),
                    kind: raised.kind,
                    severity: raised.severity,
                    list: Some(raised.list.clone()),
                    run_id: Some(run_id.to_owned()),
                    hold_id: raised.hold_id.clone(),
                    doctors_affected: raised.doctors_affected,
                    sentence: raised.sentence.clone(),
                    cause: raised.cause.clone(),
                    next_action: raised.next_action.clone(),
                };
                store::alert::raise(tx, &alert, now).await?;
            }
        }
    }
    Ok(())
}
