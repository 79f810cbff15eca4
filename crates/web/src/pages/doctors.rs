//! All doctors within a reader's scope, found by words and narrowed by a plain form.

use std::sync::Arc;

use axum::extract::State;
use domain::discrepancy::DiscrepancyKind;
use domain::scope::Scope;
use ops::doctors::{Disagreement, Filter, NoticeIs, Total, Whom};
use ops::rows::Order;

use super::list_view::ListView;
use super::{Page, complaining, listing};
use crate::App;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::params::{Complaint, Params};
use crate::parts::{Choice, Errors, FilterForm, Pagination, Select};
use crate::reader::Reader;
use crate::words;

const ORDERS: [(&str, &str, Order); 3] = [
    ("name", "Name", Order::Name),
    ("due", "Submission date", Order::Due),
    ("number", "GMC number", Order::Number),
];

/// Shows doctors.
pub async fn get(State(app): State<Arc<App>>, reader: Reader, params: Params) -> Page {
    let scope = reader.doctors();
    let (filter, errors) = read(&app, &scope, &params);
    let form = form(&app, &scope, &params, &errors);
    let frame = Frame::of(&app, &reader, "/doctors", "Doctors").complaining(errors.is_any());
    let mut view = ListView {
        frame,
        freshness: FreshnessLine::of(&app.ops.freshness(&scope).await?),
        errors,
        heading: "Doctors".to_owned(),
        tabs: Vec::new(),
        form: Some(form),
        day_form: None,
        total: String::new(),
        table: None,
        pagination: Pagination::default(),
    };
    if !view.errors.is_any() {
        let page = app.ops.doctors(&scope, &filter).await?;
        view.freshness = FreshnessLine::of(&page.freshness);
        view.total = total(page.total);
        view.table = Some(listing::table(&app, &page, caption(filter.order), EMPTY));
        view.pagination = listing::pagination(&page, &params);
    }
    complaining(&view, &view.errors)
}

const EMPTY: &str = "No doctor on your lists, or in a programme of yours, matches all of what was entered. Try fewer \
                     words, or a filter less.";

/// This list also shows whom no list names: the count of the lists alone would not say so.
fn total(total: Total) -> String {
    match total {
        Total::OnLists(_) => {
            format!("{}, and those in a programme whom no list names", listing::total(total))
        }
        Total::Matching(_) => listing::total(total),
    }
}

fn caption(order: Order) -> String {
    let (_, name, _) = ORDERS.into_iter().find(|(_, _, other)| *other == order).unwrap_or(ORDERS[0]);
    format!("Doctors by {}", name.to_lowercase().replace("gmc", "GMC"))
}

/// Reads the form; what makes no sense is complained about by field.
pub fn read(app: &App, scope: &Scope, params: &Params) -> (Filter, Errors) {
    let mut errors = Errors::default();
    let mut filter = Filter {
        whom: Whom::ListedOrClaimed,
        words: params.get("q").unwrap_or_default().to_owned(),
        after: params.get("after").map(str::to_owned),
        ..Filter::default()
    };
    let mut wrong = |field: &'static str, message: &str| {
        errors.complaints.push(Complaint { field, message: message.to_owned() });
    };
    if let Some(code) = params.get("body") {
        match app.ops.body(scope, code) {
            Ok(body) => filter.body = Some(body.code.clone()),
            Err(_) => wrong("body", "Choose a designated body from the list"),
        }
    }
    if let Some(word) = params.get("notice") {
        filter.notice = NoticeIs::from_word(word);
        if filter.notice.is_none() {
            wrong("notice", "Choose a notice from the list");
        }
    }
    if let Some(word) = params.get("kind") {
        filter.disagreement = match word {
            "any" => Some(Disagreement::Any),
            word => DiscrepancyKind::from_word(word).map(Disagreement::Of),
        };
        if filter.disagreement.is_none() {
            wrong("kind", "Choose a discrepancy from the list");
        }
    }
    if let Some(word) = params.get("order") {
        match ORDERS.into_iter().find(|(known, _, _)| *known == word) {
            Some((_, _, order)) => filter.order = order,
            None => wrong("order", "Choose an order from the list"),
        }
    }
    (filter, errors)
}

fn form(app: &App, scope: &Scope, params: &Params, errors: &Errors) -> FilterForm {
    let bodies = app.ops.bodies.iter().filter(|body| scope.covers(&body.code));
    let bodies = bodies.map(|body| (body.code.as_str(), body.name.as_str()));
    let notices = NoticeIs::ALL.iter().map(|notice| (notice.word(), words::notice_is(*notice)));
    let kinds = DiscrepancyKind::ALL.iter().map(|kind| (kind.word(), kind.title()));
    let orders = ORDERS.iter().skip(1).map(|(word, text, _)| (*word, *text));
    let select = |id: &'static str, label, none, choices: Vec<(&str, &str)>| Select {
        id,
        label,
        choices: chosen(params.get(id), none, choices),
        error: errors.of(id).map(str::to_owned),
    };
    FilterForm {
        action: "/doctors",
        words: params.get("q").unwrap_or_default().to_owned(),
        selects: vec![
            select("body", "Body", "All bodies", bodies.collect()),
            select("notice", "Notice", "Any", notices.collect()),
            select(
                "kind",
                "Discrepancy",
                "With or without",
                [("any", "Any discrepancy")].into_iter().chain(kinds).collect(),
            ),
            select("order", "Order", "Name", orders.collect()),
        ],
        is_narrowed: ["q", "body", "notice", "kind", "order", "after"]
            .iter()
            .any(|id| params.get(id).is_some()),
    }
}

fn chosen(asked: Option<&str>, none: &str, choices: Vec<(&str, &str)>) -> Vec<Choice> {
    [("", none)]
        .into_iter()
        .chain(choices)
        .map(|(value, text)| Choice {
            value: value.to_owned(),
            text: text.to_owned(),
            is_chosen: asked.unwrap_or_default() == value,
        })
        .collect()
}
