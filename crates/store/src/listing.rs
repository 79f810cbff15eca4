//! The single place where a statement is composed: filters on one listing of doctors. Every value is bound.
//!
//! A page is read body by body, each from its own end of an index, and merged: what it costs follows from its rows and the
//! number of bodies, not from how deep it lies or how many doctors there are.

mod order;

use std::fmt::Write as _;

use domain::ids::{BodyCode, GmcNumber};
use domain::scope::Scope;

use crate::db::Value;

pub use order::{Direction, Key, Order, Place, Start};

/// Days between which something lies, both included; ISO text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Between<'a> {
    /// The first day.
    pub from: Option<&'a str>,
    /// The last day.
    pub to: Option<&'a str>,
}

/// Whether disagreements that a body of the scope has hidden are among the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hiding<'a> {
    /// They are like all others.
    #[default]
    Ignored,
    /// Only what is not hidden on this day, ISO date.
    Without(&'a str),
    /// Only what is hidden on this day, ISO date.
    Only(&'a str),
}

/// Which doctors, in which order, from where on.
#[derive(Clone, Copy)]
pub struct Query<'a> {
    /// The bodies the reader may see.
    pub scope: &'a Scope,
    /// Also doctors that TIS claims for a body of the scope, connected or not.
    pub claimed_too: bool,
    /// Only this body's.
    pub body: Option<&'a BodyCode>,
    /// Only this doctor.
    pub number: Option<&'a GmcNumber>,
    /// Only with this word in `under_notice`.
    pub under_notice: Option<&'a str>,
    /// Only with a discrepancy; of this kind, unless empty.
    pub discrepancy: Option<&'a str>,
    /// Folded words that must all occur in the name or the number.
    pub words: &'a [String],
    /// Only where this occurs in the name of a programme.
    pub programme: Option<&'a str>,
    /// Only with a submission date between these.
    pub due: Between<'a>,
    /// Only with a programme membership that ends between these.
    pub membership_end: Between<'a>,
    /// Only those on whom this person works; where empty, those on whom nobody does.
    pub admin: Option<&'a str>,
    /// Only disagreements at this stage of work; where empty, those into which nobody looks.
    pub stage: Option<&'a str>,
    /// Only disagreements that stand since then or later, UTC milliseconds.
    pub since_ms: Option<i64>,
    /// With or without what is hidden.
    pub hiding: Hiding<'a>,
    /// The order.
    pub order: Order,
    /// Which way it runs.
    pub direction: Direction,
    /// Where the page begins.
    pub start: Start<'a>,
    /// How many rows.
    pub limit: u64,
}

impl<'a> Query<'a> {
    /// Everything within a scope, by name, from the start, fifty rows.
    pub fn within(scope: &'a Scope) -> Self {
        Self {
            scope,
            claimed_too: false,
            body: None,
            number: None,
            under_notice: None,
            discrepancy: None,
            words: &[],
            programme: None,
            due: Between::default(),
            membership_end: Between::default(),
            admin: None,
            stage: None,
            since_ms: None,
            hiding: Hiding::Ignored,
            order: Order::Name,
            direction: Direction::Up,
            start: Start::First,
            limit: 50,
        }
    }
}

/// What stands beside the columns of a row: the life of its disagreement, who works on it, how many notes there are.
const BESIDE: &str = "x.first_seen_ms, x.reopened, a.admin, w.stage, w.owner as work_owner, w.reason as work_reason, \
     (select count(*) from note n where n.gmc_number = d.gmc_number) as notes";

/// Where it comes from.
const JOINS: &str = "left join discrepancy x on x.gmc_number = d.gmc_number and x.kind = d.discrepancy\n\
     left join allocation a on a.gmc_number = d.gmc_number\n\
     left join discrepancy_work w on w.gmc_number = d.gmc_number and w.kind = d.discrepancy and w.since_ms = x.since_ms\n";

/// What doctors are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facet {
    /// What the GMC says about notice.
    Notice,
    /// The kind of the disagreement; those without one count under nothing.
    Disagreement,
    /// The submission date.
    Due,
}

impl Facet {
    fn column(self) -> &'static str {
        match self {
            Self::Notice => "d.under_notice",
            Self::Disagreement => "coalesce(d.discrepancy, '')",
            Self::Due => "d.due_key",
        }
    }
}

#[derive(Default)]
struct Text {
    sql: String,
    args: Vec<Value>,
}

impl Text {
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.args.push(value.into());
        format!("${}", self.args.len())
    }

    fn and(&mut self, condition: &str) {
        // Unwrap safety: writing to a String does not fail.
        let _ = write!(self.sql, "\n  and {condition}");
    }
}

/// The parts of a statement: what each branch of a scope asks, and what all of them ask.
struct Parts {
    text: Text,
    /// One condition a body, and one for those whom TIS alone claims.
    branches: Vec<String>,
    /// What every row must fulfil beside.
    narrowed: String,
}

