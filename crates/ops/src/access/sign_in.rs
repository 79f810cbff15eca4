//! Signing in with name, password and code, and showing once more who one is.

use std::fmt;

use domain::access::Visitor;
use domain::guessing::LOCKED_AFTER;
use domain::scope::Actor;
use domain::session::{AT_MOST, LONGEST};
use jiff::{SignedDuration, Timestamp};
use store::Tx;

use super::own::Change;
use super::password::{Found, Turn};
use super::try_count::{Taken, Try};
use super::{code, folded};
use crate::fault::{Fault, Kind};
use crate::place::Ops;

/// How long somebody waits whom the queue has no place for.
const QUEUE_WAIT: SignedDuration = SignedDuration::from_secs(5);
/// How long sessions of the past are kept beyond the longest there can be.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 90);

/// What somebody brings to sign in. `Debug` shows nothing.
pub struct Credentials<'a> {
    /// As typed.
    pub name: &'a str,
    /// As typed.
    pub password: &'a str,
    /// Six digits.
    pub code: &'a str,
    /// Where they come from, as the server sees it.
    pub address: &'a str,
}

/// What somebody who is signed in brings to show once more who they are. `Debug` shows nothing.
pub struct Proof<'a> {
    /// As typed.
    pub password: &'a str,
    /// Six digits, not used before.
    pub code: &'a str,
    /// Where they come from, as the server sees it.
    pub address: &'a str,
}

/// The way in. `Debug` shows nothing.
pub struct Welcome {
    /// What the browser brings with each request.
    pub token: String,
    /// Tries of this name that failed since it last was right.
    pub failed_before: u64,
}

macro_rules! show_nothing {
    ($($name:literal $of:ty),*) => {
        $(impl fmt::Debug for $of {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!($name, "(…)"))
            }
        })*
    };
}
show_nothing!("Credentials" Credentials<'_>, "Proof" Proof<'_>, "Welcome" Welcome);

/// What becomes of a sign-in.
#[derive(Debug)]
pub enum Answer {
    /// Come in.
    Welcome(Welcome),
    /// The name, the password or the code is not right.
    Wrong,
    /// Too much was tried: not before then. Nobody's password was looked at.
    Wait(Timestamp),
}

/// What a right try is for.
pub(super) enum Want<'a> {
    /// To come in.
    Seat,
    /// To show once more who one is.
    StepUp(&'a Visitor),
    /// To change one's own way in.
    Change(&'a Visitor, Change<'a>),
}

/// The second thing that somebody brings.
enum Second {
    /// A code of the authenticator, by its half minute.
    Step(u64),
    /// A code from paper; whether it is theirs is decided when it is used.
    Paper(String),
}

/// A try found right: whose, and what is left to write of it.
struct Right {
    account: String,
    second: Second,
    rehashed: Option<String>,
}

impl Ops {
    /// Signs somebody in.
    pub async fn sign_in(&self, who: &Credentials<'_>) -> Result<Answer, Fault> {
        let name = folded(who.name);
        let proof = Proof { password: who.password, code: who.code, address: who.address };
        self.tried(&name, &proof, Want::Seat).await
    }

    /// Takes the word of somebody signed in that it is they; the session gets another token.
    pub async fn step_up(&self, visitor: &Visitor, proof: &Proof<'_>) -> Result<Answer, Fault> {
        self.tried(&visitor.seat().name, proof, Want::StepUp(visitor)).await
    }

    pub(super) async fn tried(&self, name: &str, proof: &Proof<'_>, want: Want<'_>) -> Result<Answer, Fault> {
        let now = self.clock.now();
        let Some(turn) = self.access.hasher.turn() else { return Ok(Answer::Wait(now + QUEUE_WAIT)) };
        let one = match self.take_try(name, proof.address, now).await? {
            Taken::Try(one) => one,
            Taken::Wait(until) => return Ok(Answer::Wait(until)),
        };
        match self.looked_at(&turn, name, proof, now).await? {
            (_, Some(right)) => self.let_in(name, &one, right, want).await,
            (account, None) => {
                self.turned_away(account.as_deref(), &one, proof.address).await?;
                Ok(Answer::Wrong)
            }
        }
    }

