//! One doctor exactly as the GMC sent it, before anything is decided about it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A `GetDoctorsForDBResponse_Doctor` verbatim; `None` is an absent or nil element, `Some("")` an empty one.
///
/// Each field is named for the element it comes from. `Debug` shows nothing: this is personal data.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RawDoctor {
    /// `GMCReferenceNumber`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gmc_reference_number: Option<String>,
    /// `DoctorFirstName`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// `DoctorLastName`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// `SubmissionDate`, `dd/MM/yyyy`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submission_date: Option<String>,
    /// `DoctorStatus`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doctor_status: Option<String>,
    /// `Breach`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breach: Option<String>,
    /// `DateAdded`, `dd/MM/yyyy`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_added: Option<String>,
    /// `UnderNotice`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub under_notice: Option<String>,
    /// `Investigation`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub investigation: Option<String>,
    /// `PreliminaryInvestigation`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preliminary_investigation: Option<String>,
    /// `Sanction`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sanction: Option<String>,
    /// The whole item was `xsi:nil`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub nil: bool,
}

impl fmt::Debug for RawDoctor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawDoctor(…)")
    }
}
