//! What a run leaves behind, body by body: the proof that data moved.

use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::ids::BodyCode;
use crate::run::BodyOutcome;

/// The evidence of one body in one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BodyEvidence {
    /// The body.
    pub body: BodyCode,
    /// What became of it.
    pub outcome: BodyOutcome,
    /// Why, in plain words; empty when published as usual.
    pub reason: String,
    /// The class of the reason, a closed word for programs; empty when published.
    pub cause: String,
    /// Our id of the call whose answer was used.
    pub client_request_id: String,
    /// The GMC's id of that call, if it gave one.
    pub gmc_request_id: Option<String>,
    /// When that request was sent: UTC, milliseconds.
    pub requested_at_ms: i64,
    /// The account of the answer.
    pub account: Account,
    /// Bytes of the answer.
    pub bytes: u64,
    /// Calls made, retries included.
    pub calls: u64,
    /// From the first request to the end, milliseconds.
    pub duration_ms: u64,
    /// The snapshot now published.
    pub snapshot: Option<u64>,
}
