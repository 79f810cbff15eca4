#![doc = include_str!("../README.md")]

mod history;
pub mod past;
mod place;

pub mod access;
pub mod alert;
pub mod alerts;
pub mod allocation;
pub mod audit;
pub mod changes;
pub mod column;
pub mod compare;
pub mod connections;
mod directory;
pub mod doctor;
pub mod doctors;
pub mod export;
pub mod fault;
pub mod filter;
pub mod freshness;
pub mod health;
pub mod holds;
pub mod jobs;
pub mod notes;
pub mod officers;
pub mod overrides;
pub mod overview;
pub mod receipts;
pub mod recommendations;
pub mod rejects;
pub mod report_keys;
pub mod runs;
pub mod sheet;
pub mod snapshots;
pub mod tis;
pub mod viewer;
pub mod work;
pub mod worklist;

pub use fault::{Fault, Kind};
pub use freshness::{Freshness, ListFreshness};
pub use history::{Event, FieldChange, Happening};
pub use place::{BodyName, Ops, Production, Seconded, Site, Submitting, Today};
pub use viewer::{Shown, Viewer};

/// Rows that front ends show as they are stored.
pub mod rows {
    pub use store::account::AccountRow;
    pub use store::account_grant::GrantRow;
    pub use store::alert::AlertRow;
    pub use store::api_token::ApiTokenRow;
    pub use store::audit::{AuditRow, Broken, Flaw, Head, Known, Verdict};
    pub use store::channel_health::ChannelHealth;
    pub use store::discrepancy::{Life, Resolved};
    pub use store::doctor::DoctorRow;
    pub use store::flip::FlipRow;
    pub use store::hidden::HiddenRow;
    pub use store::hold::HoldRow;
    pub use store::intent::{IntentRow, StepRow};
    pub use store::listing::{Direction, Order};
    pub use store::note::NoteRow;
    pub use store::notification::NotificationRow;
    pub use store::officer::OfficerRow;
    pub use store::past_recommendation::PastRow;
    pub use store::recommendation::{AnswerRow, CommentRow, RecommendationRow};
    pub use store::reject::RejectCount;
    pub use store::report::ReportKeyRow;
    pub use store::run::{AttemptRow, RunRow};
    pub use store::run_log::LogRow;
    pub use store::session::SessionRow;
    pub use store::silence::{Matcher, SilenceRow};
    pub use store::snapshot::SnapshotRow;
}
