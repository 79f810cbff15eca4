//! Doctors under notice, soonest submission date first; those on hold, and those whose notice is not understood.

use std::sync::Arc;

use axum::extract::State;
use domain::ids::BodyCode;
use ops::doctors::{Counted, Filter, NoticeIs};
use ops::rows::Order;

use super::list_view::{ListView, Tab};
use super::{Page, complaining, listing};
use crate::App;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::moment::count;
use crate::params::{Complaint, Params};
use crate::parts::Errors;
use crate::reader::Reader;
use crate::words;

/// Shows those under notice.
pub async fn get(State(app): State<Arc<App>>, reader: Reader, params: Params) -> Page {
    let asked = params.get("notice");
    let known = asked.map_or(Some(NoticeIs::Yes), NoticeIs::from_word);
    let errors = Errors { complaints: known.is_none().then(complaint).into_iter().collect() };
    let notice = known.unwrap_or(NoticeIs::Yes);
    let body = params.get("body").map(BodyCode::new);
    let filter = Filter {
        notice: Some(notice),
        body: body.clone(),
        order: Order::Due,
        after: params.get("after").map(str::to_owned),
        ..Filter::default()
    };
    let Counted { page, counts } = app.ops.by_notice(&reader.doctors(), &filter).await?;
    let place =
        body.as_ref().map(|code| format!(" at {}", app.ops.name_of(code.as_str()))).unwrap_or_default();
    let heading = format!("{}{place}", words::notice_is(notice));
    let caption = "Doctors by submission date, the soonest first; unknown dates last".to_owned();
    let view = ListView {
        frame: Frame::of(&app, &reader, "/under-notice", heading.as_str()).complaining(errors.is_any()),
        freshness: FreshnessLine::of(&page.freshness),
        heading,
        tabs: tabs(&params, &counts, notice),
        form: None,
        day_form: None,
        total: listing::total(page.total),
        table: (!errors.is_any()).then(|| listing::table(&app, &page, caption, EMPTY)),
        pagination: listing::pagination(&page, &params),
        errors,
    };
    complaining(&view, &view.errors)
}

fn complaint() -> Complaint {
    Complaint { field: "maincontent", message: "There is no such notice: choose one of the list".to_owned() }
}

const EMPTY: &str =
    "The GMC's newest lists name nobody like this. Lists that are held, failed or late are named above.";

fn tabs(params: &Params, counts: &[(NoticeIs, u64)], current: NoticeIs) -> Vec<Tab> {
    let tab = |(notice, doctors): &(NoticeIs, u64)| Tab {
        href: params.without("after").with("notice", notice.word()),
        text: format!("{} ({})", words::notice_is(*notice), count(*doctors)),
        is_current: *notice == current,
    };
    counts.iter().map(tab).collect()
}
