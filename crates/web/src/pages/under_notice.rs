//! Doctors under notice, soonest submission date first; those on hold, and those whose notice is not understood.

use std::sync::Arc;

use axum::extract::State;
use ops::doctors::Counted;
use ops::filter::{Filter, NoticeIs};

use super::asked::List;
use super::doctor_list::{Shape, show};
use super::list_view::Tab;
use super::{Page, listing};
use crate::App;
use crate::moment::count;
use crate::params::Params;
use crate::reader::Reader;
use crate::words;

/// Shows those under notice.
pub async fn get(State(app): State<Arc<App>>, reader: Reader, params: Params) -> Page {
    let shape = Shape {
        list: List::UnderNotice,
        heading: |filter| filter.notice.map_or("Any notice", words::notice_is).to_owned(),
        tabs,
        total: |counted| listing::total(counted.page.total),
        empty: "The GMC's newest lists name nobody like this. Lists that are held, failed or late are named above.",
    };
    show(&app, &reader, &params, &shape).await
}

fn tabs(start: &Params, counted: &Counted, filter: &Filter) -> Vec<Tab> {
    let tab = |(notice, doctors): &(NoticeIs, u64)| Tab {
        href: start.with("notice", notice.word()),
        text: format!("{} ({})", words::notice_is(*notice), count(*doctors)),
        is_current: filter.notice == Some(*notice),
    };
    let offered = counted.notices.iter().filter(|(notice, _)| *notice != NoticeIs::No);
    offered.map(tab).collect()
}
