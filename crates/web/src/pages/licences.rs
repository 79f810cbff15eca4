//! Whose work the pages stand on, and on which terms.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;

use super::{Page, made};
use crate::App;
use crate::assets;
use crate::frame::Frame;
use crate::reader::Anyone;

/// The text of the MIT licence: that of the design system, and one of our two.
const MIT: &str = include_str!("../../../../LICENSE-MIT");

#[derive(Template)]
#[template(path = "licences.html")]
struct View {
    frame: Frame,
    design_version: &'static str,
    terms: &'static str,
}

/// Shows the licences.
pub async fn get(State(app): State<Arc<App>>, Anyone(reader): Anyone) -> Page {
    // The terms without their first lines, which name whose they are.
    let terms = MIT.split_once("Permission is hereby").map_or(MIT, |(head, _)| &MIT[head.len()..]);
    made(&View {
        frame: Frame::of(&app, reader.as_ref(), "", "Licences"),
        design_version: assets::DESIGN_VERSION,
        terms,
    })
}
