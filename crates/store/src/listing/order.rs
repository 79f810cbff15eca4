//! What a list can be sorted by, and where in that order a page begins.

/// What a list is sorted by; the GMC number breaks ties.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Last name, then first name, folded.
    #[default]
    Name,
    /// Submission date; unknown dates as if they were in the far future.
    Due,
    /// GMC number.
    Number,
    /// The body that lists the doctor.
    Body,
    /// What the GMC says about notice.
    Notice,
    /// Programmes in TIS.
    Programme,
    /// Owners of the programmes.
    Owner,
    /// Type of the programme membership.
    MembershipType,
    /// End of the programme membership; unknown dates as if they were in the far future.
    MembershipEnd,
    /// End of the curriculum; unknown dates as if they were in the far future.
    CurriculumEnd,
    /// Grade in TIS.
    Grade,
    /// Kind of the disagreement.
    Disagreement,
    /// Since when the disagreement stands.
    Since,
    /// When the row last changed.
    Updated,
    /// Who works on the doctor; those of nobody stand together.
    Admin,
}

impl Order {
    /// The sort value, never null: rows without one stand together at one end.
    pub(super) fn expression(self) -> &'static str {
        match self {
            Self::Name => "d.name_key",
            Self::Due => "d.due_key",
            Self::Number => "d.gmc_number",
            Self::Body => "coalesce(d.body, '')",
            Self::Notice => "d.under_notice",
            Self::Programme => "coalesce(d.programme, '')",
            Self::Owner => "coalesce(d.owner, '')",
            Self::MembershipType => "coalesce(d.membership_type, '')",
            Self::MembershipEnd => "coalesce(d.membership_end, '9999-99-99')",
            Self::CurriculumEnd => "coalesce(d.curriculum_end, '9999-99-99')",
            Self::Grade => "coalesce(d.grade, '')",
            Self::Disagreement => "coalesce(d.discrepancy, '')",
            Self::Since => "coalesce(d.discrepancy_since_ms, 0)",
            Self::Updated => "d.updated_at_ms",
            Self::Admin => {
                "coalesce((select a.admin from allocation a where a.gmc_number = d.gmc_number), '')"
            }
        }
    }

    /// Whether the sort value is a number; otherwise it is text.
    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Since | Self::Updated)
    }
}

/// Which way a list runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// The smallest first.
    #[default]
    Up,
    /// The largest first.
    Down,
}

impl Direction {
    /// The other one.
    pub fn turned(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Down => Self::Up,
        }
    }
}

/// A sort value as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// Text.
    Text(String),
    /// A number.
    Int(i64),
}

/// A row's place in an order: its sort value and its GMC number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The sort value.
    pub key: Key,
    /// The GMC number.
    pub number: String,
}

/// Where a page begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start<'a> {
    /// At the first row.
    #[default]
    First,
    /// After a row.
    After(&'a Place),
    /// So that it ends before a row.
    Before(&'a Place),
    /// So that it ends with the last row.
    Last,
}

impl Start<'_> {
    /// Whether the page is read from its end.
    pub(super) fn is_backwards(self) -> bool {
        matches!(self, Self::Before(_) | Self::Last)
    }
}
