//! Where this program stands: its environment, its bodies, its store and its clock, filled in by the wiring.

use std::sync::Arc;

use domain::clock::Clock;
use domain::freshness::Promise;
use domain::ids::BodyCode;
use domain::recommendation::Window;
use domain::scope::Scope;
use domain::sending::Witness;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use store::{Store, Tx};

use crate::access::Access;
use crate::fault::Fault;

/// Whether real doctors are behind these pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Production {
    /// They are.
    Real,
    /// They are not.
    Rehearsal,
}

/// The environment as people must see it on every page.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its name, such as `production` or `sandbox`.
    pub environment: String,
    /// The colour of its label: a colour word of the design system's tags.
    pub colour: String,
    /// Whether real doctors are behind it.
    pub production: Production,
    /// Where people reach it, without a slash at the end.
    pub public_url: String,
}

/// A designated body of the reference data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyName {
    /// Its code.
    pub code: BodyCode,
    /// Its name.
    pub name: String,
    /// What people call it.
    pub abbreviation: String,
}

/// Bodies whose recommendations nobody submits who drafted or last changed them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Seconded {
    /// No body asks for a second person.
    #[default]
    Nobody,
    /// Every body does.
    Everybody,
    /// These do.
    Bodies(Vec<BodyCode>),
}

impl Seconded {
    /// Whether a body asks for it.
    pub fn asks(&self, body: &BodyCode) -> bool {
        match self {
            Self::Nobody => false,
            Self::Everybody => true,
            Self::Bodies(bodies) => bodies.contains(body),
        }
    }
}

/// By which rules words to the GMC are taken.
#[derive(Clone, Debug, Default)]
pub struct Submitting {
    /// The bounds of a deferral.
    pub window: Window,
    /// Whose recommendations are submitted by a second person.
    pub second_person: Seconded,
    /// Is told each point that a wish passes before it is queued.
    pub witness: Witness,
}

/// Everything a person may do.
#[derive(Clone)]
pub struct Ops {
    /// The store.
    pub store: Store,
    /// The present instant.
    pub clock: Arc<dyn Clock>,
    /// The environment.
    pub site: Site,
    /// Ages at which a list turns amber and red.
    pub promise: Promise,
    /// The bodies, in the order in which pages name them.
    pub bodies: Arc<Vec<BodyName>>,
    /// By which rules words to the GMC are taken.
    pub submitting: Submitting,
    /// Who comes in and how.
    pub access: Access,
}

/// The present instant and day, for pages that speak of "today".
#[derive(Clone, Copy, Debug)]
pub struct Today {
    /// The instant, UTC.
    pub now: Timestamp,
    /// The day in British time.
    pub date: Date,
}

impl Ops {
    /// Says what instant and day it is.
    pub fn today(&self) -> Today {
        let now = self.clock.now();
        Today { now, date: now.to_zoned(british()).date() }
    }

    /// The scope that covers every body of the reference data. It is for whoever works at the machine's own shell, where the
    /// store lies open anyway; on pages a scope comes from a visitor alone.
    pub fn every_body(&self) -> Scope {
        Scope::of(self.bodies.iter().map(|body| body.code.clone()))
    }

    /// The version of the tables this program needs.
    pub fn schema_version(&self) -> i64 {
        Store::schema_version()
    }

    /// Finds a body within a scope; out of scope is the same as absent.
    pub fn body(&self, scope: &Scope, code: &str) -> Result<&BodyName, Fault> {
        let known = self.bodies.iter().find(|body| body.code.as_str() == code && scope.covers(&body.code));
        known.ok_or_else(|| Fault::not_found("There is no designated body with this code."))
    }

    /// Begins a read of one consistent state.
    pub(crate) async fn read(&self) -> Result<Tx, Fault> {
        Ok(self.store.read().await?)
    }

    /// The same for somebody's eyes: the store's own wall stands around their scope as well.
    pub(crate) async fn read_within(&self, scope: &Scope) -> Result<Tx, Fault> {
        Ok(self.store.read_within(scope).await?)
    }

    /// What people call a list.
    pub fn name_of(&self, list: &str) -> String {
        if list == store::list::TIS {
            return "TIS".to_owned();
        }
        let known = self.bodies.iter().find(|body| body.code.as_str() == list);
        known.map_or_else(|| list.to_owned(), |body| body.name.clone())
    }
}

/// British time; UTC if even the built-in zones lack it.
pub(crate) fn british() -> TimeZone {
    TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC)
}

/// The first instant of the day in British time on which something happened.
pub(crate) fn day_of(at: Timestamp) -> Timestamp {
    let start = at.to_zoned(british()).start_of_day();
    start.map_or(at, |start| start.timestamp())
}

/// The last instant of a day in British time, or now if the day is not over.
pub(crate) fn end_of(day: Date, now: Timestamp) -> Result<Timestamp, Fault> {
    let end = day
        .checked_add(1.day())
        .and_then(|next| next.to_zoned(british()))
        .and_then(|midnight| midnight.timestamp().checked_sub(1.millisecond()))
        .map_err(|_| Fault::invalid("This date is beyond what a calendar holds."))?;
    Ok(end.min(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_by_the_british_clock() {
        let far = Timestamp::MAX;
        let end = |y, m, d| end_of(Date::constant(y, m, d), far).expect("a date").to_string();
        assert_eq!(end(2026, 11, 25), "2026-11-25T23:59:59.999Z");
        assert_eq!(end(2026, 7, 1), "2026-07-01T22:59:59.999Z");
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(end_of(Date::constant(2026, 1, 1), now).expect("a date"), now);
    }
}
