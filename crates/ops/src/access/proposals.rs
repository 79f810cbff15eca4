//! What one person asks for and another confirms: a grant, and a new way in for somebody who has lost theirs.

use domain::access::{Grant, Role};
use domain::scope::Actor;
use jiff::{SignedDuration, Timestamp};
use store::Tx;
use store::account_grant::By;
use store::proposal::{NewProposal, ProposalRow};

use super::invitations::Token;
use super::people::existing;
use super::{another, reasoned};
use crate::fault::{Fault, Kind};
use crate::place::Ops;
use crate::rows::AccountRow;

/// How long a proposal waits for its second person.
const WAITS: SignedDuration = SignedDuration::from_hours(24 * 7);

const ABSENT: &str = "There is no such proposal, or it is decided or void.";

/// What became of asking.
#[derive(Debug)]
pub enum Proposed {
    /// It waits for a second person, under this id.
    Waits(String),
    /// It is done: this house needs one person.
    Done(Confirmed),
}

/// What a second person's word brought about.
#[derive(Debug)]
pub enum Confirmed {
    /// The grant is in force from the next request on.
    Granted,
    /// The old password, codes and sessions are gone; the token is for the person alone.
    Reset(Token),
    /// Their sessions are gone, and they come in by the word of the identity provider again.
    Reopened,
}

/// What waits for a second person.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// UUIDv7.
    pub id: String,
    /// Whom it is about.
    pub name: String,
    /// The grant; none: a new way in.
    pub grant: Option<Grant>,
    /// Who asked.
    pub asked_by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub asked_at: Timestamp,
    /// When it becomes void.
    pub ends_at: Timestamp,
}

/// What is asked for.
enum Wish {
    Grant(Grant),
    Reset,
}

impl Wish {
    fn kind(&self) -> &'static str {
        match self {
            Self::Grant(_) => "grant",
            Self::Reset => "reset",
        }
    }

    fn detail(&self) -> serde_json::Value {
        match self {
            Self::Grant(grant) => serde_json::json!(grant),
            Self::Reset => serde_json::json!({}),
        }
    }

    /// A wish that is not understood is an error, never another wish.
    fn read(row: &ProposalRow) -> Result<Self, Fault> {
        let corrupt = || Fault::from(store::StoreError::Corrupt { what: "proposal" });
        match row.kind.as_str() {
            "grant" => serde_json::from_str(&row.wish).map(Self::Grant).map_err(|_| corrupt()),
            "reset" => Ok(Self::Reset),
            _ => Err(corrupt()),
        }
    }
}

impl Ops {
    /// Reads what waits for a second person, oldest first.
    pub async fn proposals(&self) -> Result<Vec<Proposal>, Fault> {
        let mut tx = self.read().await?;
        let rows = store::proposal::open(&mut tx, self.clock.now()).await?;
        let read = |row: ProposalRow| {
            let grant = match Wish::read(&row)? {
                Wish::Grant(grant) => Some(grant),
                Wish::Reset => None,
            };
            let ProposalRow { id, name, asked_by, reason, asked_at, ends_at, .. } = row;
            Ok(Proposal { id, name, grant, asked_by, reason, asked_at, ends_at })
        };
        rows.into_iter().map(read).collect()
    }

    /// Asks that somebody be given a role.
    pub async fn propose_grant(&self, name: &str, grant: Grant, actor: &Actor) -> Result<Proposed, Fault> {
        self.sound(&grant)?;
        self.propose(name, Wish::Grant(grant), actor).await
    }

    /// Asks that somebody who has lost their way in, or was shut out, get another.
    pub async fn propose_reset(&self, name: &str, actor: &Actor) -> Result<Proposed, Fault> {
        self.propose(name, Wish::Reset, actor).await
    }

    async fn propose(&self, name: &str, wish: Wish, actor: &Actor) -> Result<Proposed, Fault> {
        reasoned(actor)?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let account = existing(&mut tx, name).await?;
        another(actor, &account.name)?;
        possible(&mut tx, &account, &wish).await?;
        if !self.access.rules.two_people {
            let by = By { asked: &actor.name, granted: &actor.name };
            let done = self.done(&mut tx, &account, &wish, (&by, actor)).await?;
            tx.commit().await?;
            return Ok(Proposed::Done(done));
        }
        let (id, detail) = (self.access.mint(now), wish.detail().to_string());
        let ends_at = now + WAITS;
        let new = NewProposal { id: &id, kind: wish.kind(), account: &account.id, wish: &detail, ends_at };
        store::proposal::insert(&mut tx, &new, actor, now).await?;
        let detail = serde_json::json!({ "name": account.name, "kind": wish.kind(), "wish": wish.detail() });
        let act = ("propose", &*format!("proposal/{id}"), &*detail.to_string());
        self.access.audit(&mut tx, actor, act, now).await?;
        tx.commit().await?;
        Ok(Proposed::Waits(id))
    }

