//! How old each list is and what its last attempt came to.

use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, Had, Refused, answer};
use crate::App;
use crate::reader::Reader;
use crate::status::{self, List};

/// The lists of a scope.
#[derive(Serialize, ToSchema)]
struct Lists {
    /// The designated bodies' lists.
    bodies: Vec<List>,
    /// TIS.
    tis: List,
}

/// Says how old each list of your scope is.
#[utoipa::path(
    get, path = "/api/v1/lists", tag = "lists", operation_id = "lists",
    responses(
        (status = 200, body = Lists, headers(("etag" = String))),
        (status = 304, description = "As you have it"),
        Refused,
    )
)]
pub async fn all(State(app): State<Arc<App>>, reader: Reader, had: Had) -> Answer {
    let freshness = app.ops.freshness(&reader.counted(&app)).await?;
    let bodies = freshness.bodies.iter().map(status::list).collect();
    answer(&had, &Lists { bodies, tis: status::list(&freshness.tis) })
}
