//! All doctors within a reader's scope, found by words and narrowed by a plain form.

use std::sync::Arc;

use axum::extract::State;
use ops::doctors::{Counted, Total};

use super::asked::List;
use super::doctor_list::{Shape, show};
use super::{Page, listing};
use crate::App;
use crate::params::Params;
use crate::reader::Reader;

/// Shows doctors.
pub async fn get(State(app): State<Arc<App>>, reader: Reader, params: Params) -> Page {
    let shape = Shape {
        list: List::Doctors,
        heading: |_| "Doctors".to_owned(),
        tabs: |_, _, _| Vec::new(),
        total,
        empty: "No doctor on your lists, or in a programme of yours, matches all of what was entered. Try fewer words, \
                or a filter less.",
    };
    show(&app, &reader, &params, &shape).await
}

/// This list also shows whom no list names: the count of the lists alone would not say so.
fn total(counted: &Counted) -> String {
    let total = counted.page.total;
    match total {
        Total::OnLists(_) => {
            format!("{}, and those in a programme whom no list names", listing::total(total))
        }
        Total::Matching(_) => listing::total(total),
    }
}
