//! Who reads: the one place where the scope of a request is made. Until there is sign-in, `serve` binds loopback
//! only, and whoever reaches it there may see every body.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::scope::{Actor, Scope};
use ops::Viewer;

use crate::App;

/// The reader of a request.
pub struct Reader {
    /// The bodies whose doctors they may see.
    pub scope: Scope,
    /// The same with what they may see of each doctor, and who they are.
    pub viewer: Viewer,
}

impl FromRequestParts<Arc<App>> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(_parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let viewer = app.ops.at_shell(Actor::person("loopback", ""));
        Ok(Self { scope: app.ops.every_body(), viewer })
    }
}
