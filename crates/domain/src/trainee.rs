//! What TIS says about one GMC number: the persons, their current programmes and who claims the doctor.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{BodyCode, GmcNumber};

/// Which body a programme's owner stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// One designated body.
    Body(BodyCode),
    /// A pseudo-owner that stands for several, such as "London LETBs".
    Group {
        /// The owner's text.
        name: String,
        /// The bodies it stands for.
        bodies: Vec<BodyCode>,
    },
    /// An owner we do not know, kept as written.
    Unknown(String),
    /// The programme has no owner.
    Missing,
}

/// One current programme membership; each date stands for itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// Programme name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programme: Option<String>,
    /// Owner as TIS writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// What the owner stands for.
    pub claim: Claim,
    /// Membership type as TIS writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Whether the type is one we know.
    #[serde(default)]
    pub kind_is_known: bool,
    /// First day, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Date>,
    /// Last day, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Date>,
    /// Latest end of the curricula of this membership.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curriculum_end: Option<Date>,
}

/// Everything TIS says about one GMC number. `Debug` shows nothing: this is personal data.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trainee {
    /// The join key.
    pub gmc_number: GmcNumber,
    /// TIS person ids that carry the number; more than one is a conflict.
    pub persons: Vec<String>,
    /// Forenames in TIS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forenames: Option<String>,
    /// Surname in TIS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surname: Option<String>,
    /// All memberships that cover the day of the extract.
    #[serde(default)]
    pub memberships: Vec<Membership>,
    /// Grades of the placements that cover the day of the extract.
    #[serde(default)]
    pub grades: Vec<String>,
    /// The named rule that keeps this person out of the discrepancies, such as `military`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excluded_by: Option<String>,
}

impl fmt::Debug for Trainee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trainee(…)")
    }
}

impl Trainee {
    /// The bodies that claim this doctor through a current programme, each once, in order of code.
    pub fn claimants(&self) -> Vec<BodyCode> {
        let mut bodies: Vec<BodyCode> = self
            .memberships
            .iter()
            .flat_map(|membership| match &membership.claim {
                Claim::Body(body) => vec![body.clone()],
                Claim::Group { bodies, .. } => bodies.clone(),
                Claim::Unknown(_) | Claim::Missing => Vec::new(),
            })
            .collect();
        bodies.sort();
        bodies.dedup();
        bodies
    }
}
