//! The joined row that pages list: made from both worlds, and nothing else, so that it can be made again.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::joined::{Joined, Placed};
use crate::listing::{Notice, Stated};
use crate::names::name_key;
use crate::trainee::Trainee;

/// Sorts after every date: doctors whose submission date is not known come last.
pub const NO_DATE: &str = "9999-99-99";

/// One doctor as the lists show them; columns of the store. `Debug` shows nothing: this is personal data.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ViewRow {
    /// Seven digits.
    pub gmc_number: String,
    /// The body that lists the doctor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// listed, not_confirmed or left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presence: Option<String>,
    /// Another body that lists the same doctor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub also_listed_by: Option<String>,
    /// The GMC's spelling, or TIS's if the GMC lists the doctor nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The GMC's spelling, or TIS's if the GMC lists the doctor nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Folded, last name first.
    pub name_key: String,
    /// ISO date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submission_date: Option<String>,
    /// As received, where it is no date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submission_raw: Option<String>,
    /// Submission date, or [`NO_DATE`].
    pub due_key: String,
    /// yes, no, on_hold, unknown, or none where the GMC does not list the doctor.
    pub under_notice: String,
    /// As received, where not understood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub under_notice_raw: Option<String>,
    /// Current programmes, joined by a bar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub programme: Option<String>,
    /// Owners, joined by a bar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Membership types, joined by a bar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub membership_type: Option<String>,
    /// yes, no, or none where there is no membership.
    pub membership_type_known: String,
    /// Latest end of the current memberships, ISO date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub membership_end: Option<String>,
    /// Latest end of their curricula, ISO date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub curriculum_end: Option<String>,
    /// Current grades, joined by a bar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<String>,
    /// The one body TIS claims the doctor for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tis_body: Option<String>,
    /// The kind's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discrepancy: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discrepancy_why: Option<String>,
    /// What would settle it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discrepancy_settles: Option<String>,
    /// The snapshot of the body that made this row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gmc_snapshot: Option<u64>,
    /// The snapshot of TIS that made this row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tis_snapshot: Option<u64>,
}

impl fmt::Debug for ViewRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ViewRow(…)")
    }
}

impl ViewRow {
    /// Makes the row of a joined doctor. `tis_snapshot` is the one in which TIS's present facts began.
    pub fn of(joined: &Joined, tis_snapshot: Option<u64>) -> Self {
        let mut row = Self {
            gmc_number: joined.gmc_number.to_string(),
            due_key: NO_DATE.to_owned(),
            under_notice: "none".to_owned(),
            membership_type_known: "none".to_owned(),
            also_listed_by: joined.also_listed_by.as_ref().map(ToString::to_string),
            tis_snapshot,
            ..Self::default()
        };
        if let Some(trainee) = &joined.trainee {
            row.add_tis(trainee);
        }
        if let Some(placed) = &joined.placed {
            row.add_gmc(placed);
        }
        row.name_key = name_key(row.first_name.as_deref(), row.last_name.as_deref());
        if let Some(discrepancy) = &joined.discrepancy {
            row.discrepancy = Some(discrepancy.kind.word().to_owned());
            row.discrepancy_why = Some(discrepancy.why.clone());
            row.discrepancy_settles = Some(discrepancy.settles.clone());
        }
        row
    }

    fn add_gmc(&mut self, placed: &Placed) {
        let listing = &placed.listing;
        self.body = Some(placed.body.to_string());
        self.presence = Some(placed.presence.word().to_owned());
        self.gmc_snapshot = Some(placed.snapshot);
        self.first_name.clone_from(&listing.first_name);
        self.last_name.clone_from(&listing.last_name);
        self.submission_date = listing.submission_date.known().map(Date::to_string);
        self.submission_raw = listing.submission_date.raw().map(str::to_owned);
        self.due_key = self.submission_date.clone().unwrap_or_else(|| NO_DATE.to_owned());
        self.under_notice =
            listing.under_notice.known().map_or("unknown", |notice: &Notice| notice.word()).to_owned();
        self.under_notice_raw = match &listing.under_notice {
            Stated::Unrecognised(text) => Some(text.clone()),
            Stated::Absent | Stated::Known(_) => None,
        };
    }

    fn add_tis(&mut self, trainee: &Trainee) {
        self.first_name.clone_from(&trainee.forenames);
        self.last_name.clone_from(&trainee.surname);
        let memberships = &trainee.memberships;
        self.programme = bar(memberships.iter().filter_map(|m| m.programme.as_deref()));
        self.owner = bar(memberships.iter().filter_map(|m| m.owner.as_deref()));
        self.membership_type = bar(memberships.iter().filter_map(|m| m.kind.as_deref()));
        if !memberships.is_empty() {
            let known = memberships.iter().all(|m| m.kind_is_known);
            self.membership_type_known = if known { "yes" } else { "no" }.to_owned();
        }
        self.membership_end = memberships.iter().filter_map(|m| m.end).max().map(|date| date.to_string());
        self.curriculum_end =
            memberships.iter().filter_map(|m| m.curriculum_end).max().map(|date| date.to_string());
        self.grade = bar(trainee.grades.iter().map(String::as_str));
        let claimants = trainee.claimants();
        if let [only] = claimants.as_slice() {
            self.tis_body = Some(only.to_string());
        }
    }
}

/// Joins what differs with a bar, in the order first met; nothing joined is nothing.
fn bar<'a>(texts: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut distinct: Vec<&str> = Vec::new();
    for text in texts {
        if !distinct.contains(&text) {
            distinct.push(text);
        }
    }
    (!distinct.is_empty()).then(|| distinct.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{BodyCode, GmcNumber};
    use crate::joined::{Presence, join};
    use crate::listing::Listing;
    use crate::raw::RawDoctor;

    fn placed(under_notice: Option<&str>) -> Placed {
        let raw = RawDoctor {
            gmc_reference_number: Some("9000001".into()),
            last_name: Some("Ó Samplaigh".into()),
            under_notice: under_notice.map(str::to_owned),
            submission_date: Some("soon".into()),
            ..RawDoctor::default()
        };
        Placed {
            body: BodyCode::new("A"),
            snapshot: 3,
            presence: Presence::Listed,
            listed_since_ms: 1,
            listing: Listing::read(raw).expect("usable"),
        }
    }

    fn row(under_notice: Option<&str>) -> ViewRow {
        let number = GmcNumber::parse("9000001").expect("seven digits");
        ViewRow::of(&join(number, vec![placed(under_notice)], None).expect("listed"), None)
    }

    #[test]
    fn what_is_not_understood_is_unknown_and_shown_as_received() {
        let row = row(Some("Perhaps"));
        assert_eq!(row.under_notice, "unknown");
        assert_eq!(row.under_notice_raw.as_deref(), Some("Perhaps"));
        assert_eq!(row.submission_date, None);
        assert_eq!(row.submission_raw.as_deref(), Some("soon"));
        assert_eq!(row.due_key, NO_DATE);
        assert_eq!(row.name_key, "o samplaigh");
    }

    #[test]
    fn an_absent_flag_is_unknown_and_not_no() {
        assert_eq!(row(None).under_notice, "unknown");
    }
}
