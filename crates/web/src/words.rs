//! The words in which pages say states, and the colours that repeat them; no state is told by colour alone.

use domain::access::Role;
use domain::comparison::Field;
use domain::discrepancy::DiscrepancyKind;
use domain::freshness::Age;
use domain::hold::HoldState;
use domain::joined::Presence;
use domain::recommendation::{Outcome, Status};
use domain::recount::Verdict;
use domain::run::{BodyOutcome, RunState};
use domain::sending::{Standing, Wish};
use ops::filter::NoticeIs;
use ops::worklist::Stage;

use crate::parts::Tag;

/// A role.
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Observer => "Observer",
        Role::Admin => "Admin",
        Role::Approver => "Approver",
        Role::Operations => "Operations",
        Role::Auditor => "Auditor",
    }
}

/// A field of a doctor.
pub fn field(field: Field) -> &'static str {
    match field {
        Field::FirstName => "first name",
        Field::LastName => "last name",
        Field::SubmissionDate => "submission date",
        Field::UnderNotice => "under notice",
    }
}

/// A wish of the GMC.
pub fn wish(wish: Wish) -> &'static str {
    match wish {
        Wish::Recommend => "Recommendation",
        Wish::Connect => "Connection",
        Wish::Disconnect => "Disconnection",
    }
}

/// Where a wish stands.
pub fn standing(standing: Standing) -> Tag {
    match standing {
        Standing::Queued => Tag::new("Waits to be sent", "white"),
        Standing::Sending => Tag::new("Being sent", "blue"),
        Standing::Unknown => Tag::new("Unknown, confirming", "orange"),
        Standing::Accepted => Tag::new("Accepted", "green"),
        Standing::Rejected => Tag::new("Refused by the GMC", "red"),
        Standing::Abandoned => Tag::new("Given up", "grey"),
    }
}

/// Where wishes stand, after their number.
pub fn standing_spoken(standing: Standing) -> &'static str {
    match standing {
        Standing::Queued => "wait to be sent",
        Standing::Sending => "being sent",
        Standing::Unknown => "unknown, confirming",
        Standing::Accepted => "accepted",
        Standing::Rejected => "refused by the GMC",
        Standing::Abandoned => "given up",
    }
}

/// The place of what waits to be sent.
pub fn place(before: u64) -> String {
    match before {
        0 => "It is the next to be sent.".to_owned(),
        many => format!("Queued, {many} before it."),
    }
}

/// Where a recommendation stands.
pub fn recommendation(status: &Status) -> Tag {
    let colour = match status {
        Status::Draft => "white",
        Status::Returned | Status::Decided(Outcome::Rejected) => "red",
        Status::Submitted | Status::UnderReview => "blue",
        Status::Confirming => "orange",
        Status::Decided(_) => "green",
        Status::Withdrawn => "grey",
    };
    Tag::new(status.sentence().to_owned(), colour)
}

/// An age.
pub fn age(age: Age) -> Tag {
    match age {
        Age::Fresh => Tag::new("Fresh", "green"),
        Age::Amber => Tag::new("Amber", "orange"),
        Age::Red => Tag::new("Red", "red"),
        Age::Never => Tag::new("No data yet", "grey"),
    }
}

/// What the last attempt at a list came to.
pub fn outcome(outcome: Option<BodyOutcome>) -> Tag {
    match outcome {
        Some(BodyOutcome::Published) => Tag::new("Published", "green"),
        Some(BodyOutcome::Held) => Tag::new("Held", "purple"),
        Some(BodyOutcome::Failed) => Tag::new("Failed", "red"),
        None => Tag::new("Not asked yet", "grey"),
    }
}

/// What the GMC's count and ours come to.
pub fn recount(verdict: Verdict) -> Tag {
    match verdict {
        Verdict::Equal => Tag::new("Same number", "green"),
        Verdict::Explained => Tag::new("Differs, explained", "grey"),
        Verdict::Differs => Tag::new("Differs", "red"),
        Verdict::Unknown => Tag::new("Not known", "grey"),
    }
}

