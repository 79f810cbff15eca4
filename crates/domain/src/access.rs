//! Who may do what: one table of roles and rights, the grants that give roles over bodies, and the decision on a request.
//!
//! Invariants: whatever is not said here is refused; an empty list of bodies means none; a grant that has ended gives
//! nothing; another grant never takes anything away.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ids::BodyCode;
use crate::scope::{Actor, Scope};

/// How long a repeated sign-in stands for acts that cannot be taken back.
pub const STEP_UP: SignedDuration = SignedDuration::from_mins(15);

/// What a person is to Reval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads the doctors of their bodies.
    Observer,
    /// Also prepares: notes, drafts, connections.
    Admin,
    /// Also answers for what leaves the house: submissions, held lists.
    Approver,
    /// Keeps the program running; sees counts and no doctor.
    Operations,
    /// Reads what everybody did; sees no doctor.
    Auditor,
}

/// Something that is permitted or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// To see doctors.
    ReadDoctors,
    /// To see sanctions and investigations; beside the role, the grant itself must say so.
    ReadSensitive,
    /// To see records set aside, as they were received: they hold personal data.
    ReadRejects,
    /// To write notes, allocate and hide.
    EditNotes,
    /// To connect doctors to a body and to disconnect them.
    Connect,
    /// To draft recommendations.
    Draft,
    /// To decide on lists that the brake holds back, and to go back to an older one.
    DecideHolds,
    /// To submit to the GMC and to settle what became of a submission.
    Submit,
    /// To see runs, snapshots, ages of lists and alerts: no personal data.
    ReadCounts,
    /// To begin, end and settle runs.
    OperateJobs,
    /// To take, silence and close alerts.
    OperateAlerts,
    /// To add people and to change what they may; each change needs a second person.
    ManageUsers,
    /// To read the audit and to verify its chain.
    ReadAudit,
}

use Role::{Admin, Approver, Auditor, Observer, Operations};

/// The policy: each right, what it is in plain words, and the roles that have it. `docs/roles.md` shows the same.
const POLICY: [(Right, &str, &[Role]); 13] = [
    (Right::ReadDoctors, "see doctors", &[Observer, Admin, Approver]),
    (Right::ReadSensitive, "see sanctions and investigations (if granted)", &[Observer, Admin, Approver]),
    (Right::ReadRejects, "see records set aside", &[Admin, Approver]),
    (Right::EditNotes, "write notes, allocate, hide", &[Admin, Approver]),
    (Right::Connect, "connect and disconnect doctors", &[Admin, Approver]),
    (Right::Draft, "draft recommendations", &[Admin, Approver]),
    (Right::DecideHolds, "decide on held lists", &[Approver]),
    (Right::Submit, "submit to the GMC", &[Approver]),
    (Right::ReadCounts, "see runs, counts and alerts", &[Observer, Admin, Approver, Operations]),
    (Right::OperateJobs, "begin and end runs", &[Operations]),
    (Right::OperateAlerts, "take and silence alerts", &[Operations]),
    (Right::ManageUsers, "manage users (two people)", &[Operations]),
    (Right::ReadAudit, "read and verify the audit", &[Auditor]),
];

impl Role {
    /// All roles.
    pub const ALL: [Self; 5] = [Observer, Admin, Approver, Operations, Auditor];

    /// Whether the role has a right, over the bodies of its grant where it is about bodies.
    pub fn may(self, right: Right) -> bool {
        // The table is in the order of the rights; a test holds it to that.
        POLICY[right as usize].2.contains(&self)
    }

    /// Whether a grant of this role is over bodies; the others see no doctor at all.
    pub fn is_about_bodies(self) -> bool {
        matches!(self, Observer | Admin | Approver)
    }

    /// The word stored and typed.
    pub fn word(self) -> &'static str {
        match self {
            Observer => "observer",
            Admin => "admin",
            Approver => "approver",
            Operations => "operations",
            Auditor => "auditor",
        }
    }

    /// Reads a word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

impl Right {
    /// All rights, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        POLICY.iter().map(|(right, ..)| *right)
    }

    /// What it is, in plain words: "decide on held lists".
    pub fn sentence(self) -> &'static str {
        POLICY[self as usize].1
    }
}

