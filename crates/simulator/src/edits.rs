//! Edits: what a story changes in the seeded world, from one night to another.

use domain::raw::RawDoctor;
use serde::{Deserialize, Serialize};

/// One edit of one body's list.
#[derive(Clone, Serialize, Deserialize)]
pub struct Edit {
    /// First night it shows.
    pub from: u32,
    /// First night it no longer shows; never ends if absent.
    #[serde(default)]
    pub until: Option<u32>,
    /// The body's code.
    pub body: String,
    /// What it does.
    pub what: What,
}

/// What an edit does.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Puts text into a field of the doctor with this number; no text leaves the element out.
    Set {
        /// GMC number.
        number: String,
        /// Element name.
        field: String,
        /// Text.
        value: Option<String>,
    },
    /// Leaves the doctor out.
    Drop {
        /// GMC number.
        number: String,
    },
    /// Adds a record, whatever it holds.
    Add {
        /// The record.
        record: Box<RawDoctor>,
    },
}

impl Edit {
    /// Whether it shows on a night.
    pub fn shows(&self, body: &str, night: u32) -> bool {
        self.body == body && night >= self.from && self.until.is_none_or(|until| night < until)
    }
}

/// Applies the edits that concern one doctor; `None` leaves the doctor out.
pub fn apply(edits: &[&Edit], mut doctor: RawDoctor) -> Option<RawDoctor> {
    if edits.is_empty() {
        return Some(doctor);
    }
    let number = doctor.gmc_reference_number.clone().unwrap_or_default();
    for edit in edits {
        match &edit.what {
            What::Drop { number: dropped } if *dropped == number => return None,
            What::Set { number: edited, field, value } if *edited == number => {
                if let Some(slot) = slot(&mut doctor, field) {
                    slot.clone_from(value);
                }
            }
            What::Drop { .. } | What::Set { .. } | What::Add { .. } => {}
        }
    }
    Some(doctor)
}

/// The field of a doctor that an element name means.
pub fn slot<'d>(doctor: &'d mut RawDoctor, field: &str) -> Option<&'d mut Option<String>> {
    Some(match field {
        "GMCReferenceNumber" => &mut doctor.gmc_reference_number,
        "DoctorFirstName" => &mut doctor.first_name,
        "DoctorLastName" => &mut doctor.last_name,
        "SubmissionDate" => &mut doctor.submission_date,
        "DoctorStatus" => &mut doctor.doctor_status,
        "Breach" => &mut doctor.breach,
        "DateAdded" => &mut doctor.date_added,
        "UnderNotice" => &mut doctor.under_notice,
        "Investigation" => &mut doctor.investigation,
        "PreliminaryInvestigation" => &mut doctor.preliminary_investigation,
        "Sanction" => &mut doctor.sanction,
        _ => return None,
    })
}
