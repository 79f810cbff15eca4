//! What a list says of a doctor, column by column: pages and files show the same ones, under the same titles.

use domain::discrepancy::DiscrepancyKind;
use domain::joined::Presence;
use jiff::Timestamp;

use crate::place::british;
use crate::rows::{DoctorRow, Order};
use crate::worklist;

/// A column of a list of doctors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The name.
    Name,
    /// The GMC number.
    Number,
    /// The body that lists the doctor.
    Body,
    /// What the GMC says about notice.
    Notice,
    /// The submission date.
    Due,
    /// Programmes in TIS.
    Programme,
    /// Their owners.
    Owner,
    /// Type of the programme membership.
    MembershipType,
    /// Its end.
    MembershipEnd,
    /// End of the curriculum.
    CurriculumEnd,
    /// Grade in TIS.
    Grade,
    /// What is out of the ordinary.
    Marks,
    /// The kind of the disagreement.
    Kind,
    /// Why there is a disagreement, and what would settle it.
    Why,
    /// Since when it stands.
    Since,
    /// At which stage the work on the disagreement is, and whose it is.
    Stage,
    /// Who works on the doctor.
    Admin,
    /// How many notes there are.
    Notes,
    /// When anything of this last changed.
    Updated,
}

use Column::{
    Admin, Body, CurriculumEnd, Due, Grade, Kind, Marks, MembershipEnd, MembershipType, Name, Notes, Notice,
    Number, Owner, Programme, Since, Stage, Updated, Why,
};

impl Column {
    /// All, in the order in which lists show them.
    pub const ALL: [Self; 19] = [
        Name,
        Number,
        Body,
        Notice,
        Due,
        Programme,
        Owner,
        MembershipType,
        MembershipEnd,
        CurriculumEnd,
        Grade,
        Marks,
        Kind,
        Why,
        Since,
        Stage,
        Admin,
        Notes,
        Updated,
    ];

    /// Its word in addresses, its title, and what a list by it is sorted by.
    fn known(self) -> (&'static str, &'static str, Option<Order>) {
        match self {
            Name => ("name", "Doctor", Some(Order::Name)),
            Number => ("number", "GMC number", Some(Order::Number)),
            Body => ("body", "Body", Some(Order::Body)),
            Notice => ("notice", "Under notice", Some(Order::Notice)),
            Due => ("due", "Submission date", Some(Order::Due)),
            Programme => ("programme", "Programme in TIS", Some(Order::Programme)),
            Owner => ("owner", "Programme owner", Some(Order::Owner)),
            MembershipType => ("membership-type", "Membership type", Some(Order::MembershipType)),
            MembershipEnd => ("membership-end", "Membership ends", Some(Order::MembershipEnd)),
            CurriculumEnd => ("curriculum-end", "Curriculum ends", Some(Order::CurriculumEnd)),
            Grade => ("grade", "Grade", Some(Order::Grade)),
            Marks => ("marks", "To look at", None),
            Kind => ("kind", "Discrepancy", Some(Order::Disagreement)),
            Why => ("why", "Why, and what would settle it", None),
            Since => ("since", "Since", Some(Order::Since)),
            Stage => ("stage", "Stage", None),
            Admin => ("admin", "Admin", Some(Order::Admin)),
            Notes => ("notes", "Notes", None),
            Updated => ("updated", "Last changed", Some(Order::Updated)),
        }
    }

    /// Its word in addresses.
    pub fn word(self) -> &'static str {
        self.known().0
    }

    /// Its title.
    pub fn title(self) -> &'static str {
        self.known().1
    }

    /// What a list by it is sorted by; nothing where no order makes sense.
    pub fn order(self) -> Option<Order> {
        self.known().2
    }

    /// Reads a word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.word() == word)
    }

    /// What it says of a doctor, as text: days and instants in ISO form, British time.
    pub fn text(self, row: &DoctorRow) -> String {
        let view = &row.view;
        let said = |text: &Option<String>| text.clone().unwrap_or_default();
        let or_raw = |known: &Option<String>, raw: &Option<String>| match (known, raw) {
            (Some(known), _) => known.clone(),
            (None, Some(raw)) => format!("not understood, received as “{raw}”"),
            (None, None) => String::new(),
        };
        match self {
            Name => [said(&view.last_name), said(&view.first_name)]
                .into_iter()
                .filter(|name| !name.is_empty())
                .collect::<Vec<_>>()
                .join(", "),
            Number => view.gmc_number.clone(),
            Body => said(&view.body),
            Notice => or_raw(
                &Some(view.under_notice.clone()).filter(|_| view.under_notice_raw.is_none()),
                &view.under_notice_raw,
            ),
            Due => or_raw(&view.submission_date, &view.submission_raw),
            Programme => said(&view.programme),
            Owner => said(&view.owner),
            MembershipType => said(&view.membership_type),
            MembershipEnd => said(&view.membership_end),
            CurriculumEnd => said(&view.curriculum_end),
            Grade => said(&view.grade),
            Marks => marks(row).join("; "),
            Kind => kind(row).unwrap_or_default(),
            Why => [&view.discrepancy_why, &view.discrepancy_settles].map(said).join(" ").trim().to_owned(),
            Since => row.discrepancy_since.map(instant).unwrap_or_default(),
            Stage => stage(row),
            Admin => said(&row.admin),
            Notes => row.notes.to_string(),
            Updated => instant(row.updated_at),
        }
    }
}

/// The stage, whose it is, and what they say; nothing where there is no disagreement.
fn stage(row: &DoctorRow) -> String {
    if row.view.discrepancy.is_none() {
        return String::new();
    }
    let said = [row.work_owner.as_deref(), row.work_reason.as_deref()];
    let said = said.into_iter().flatten().filter(|text| !text.is_empty());
    [worklist::Stage::of(row).title()].into_iter().chain(said).collect::<Vec<_>>().join(", ")
}

fn kind(row: &DoctorRow) -> Option<String> {
    let word = row.view.discrepancy.as_deref()?;
    let title = DiscrepancyKind::from_word(word).map(|kind| kind.title().to_owned());
    Some(title.unwrap_or_else(|| word.to_owned()))
}

fn marks(row: &DoctorRow) -> Vec<String> {
    let view = &row.view;
    let presence =
        view.presence.as_deref().and_then(Presence::from_word).and_then(|presence| match presence {
            Presence::Listed => None,
            Presence::NotConfirmed => Some("Not confirmed tonight"),
            Presence::Left => Some("Left, not yet elsewhere"),
        });
    let twice = view.also_listed_by.is_some().then_some("On two lists");
    let unknown = (view.membership_type_known == "no").then_some("Membership type not recognised");
    [presence, twice, unknown].into_iter().flatten().map(str::to_owned).chain(kind(row)).collect()
}

/// An instant in British time, to the minute, with its offset.
pub(crate) fn instant(at: Timestamp) -> String {
    at.to_zoned(british()).strftime("%Y-%m-%d %H:%M %:z").to_string()
}
