//! Who may see which bodies, and who is acting: no read of doctors without a scope, no write without an actor.

use std::collections::BTreeSet;

use crate::ids::BodyCode;

/// The bodies whose doctors a reader may see. An empty scope sees nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope(BTreeSet<BodyCode>);

impl Scope {
    /// Makes a scope of exactly these bodies.
    pub fn of(bodies: impl IntoIterator<Item = BodyCode>) -> Self {
        Self(bodies.into_iter().collect())
    }

    /// Whether a body is within.
    pub fn covers(&self, body: &BodyCode) -> bool {
        self.0.contains(body)
    }

    /// The bodies, in order of code.
    pub fn bodies(&self) -> impl Iterator<Item = &BodyCode> {
        self.0.iter()
    }

    /// The part of this scope that is also in `bodies`; asking for more never widens it.
    pub fn narrowed(&self, bodies: &BTreeSet<BodyCode>) -> Self {
        Self(self.0.intersection(bodies).cloned().collect())
    }
}

/// Who makes a change, by what right and why; an audit row is written from it in the same transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The person or job, for example `os:amira`, `user:amira` or `job:gmc-sync`.
    pub name: String,
    /// Why; empty only for what a job does by itself.
    pub reason: String,
    /// On whose behalf; empty where it is their own.
    pub behalf: String,
}

impl Actor {
    /// A person acting through the operating system's user, with a reason.
    pub fn person(user: &str, reason: &str) -> Self {
        Self { name: format!("os:{user}"), reason: reason.to_owned(), behalf: String::new() }
    }

    /// A person acting through a session of their own account, with a reason.
    pub fn user(account: &str, reason: &str) -> Self {
        Self { name: format!("user:{account}"), reason: reason.to_owned(), behalf: String::new() }
    }

    /// The same through a program that acts on their behalf.
    pub fn through(self, program: &str) -> Self {
        Self { name: format!("token:{program}"), reason: self.reason, behalf: self.name }
    }

    /// Whether two actors are, by their names, one person: `os:amira` at the machine is `user:amira` on the pages.
    pub fn is_same_person(&self, other: &Self) -> bool {
        let person = |name: &str| name.split_once(':').map_or(name, |(_, person)| person).to_lowercase();
        person(&self.name) == person(&other.name)
    }

    /// A job acting by its schedule.
    pub fn job(job: &str) -> Self {
        Self { name: format!("job:{job}"), reason: String::new(), behalf: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_two_people_by_coming_through_two_doors() {
        let amira = Actor::user("amira", "");
        assert!(amira.is_same_person(&Actor::person("Amira", "again")));
        assert!(!amira.is_same_person(&Actor::user("ben", "")));
    }

    #[test]
    fn an_empty_scope_covers_nobody_and_narrowing_never_widens() {
        let (a, b) = (BodyCode::new("1-AIIDWT"), BodyCode::new("1-25U-830"));
        assert!(!Scope::of([]).covers(&a));
        let scope = Scope::of([a.clone()]);
        let narrowed = scope.narrowed(&BTreeSet::from([a.clone(), b.clone()]));
        assert!(narrowed.covers(&a));
        assert!(!narrowed.covers(&b));
    }
}
