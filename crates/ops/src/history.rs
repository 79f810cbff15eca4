//! What changed about one doctor, night by night and field by field: pure comparison of neighbouring versions.

use domain::joined::Presence;
use domain::listing::{Listing, Notice, Stated};
use domain::trainee::{Claim, Membership, Trainee};
use jiff::Timestamp;
use jiff::civil::Date;
use store::StoreError;
use store::entry::Version;
use store::list::TIS;

/// What happened to a doctor on a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// Came onto the list.
    Arrived,
    /// Facts moved.
    Changed,
    /// Is not on the list any more.
    Left,
}

/// One field before and after; `None` where nothing was stated.
#[derive(Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// What pages call it.
    pub field: &'static str,
    /// Before.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
}

/// One happening.
#[derive(Clone)]
pub struct Event {
    /// Designated body code, or `TIS`.
    pub list: String,
    /// What happened.
    pub happening: Happening,
    /// When readers began to see it.
    pub at: Timestamp,
    /// The snapshot in which it happened.
    pub snapshot: u64,
    /// When the request for that data was sent; not known of leavings.
    pub data_as_of: Option<Timestamp>,
    /// sync, approved or rollback; empty of leavings.
    pub kind: String,
    /// Who published it; empty of leavings.
    pub published_by: String,
    /// What moved.
    pub changes: Vec<FieldChange>,
}

type Fields = Vec<(&'static str, Option<String>)>;

/// Tells the versions of one doctor as happenings, newest first.
///
/// Shape: versions of any lists in any order; of one list no two overlap.
pub(crate) fn events(mut versions: Vec<Version>) -> Result<Vec<Event>, StoreError> {
    versions.sort_by(|a, b| (&a.list, a.from_snapshot).cmp(&(&b.list, b.from_snapshot)));
    let mut events = Vec::new();
    for (at, version) in versions.iter().enumerate() {
        let before =
            at.checked_sub(1).map(|before| &versions[before]).filter(|before| is_next(before, version));
        events.extend(begun(before, version)?);
        let is_replaced = versions.get(at + 1).is_some_and(|next| is_next(version, next));
        events.extend(left(version).filter(|_| !is_replaced));
    }
    events.sort_by(|a, b| (b.at, &b.list, b.snapshot).cmp(&(a.at, &a.list, a.snapshot)));
    Ok(events)
}

fn is_next(before: &Version, after: &Version) -> bool {
    before.list == after.list && before.to_snapshot == Some(after.from_snapshot)
}

/// What began with a version; nothing, if all that moved on a list of the GMC is not for the viewer's eyes.
fn begun(before: Option<&Version>, version: &Version) -> Result<Option<Event>, StoreError> {
    let after = fields(version)?;
    let (happening, was) = match before {
        Some(before) => (Happening::Changed, fields(before)?),
        None => (Happening::Arrived, after.iter().map(|(field, _)| (*field, None)).collect()),
    };
    let changes = differences(was, after);
    if happening == Happening::Changed && changes.is_empty() && version.list != TIS {
        return Ok(None);
    }
    Ok(Some(Event {
        list: version.list.clone(),
        happening,
        at: version.published_at,
        snapshot: version.from_snapshot,
        data_as_of: Some(version.data_as_of),
        kind: version.kind.clone(),
        published_by: version.published_by.clone(),
        changes,
    }))
}

fn left(version: &Version) -> Option<Event> {
    Some(Event {
        list: version.list.clone(),
        happening: Happening::Left,
        at: version.ended_at?,
        snapshot: version.to_snapshot?,
        data_as_of: None,
        kind: String::new(),
        published_by: String::new(),
        changes: Vec::new(),
    })
}

fn differences(before: Fields, after: Fields) -> Vec<FieldChange> {
    before
        .into_iter()
        .zip(after)
        .filter(|((_, was), (_, is))| was != is)
        .map(|((field, before), (_, after))| FieldChange { field, before, after })
        .collect()
}

fn fields(version: &Version) -> Result<Fields, StoreError> {
    if version.list == TIS {
        return Ok(of_trainee(&trainee(&version.content)?));
    }
    let mut fields = of_listing(&listing(&version.content)?);
    let confirmed = match version.presence {
        Presence::NotConfirmed => "no: the record received in its place was not processed",
        Presence::Listed | Presence::Left => "yes",
    };
    fields.push(("Confirmed by the GMC's answer", Some(confirmed.to_owned())));
    Ok(fields)
}

/// Reads a listing as stored.
pub(crate) fn listing(content: &str) -> Result<Listing, StoreError> {
    serde_json::from_str(content).map_err(|_| StoreError::Corrupt { what: "listing" })
}

/// Reads what TIS says, as stored.
pub(crate) fn trainee(content: &str) -> Result<Trainee, StoreError> {
    serde_json::from_str(content).map_err(|_| StoreError::Corrupt { what: "trainee" })
}

fn of_listing(listing: &Listing) -> Fields {
    vec![
        ("First name", listing.first_name.clone()),
        ("Last name", listing.last_name.clone()),
        ("Under notice", stated(&listing.under_notice, notice)),
        ("Submission date", stated(&listing.submission_date, |date| day(*date))),
        ("Date added", stated(&listing.date_added, |date| day(*date))),
        ("GMC status", listing.doctor_status.clone()),
        ("Breach", listing.breach.clone()),
        ("Investigation", listing.investigation.clone()),
        ("Preliminary investigation", listing.preliminary_investigation.clone()),
        ("Sanction", listing.sanction.clone()),
    ]
}

fn stated<T>(stated: &Stated<T>, known: impl Fn(&T) -> String) -> Option<String> {
    match stated {
        Stated::Absent => None,
        Stated::Known(value) => Some(known(value)),
        Stated::Unrecognised(text) => Some(format!("not understood, received as “{text}”")),
    }
}

/// A date as people read it: 1 December 2026.
fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

fn notice(notice: &Notice) -> String {
    match notice {
        Notice::Yes => "yes",
        Notice::No => "no",
        Notice::OnHold => "on hold",
    }
    .to_owned()
}

fn of_trainee(trainee: &Trainee) -> Fields {
    let memberships: Vec<String> = trainee.memberships.iter().map(membership).collect();
    let some = |text: String| (!text.is_empty()).then_some(text);
    vec![
        ("Forenames in TIS", trainee.forenames.clone()),
        ("Surname in TIS", trainee.surname.clone()),
        ("Programme memberships", some(memberships.join("; "))),
        ("Grades", some(trainee.grades.join(", "))),
        (
            "TIS persons with this number",
            (trainee.persons.len() > 1).then(|| trainee.persons.len().to_string()),
        ),
        ("Left out of discrepancies by rule", trainee.excluded_by.clone()),
    ]
}

fn membership(membership: &Membership) -> String {
    let on = |date: Option<Date>| date.map_or_else(|| "date not known".to_owned(), day);
    let name = membership.programme.as_deref().unwrap_or("programme without a name");
    let owner = match &membership.claim {
        Claim::Unknown(owner) => format!("{owner} (owner not known)"),
        Claim::Missing => "no owner".to_owned(),
        Claim::Body(_) | Claim::Group { .. } => membership.owner.clone().unwrap_or_default(),
    };
    let kind = membership.kind.as_deref().unwrap_or("type not stated");
    format!("{name}, {owner}, {kind}, {} to {}", on(membership.start), on(membership.end))
}

#[cfg(test)]
mod tests;
