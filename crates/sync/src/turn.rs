//! One list's turn in a run: what was received is compared, then published, or kept back, or said to have failed.

use domain::account::Account;
use domain::brake::{Cause, Facts, causes_to_hold, changed_limit, removed_limit};
use domain::evidence::BodyEvidence;
use domain::ids::BodyCode;
use domain::run::BodyOutcome;
use domain::scope::Actor;
use jiff::Timestamp;
use store::evidence::Work;
use store::list::Outcome;
use store::snapshot::{Kind, Publish};

use crate::compare::{Compared, Whole, compare};
use crate::context::{Context, Step};
use crate::error::SyncError;
use crate::holds::{self, Keeping};
use crate::publish::{Publication, publish};
use crate::stage::Staged;

/// Whose turn it is, and within which work.
#[derive(Clone, Debug)]
pub struct Turn {
    /// Run and attempt.
    pub work: Work,
    /// Designated body code, or TIS.
    pub list: String,
    /// The job, as it signs what it publishes.
    pub actor: Actor,
    /// When the turn began.
    pub began: Timestamp,
}

/// How the source was asked.
#[derive(Clone, Debug)]
pub struct Call {
    /// Our id of the last call.
    pub client_request_id: String,
    /// The source's own id of it, if it gave one.
    pub gmc_request_id: Option<String>,
    /// When the last request was sent.
    pub requested_at: Timestamp,
    /// Bytes of the answer.
    pub bytes: u64,
    /// Calls made.
    pub calls: u64,
}

/// The last good list as a turn found it.
struct Before {
    snapshot: u64,
    doctors: Option<u64>,
    recent: Vec<u64>,
}

impl Turn {
    /// Compares what was received whole, and publishes it or keeps it back.
    pub async fn conclude(
        &self,
        context: &Context,
        whole: &Whole<'_>,
        staged: Staged,
        call: &Call,
    ) -> Result<BodyEvidence, SyncError> {
        let (before, compared) = self.compare(context, whole, staged).await?;
        if !compared.account.balances() {
            return Err(SyncError::Unbalanced { list: self.list.clone() });
        }
        context.step(&self.list, Step::Compared);
        let limits = context.brake.in_force(&self.list, context.clock.now()).0;
        let facts = Facts { before: before.doctors, account: compared.account, recent: &before.recent };
        let causes = causes_to_hold(&limits, &facts);
        let mut evidence = self.evidence(context, call, compared.account);
        let after = Publish {
            list: self.list.clone(),
            base: before.snapshot,
            kind: Kind::Sync,
            data_as_of: whole.as_of(),
            run_id: Some(self.work.run_id.clone()),
            hold_id: None,
            equal_to: None,
            doctors: compared.account.doctors(),
            account: compared.account,
            removed_max: removed_limit(&limits, before.doctors.unwrap_or_default()),
            changed_max: changed_limit(&limits, before.doctors.unwrap_or_default()),
            approved_by: None,
            actor: self.actor.name.clone(),
        };
        if causes.is_empty() {
            evidence.snapshot = Some(self.publish(context, after, compared, evidence.clone()).await?);
        } else {
            evidence.outcome = BodyOutcome::Held;
            evidence.reason = sentences(&causes);
            "brake".clone_into(&mut evidence.cause);
            self.hold(context, &after, (causes, before.doctors), (compared, &evidence)).await?;
        }
        Ok(evidence)
    }

    /// Reads the last good list and the difference to it as one consistent state.
    async fn compare(
        &self,
        context: &Context,
        whole: &Whole<'_>,
        staged: Staged,
    ) -> Result<(Before, Compared), SyncError> {
        let mut tx = context.store.read().await?;
        let state = store::list::get(&mut tx, &self.list).await?;
        let state = state.ok_or_else(|| SyncError::NotFound(format!("there is no list {}", self.list)))?;
        let recent = store::snapshot::recent(&mut tx, &self.list, context.brake.limits.median_runs).await?;
        let before = Before {
            snapshot: state.snapshot,
            doctors: (state.snapshot > 0).then_some(state.doctors),
            recent: recent.iter().map(|snapshot| snapshot.doctors).collect(),
        };
        let current = store::entry::current(&mut tx, &self.list);
        Ok((before, compare(&context.spool, whole, staged, current).await?))
    }

    async fn publish(
        &self,
        context: &Context,
        after: Publish,
        compared: Compared,
        evidence: BodyEvidence,
    ) -> Result<u64, SyncError> {
        let publication = Publication {
            publish: after,
            changes: compared.changes,
            rejects: Some(compared.rejects),
            evidence: Some((self.work.clone(), evidence)),
            actor: self.actor.clone(),
        };
        publish(context, publication).await
    }

    async fn hold(
        &self,
        context: &Context,
        after: &Publish,
        why: (Vec<Cause>, Option<u64>),
        what: (Compared, &BodyEvidence),
    ) -> Result<(), SyncError> {
        let (compared, evidence) = what;
        let keeping = Keeping { after, causes: why.0, before: why.1, work: &self.work, evidence };
        holds::keep(context, &keeping, compared).await?;
        context.step(&self.list, Step::Held);
        Ok(())
    }

    /// Records that no complete answer was to be had; the last good list stays.
    pub async fn fail(
        &self,
        context: &Context,
        error: &SyncError,
        call: &Call,
    ) -> Result<BodyEvidence, SyncError> {
        let now = context.clock.now();
        let mut evidence = self.evidence(context, call, Account::default());
        evidence.outcome = BodyOutcome::Failed;
        evidence.reason = error.to_string();
        error.cause().clone_into(&mut evidence.cause);
        let outcome = Outcome {
            code: &self.list,
            outcome: BodyOutcome::Failed,
            reason: &evidence.reason,
            cause: &evidence.cause,
            run_id: &self.work.run_id,
        };
        let mut tx = context.store.begin().await?;
        context.ledger.guard(&mut tx, &self.work).await?;
        store::evidence::insert(&mut tx, &self.work, &evidence, now).await?;
        store::list::set_outcome(&mut tx, &outcome, now).await?;
        tx.commit().await?;
        context.step(&self.list, Step::Failed);
        Ok(evidence)
    }

    fn evidence(&self, context: &Context, call: &Call, account: Account) -> BodyEvidence {
        let took = context.clock.now().duration_since(self.began).as_millis();
        BodyEvidence {
            body: BodyCode::new(&self.list),
            outcome: BodyOutcome::Published,
            reason: String::new(),
            cause: String::new(),
            client_request_id: call.client_request_id.clone(),
            gmc_request_id: call.gmc_request_id.clone(),
            requested_at_ms: call.requested_at.as_millisecond(),
            account,
            bytes: call.bytes,
            calls: call.calls,
            duration_ms: u64::try_from(took).unwrap_or_default(),
            snapshot: None,
        }
    }
}

fn sentences(causes: &[Cause]) -> String {
    causes.iter().map(Cause::sentence).collect::<Vec<_>>().join(" ")
}