    /// Holds what somebody brings against what is kept. The work is the same whoever it is.
    async fn looked_at(
        &self,
        turn: &Turn,
        name: &str,
        proof: &Proof<'_>,
        now: Timestamp,
    ) -> Result<(Option<String>, Option<Right>), Fault> {
        let kept = store::account::proof(&mut self.read().await?, name).await?;
        let (account, is_active, hash, secret) = match kept {
            Some(kept) => (Some(kept.account), kept.is_active, kept.password_hash, kept.code_secret),
            None => (None, false, None, None),
        };
        let found = turn.check(proof.password, hash).await?;
        let step = code::step(&secret.unwrap_or_default(), proof.code, now).map(Second::Step);
        let second = step.or_else(|| code::on_paper(proof.code).map(Second::Paper));
        let (Some(account), true, Some(second)) = (&account, is_active && found != Found::Wrong, second)
        else {
            return Ok((account, None));
        };
        let rehashed = match found {
            Found::RightButWeak => Some(turn.hash(proof.password, self.access.secrets.bytes()?).await?),
            Found::Right | Found::Wrong => None,
        };
        let right = Right { account: account.clone(), second, rehashed };
        Ok((Some(right.account.clone()), Some(right)))
    }

    async fn let_in(&self, name: &str, one: &Try, right: Right, want: Want<'_>) -> Result<Answer, Fault> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let failed_before = one.was_right(&mut tx).await?;
        let account = &right.account;
        let is_first_use = match &right.second {
            Second::Step(step) => store::account::use_code(&mut tx, account, *step, now).await?,
            Second::Paper(code) => store::recovery_code::use_up(&mut tx, account, code, now).await?,
        };
        if !is_first_use {
            // Somebody has used this code before, or it is nobody's: the try stays counted as failed.
            return Ok(Answer::Wrong);
        }
        if let Some(hash) = &right.rehashed {
            store::account::rehash(&mut tx, account, hash, now).await?;
        }
        let token = match want {
            Want::Seat => self.seat(&mut tx, (account, name), now).await?,
            Want::StepUp(visitor) => self.reseat(&mut tx, visitor, now).await?,
            Want::Change(visitor, change) => {
                self.changed(&mut tx, visitor, &change).await?;
                self.reseat(&mut tx, visitor, now).await?
            }
        };
        tx.commit().await?;
        Ok(Answer::Welcome(Welcome { token, failed_before }))
    }

    /// Opens a session of an account; a fourth one ends the oldest.
    pub(super) async fn seat(&self, tx: &mut Tx, who: (&str, &str), now: Timestamp) -> Result<String, Fault> {
        let (account, name) = who;
        let (id, token) = (self.access.mint(now), self.access.secrets.token()?);
        store::session::open(tx, (&id, account), &token, now).await?;
        store::session::end_all(tx, account, AT_MOST, now).await?;
        store::session::forget(tx, now - LONGEST - REMEMBERED).await?;
        let act = ("sign-in", &*format!("session/{id}"), "{}");
        self.access.audit(tx, &Actor::user(name, ""), act, now).await?;
        Ok(token)
    }

    pub(super) async fn reseat(
        &self,
        tx: &mut Tx,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Result<String, Fault> {
        let (session, token) = (&visitor.seat().session, self.access.secrets.token()?);
        if !store::session::rotate(tx, session, &token, now).await? {
            return Err(Fault::new(Kind::Conflict, "This session has ended: sign in again."));
        }
        let act = ("step-up", &*format!("session/{session}"), "{}");
        self.access.audit(tx, &visitor.actor(""), act, now).await?;
        Ok(token)
    }

    /// Notes that somebody's name is locked; the pages tell its owner how many tries failed.
    async fn turned_away(&self, account: Option<&str>, one: &Try, address: &str) -> Result<(), Fault> {
        let Some(account) = account.filter(|_| one.in_a_row >= LOCKED_AFTER) else { return Ok(()) };
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let detail = serde_json::json!({ "failures": one.in_a_row, "address": address });
        let act = ("lock", &*format!("account/{account}"), &*detail.to_string());
        self.access.audit(&mut tx, &Actor::job("sign-in"), act, now).await?;
        Ok(tx.commit().await?)
    }
}
