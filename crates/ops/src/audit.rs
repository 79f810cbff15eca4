//! The audit as read: who did what to what, and why.

use domain::scope::Scope;
use store::audit::{Known, Verdict};

use crate::fault::Fault;
use crate::holds::covers;
use crate::place::Ops;
use crate::rows::AuditRow;

/// Audit rows read at most.
const READ_MAX: u64 = 500;

impl Ops {
    /// Reads the newest audit rows, newest first, without those about lists out of scope. A reading of TIS names the
    /// lists of every body, so its row is left to the page of TIS, which shows those of the scope.
    pub async fn audit(&self, scope: &Scope, limit: u64) -> Result<Vec<AuditRow>, Fault> {
        let mut tx = self.read().await?;
        let rows = store::audit::recent(&mut tx, None, limit.min(READ_MAX)).await?;
        let rows = rows.into_iter().filter(|row| row.action != store::tis_reading::ACTION);
        Ok(rows.filter(|row| is_within(scope, &row.object)).collect())
    }

    /// Reads the whole audit, newest first, from before a place in its chain: for whoever audits, and at the shell.
    pub async fn audit_page(&self, before: Option<u64>, limit: u64) -> Result<Vec<AuditRow>, Fault> {
        let mut tx = self.read().await?;
        Ok(store::audit::recent(&mut tx, before, limit.min(READ_MAX)).await?)
    }

    /// Walks the chain of the audit, and compares it with heads that were written down outside the store.
    pub async fn verify_audit(&self, known: &[Known]) -> Result<Verdict, Fault> {
        Ok(store::audit::verify(&mut self.read().await?, known).await?)
    }
}

/// Objects are written `list/CODE/NUMBER`; others name no list.
fn is_within(scope: &Scope, object: &str) -> bool {
    let mut parts = object.split('/');
    match (parts.next(), parts.next()) {
        (Some("list"), Some(code)) => covers(scope, code),
        _ => true,
    }
}
