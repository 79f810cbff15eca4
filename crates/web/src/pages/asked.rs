//! What an address asks of a list of doctors, read once for pages, files and programs; what makes no sense is complained
//! about by field.

use domain::discrepancy::DiscrepancyKind;
use domain::scope::Scope;
use jiff::civil::Date;
use ops::column::Column;
use ops::filter::{AdminIs, Days, Disagreement, Filter, From, HiddenIs, NoticeIs, SIZES, Whom};
use ops::rows::{Direction, Order};
use ops::worklist::Stage;

use crate::App;
use crate::moment::start_of;
use crate::params::{Complaint, Params, date};
use crate::parts::Errors;

/// The parameters that narrow a list; the rest says how it is shown.
pub const NARROWING: [&str; 12] = [
    "q",
    "body",
    "notice",
    "kind",
    "stage",
    "since-from",
    "admin",
    "programme",
    "due-from",
    "due-to",
    "end-from",
    "end-to",
];

/// A list as its address asks for it.
pub struct Asked {
    /// Which doctors, in which order.
    pub filter: Filter,
    /// What of them.
    pub columns: Vec<Column>,
    /// What makes no sense.
    pub errors: Errors,
}

/// One of the lists of doctors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Those under notice, or with another notice.
    UnderNotice,
    /// All.
    Doctors,
    /// Those about whom the GMC and TIS disagree.
    Discrepancies,
}

impl List {
    const ALL: [Self; 3] = [Self::UnderNotice, Self::Doctors, Self::Discrepancies];

    /// Its address.
    pub fn path(self) -> &'static str {
        match self {
            Self::UnderNotice => "/under-notice",
            Self::Doctors => "/doctors",
            Self::Discrepancies => "/discrepancies",
        }
    }

    /// Its word in the address of a file.
    pub fn word(self) -> &'static str {
        &self.path()[1..]
    }

    /// Reads a word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.word() == word)
    }

    /// What it is where nothing is asked.
    fn untouched(self) -> Filter {
        match self {
            Self::UnderNotice => {
                Filter { notice: Some(NoticeIs::Yes), order: Order::Due, ..Filter::default() }
            }
            Self::Doctors => Filter { whom: Whom::ListedOrClaimed, ..Filter::default() },
            Self::Discrepancies => Filter {
                whom: Whom::ListedOrClaimed,
                disagreement: Some(Disagreement::Any),
                ..Filter::default()
            },
        }
    }

    /// What it shows where nothing is chosen.
    pub fn usual(self) -> &'static [Column] {
        use Column::{
            Admin, Body, Due, Kind, Marks, Name, Notes, Notice, Number, Programme, Since, Stage, Why,
        };
        match self {
            Self::UnderNotice | Self::Doctors => {
                &[Name, Number, Body, Notice, Due, Programme, Admin, Notes, Marks]
            }
            Self::Discrepancies => &[Name, Number, Body, Kind, Why, Since, Stage, Notes],
        }
    }
}

/// Reads what is asked.
pub fn read(app: &App, scope: &Scope, list: List, params: &Params) -> Asked {
    let mut reading = Reading { params, errors: Errors::default() };
    let mut filter = Filter {
        words: params.get("q").unwrap_or_default().to_owned(),
        programme: params.get("programme").unwrap_or_default().to_owned(),
        due: reading.days("due-from", "due-to"),
        membership_end: reading.days("end-from", "end-to"),
        from: reading.from(),
        ..list.untouched()
    };
    if let Some(code) = params.get("body") {
        match app.ops.body(scope, code) {
            Ok(body) => filter.body = Some(body.code.clone()),
            Err(_) => reading.wrong("body", "Choose a designated body from the list"),
        }
    }
    reading.choose("notice", "Choose a notice from the list", &mut filter.notice, notice);
    reading.choose("kind", "Choose a discrepancy from the list", &mut filter.disagreement, kind);
    let otherwise = "An admin is the name of an account, or nobody";
    reading.choose("admin", otherwise, &mut filter.admin, admin);
    if list == List::Discrepancies {
        reading.choose("stage", "Choose a stage from the list", &mut filter.stage, stage);
        filter.since = reading.days("since-from", "since-to").from.and_then(start_of);
        let today = app.ops.today().date;
        filter.hidden = HiddenIs::Without(today);
        reading.choose("state", "There is no such state of discrepancies", &mut filter.hidden, |word| {
            (word == "hidden").then_some(HiddenIs::Only(today))
        });
    }
    reading.choose("order", "Choose an order from the list", &mut filter.order, order);
    reading.choose("way", "A list runs up or down: choose one of them", &mut filter.direction, way);
    let size = |word: &str| word.parse().ok().filter(|size| SIZES.contains(size));
    reading.choose("size", "A page has 20, 50, 100 or 200 rows: choose one of them", &mut filter.size, size);
    let columns = reading.columns(list);
    Asked { filter, columns, errors: reading.errors }
}

