//! What every list of doctors is made of: its form, the filters in use, its table with ways to sort it, pages and files.

use std::sync::Arc;

use domain::access::Right;
use domain::discrepancy::DiscrepancyKind;
use domain::scope::Scope;
use ops::column::Column;
use ops::doctors::Counted;
use ops::filter::{Filter, NoticeIs, SIZES};
use ops::rows::Direction;
use ops::worklist::Stage;

use super::asked::{Asked, List, NARROWING, read};
use super::list_view::{ListView, Picking, Tab};
use super::{Page, complaining, listing, notes};
use crate::App;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::moment::count;
use crate::params::Params;
use crate::parts::{Choice, Errors, FilterForm, Select, Sorting, TextFilter};
use crate::reader::Reader;
use crate::words;

/// What one list is, beside what all of them are.
pub struct Shape {
    /// Which list.
    pub list: List,
    /// Its heading, by what is asked of it.
    pub heading: fn(&Filter) -> String,
    /// Lists beside it, with their counts.
    pub tabs: fn(&Params, &Counted, &Filter) -> Vec<Tab>,
    /// How many there are, in words.
    pub total: fn(&Counted) -> String,
    /// Why there may be nobody.
    pub empty: &'static str,
}

/// Shows a list.
pub async fn show(app: &Arc<App>, reader: &Reader, params: &Params, shape: &Shape) -> Page {
    let scope = reader.doctors();
    let done = params.get("done").and_then(notes::done);
    let params = &params.without("done");
    let Asked { filter, columns, errors } = read(app, &scope, shape.list, params);
    let place = filter.body.as_ref().map(|code| format!(" at {}", app.ops.name_of(code.as_str())));
    let heading = format!("{}{}", (shape.heading)(&filter), place.unwrap_or_default());
    let frame = Frame::of(app, reader, shape.list.path(), heading.as_str()).complaining(errors.is_any());
    let chips = chips(app, &scope, params);
    if errors.is_any() {
        let freshness = FreshnessLine::of(&app.ops.freshness(&scope).await?);
        let form = form(app, (&scope, shape.list), params, (None, &columns, &errors));
        let view = ListView { form: Some(form), chips, ..ListView::new(frame, freshness, heading) };
        let view = ListView { errors, ..view };
        return complaining(&view, &view.errors);
    }
    let counted = app.ops.counted(&scope, &filter).await?;
    let page = &counted.page;
    let form = form(app, (&scope, shape.list), params, (Some(&counted), &columns, &errors));
    let caption = caption(&filter);
    let mut table = listing::table(app, page, &columns, (&caption, shape.empty));
    let picking = reader.may(Right::EditNotes).then(|| picking(reader, params, shape.list, &counted));
    if picking.is_some() {
        table = table.picked_by(page.rows.iter().map(|row| row.view.gmc_number.clone()));
    }
    let view = ListView {
        tabs: (shape.tabs)(&params.at_first_page(), &counted, &filter),
        form: Some(form),
        chips,
        total: (shape.total)(&counted),
        table: Some(table.sorted_by(sortings(&columns, params, &filter))),
        pagination: listing::pagination(page, params),
        done,
        picking: picking.filter(|_| !page.rows.is_empty()),
        sizes: sizes(params, filter.size),
        files: files(params, shape.list),
        ..ListView::new(frame, FreshnessLine::of(&page.freshness), heading)
    };
    complaining(&view, &view.errors)
}

/// What can be done with those of a list that are chosen.
fn picking(reader: &Reader, params: &Params, list: List, counted: &Counted) -> Picking {
    // Whoever a list also shows beside those on lists is no part of that total: what matches is counted.
    let matching = counted.matching;
    Picking {
        token: reader.form_token.to_string(),
        list: list.word(),
        query: params.at_first_page().text(),
        matching,
        told: count(matching),
        is_worklist: list == List::Discrepancies,
    }
}

