//! What people change of their own way in, each with the old proof in hand: password, authenticator, codes on paper.
//!
//! Invariants: nothing of it changes without password and code; after it every other session of theirs has ended, and this
//! one has another secret.

use domain::access::Visitor;
use jiff::Timestamp;
use store::Tx;

use super::invitations::{Token, busy};
use super::sign_in::{Answer, Proof, Want};
use super::{code, password};
use crate::fault::Fault;
use crate::place::Ops;

/// Codes on paper that somebody has at a time. Source: common practice.
const PAPER: usize = 10;

/// How somebody comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnWay {
    /// Whether by a password of their own; the demo's people and those whom a provider vouches for have none.
    pub has_password: bool,
    /// Codes on paper they have not used yet.
    pub paper_left: u64,
    /// Characters that their password has at least.
    pub least: usize,
}

/// What is to be another from now on.
pub(super) enum Change<'a> {
    /// The password, by its hash.
    Password(String),
    /// The authenticator: its secret, and the step of the code that it showed.
    Authenticator(String, u64),
    /// The codes on paper.
    Paper(&'a [String]),
}

impl Ops {
    /// Says how somebody comes in.
    pub async fn own_way(&self, visitor: &Visitor) -> Result<OwnWay, Fault> {
        let (mut tx, seat) = (self.read().await?, visitor.seat());
        let proof = store::account::proof(&mut tx, &seat.name).await?;
        Ok(OwnWay {
            has_password: proof.is_some_and(|proof| proof.password_hash.is_some()),
            paper_left: store::recovery_code::left(&mut tx, &seat.account).await?,
            least: self.least_of(&mut tx, &seat.account).await?,
        })
    }

    /// Changes one's own password.
    pub async fn change_password(
        &self,
        visitor: &Visitor,
        proof: &Proof<'_>,
        new: &str,
    ) -> Result<Answer, Fault> {
        let least = self.least_of(&mut self.read().await?, &visitor.seat().account).await?;
        self.good_enough(new, least, &visitor.seat().name)?;
        if new == proof.password {
            return Err(Fault::invalid("This is the password that you have."));
        }
        let turn = self.access.hasher.turn().ok_or_else(busy)?;
        let hash = turn.hash(new, self.access.secrets.bytes()?).await?;
        drop(turn);
        self.tried(&visitor.seat().name, proof, Want::Change(visitor, Change::Password(hash))).await
    }

    /// Makes the secret of another authenticator, as an invitation to oneself; the one in use stays until that has shown a
    /// code.
    pub async fn begin_authenticator(&self, visitor: &Visitor) -> Result<Token, Fault> {
        let now = self.clock.now();
        let seat = visitor.seat();
        if !self.own_way(visitor).await?.has_password {
            return Err(Fault::invalid("You come in without an authenticator of Reval's."));
        }
        let mut tx = self.store.begin().await?;
        let actor = visitor.actor("");
        let token = self.invited(&mut tx, Some(&seat.account), (&actor.name, now)).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// Puts it into use, once it has shown a code.
    pub async fn change_authenticator(
        &self,
        visitor: &Visitor,
        proof: &Proof<'_>,
        new: (&str, &str),
    ) -> Result<Answer, Fault> {
        let (token, shown) = new;
        let now = self.clock.now();
        let row = store::invitation::get(&mut self.read().await?, token, now).await?;
        let is_own = |row: &store::invitation::InvitationRow| {
            row.account.as_ref().is_some_and(|(id, _)| *id == visitor.seat().account)
        };
        let over = || Fault::invalid("This secret is not waited for any more. Begin again.");
        let row = row.filter(is_own).ok_or_else(over)?;
        let step = code::step(&row.code_secret, shown, now);
        let step = step.ok_or_else(|| Fault::invalid("The new authenticator shows another code now."))?;
        let change = Change::Authenticator(row.code_secret, step);
        self.tried(&visitor.seat().name, proof, Want::Change(visitor, change)).await
    }

    /// Makes new codes on paper, shown once; those of before open nothing any more.
    pub async fn renew_paper(
        &self,
        visitor: &Visitor,
        proof: &Proof<'_>,
    ) -> Result<(Answer, Vec<String>), Fault> {
        let draw = |_| Ok(code::paper(self.access.secrets.bytes()?));
        let codes: Vec<String> = (0..PAPER).map(draw).collect::<Result<_, Fault>>()?;
        let kept: Vec<String> = codes.iter().filter_map(|code| code::on_paper(code)).collect();
        let want = Want::Change(visitor, Change::Paper(&kept));
        Ok((self.tried(&visitor.seat().name, proof, want).await?, codes))
    }

    /// Writes a change whose proof was right, and ends every other session of that person.
    pub(super) async fn changed(
        &self,
        tx: &mut Tx,
        visitor: &Visitor,
        change: &Change<'_>,
    ) -> Result<(), Fault> {
        let now: Timestamp = self.clock.now();
        let (account, actor) = (&visitor.seat().account, visitor.actor(""));
        let what = match change {
            Change::Password(hash) => {
                store::account::rehash(tx, account, hash, now).await?;
                "change-password"
            }
            Change::Authenticator(secret, step) => {
                store::account::recode(tx, account, (secret, *step), (&actor.name, now)).await?;
                store::invitation::void(tx, account, (&actor.name, now)).await?;
                "change-authenticator"
            }
            Change::Paper(codes) => {
                store::recovery_code::replace(tx, account, codes, (&actor.name, now)).await?;
                "renew-recovery-codes"
            }
        };
        let ended = store::session::end_others(tx, account, &visitor.seat().session, now).await?;
        let detail = serde_json::json!({ "sessions": ended });
        let act = (what, &*format!("account/{account}"), &*detail.to_string());
        self.access.audit(tx, &actor, act, now).await
    }

    async fn least_of(&self, tx: &mut Tx, account: &str) -> Result<usize, Fault> {
        let grants = store::account_grant::of_account(tx, account).await?;
        let is_long = grants.iter().any(|row| row.grant.role == domain::access::Role::Operations);
        Ok(if is_long { password::LEAST_OF_OPERATIONS } else { password::LEAST })
    }
}