    /// Does what another person has asked for.
    pub async fn confirm(&self, id: &str, actor: &Actor) -> Result<Confirmed, Fault> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let (row, wish) = self.awaited(&mut tx, id).await?;
        another(actor, &row.name)?;
        if actor.is_same_person(&Actor {
            name: row.asked_by.clone(),
            reason: String::new(),
            behalf: String::new(),
        }) {
            return Err(Fault::new(Kind::Forbidden, "Whoever asked does not confirm: it takes two people."));
        }
        let account = existing(&mut tx, &row.name).await?;
        possible(&mut tx, &account, &wish).await?;
        if !store::proposal::decide(&mut tx, id, "confirmed", (&actor.name, now)).await? {
            return Err(Fault::not_found(ABSENT));
        }
        let by = By { asked: &row.asked_by, granted: &actor.name };
        let done = self.done(&mut tx, &account, &wish, (&by, actor)).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// Refuses what another person has asked for, or takes back what one asked oneself.
    pub async fn refuse(&self, id: &str, actor: &Actor) -> Result<(), Fault> {
        reasoned(actor)?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let (row, _) = self.awaited(&mut tx, id).await?;
        if row.asked_by == actor.name {
            return Err(Fault::new(
                Kind::Forbidden,
                "Whoever asked does not decide; left alone it becomes void.",
            ));
        }
        if !store::proposal::decide(&mut tx, id, "refused", (&actor.name, now)).await? {
            return Err(Fault::not_found(ABSENT));
        }
        self.access.audit(&mut tx, actor, ("refuse", &format!("proposal/{id}"), "{}"), now).await?;
        Ok(tx.commit().await?)
    }

    async fn awaited(&self, tx: &mut Tx, id: &str) -> Result<(ProposalRow, Wish), Fault> {
        let open = store::proposal::open(tx, self.clock.now()).await?;
        let row = open.into_iter().find(|row| row.id == id).ok_or_else(|| Fault::not_found(ABSENT))?;
        let wish = Wish::read(&row)?;
        Ok((row, wish))
    }

    async fn done(
        &self,
        tx: &mut Tx,
        account: &AccountRow,
        wish: &Wish,
        who: (&By<'_>, &Actor),
    ) -> Result<Confirmed, Fault> {
        let now = self.clock.now();
        let (by, actor) = who;
        let mut detail = serde_json::json!({ "name": account.name, "asked_by": by.asked });
        let done = match wish {
            Wish::Grant(grant) => {
                let id = self.access.mint(now);
                store::account_grant::insert(tx, (&id, &account.id), grant, by, now).await?;
                detail["grant"] = wish.detail();
                Confirmed::Granted
            }
            Wish::Reset => {
                store::account::set_state(tx, &account.id, "invited", (&actor.name, now)).await?;
                store::session::end_all(tx, &account.id, 0, now).await?;
                store::recovery_code::replace(tx, &account.id, &[], (&actor.name, now)).await?;
                if store::identity::is_of(tx, &account.id).await? {
                    Confirmed::Reopened
                } else {
                    Confirmed::Reset(self.invited(tx, Some(&account.id), (&actor.name, now)).await?)
                }
            }
        };
        let act = (wish.kind(), &*format!("account/{}", account.id), &*detail.to_string());
        self.access.audit(tx, actor, act, now).await?;
        Ok(done)
    }

    /// Refuses a grant that says nothing, or more than there is.
    fn sound(&self, grant: &Grant) -> Result<(), Fault> {
        if !grant.role.is_about_bodies() {
            let is_plain = grant.bodies.is_empty() && !grant.sensitive;
            let refusal = "Operations and auditors see no doctor: their grant names no body.";
            return if is_plain { Ok(()) } else { Err(Fault::invalid(refusal)) };
        }
        if grant.bodies.is_empty() {
            return Err(Fault::invalid("Name the bodies: an empty list means none, never all."));
        }
        let every = self.every_body();
        match grant.bodies.iter().find(|body| !every.covers(body)) {
            Some(unknown) => {
                Err(Fault::invalid(format!("There is no designated body with the code {unknown}.")))
            }
            None if grant.ends.is_some_and(|last| last < self.today().date) => {
                Err(Fault::invalid("The last day of this grant is over already."))
            }
            None => Ok(()),
        }
    }
}

/// Whoever manages people has a longer password, so the role comes before the password or with a new one. Whoever is vouched
/// for may do what their claims say.
async fn possible(tx: &mut Tx, account: &AccountRow, wish: &Wish) -> Result<(), Fault> {
    let (Wish::Grant(grant), false) = (wish, account.is_demo) else { return Ok(()) };
    if store::identity::is_of(tx, &account.id).await? {
        let sentence = "What this person may do is what the identity provider says of them: change it there.";
        return Err(Fault::new(Kind::Conflict, sentence));
    }
    if grant.role != Role::Operations || account.state == "invited" {
        return Ok(());
    }
    let has = store::account_grant::of_account(tx, &account.id).await?;
    if has.iter().any(|row| row.grant.role == Role::Operations) {
        return Ok(());
    }
    Err(Fault::new(
        Kind::Conflict,
        "Operations needs a longer password: reset this account first, and grant the role before it is taken up.",
    ))
}