/// The column that a list is sorted by, which way, and where unknown dates stand.
fn caption(filter: &Filter) -> String {
    let by = Column::ALL.into_iter().find(|column| column.order() == Some(filter.order));
    let by = match by {
        None | Some(Column::Name) => "name".to_owned(),
        Some(column) => column.title().to_lowercase().replace("gmc", "GMC").replace("tis", "TIS"),
    };
    let way = match (filter.order, filter.direction) {
        (ops::rows::Order::Due, Direction::Up) => ", the soonest first; unknown dates last",
        (ops::rows::Order::Due, Direction::Down) => ", unknown dates first, then the latest",
        (_, Direction::Up) => "",
        (_, Direction::Down) => ", from the end",
    };
    format!("Doctors by {by}{way}")
}

fn sortings(columns: &[Column], params: &Params, filter: &Filter) -> Vec<Option<Sorting>> {
    let start = params.at_first_page();
    let sorting = |column: &Column| {
        let order = column.order()?;
        let is_current = order == filter.order;
        let next = if is_current { filter.direction.turned() } else { Direction::Up };
        let (way, word) = match filter.direction {
            Direction::Up => ("ascending", "down"),
            Direction::Down => ("descending", ""),
        };
        let word = if next == Direction::Down { word } else { "" };
        let href = start.with_all(&[("order", column.word()), ("way", word)]);
        Some(Sorting { href, way: is_current.then_some(way) })
    };
    columns.iter().map(sorting).collect()
}

fn sizes(params: &Params, current: u64) -> Vec<Tab> {
    let size = |size: u64| Tab {
        href: params.at_first_page().with("size", &size.to_string()),
        text: size.to_string(),
        is_current: size == current,
    };
    SIZES.map(size).into()
}

fn files(params: &Params, list: List) -> Vec<Tab> {
    let start = params.at_first_page();
    let file = |form: &str, text: &str| Tab {
        href: format!("/export/{}{}", list.word(), start.with("form", form)),
        text: text.to_owned(),
        is_current: false,
    };
    vec![file("csv", "CSV"), file("xlsx", "Excel (XLSX)")]
}

/// The filters in use, each with the way to do without it.
fn chips(app: &App, scope: &Scope, params: &Params) -> Vec<Tab> {
    let start = params.at_first_page();
    let chip = |field: &&str| {
        let value = params.get(field)?;
        let (label, value) = match *field {
            "q" => ("Search", value.to_owned()),
            "body" => (
                "Body",
                app.ops.body(scope, value).map_or_else(|_| value.to_owned(), |body| body.name.clone()),
            ),
            "notice" => (
                "Notice",
                NoticeIs::from_word(value)
                    .map_or_else(|| value.to_owned(), |notice| words::notice_is(notice).to_owned()),
            ),
            "kind" => {
                let kind = DiscrepancyKind::from_word(value);
                ("Discrepancy", kind.map_or_else(|| value.to_owned(), |kind| kind.title().to_owned()))
            }
            "stage" => {
                let stage = Stage::from_word(value);
                ("Stage", stage.map_or_else(|| value.to_owned(), |stage| stage.title().to_owned()))
            }
            "since-from" => ("New since", value.to_owned()),
            "admin" => ("Admin", value.to_owned()),
            "programme" => ("Programme", value.to_owned()),
            "due-from" => ("Due from", value.to_owned()),
            "due-to" => ("Due until", value.to_owned()),
            "end-from" => ("Membership ends from", value.to_owned()),
            _ => ("Membership ends until", value.to_owned()),
        };
        let href = start.with(field, "");
        Some(Tab { href, text: format!("{label}: {value}"), is_current: false })
    };
    NARROWING.iter().filter_map(chip).collect()
}

/// What is known when a form is made: counts where nothing is wrong, columns, complaints.
type Known<'a> = (Option<&'a Counted>, &'a [Column], &'a Errors);