/// Composes a page; `None` if the scope is empty, which sees nobody.
pub(crate) fn page(query: &Query<'_>) -> Option<(String, Vec<Value>)> {
    let Parts { mut text, branches, narrowed } = parts(query)?;
    let key = query.order.expression();
    let direction = if query.start.is_backwards() { query.direction.turned() } else { query.direction };
    let (way, sign) = match direction {
        Direction::Up => ("", ">"),
        Direction::Down => (" desc", "<"),
    };
    let beyond = match query.start {
        Start::First | Start::Last => String::new(),
        Start::After(place) | Start::Before(place) => {
            let value: Value = match &place.key {
                Key::Text(text) => text.as_str().into(),
                Key::Int(number) => (*number).into(),
            };
            let (value, number) = (text.bind(value), text.bind(place.number.as_str()));
            format!("\n  and ({key}, d.gmc_number) {sign} ({value}, {number})")
        }
    };
    let limit = text.bind(query.limit);
    // Only numbers and sort values are sorted; whole rows are fetched for the page alone.
    let parts = branches.iter().map(|branch| {
        format!(
            "select * from (select d.gmc_number, {key} as sort_key from doctor d where {branch}{narrowed}{beyond}\n  \
             order by {key}{way}, d.gmc_number{way} limit {limit}) b"
        )
    });
    let parts = parts.collect::<Vec<_>>().join("\nunion all ");
    // A page that is read from its end is turned round here.
    let shown = match query.direction {
        Direction::Up => "",
        Direction::Down => " desc",
    };
    text.sql = format!(
        "-- doctor/listing\nselect d.*, p.sort_key, {BESIDE} from (select * from ({parts}) u \
         order by sort_key{way}, gmc_number{way} limit {limit}) p\njoin doctor d on d.gmc_number = p.gmc_number\n{JOINS}\
         order by p.sort_key{shown}, p.gmc_number{shown}"
    );
    Some((text.sql, text.args))
}

/// Composes a count of everything a query matches.
pub(crate) fn count(query: &Query<'_>) -> Option<(String, Vec<Value>)> {
    let Parts { text, branches, narrowed } = parts(query)?;
    let counts = branches.iter().map(|b| format!("(select count(*) from doctor d where {b}{narrowed})"));
    let counts = counts.collect::<Vec<_>>().join("\n  + ");
    Some((format!("-- doctor/count\nselect {counts} as doctors"), text.args))
}

/// Composes counts of everything a query matches, by the words of a facet.
pub(crate) fn facet(query: &Query<'_>, facet: Facet) -> Option<(String, Vec<Value>)> {
    let Parts { text, branches, narrowed } = parts(query)?;
    let column = facet.column();
    let words = branches.iter().map(|b| {
        format!(
            "select {column} as word, count(*) as doctors from doctor d where {b}{narrowed} group by {column}"
        )
    });
    let words = words.collect::<Vec<_>>().join("\nunion all ");
    let sql = format!(
        "-- doctor/facet\nselect word, cast(sum(doctors) as bigint) as doctors from ({words}) f group by word"
    );
    Some((sql, text.args))
}

/// Composes the sort value of the one row that a query names.
pub(crate) fn key(query: &Query<'_>) -> Option<(String, Vec<Value>)> {
    let text = filtered(query, &format!("d.gmc_number, {} as sort_key", query.order.expression()), "")?;
    Some((text.sql, text.args))
}

/// Composes the disagreements that were resolved about the doctors that a query matches, the newest first.
pub(crate) fn resolved(query: &Query<'_>) -> Option<(String, Vec<Value>)> {
    let columns = "d.*, x.kind, x.first_seen_ms, x.since_ms, x.last_seen_ms, x.resolved_at_ms, x.reopened";
    let mut text = filtered(query, columns, " join discrepancy x on x.gmc_number = d.gmc_number")?;
    text.and("x.resolved_at_ms is not null");
    let limit = text.bind(query.limit);
    let _ = write!(text.sql, "\norder by x.resolved_at_ms desc, d.gmc_number, x.kind limit {limit}");
    Some((text.sql, text.args))
}

/// One statement over the whole scope at once, for what no page merges.
fn filtered(query: &Query<'_>, columns: &str, joined: &str) -> Option<Text> {
    let Parts { mut text, branches, narrowed } = parts(query)?;
    let within = branches.join("\n  or ");
    text.sql =
        format!("-- doctor/filtered\nselect {columns} from doctor d{joined} where ({within}){narrowed}");
    Some(text)
}

