//! Where the GMC and TIS disagree, by kind, with why and what would settle it.

use std::sync::Arc;

use axum::extract::State;
use domain::discrepancy::DiscrepancyKind;
use ops::doctors::Counted;
use ops::filter::{Disagreement, Filter, HiddenIs};

use super::asked::List;
use super::doctor_list::{Shape, show};
use super::list_view::Tab;
use super::{Page, listing, resolved};
use crate::App;
use crate::moment::count;
use crate::params::Params;
use crate::reader::Reader;

/// Shows the disagreements.
pub async fn get(State(app): State<Arc<App>>, reader: Reader, params: Params) -> Page {
    if params.get("state") == Some("resolved") {
        return resolved::get(&app, &reader, &params.without("state")).await;
    }
    let shape = Shape {
        list: List::Discrepancies,
        heading,
        tabs,
        total: |counted| listing::total(counted.page.total),
        empty: "The GMC and TIS agree about every doctor here.",
    };
    show(&app, &reader, &params, &shape).await
}

fn heading(filter: &Filter) -> String {
    match (filter.hidden, known(filter)) {
        (HiddenIs::Only(_), _) => "Hidden discrepancies",
        (_, Some(kind)) => kind.title(),
        (_, None) => "Discrepancies",
    }
    .to_owned()
}

fn known(filter: &Filter) -> Option<DiscrepancyKind> {
    match filter.disagreement {
        Some(Disagreement::Of(kind)) => Some(kind),
        Some(Disagreement::Any) | None => None,
    }
}

fn tabs(start: &Params, counted: &Counted, filter: &Filter) -> Vec<Tab> {
    let current = known(filter);
    let is_hidden = matches!(filter.hidden, HiddenIs::Only(_));
    let all = Tab {
        href: start.with("kind", ""),
        text: format!("All ({})", count(counted.kinds.iter().map(|(_, doctors)| doctors).sum())),
        is_current: current.is_none() && !is_hidden,
    };
    let tab = |(kind, doctors): &(DiscrepancyKind, u64)| Tab {
        href: start.with("kind", kind.word()),
        text: format!("{} ({})", kind.title(), count(*doctors)),
        is_current: current == Some(*kind),
    };
    let resolved = Tab {
        href: start.without("kind").with("state", "resolved"),
        text: "Resolved".to_owned(),
        is_current: false,
    };
    let hidden = Tab {
        href: start.without("kind").with("state", "hidden"),
        text: "Hidden".to_owned(),
        is_current: is_hidden,
    };
    [all].into_iter().chain(counted.kinds.iter().map(tab)).chain([hidden, resolved]).collect()
}
