//! Connections to PostgreSQL, and what becomes of those over which nothing comes any more: a server that is cut off says so to
//! nobody, and a client could wait for ever.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::error::StoreError;

/// Longest wait for the answer to one statement. No statement of ours takes as long; a connection that is silent for so long is
/// dead.
const ANSWER_MAX: Duration = Duration::from_secs(120);

/// Connections that can be put aside for new ones, for every holder at once.
#[derive(Clone)]
pub(crate) struct Pool {
    now: Arc<RwLock<PgPool>>,
    options: Arc<(PgPoolOptions, PgConnectOptions)>,
}

impl Pool {
    pub(crate) fn of(now: PgPool, pool: PgPoolOptions, connect: PgConnectOptions) -> Self {
        Self { now: Arc::new(RwLock::new(now)), options: Arc::new((pool, connect)) }
    }

    /// The connections in use now.
    pub(crate) fn now(&self) -> PgPool {
        self.now.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts them aside; what is under way over them ends by itself, or when its holder lets go.
    pub(crate) fn renew(&self) {
        let (pool, connect) = self.options.as_ref().clone();
        let anew = pool.connect_lazy_with(connect);
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = anew;
    }
}

/// Waits for an answer, but not for ever.
pub(crate) async fn answered<T>(
    asking: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let silent =
        || StoreError::Unavailable(format!("no answer came within {} seconds", ANSWER_MAX.as_secs()));
    tokio::time::timeout(ANSWER_MAX, asking).await.unwrap_or_else(|_| Err(silent()))
}
