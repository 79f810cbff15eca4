//! Which doctors somebody asks for, in which order and from where on: what every list, file and program asks with.

use domain::discrepancy::DiscrepancyKind;
use domain::ids::BodyCode;
use domain::names::fold;
use domain::scope::Scope;
use jiff::Timestamp;
use jiff::civil::Date;
use store::listing::{self, Between, Query};

use crate::rows::{Direction, Order};
use crate::worklist::Stage;

/// Rows of a page where nobody says otherwise; arbitrary, agreed with nobody yet.
pub const PAGE: u64 = 50;
/// Rows of a page that may be asked for.
pub const SIZES: [u64; 4] = [20, PAGE, 100, 200];
/// Words of a search that are looked at; more only cost.
const WORDS_MAX: usize = 5;

/// What the GMC says about notice, as a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeIs {
    /// Under notice.
    Yes,
    /// Not under notice.
    No,
    /// On hold.
    OnHold,
    /// Absent, or a word we do not know.
    Unknown,
}

impl NoticeIs {
    /// All, in the order pages offer them.
    pub const ALL: [Self; 4] = [Self::Yes, Self::OnHold, Self::Unknown, Self::No];

    /// The word stored and used in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::OnHold => "on_hold",
            Self::Unknown => "unknown",
        }
    }

    /// Reads a word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.word() == word)
    }
}

/// Which disagreements of the GMC and TIS, as a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disagreement {
    /// Any.
    Any,
    /// Of one kind.
    Of(DiscrepancyKind),
}

/// Whether doctors whom only TIS claims for a body belong to the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whom {
    /// Only those on a list of the GMC.
    #[default]
    Listed,
    /// Also those in a programme of the scope's bodies.
    ListedOrClaimed,
}

/// Where a page begins; a row is named by its GMC number, because no name belongs into an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum From {
    /// At the first row.
    #[default]
    First,
    /// After a row.
    After(String),
    /// So that it ends before a row.
    Before(String),
    /// So that it ends with the last row.
    Last,
}

impl From {
    /// After a row, if there is one to begin after.
    pub fn after(row: Option<String>) -> Self {
        row.map_or(Self::First, Self::After)
    }
}

/// Who works on a doctor, as a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdminIs {
    /// Nobody.
    Nobody,
    /// The account of this name.
    Named(String),
}

/// Whether disagreements that a body has hidden are among the rows, as a filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HiddenIs {
    /// They are like all others.
    #[default]
    Ignored,
    /// Only what is not hidden on this day.
    Without(Date),
    /// Only what is hidden on this day.
    Only(Date),
}

/// Days between which something lies, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

impl Days {
    fn is_any(self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    fn texts(self) -> (Option<String>, Option<String>) {
        (self.from.map(|day| day.to_string()), self.to.map(|day| day.to_string()))
    }
}

/// Which doctors, in which order, from where on.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Listed only, or claimed too.
    pub whom: Whom,
    /// Only this body's.
    pub body: Option<BodyCode>,
    /// Only with this notice.
    pub notice: Option<NoticeIs>,
    /// Only with such a disagreement.
    pub disagreement: Option<Disagreement>,
    /// As typed: words of a name, or of a GMC number.
    pub words: String,
    /// As typed: a part of the name of a programme.
    pub programme: String,
    /// Only with a submission date between these.
    pub due: Days,
    /// Only with a programme membership that ends between these.
    pub membership_end: Days,
    /// Only those on whom somebody works, or on whom nobody does.
    pub admin: Option<AdminIs>,
    /// Only disagreements at this stage of work.
    pub stage: Option<Stage>,
    /// Only disagreements that stand since this instant or later.
    pub since: Option<Timestamp>,
    /// With or without what is hidden.
    pub hidden: HiddenIs,
    /// The order.
    pub order: Order,
    /// Which way it runs.
    pub direction: Direction,
    /// Where the page begins.
    pub from: From,
    /// Rows of a page.
    pub size: u64,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            whom: Whom::default(),
            body: None,
            notice: None,
            disagreement: None,
            words: String::new(),
            programme: String::new(),
            due: Days::default(),
            membership_end: Days::default(),
            admin: None,
            stage: None,
            since: None,
            hidden: HiddenIs::default(),
            order: Order::default(),
            direction: Direction::default(),
            from: From::default(),
            size: PAGE,
        }
    }
}

impl Filter {
    /// What it asks the store with, in forms that can be lent.
    pub(crate) fn terms(&self) -> Terms {
        let words = fold(&self.words);
        let words = words.split(' ').filter(|word| !word.is_empty()).take(WORDS_MAX).map(str::to_owned);
        Terms {
            words: words.collect(),
            programme: self.programme.trim().to_owned(),
            due: self.due.texts(),
            membership_end: self.membership_end.texts(),
            hidden_on: match self.hidden {
                HiddenIs::Ignored => String::new(),
                HiddenIs::Without(day) | HiddenIs::Only(day) => day.to_string(),
            },
        }
    }

    /// Whether it lets through everybody of its bodies.
    pub(crate) fn is_whole(&self, terms: &Terms) -> bool {
        let is_open = self.notice.is_none() && self.disagreement.is_none() && terms.words.is_empty();
        let is_anyone_s = self.admin.is_none();
        is_open
            && is_anyone_s
            && terms.programme.is_empty()
            && !self.due.is_any()
            && !self.membership_end.is_any()
    }

    /// The query that it is, over a scope that is narrowed to its body already.
    pub(crate) fn query<'a>(&'a self, scope: &'a Scope, terms: &'a Terms) -> Query<'a> {
        let between = |days: &'a (Option<String>, Option<String>)| Between {
            from: days.0.as_deref(),
            to: days.1.as_deref(),
        };
        Query {
            claimed_too: self.whom == Whom::ListedOrClaimed,
            under_notice: self.notice.map(NoticeIs::word),
            discrepancy: self.disagreement.map(|which| match which {
                Disagreement::Any => "",
                Disagreement::Of(kind) => kind.word(),
            }),
            words: &terms.words,
            programme: Some(terms.programme.as_str()).filter(|part| !part.is_empty()),
            due: between(&terms.due),
            membership_end: between(&terms.membership_end),
            admin: self.admin.as_ref().map(|admin| match admin {
                AdminIs::Nobody => "",
                AdminIs::Named(name) => name,
            }),
            stage: self.stage.map(|stage| if stage == Stage::New { "" } else { stage.word() }),
            since_ms: self.since.map(Timestamp::as_millisecond),
            hiding: match self.hidden {
                HiddenIs::Ignored => listing::Hiding::Ignored,
                HiddenIs::Without(_) => listing::Hiding::Without(&terms.hidden_on),
                HiddenIs::Only(_) => listing::Hiding::Only(&terms.hidden_on),
            },
            order: self.order,
            direction: self.direction,
            limit: self.size,
            ..Query::within(scope)
        }
    }
}

/// What a filter asks the store with.
pub(crate) struct Terms {
    words: Vec<String>,
    programme: String,
    due: (Option<String>, Option<String>),
    membership_end: (Option<String>, Option<String>),
    hidden_on: String,
}
