//! People who come in by the word of the house's identity provider, and may do what it says of them.
//!
//! Invariants: a provider's word for a person is theirs alone, and no name leads to an account; at each sign-in what their
//! claims give is what they have, here and in every other session of theirs.

use domain::access::{Grant, Visitor};
use domain::identity::{Identity, Trust};
use domain::scope::Actor;
use jiff::Timestamp;
use store::Tx;
use store::account::NewAccount;
use store::account_grant::By;

use super::people::named;
use super::sign_in::Welcome;
use crate::fault::{Fault, Kind};
use crate::place::Ops;
use crate::rows::AccountRow;

impl Ops {
    /// Signs somebody in whom the provider vouches for; whoever was never here before gets an account.
    pub async fn vouched_sign_in(&self, identity: &Identity) -> Result<Welcome, Fault> {
        let trust = self.trust()?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let account = match store::identity::find(&mut tx, &identity.issuer, &identity.subject).await? {
            Some(account) => account,
            None => self.first_seen(&mut tx, trust, identity).await?,
        };
        if !store::account::vouch(&mut tx, &account.id, now).await? {
            return Err(Fault::new(Kind::Forbidden, "Your account is disabled: ask whoever manages users."));
        }
        self.as_claimed(&mut tx, &account, (identity, &trust.grants(identity)), now).await?;
        let token = self.seat(&mut tx, (&account.id, &account.name), now).await?;
        tx.commit().await?;
        Ok(Welcome { token, failed_before: 0 })
    }

    /// Takes the provider's word that somebody signed in has shown it again who they are; the session gets another token.
    pub async fn vouched_step_up(&self, visitor: &Visitor, identity: &Identity) -> Result<Welcome, Fault> {
        let trust = self.trust()?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let account = store::identity::find(&mut tx, &identity.issuer, &identity.subject).await?;
        let account = account.filter(|account| account.id == visitor.seat().account);
        let another = || Fault::new(Kind::Forbidden, "That was somebody else: sign in again as yourself.");
        let account = account.ok_or_else(another)?;
        self.as_claimed(&mut tx, &account, (identity, &trust.grants(identity)), now).await?;
        let token = self.reseat(&mut tx, visitor, now).await?;
        tx.commit().await?;
        Ok(Welcome { token, failed_before: 0 })
    }

    /// Whether a visitor comes in by the provider's word, and so has no password here.
    pub async fn is_vouched_for(&self, visitor: &Visitor) -> Result<bool, Fault> {
        Ok(store::identity::is_of(&mut self.read().await?, &visitor.seat().account).await?)
    }

    fn trust(&self) -> Result<&Trust, Fault> {
        let none = || Fault::not_found("No identity provider vouches for people here.");
        self.access.trust.as_deref().ok_or_else(none)
    }

    /// Makes the account of somebody who was never here. A name that somebody has is theirs, whoever else bears it.
    async fn first_seen(&self, tx: &mut Tx, trust: &Trust, identity: &Identity) -> Result<AccountRow, Fault> {
        let unnamed = || {
            let sentence =
                "The identity provider does not say what you are called in a way that Reval can keep.";
            Fault::new(Kind::Forbidden, sentence)
        };
        let name = trust.name(identity).and_then(|name| named(&name).ok()).ok_or_else(unnamed)?;
        let (now, issuer) = (self.clock.now(), identity.issuer.as_str());
        let id = self.access.mint(now);
        let actor = Actor::user(&name, "");
        let new = NewAccount { id: &id, name: &name, is_demo: false, actor: &actor.name };
        if !store::account::insert(tx, &new, now).await? {
            let sentence = "Somebody of your name has an account here already: ask whoever manages users.";
            return Err(Fault::new(Kind::Forbidden, sentence));
        }
        store::identity::insert(tx, (issuer, &identity.subject), &id, now).await?;
        let detail = serde_json::json!({ "name": name, "issuer": issuer });
        let act = ("add-user", &*format!("account/{id}"), &*detail.to_string());
        self.access.audit(tx, &actor, act, now).await?;
        let made = store::account::get(tx, &name).await?;
        made.ok_or_else(|| store::StoreError::Corrupt { what: "account" }.into())
    }

    /// Gives what the claims give and takes the rest, with one audit row where that changes anything.
    async fn as_claimed(
        &self,
        tx: &mut Tx,
        account: &AccountRow,
        claimed: (&Identity, &[Grant]),
        now: Timestamp,
    ) -> Result<(), Fault> {
        let (identity, due) = claimed;
        let provider = format!("provider:{}", identity.issuer);
        let has = store::account_grant::of_account(tx, &account.id).await?;
        let taken: Vec<_> = has.iter().filter(|row| !due.contains(&row.grant)).collect();
        let given: Vec<_> = due.iter().filter(|grant| !has.iter().any(|row| row.grant == **grant)).collect();
        for row in &taken {
            store::account_grant::revoke(tx, (&row.id, &account.id), (&provider, now)).await?;
        }
        for grant in &given {
            let by = By { asked: &provider, granted: &provider };
            store::account_grant::insert(tx, (&self.access.mint(now), &account.id), grant, &by, now).await?;
        }
        if taken.is_empty() && given.is_empty() {
            return Ok(());
        }
        let taken: Vec<_> = taken.iter().map(|row| &row.grant).collect();
        let detail = serde_json::json!({ "name": account.name, "given": given, "taken": taken });
        let act = ("claims", &*format!("account/{}", account.id), &*detail.to_string());
        let actor = Actor { name: provider, reason: String::new(), behalf: String::new() };
        self.access.audit(tx, &actor, act, now).await
    }
}