fn parts(query: &Query<'_>) -> Option<Parts> {
    let mut text = Text::default();
    let places: Vec<String> = query.scope.bodies().map(|body| text.bind(body.as_str())).collect();
    if places.is_empty() {
        return None;
    }
    let mut branches: Vec<String> = places.iter().map(|place| format!("d.body = {place}")).collect();
    let places = places.join(", ");
    if query.claimed_too {
        branches.push(format!(
            "d.gmc_number in (select c.gmc_number from claim c where c.body in ({places})) \
             and (d.body is null or d.body not in ({places}))"
        ));
    }
    if query.number.is_some() {
        // One row is found by its number, and then asked whose it is.
        let claimed = format!(
            "exists (select 1 from claim c where c.gmc_number = d.gmc_number and c.body in ({places}))"
        );
        let or_claimed = if query.claimed_too { format!(" or {claimed}") } else { String::new() };
        branches = vec![format!("(d.body in ({places}){or_claimed})")];
    }
    narrow(&mut text, query);
    narrow_work(&mut text, query, &places);
    Some(Parts { narrowed: std::mem::take(&mut text.sql), branches, text })
}

/// Narrows disagreements by what people have said of them.
fn narrow_work(text: &mut Text, query: &Query<'_>, places: &str) {
    if let Some(since) = query.since_ms {
        let place = text.bind(since);
        text.and(&format!("d.discrepancy_since_ms >= {place}"));
    }
    if let Some(stage) = query.stage {
        let of = "exists (select 1 from discrepancy_work w join discrepancy y on y.gmc_number = w.gmc_number and y.kind = w.kind \
                  where w.gmc_number = d.gmc_number and w.kind = d.discrepancy and w.since_ms = y.since_ms";
        if stage.is_empty() {
            text.and(&format!("not {of})"));
        } else {
            let place = text.bind(stage);
            text.and(&format!("{of} and w.stage = {place})"));
        }
    }
    let (not, today) = match query.hiding {
        Hiding::Ignored => return,
        Hiding::Without(today) => ("not ", today),
        Hiding::Only(today) => ("", today),
    };
    let today = text.bind(today);
    text.and(&format!(
        "{not}exists (select 1 from hidden h where h.gmc_number = d.gmc_number and h.ended_at_ms is null \
         and h.body in ({places}) and h.kind = d.discrepancy and h.gmc_body = coalesce(d.body, '') \
         and h.tis_body = coalesce(d.tis_body, '') and (h.until is null or h.until >= {today}))"
    ));
}

fn narrow(text: &mut Text, query: &Query<'_>) {
    let equal = [
        ("d.body", query.body.map(BodyCode::as_str)),
        ("d.gmc_number", query.number.map(GmcNumber::as_str)),
        ("d.under_notice", query.under_notice),
        ("d.discrepancy", query.discrepancy.filter(|kind| !kind.is_empty())),
    ];
    for (column, value) in equal {
        if let Some(value) = value {
            let place = text.bind(value);
            text.and(&format!("{column} = {place}"));
        }
    }
    if query.discrepancy == Some("") {
        text.and("d.discrepancy is not null");
    }
    for (column, between) in [("d.submission_date", query.due), ("d.membership_end", query.membership_end)] {
        for (sign, day) in [(">=", between.from), ("<=", between.to)] {
            if let Some(day) = day {
                let place = text.bind(day);
                text.and(&format!("{column} {sign} {place}"));
            }
        }
    }
    if let Some(admin) = query.admin {
        let of = "exists (select 1 from allocation a where a.gmc_number = d.gmc_number";
        if admin.is_empty() {
            text.and(&format!("not {of})"));
        } else {
            let place = text.bind(admin);
            text.and(&format!("{of} and a.admin = {place})"));
        }
    }
    if let Some(part) = query.programme {
        // What would be a wildcard stands for any one character, itself among them.
        let part = part.to_lowercase().replace(['%', '_', '\\'], "_");
        let place = text.bind(format!("%{part}%"));
        text.and(&format!("lower(d.programme) like {place}"));
    }
    for word in query.words {
        // Folded words hold letters and digits only, so no wildcard can be smuggled in.
        let safe: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
        let place = text.bind(format!("%{safe}%"));
        text.and(&format!("(d.name_key like {place} or d.gmc_number like {place})"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_scope_composes_nothing() {
        assert!(page(&Query::within(&Scope::of([]))).is_none());
    }

    #[test]
    fn no_value_stands_in_the_text() {
        let scope = Scope::of([BodyCode::new("'; drop table doctor; --")]);
        let words = ["o%'_brien".to_owned()];
        let place = Place { key: Key::Text("'x".to_owned()), number: "'y".to_owned() };
        let query = Query {
            words: &words,
            programme: Some("'%drop"),
            start: Start::After(&place),
            ..Query::within(&scope)
        };
        let (sql, args) = page(&query).expect("a scope of one");
        assert!(!sql.contains("drop") && !sql.contains('%') && !sql.contains('\''));
        assert_eq!(args.len(), 6);
    }
}
