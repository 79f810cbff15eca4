//! The single place where a statement is composed: filters on one listing of doctors. Every value is bound.

use std::fmt::Write as _;

use domain::ids::{BodyCode, GmcNumber};
use domain::scope::Scope;

use crate::db::Value;

/// What a list is sorted by; the GMC number breaks ties.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Last name, then first name, folded.
    #[default]
    Name,
    /// Soonest submission date first, unknown dates last.
    Due,
    /// GMC number.
    Number,
}

impl Order {
    fn column(self) -> &'static str {
        match self {
            Self::Name => "d.name_key",
            Self::Due => "d.due_key",
            Self::Number => "d.gmc_number",
        }
    }
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
    /// The order.
    pub order: Order,
    /// Sort value and GMC number of the row before the page.
    pub after: Option<(&'a str, &'a str)>,
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
            order: Order::Name,
            after: None,
            limit: 50,
        }
    }
}

/// The life of the disagreement that stands, beside its doctor.
const STANDING: &str = " left join discrepancy x on x.gmc_number = d.gmc_number and x.kind = d.discrepancy";

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

/// Composes a page; `None` if the scope is empty, which sees nobody.
pub(crate) fn page(query: &Query<'_>) -> Option<(String, Vec<Value>)> {
    let mut text = filtered(query, "d.*, x.first_seen_ms, x.reopened", STANDING)?;
    let column = query.order.column();
    if let Some((key, number)) = query.after {
        let (key, number) = (text.bind(key), text.bind(number));
        text.and(&format!("({column}, d.gmc_number) > ({key}, {number})"));
    }
    let limit = text.bind(query.limit);
    let _ = write!(text.sql, "\norder by {column}, d.gmc_number limit {limit}");
    Some((text.sql, text.args))
}

/// Composes a count of everything a query matches.
pub(crate) fn count(query: &Query<'_>) -> Option<(String, Vec<Value>)> {
    filtered(query, "count(*) as doctors", "").map(|text| (text.sql, text.args))
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

fn filtered(query: &Query<'_>, columns: &str, joined: &str) -> Option<Text> {
    let mut text = Text { sql: String::new(), args: Vec::new() };
    let places: Vec<String> = query.scope.bodies().map(|body| text.bind(body.as_str())).collect();
    if places.is_empty() {
        return None;
    }
    let places = places.join(", ");
    let claimed =
        format!("exists (select 1 from claim c where c.gmc_number = d.gmc_number and c.body in ({places}))");
    let within = if query.claimed_too {
        format!("(d.body in ({places}) or {claimed})")
    } else {
        format!("d.body in ({places})")
    };
    text.sql = format!("-- doctor/listing\nselect {columns} from doctor d{joined} where {within}");
    narrow(&mut text, query);
    Some(text)
}

fn narrow(text: &mut Text, query: &Query<'_>) {
    if let Some(body) = query.body {
        let place = text.bind(body.as_str());
        text.and(&format!("d.body = {place}"));
    }
    if let Some(number) = query.number {
        let place = text.bind(number.as_str());
        text.and(&format!("d.gmc_number = {place}"));
    }
    if let Some(word) = query.under_notice {
        let place = text.bind(word);
        text.and(&format!("d.under_notice = {place}"));
    }
    match query.discrepancy {
        Some("") => text.and("d.discrepancy is not null"),
        Some(kind) => {
            let place = text.bind(kind);
            text.and(&format!("d.discrepancy = {place}"));
        }
        None => {}
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
        let query = Query { words: &words, after: Some(("'x", "'y")), ..Query::within(&scope) };
        let (sql, args) = page(&query).expect("a scope of one");
        assert!(!sql.contains("drop") && !sql.contains('%') && !sql.contains('\''));
        assert_eq!(args.len(), 5);
    }
}
