//! Sessions: who comes with a token, and how sessions end.

use domain::access::Visitor;
use jiff::Timestamp;
use store::Store;

use crate::fault::Fault;
use crate::place::Ops;
use crate::rows::SessionRow;

/// Digits of a token.
const TOKEN: usize = 64;

impl Ops {
    /// Reads who comes with a token, with what they may do at this instant; nobody where the session has ended.
    pub async fn visitor(&self, token: &str) -> Result<Option<Visitor>, Fault> {
        if token.len() != TOKEN || !token.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let today = self.today();
        let came = store::session::read(&mut self.read().await?, token, (today.now, today.date)).await?;
        let Some(came) = came else { return Ok(None) };
        if came.is_to_be_noted {
            let (store, session) = (self.store.clone(), came.visitor.seat().session.clone());
            // Beside the request, because a publish may hold the store for seconds. What is lost of it ends the session
            // sooner, never later.
            drop(tokio::spawn(noted(store, session, today.now)));
        }
        Ok(Some(came.visitor))
    }

    /// Reads a person's own sessions, newest first.
    pub async fn sessions(&self, visitor: &Visitor) -> Result<Vec<SessionRow>, Fault> {
        let account = &visitor.seat().account;
        Ok(store::session::of_account(&mut self.read().await?, account, self.clock.now()).await?)
    }

    /// Ends this session.
    pub async fn sign_out(&self, visitor: &Visitor) -> Result<(), Fault> {
        self.end_session(visitor, &visitor.seat().session).await
    }

    /// Ends one of a person's own sessions; that of another is the same as none.
    pub async fn end_session(&self, visitor: &Visitor, id: &str) -> Result<(), Fault> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        if !store::session::end(&mut tx, &visitor.seat().account, id, now).await? {
            return Err(Fault::not_found("There is no such session."));
        }
        let act = ("sign-out", &*format!("session/{id}"), "{}");
        self.access.audit(&mut tx, &visitor.actor(""), act, now).await?;
        Ok(tx.commit().await?)
    }

    /// Ends every session of a person, this one included.
    pub async fn sign_out_everywhere(&self, visitor: &Visitor) -> Result<(), Fault> {
        let now = self.clock.now();
        let account = &visitor.seat().account;
        let mut tx = self.store.begin().await?;
        let ended = store::session::end_all(&mut tx, account, 0, now).await?;
        let detail = serde_json::json!({ "sessions": ended });
        let act = ("sign-out", &*format!("account/{account}"), &*detail.to_string());
        self.access.audit(&mut tx, &visitor.actor(""), act, now).await?;
        Ok(tx.commit().await?)
    }
}

async fn noted(store: Store, session: String, now: Timestamp) -> Result<(), store::StoreError> {
    let mut tx = store.begin().await?;
    store::session::note(&mut tx, &session, now).await?;
    tx.commit().await
}
