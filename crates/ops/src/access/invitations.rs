//! Invitations: how somebody comes to a password and a code of their own, the very first person included.

use std::fmt;

use domain::access::{Grant, Role};
use domain::scope::Actor;
use jiff::{SignedDuration, Timestamp};
use store::Tx;
use store::account::{Equipment, NewAccount};
use store::account_grant::By;
use store::invitation::{InvitationRow, NewInvitation};

use super::people::named;
use super::{code, password};
use crate::fault::{Fault, Kind};
use crate::place::Ops;

/// How long the way in of the first account stands: long enough to read a console.
const FIRST: SignedDuration = SignedDuration::from_mins(30);
/// How long an invitation of a colleague stands.
const COLLEAGUES: SignedDuration = SignedDuration::from_hours(24);

const OVER: &str = "This link does not open anything, or not any more. Ask for another.";

/// What opens an account once. `Debug` shows nothing.
pub struct Token {
    /// To be handed to the person, and kept nowhere.
    pub token: String,
    /// Until when.
    pub ends_at: Timestamp,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token(… until {})", self.ends_at)
    }
}

/// What somebody sees who comes with a token. `Debug` shows nothing.
pub struct Invitation {
    /// Their name; none where they choose it, as the first person does.
    pub name: Option<String>,
    /// The secret of their codes, base32, to be typed into an authenticator.
    pub secret: String,
    /// The same as an address that an authenticator takes over.
    pub otpauth: String,
    /// Until when.
    pub ends_at: Timestamp,
    /// Characters that their password has at least.
    pub least: usize,
}

impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invitation(… until {})", self.ends_at)
    }
}

/// What somebody brings who takes an invitation up. `Debug` shows nothing.
pub struct Acceptance<'a> {
    /// Only looked at where the invitation has no name.
    pub name: &'a str,
    /// The password to be.
    pub password: &'a str,
    /// A code of the authenticator, as a proof that it has the secret.
    pub code: &'a str,
}

impl fmt::Debug for Acceptance<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Acceptance(…)")
    }
}

impl Ops {
    /// Makes the way in of the first account, in place of any earlier one; none once there is an account.
    pub async fn set_up_token(&self) -> Result<Option<Token>, Fault> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        if !store::account::all(&mut tx).await?.is_empty() {
            return Ok(None);
        }
        let token = self.invited(&mut tx, None, ("set-up", now)).await?;
        tx.commit().await?;
        Ok(Some(token))
    }

    /// Makes an invitation in place of any earlier one to the same account.
    pub(super) async fn invited(
        &self,
        tx: &mut Tx,
        account: Option<&str>,
        by: (&str, Timestamp),
    ) -> Result<Token, Fault> {
        let ends_at = by.1 + if account.is_some() { COLLEAGUES } else { FIRST };
        let token = self.access.secrets.token()?;
        let code_secret = code::secret(self.access.secrets.bytes()?);
        let new = NewInvitation { token: &token, account, code_secret: &code_secret, ends_at };
        store::invitation::insert(tx, &new, by).await?;
        Ok(Token { token, ends_at })
    }

    /// Reads what a token opens.
    pub async fn invitation(&self, token: &str) -> Result<Invitation, Fault> {
        let mut tx = self.read().await?;
        let row = self.standing(&mut tx, token).await?;
        let least = least(&mut tx, &row).await?;
        let name = row.account.map(|(_, name)| name);
        Ok(Invitation {
            otpauth: code::link(name.as_deref().unwrap_or("first"), &row.code_secret),
            name,
            secret: row.code_secret,
            ends_at: row.ends_at,
            least,
        })
    }

    async fn standing(&self, tx: &mut Tx, token: &str) -> Result<InvitationRow, Fault> {
        let row = store::invitation::get(tx, token, self.clock.now()).await?;
        row.ok_or_else(|| Fault::not_found(OVER))
    }

    /// Takes an invitation up: from now on the person signs in with this password and their codes. The first person of
    /// all keeps the program running and manages people.
    pub async fn accept(&self, token: &str, with: &Acceptance<'_>) -> Result<(), Fault> {
        let now = self.clock.now();
        let mut tx = self.read().await?;
        let row = self.standing(&mut tx, token).await?;
        let least = least(&mut tx, &row).await?;
        drop(tx);
        let name = row.account.as_ref().map_or_else(|| named(with.name), |(_, name)| Ok(name.clone()))?;
        self.good_enough(with.password, least, &name)?;
        let step = code::step(&row.code_secret, with.code, now);
        let step =
            step.ok_or_else(|| Fault::invalid("The code is not the one of now. Wait for the next."))?;
        let turn = self.access.hasher.turn().ok_or_else(busy)?;
        let hash = turn.hash(with.password, self.access.secrets.bytes()?).await?;
        let mut tx = self.store.begin().await?;
        if !store::invitation::take_up(&mut tx, token, now).await? {
            return Err(Fault::not_found(OVER));
        }
        let actor = Actor::user(&name, "");
        let account = match row.account {
            Some((id, _)) => id,
            None => self.first(&mut tx, &actor, &name).await?,
        };
        let equipment = Equipment { password_hash: &hash, code_secret: &row.code_secret, code_step: step };
        if !store::account::equip(&mut tx, &account, &equipment, (&actor.name, now)).await? {
            return Err(Fault::not_found(OVER));
        }
        self.access.audit(&mut tx, &actor, ("equip", &format!("account/{account}"), "{}"), now).await?;
        Ok(tx.commit().await?)
    }

    /// Makes the first account, if there is still none.
    async fn first(&self, tx: &mut Tx, actor: &Actor, name: &str) -> Result<String, Fault> {
        let now = self.clock.now();
        if !store::account::all(tx).await?.is_empty() {
            return Err(Fault::not_found(OVER));
        }
        let (id, grant_id) = (self.access.mint(now), self.access.mint(now));
        let new = NewAccount { id: &id, name, is_demo: false, actor: &actor.name };
        store::account::insert(tx, &new, now).await?;
        let grant = Grant { role: Role::Operations, bodies: [].into(), sensitive: false, ends: None };
        let by = By { asked: "set-up", granted: "set-up" };
        store::account_grant::insert(tx, (&grant_id, &id), &grant, &by, now).await?;
        let detail = serde_json::json!({ "name": name, "grant": grant });
        self.access.audit(tx, actor, ("set-up", &format!("account/{id}"), &detail.to_string()), now).await?;
        Ok(id)
    }

    pub(super) fn good_enough(&self, password: &str, least: usize, name: &str) -> Result<(), Fault> {
        let bodies = self.bodies.iter().flat_map(|body| [body.name.as_str(), body.abbreviation.as_str()]);
        let words: Vec<&str> = bodies.chain([name]).collect();
        password::check(password, least, &words)
    }
}

/// Characters that the password of an invitation has at least.
async fn least(tx: &mut Tx, row: &InvitationRow) -> Result<usize, Fault> {
    let Some((account, _)) = &row.account else { return Ok(password::LEAST_OF_OPERATIONS) };
    let grants = store::account_grant::of_account(tx, account).await?;
    let is_long = grants.iter().any(|row| row.grant.role == Role::Operations);
    Ok(if is_long { password::LEAST_OF_OPERATIONS } else { password::LEAST })
}

pub(super) fn busy() -> Fault {
    Fault::new(Kind::Unavailable, "Too many people are signing in just now. Try again in a moment.")
}