/// The state of a run.
pub fn run(state: RunState) -> Tag {
    match state {
        RunState::Due => Tag::new("Due", "white"),
        RunState::Running => Tag::new("Running", "blue"),
        RunState::Succeeded => Tag::new("Succeeded", "green"),
        RunState::Suspect => Tag::new("Suspect", "orange"),
        RunState::Failed => Tag::new("Failed", "red"),
        RunState::Missed => Tag::new("Missed", "red"),
        RunState::Skipped => Tag::new("Skipped", "grey"),
        RunState::Cancelled => Tag::new("Cancelled", "grey"),
    }
}

/// How much a line of a log matters; one of the usual weight needs no word.
pub fn level(word: &str) -> Option<Tag> {
    match word {
        "warn" => Some(Tag::new("Warning", "orange")),
        "error" => Some(Tag::new("Error", "red")),
        "cut" => Some(Tag::new("Left out", "grey")),
        _ => None,
    }
}

/// The state of a hold.
pub fn hold(state: HoldState) -> Tag {
    match state {
        HoldState::Open => Tag::new("Waits for a person", "purple"),
        HoldState::Proposed => Tag::new("Waits for a second person", "purple"),
        HoldState::Approved => Tag::new("Approved", "green"),
        HoldState::Rejected => Tag::new("Rejected", "grey"),
        HoldState::Superseded => Tag::new("Superseded by a later answer", "grey"),
    }
}

/// How loud an alert is.
pub fn severity(word: &str) -> Tag {
    match word {
        "page" => Tag::new("Now", "red"),
        "warn" => Tag::new("Working hours", "orange"),
        "notice" => Tag::new("In the morning", "blue"),
        other => Tag::new(other, "grey"),
    }
}

/// The state of an alert.
pub fn alert(state: &str) -> Tag {
    match state {
        "open" => Tag::new("Open", "red"),
        "acknowledged" => Tag::new("Acknowledged", "yellow"),
        "resolved" => Tag::new("Resolved", "green"),
        other => Tag::new(other, "grey"),
    }
}

/// Under notice, as stored in a joined row.
pub fn notice(word: &str) -> Tag {
    match word {
        "yes" => Tag::new("Under notice", "blue"),
        "on_hold" => Tag::new("On hold", "purple"),
        "no" => Tag::new("No", "white"),
        "none" => Tag::new("Not on a list", "grey"),
        _ => Tag::new("Unknown", "yellow"),
    }
}

/// The notice filter as pages name it.
pub fn notice_is(notice: NoticeIs) -> &'static str {
    match notice {
        NoticeIs::Yes => "Under notice",
        NoticeIs::OnHold => "On hold",
        NoticeIs::Unknown => "Unknown",
        NoticeIs::No => "Not under notice",
    }
}

/// How firmly a doctor stands on a list, where that needs a word.
pub fn presence(presence: Presence) -> Option<Tag> {
    match presence {
        Presence::Listed => None,
        Presence::NotConfirmed => Some(Tag::new("Not confirmed tonight", "orange")),
        Presence::Left => Some(Tag::new("Left, not yet elsewhere", "orange")),
    }
}

/// A disagreement of the GMC and TIS.
pub fn disagreement(kind: DiscrepancyKind) -> Tag {
    Tag::new(kind.title(), "yellow")
}

/// At which stage the work on a disagreement is.
pub fn stage(stage: Stage) -> Tag {
    let colour = match stage {
        Stage::New => "blue",
        Stage::Looking => "white",
        Stage::WaitingGmc | Stage::WaitingTis => "purple",
    };
    Tag::new(stage.title(), colour)
}

/// How a snapshot came about.
pub fn snapshot(kind: &str) -> Tag {
    match kind {
        "sync" => Tag::new("By a run", "blue"),
        "approved" => Tag::new("By a person's word", "purple"),
        "rollback" => Tag::new("Rolled back", "orange"),
        other => Tag::new(other, "grey"),
    }
}
