//! The heartbeat to the outside: a service that misses it tells people, also when everything of ours is dead.

use std::time::Duration;

use domain::secret::Secret;
use jiff::Timestamp;
use serde_json::json;

use crate::channel::{self, Refusal};

/// A dead-man's switch: any service that expects a request now and then.
#[derive(Clone, Debug)]
pub struct Heartbeat {
    /// Where we say that alerts can be delivered.
    pub url: Secret,
    /// Where we say that they cannot.
    pub fail_url: Secret,
    /// Whether the service may be in a private network.
    pub may_be_private: bool,
    /// How often.
    pub every: Duration,
}

impl Heartbeat {
    /// Says that this watch lives, and whether it can tell anybody.
    pub async fn beat(&self, node: &str, can_alert: bool, at: Timestamp) -> Result<(), Refusal> {
        let url = if can_alert { &self.url } else { &self.fail_url };
        let body = json!({ "alerting": if can_alert { "ok" } else { "failed" }, "node": node, "at": at });
        channel::post((url, self.may_be_private), body.to_string().into_bytes(), at).await
    }
}