/// What a program may do in its owner's name beside reading; everything else it may not, whatever its owner may.
///
/// A token lies in a file and nobody types a password with it. So it does nothing that asks a person to sign in once more,
/// nothing that reaches the GMC or moves a list, and nothing that gives somebody a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Errand {
    /// To write notes, allocate, hide, and say where the work on a disagreement stands.
    Casework,
    /// To begin and end runs, and to let jobs be different for a while.
    Jobs,
    /// To take, silence and close alerts.
    Alerts,
}

impl Errand {
    /// All errands.
    pub const ALL: [Self; 3] = [Self::Casework, Self::Jobs, Self::Alerts];

    /// The right that its owner must have, and the only one that it takes.
    pub fn right(self) -> Right {
        match self {
            Self::Casework => Right::EditNotes,
            Self::Jobs => Right::OperateJobs,
            Self::Alerts => Right::OperateAlerts,
        }
    }

    /// The word stored and typed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Casework => "casework",
            Self::Jobs => "jobs",
            Self::Alerts => "alerts",
        }
    }

    /// Reads a word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|errand| errand.word() == word)
    }
}

/// How far a program reaches into what its owner may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The bodies, of those of its owner.
    pub bodies: BTreeSet<BodyCode>,
    /// Whether it sees sanctions and investigations, where its owner does.
    pub sensitive: bool,
    /// What it does beside reading.
    pub errands: BTreeSet<Errand>,
}

/// A role given to a person over some bodies until a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The bodies it is over; empty means none. Operations and auditors have none.
    pub bodies: BTreeSet<BodyCode>,
    /// Whether sanctions and investigations may be seen.
    pub sensitive: bool,
    /// The last day it holds, in British time; without one, until it is taken back.
    pub ends: Option<Date>,
}

impl Grant {
    /// Whether it still holds on a day.
    pub fn is_in_force(&self, today: Date) -> bool {
        self.ends.is_none_or(|last| today <= last)
    }

    /// Whether it gives a right over anything at all.
    fn gives(&self, right: Right) -> bool {
        self.role.may(right)
            && (!self.role.is_about_bodies() || !self.bodies.is_empty())
            && (right != Right::ReadSensitive || self.sensitive)
    }
}

/// A session as the store has just read it, and whose it is.
#[derive(Clone, Debug)]
pub struct Seat {
    /// Id of the account.
    pub account: String,
    /// Name of the account.
    pub name: String,
    /// Id of the session; it opens nothing.
    pub session: String,
    /// When the person signed in.
    pub signed_in_at: Timestamp,
    /// Until when their repeated sign-in stands.
    pub stepped_up_until: Option<Timestamp>,
}

/// A program that comes in somebody's name.
#[derive(Clone, Debug)]
struct Program {
    name: String,
    errands: BTreeSet<Errand>,
}

impl Program {
    /// Whether it takes a right at all, of those that its grants would give.
    fn takes(&self, right: Right) -> bool {
        matches!(right, Right::ReadDoctors | Right::ReadSensitive | Right::ReadCounts)
            || self.errands.iter().any(|errand| errand.right() == right)
    }
}

/// The person behind one request, with what they may do at this instant.
///
/// Only the store's reading of a session makes one, and a page keeps none: so a change of roles or bodies, and a sign-out,
/// act on the next request. `tests/tidy.rs` refuses another place.
#[derive(Clone, Debug)]
pub struct Visitor {
    seat: Seat,
    /// The program that comes in their name.
    program: Option<Program>,
    grants: Vec<Grant>,
    at: Timestamp,
}

impl Visitor {
    /// Takes a session read at an instant, and keeps of its grants those that hold on that day in British time.
    pub fn read(seat: Seat, grants: impl IntoIterator<Item = Grant>, at: (Timestamp, Date)) -> Self {
        let grants = grants.into_iter().filter(|grant| grant.is_in_force(at.1)).collect();
        Self { seat, program: None, grants, at: at.0 }
    }