fn notice(word: &str) -> Option<Option<NoticeIs>> {
    if word == "any" { Some(None) } else { NoticeIs::from_word(word).map(Some) }
}

fn kind(word: &str) -> Option<Option<Disagreement>> {
    if word == "any" {
        return Some(Some(Disagreement::Any));
    }
    DiscrepancyKind::from_word(word).map(|kind| Some(Disagreement::Of(kind)))
}

fn admin(word: &str) -> Option<Option<AdminIs>> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b".-_".contains(&b);
    match word.to_lowercase() {
        name if name == "nobody" => Some(Some(AdminIs::Nobody)),
        name if name.len() <= 64 && name.bytes().all(is_plain) => Some(Some(AdminIs::Named(name))),
        _ => None,
    }
}

fn stage(word: &str) -> Option<Option<Stage>> {
    Stage::from_word(word).map(Some)
}

fn order(word: &str) -> Option<Order> {
    Column::from_word(word).and_then(Column::order)
}

fn way(word: &str) -> Option<Direction> {
    match word {
        "up" => Some(Direction::Up),
        "down" => Some(Direction::Down),
        _ => None,
    }
}

struct Reading<'a> {
    params: &'a Params,
    errors: Errors,
}

impl Reading<'_> {
    fn wrong(&mut self, field: &'static str, message: &str) {
        self.errors.complaints.push(Complaint { field, message: message.to_owned() });
    }

    /// Reads one choice where there is one.
    fn choose<T>(
        &mut self,
        field: &'static str,
        otherwise: &str,
        into: &mut T,
        read: impl Fn(&str) -> Option<T>,
    ) {
        let Some(word) = self.params.get(field) else { return };
        match read(word) {
            Some(value) => *into = value,
            None => self.wrong(field, otherwise),
        }
    }

    fn days(&mut self, from: &'static str, to: &'static str) -> Days {
        let mut day = |field: &'static str| -> Option<Date> {
            let read = date(self.params.get(field)?);
            if read.is_none() {
                self.wrong(field, "Enter a day, like 2026-11-24 or 24/11/2026");
            }
            read
        };
        let days = Days { from: day(from), to: day(to) };
        if days.from.zip(days.to).is_some_and(|(from, to)| from > to) {
            self.wrong(to, "The last day must not be before the first");
        }
        days
    }

    fn from(&mut self) -> From {
        match (self.params.get("after"), self.params.get("before"), self.params.get("at")) {
            (Some(after), ..) => From::After(after.to_owned()),
            (_, Some(before), _) => From::Before(before.to_owned()),
            (_, _, None) => From::First,
            (_, _, Some("last")) => From::Last,
            (_, _, Some(_)) => {
                self.wrong("maincontent", "There is no such page of this list: start from its first");
                From::First
            }
        }
    }

    /// The name is always among them, so that a row can be opened.
    fn columns(&mut self, list: List) -> Vec<Column> {
        let mut chosen = Vec::new();
        for word in self.params.all("col") {
            match Column::from_word(word) {
                Some(column) => chosen.push(column),
                None => self.wrong("col", "Choose columns from the list"),
            }
        }
        if chosen.is_empty() {
            return list.usual().to_vec();
        }
        Column::ALL.into_iter().filter(|column| *column == Column::Name || chosen.contains(column)).collect()
    }
}
