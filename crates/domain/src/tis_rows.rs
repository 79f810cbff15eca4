//! Rows of the training system's tables as plain data: only the columns that the rules read.

use std::sync::Arc;

use jiff::civil::Date;

/// A person; `Debug` is left out of all rows that name or number somebody.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// The key all satellites share.
    pub id: String,
    /// Comma-separated names of roles.
    pub role: Option<String>,
    /// Status, if any is written.
    pub status: Option<PersonStatus>,
}

/// `Person.status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonStatus {
    /// At least one membership covers today.
    Current,
    /// None does.
    Inactive,
    /// Marked for deletion.
    Delete,
}

impl PersonStatus {
    /// The codes TIS writes.
    pub const CODES: &str = "CURRENT, INACTIVE or DELETE";

    /// Reads a code; an unknown one is never given a default.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "CURRENT" => Some(Self::Current),
            "INACTIVE" => Some(Self::Inactive),
            "DELETE" => Some(Self::Delete),
            _ => None,
        }
    }
}

/// A person's names.
#[derive(Clone, PartialEq, Eq)]
pub struct ContactRow {
    /// Person id.
    pub id: String,
    /// Surname.
    pub surname: Option<String>,
    /// Forenames.
    pub forenames: Option<String>,
}

/// A person's GMC number as typed: not unique, not checked.
#[derive(Clone, PartialEq, Eq)]
pub struct GmcRow {
    /// Person id.
    pub id: String,
    /// The text of the number.
    pub gmc_number: Option<String>,
}

/// A programme and the office that owns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgrammeRow {
    /// Key.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// Number.
    pub number: Option<String>,
    /// Owner as written.
    pub owner: Option<String>,
}

/// A person's place in a programme; dates inclusive at both ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MembershipRow {
    /// Key.
    pub uuid: String,
    /// Person id.
    pub person_id: String,
    /// Programme id.
    pub programme_id: Option<String>,
    /// Type as written.
    pub kind: Option<String>,
    /// First day.
    pub start: Option<Date>,
    /// Last day.
    pub end: Option<Date>,
}

/// The end of one curriculum of a membership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurriculumRow {
    /// Key of the membership.
    pub membership_uuid: String,
    /// Last day.
    pub end: Option<Date>,
}

/// A post held for a time; dates inclusive at both ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacementRow {
    /// Person id.
    pub trainee_id: String,
    /// Grade's key.
    pub grade_id: Option<String>,
    /// Grade as people say it.
    pub grade_abbreviation: Option<String>,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// Status, if any is written; the dates decide, not this.
    pub status: Option<PlacementStatus>,
}

/// `Placement.status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlacementStatus {
    /// Over.
    Past,
    /// Now.
    Current,
    /// To come.
    Future,
}

impl PlacementStatus {
    /// The codes TIS writes.
    pub const CODES: &str = "PAST, CURRENT or FUTURE";

    /// Reads a code; an unknown one is never given a default.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "PAST" => Some(Self::Past),
            "CURRENT" => Some(Self::Current),
            "FUTURE" => Some(Self::Future),
            _ => None,
        }
    }
}

/// A membership with what hangs on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldMembership {
    /// The membership.
    pub row: MembershipRow,
    /// Its programme, if the table of programmes has it; thousands share one.
    pub programme: Option<Arc<ProgrammeRow>>,
    /// Its curricula.
    pub curricula: Vec<CurriculumRow>,
}

/// All rows of one person.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PersonBundle {
    /// Person id, which every row here carries.
    pub id: String,
    /// The person; missing where a number hangs on nobody.
    pub person: Option<PersonRow>,
    /// The names.
    pub contact: Option<ContactRow>,
    /// The number.
    pub gmc: Option<GmcRow>,
    /// Memberships of any time.
    pub memberships: Vec<HeldMembership>,
    /// Placements of any time.
    pub placements: Vec<PlacementRow>,
}