    /// The same person through a program of theirs: within its reach it reads what they may read and runs the errands that
    /// are theirs to run, and does nothing else.
    pub fn through(self, program: &str, reach: &Reach) -> Self {
        let part = |role, scope: Scope, sensitive| {
            let bodies = scope.narrowed(&reach.bodies).bodies().cloned().collect();
            Grant { role, bodies, sensitive, ends: None }
        };
        let mut grants = vec![part(Observer, self.scope(Right::ReadDoctors), false)];
        if reach.sensitive {
            grants.push(part(Observer, self.sensitive(), true));
        }
        let errands: BTreeSet<Errand> =
            reach.errands.iter().copied().filter(|errand| self.may(errand.right())).collect();
        if errands.contains(&Errand::Casework) {
            grants.push(part(Admin, self.scope(Right::EditNotes), false));
        }
        if errands.iter().any(|errand| *errand != Errand::Casework) {
            grants.push(part(Operations, Scope::of([]), false));
        }
        Self { program: Some(Program { name: program.to_owned(), errands }), grants, ..self }
    }

    /// Whether it is a program that comes, and not the person.
    pub fn is_program(&self) -> bool {
        self.program.is_some()
    }

    /// Whether whoever comes takes a right at all: a person does, a program only those of its errands.
    fn takes(&self, right: Right) -> bool {
        self.program.as_ref().is_none_or(|program| program.takes(right))
    }

    /// Whose session it is.
    pub fn seat(&self) -> &Seat {
        &self.seat
    }

    /// The grants that hold.
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// Whether any grant gives a right.
    pub fn may(&self, right: Right) -> bool {
        self.takes(right) && self.grants.iter().any(|grant| grant.gives(right))
    }

    /// The bodies over which the person has a right.
    pub fn scope(&self, right: Right) -> Scope {
        let gives = |grant: &&Grant| self.takes(right) && grant.role.is_about_bodies() && grant.gives(right);
        let giving = self.grants.iter().filter(gives);
        Scope::of(giving.flat_map(|grant| grant.bodies.iter().cloned()))
    }

    /// The bodies whose doctors' sanctions and investigations the person may see.
    pub fn sensitive(&self) -> Scope {
        self.scope(Right::ReadSensitive)
    }

    /// The bodies whose counts the person may see: every one for whoever keeps the program running.
    pub fn counted(&self, every: &Scope) -> Scope {
        let anywhere = |grant: &Grant| !grant.role.is_about_bodies() && grant.gives(Right::ReadCounts);
        if self.grants.iter().any(anywhere) { every.clone() } else { self.scope(Right::ReadCounts) }
    }

    /// Whether the person has signed in again so lately that acts that cannot be taken back are open to them.
    pub fn is_stepped_up(&self) -> bool {
        self.seat.stepped_up_until.is_some_and(|until| self.at < until)
    }

    /// The person as the one who acts, and why.
    pub fn actor(&self, reason: &str) -> Actor {
        let person = Actor::user(&self.seat.name, reason);
        match &self.program {
            Some(program) => person.through(&program.name),
            None => person,
        }
    }
}

/// What a route asks of whoever comes; every route has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Nothing: no person and no body is behind it.
    Open,
    /// That somebody is signed in.
    SignedIn,
    /// A right.
    Needs(Right),
    /// A right, and a sign-in repeated within [`STEP_UP`].
    NeedsStepUp(Right),
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It goes on.
    Allow,
    /// First sign in.
    SignIn,
    /// No.
    Refuse,
    /// First sign in once more.
    StepUp,
}

/// Decides on a request. A right that is lacking is refused before anybody is asked to sign in again.
pub fn decide(policy: &Policy, visitor: Option<&Visitor>) -> Decision {
    let (right, is_step_up_needed) = match policy {
        Policy::Open => return Decision::Allow,
        Policy::SignedIn => (None, false),
        Policy::Needs(right) => (Some(*right), false),
        Policy::NeedsStepUp(right) => (Some(*right), true),
    };
    let Some(visitor) = visitor else { return Decision::SignIn };
    if !right.is_none_or(|right| visitor.may(right)) {
        Decision::Refuse
    } else if is_step_up_needed && !visitor.is_stepped_up() {
        Decision::StepUp
    } else {
        Decision::Allow
    }
}

#[cfg(test)]
mod tests;