fn form(app: &App, of: (&Scope, List), params: &Params, known: Known<'_>) -> FilterForm {
    let ((scope, list), (counted, columns, errors)) = (of, known);
    let bodies = app.ops.bodies.iter().filter(|body| scope.covers(&body.code));
    let bodies = bodies.map(|body| (body.code.as_str(), body.name.clone())).collect();
    let select = |id: &'static str, label, none, choices: Vec<(&str, String)>| Select {
        id,
        label,
        choices: chosen(params.get(id), none, choices),
        error: errors.of(id).map(str::to_owned),
    };
    let text = |id: &'static str, label| TextFilter {
        id,
        label,
        entered: params.get(id).unwrap_or_default().to_owned(),
        error: errors.of(id).map(str::to_owned),
    };
    let mut selects = vec![select("body", "Body", "All bodies", bodies)];
    if list != List::UnderNotice {
        selects.push(select("notice", "Notice", "Any", notices(counted)));
    }
    if list == List::Discrepancies {
        let stages = Stage::ALL.map(|stage| (stage.word(), stage.title().to_owned()));
        selects.push(select("stage", "Stage", "Any", stages.into()));
    } else {
        selects.push(select("kind", "Discrepancy", "With or without", kinds(counted)));
    }
    let since = (list == List::Discrepancies).then(|| text("since-from", "New since"));
    let texts = since.into_iter().chain([
        text("admin", "Admin: a name, or nobody"),
        text("programme", "Part of a programme's name"),
        text("due-from", "Submission date from"),
        text("due-to", "Submission date until"),
        text("end-from", "Membership ends from"),
        text("end-to", "Membership ends until"),
    ]);
    let texts: Vec<TextFilter> = texts.collect();
    let choice = |column: Column| Choice {
        value: column.word().to_owned(),
        text: column.title().to_owned(),
        is_chosen: columns.contains(&column),
    };
    let mut own: Vec<&str> = NARROWING.to_vec();
    own.extend(["col", "after", "before", "at"]);
    own.retain(|field| !(*field == "notice" && list == List::UnderNotice));
    own.retain(|field| !(*field == "kind" && list == List::Discrepancies));
    FilterForm {
        action: list.path(),
        words: params.get("q").unwrap_or_default().to_owned(),
        selects,
        is_open: texts.iter().any(|text| !text.entered.is_empty()) || errors.of("col").is_some(),
        texts,
        columns: Column::ALL.map(choice).into(),
        hidden: params.beside(&own).collect(),
        is_narrowed: NARROWING.iter().any(|field| params.get(field).is_some()),
    }
}

/// A choice says how many there are where that is known.
fn counted_as(text: &str, doctors: Option<u64>) -> String {
    doctors.map_or_else(|| text.to_owned(), |doctors| format!("{text} ({})", count(doctors)))
}

fn notices(counted: Option<&Counted>) -> Vec<(&'static str, String)> {
    let of = |notice: NoticeIs| {
        let found = counted.and_then(|all| all.notices.iter().find(|(known, _)| *known == notice));
        (notice.word(), counted_as(words::notice_is(notice), found.map(|(_, doctors)| *doctors)))
    };
    NoticeIs::ALL.map(of).into()
}

fn kinds(counted: Option<&Counted>) -> Vec<(&'static str, String)> {
    let sum = counted.map(|all| all.kinds.iter().map(|(_, doctors)| doctors).sum());
    let of = |kind: DiscrepancyKind| {
        let found = counted.and_then(|all| all.kinds.iter().find(|(known, _)| *known == kind));
        (kind.word(), counted_as(kind.title(), found.map(|(_, doctors)| *doctors)))
    };
    [("any", counted_as("Any discrepancy", sum))].into_iter().chain(DiscrepancyKind::ALL.map(of)).collect()
}

fn chosen(asked: Option<&str>, none: &str, choices: Vec<(&str, String)>) -> Vec<Choice> {
    [("", none.to_owned())]
        .into_iter()
        .chain(choices)
        .map(|(value, text)| Choice {
            value: value.to_owned(),
            text,
            is_chosen: asked.unwrap_or_default() == value,
        })
        .collect()
}
