//! Tokens of programs: they read on somebody's behalf, for a time, and no more than that person may read; what they do
//! beside, their errands name.

use std::fmt;

use domain::access::{Errand, Grant, Reach, Right, Visitor};
use domain::scope::{Actor, Scope};
use jiff::{SignedDuration, Timestamp};
use store::Store;
use store::api_token::NewApiToken;

use super::people::{existing, named};
use super::reasoned;
use crate::fault::{Fault, Kind};
use crate::place::Ops;
use crate::rows::ApiTokenRow;

/// Every token begins so, so that whoever finds one knows what it is.
const MARK: &str = "reval_";
/// Days that a token lasts at most; arbitrary, a year is what people plan for.
const LONGEST: u32 = 366;

/// What a token is to be.
#[derive(Clone, Debug)]
pub struct TokenWish<'a> {
    /// Name of the account on whose behalf it reads.
    pub owner: &'a str,
    /// What it is for; plain, because it stands in the audit.
    pub name: &'a str,
    /// How far it reaches.
    pub reach: Reach,
    /// For how many days.
    pub days: u32,
}

/// A token just made: shown once, kept nowhere. `Debug` shows nothing.
pub struct ApiToken {
    /// Its id; it opens nothing.
    pub id: String,
    /// What the program brings as `Authorization: Bearer …`.
    pub token: String,
    /// When it ends.
    pub ends_at: Timestamp,
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiToken({} … until {})", self.id, self.ends_at)
    }
}

impl Ops {
    /// Reads which program comes with a token, with what it may read at this instant.
    pub async fn program(&self, token: &str) -> Result<Option<Visitor>, Fault> {
        if !token.starts_with(MARK) {
            return Ok(None);
        }
        let today = self.today();
        let came = store::api_token::read(&mut self.read().await?, token, (today.now, today.date)).await?;
        let Some(came) = came else { return Ok(None) };
        if came.is_to_be_noted {
            let (store, id) = (self.store.clone(), came.visitor.seat().session.clone());
            // Beside the request, because a publish may hold the store for seconds; what is lost of it is a minute's note.
            drop(tokio::spawn(noted(store, id, today.now)));
        }
        Ok(Some(came.visitor))
    }

    /// Makes a token that reads what its owner may read now, or a part of it, and runs errands that are its owner's.
    pub async fn add_api_token(&self, wish: &TokenWish<'_>, actor: &Actor) -> Result<ApiToken, Fault> {
        reasoned(actor)?;
        let name = named(wish.name)?;
        if wish.days == 0 || wish.days > LONGEST {
            return Err(Fault::invalid(format!("A token lasts from 1 to {LONGEST} days.")));
        }
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let account = existing(&mut tx, wish.owner).await?;
        self.is_within(&mut tx, &account.id, wish).await?;
        let (id, token) = (self.access.mint(now), format!("{MARK}{}", self.access.secrets.token()?));
        let ends_at = now + SignedDuration::from_hours(24 * i64::from(wish.days));
        let (account_id, reach) = (account.id.as_str(), &wish.reach);
        let new = NewApiToken { id: &id, token: &token, account: account_id, name: &name, reach, ends_at };
        store::api_token::insert(&mut tx, &new, (&actor.name, now)).await.map_err(|error| match error {
            store::StoreError::Conflict(_) => {
                Fault::new(Kind::Conflict, "This person has a token of this name. Nothing was changed.")
            }
            other => other.into(),
        })?;
        let detail = serde_json::json!({ "owner": account.name, "name": name, "bodies": reach.bodies,
            "sensitive": reach.sensitive, "errands": reach.errands, "ends_at": ends_at });
        let act = ("add-token", &*format!("token/{id}"), &*detail.to_string());
        self.access.audit(&mut tx, actor, act, now).await?;
        tx.commit().await?;
        Ok(ApiToken { id, token, ends_at })
    }

    /// A token that asks for what its owner may not read is a mistake, although it would read nothing of it.
    async fn is_within(&self, tx: &mut store::Tx, account: &str, wish: &TokenWish<'_>) -> Result<(), Fault> {
        let reach = &wish.reach;
        let is_for_bodies = |errand: &Errand| *errand == Errand::Casework;
        if reach.bodies.is_empty() && reach.errands.iter().all(is_for_bodies) {
            return Err(Fault::invalid("Name the bodies: an empty list means none, never all."));
        }
        let today = self.today().date;
        let grants = store::account_grant::of_account(tx, account).await?.into_iter().map(|row| row.grant);
        let grants: Vec<Grant> = grants.filter(|grant| grant.is_in_force(today)).collect();
        let more = |what: &str| {
            Err(Fault::new(Kind::Forbidden, format!("A token {what} no more than its owner may.")))
        };
        let lacks = |errand: &Errand| !grants.iter().any(|grant| grant.role.may(errand.right()));
        if reach.errands.iter().any(lacks) {
            return more("does");
        }
        let right = if reach.sensitive { Right::ReadSensitive } else { Right::ReadDoctors };
        let giving =
            grants.into_iter().filter(|grant| grant.role.may(right) && (grant.sensitive || !reach.sensitive));
        let scope = Scope::of(giving.flat_map(|grant| grant.bodies));
        if reach.bodies.iter().all(|body| scope.covers(body)) { Ok(()) } else { more("reads") }
    }

    /// Reads the tokens that nobody has taken back, of one person or of everybody.
    pub async fn api_tokens(&self, owner: Option<&str>) -> Result<Vec<ApiTokenRow>, Fault> {
        let rows = store::api_token::all(&mut self.read().await?).await?;
        Ok(rows.into_iter().filter(|row| owner.is_none_or(|owner| row.owner == owner)).collect())
    }

    /// Takes a token back, of one person or of anybody; it acts on the next request.
    pub async fn revoke_api_token(&self, id: &str, owner: Option<&str>, actor: &Actor) -> Result<(), Fault> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let rows = store::api_token::all(&mut tx).await?;
        let is_theirs = |row: &&ApiTokenRow| row.id == id && owner.is_none_or(|owner| row.owner == owner);
        let absent = || Fault::not_found("There is no such token.");
        let row = rows.iter().find(is_theirs).ok_or_else(absent)?;
        if !store::api_token::revoke(&mut tx, id, (&actor.name, now)).await? {
            return Err(absent());
        }
        let detail = serde_json::json!({ "owner": row.owner, "name": row.name });
        let act = ("revoke-token", &*format!("token/{id}"), &*detail.to_string());
        self.access.audit(&mut tx, actor, act, now).await?;
        Ok(tx.commit().await?)
    }
}

async fn noted(store: Store, id: String, now: Timestamp) -> Result<(), store::StoreError> {
    let mut tx = store.begin().await?;
    store::api_token::note(&mut tx, &id, now).await?;
    tx.commit().await
}
