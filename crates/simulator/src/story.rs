//! The demo's story: eight nights, of which the last goes wrong in every way worth a look, and what to look at.
//!
//! Pure data over a seeded world: the same seed tells the same story. Earlier nights are ordinary.

use std::fmt;

use jiff::civil::Date;

use crate::edits::{Edit, What};
use crate::faults::{Fault, Rule};
use crate::population::World;

#[cfg(test)]
mod tests;

/// The last night, "tonight".
const TONIGHT: u32 = 7;
/// Twenty doctors in each large body: below that six of them are no longer a large share.
const LEAST: u64 = 245;
/// Share of the held body's list that does not come, percent.
const SHORT: u64 = 60;
/// The GMC's code for an account that may not act for a body.
const NOT_AUTHORISED: &str = "81";

/// Which body plays which part, by its place among the thirteen.
const CHANGING: usize = 0;
const HELD: usize = 2;
const REJECTING: usize = 4;
const REFUSED: usize = 6;
const LEFT: usize = 8;
const JOINED: usize = 9;

/// A doctor who leaves one list and stands on another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// GMC number.
    pub number: String,
    /// Code of the body left.
    pub from: String,
    /// Code of the body joined.
    pub to: String,
}

/// A world with its story.
#[derive(Clone)]
pub struct Story {
    /// The world, the story's edits in it.
    pub world: World,
    /// How many nights it lasts; the last is tonight.
    pub nights: u32,
    /// Code of the body whose list comes much too short.
    pub held: String,
    /// Code of the body for which the GMC refuses the account.
    pub refused: String,
    /// Code of the body three of whose records cannot be used.
    pub rejecting: String,
    /// The number that comes twice with different names in that body.
    pub conflicting: String,
    /// The doctor of that body whose under-notice flag is missing.
    pub without_notice: String,
    /// Who moves tonight.
    pub transfer: Transfer,
    /// GMC number of the doctor with ten changes.
    pub changing: String,
}

/// A world too small for the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooSmall {
    /// Doctors in it.
    pub doctors: u64,
}

impl fmt::Display for TooSmall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the demo's story needs at least {LEAST} doctors; {} were asked for", self.doctors)
    }
}

impl std::error::Error for TooSmall {}

impl Story {
    /// The story of a seed and a size; the epoch is the date of night 0.
    pub fn new(seed: u64, doctors: u64, epoch: Date) -> Result<Self, TooSmall> {
        let plain = World::new(seed, doctors, epoch);
        let too_small = || TooSmall { doctors };
        if doctors < LEAST {
            return Err(too_small());
        }
        let steady = |body: usize, nth: usize| plain.steady(body).nth(nth).ok_or_else(too_small);
        // The first of a list stays ordinary: it is the one everybody tries things on.
        let changing = steady(CHANGING, 1)?;
        let moving = steady(LEFT, 1)?;
        let odd = [steady(REJECTING, 1)?, steady(REJECTING, 2)?, steady(REJECTING, 3)?];
        let edits = [
            ten_changes(&plain, changing),
            three_rejects(&plain, odd),
            vec![set(&plain, (REJECTING, odd[2]), (TONIGHT, None), ("UnderNotice", None))],
            one_transfer(&plain, moving),
        ];
        let code = |body: usize| plain.bodies[body].clone();
        Ok(Self {
            nights: TONIGHT + 1,
            held: code(HELD),
            refused: code(REFUSED),
            rejecting: code(REJECTING),
            conflicting: plain.number(odd[1]),
            without_notice: plain.number(odd[2]),
            transfer: Transfer { number: plain.number(moving), from: code(LEFT), to: code(JOINED) },
            changing: plain.number(changing),
            world: World { edits: edits.concat(), ..plain },
        })
    }

    /// How the service misbehaves on a night.
    pub fn faults(&self, night: u32) -> Vec<Rule> {
        if night != TONIGHT {
            return Vec::new();
        }
        vec![
            Rule::on(&self.held, Fault::Short(SHORT)),
            Rule::on(&self.refused, Fault::Code(NOT_AUTHORISED.to_owned())),
        ]
    }

    /// Pages to look at after the last night, and what they show.
    pub fn tour(&self) -> Vec<(String, String)> {
        let stop = |path: String, what: &str| (path, what.to_owned());
        vec![
            stop("/".into(), "how old each body's list is: eleven published tonight, one held, one refused"),
            stop("/holds".into(), "the list that came 60 % short and waits for a person"),
            stop(
                format!("/bodies/{}", self.refused),
                "the body the GMC refused tonight: yesterday's list, marked amber",
            ),
            stop(
                format!("/rejects/{}", self.rejecting),
                "three records received, not processed: one without a number, two that contradict each other",
            ),
            stop(
                format!("/doctors/{}", self.conflicting),
                "sent twice under different names: still listed, not confirmed tonight",
            ),
            stop(
                format!("/doctors/{}", self.without_notice),
                "no under-notice flag came: listed, and shown as not known",
            ),
            stop(format!("/doctors/{}", self.transfer.number), "moved from one body to another tonight"),
            stop("/discrepancies".into(), "every way in which the GMC and TIS disagree"),
            stop(format!("/doctors/{}", self.changing), "one doctor with ten changes over the nights"),
        ]
    }
}

/// Puts text into a field of a doctor at home on a body's list, for some nights.
fn set(world: &World, who: (usize, u64), nights: (u32, Option<u32>), field: (&str, Option<&str>)) -> Edit {
    let ((body, index), (from, until), (field, value)) = (who, nights, field);
    let number = world.number(index);
    let what = What::Set { number, field: field.to_owned(), value: value.map(str::to_owned) };
    Edit { from, until, body: world.bodies[body].clone(), what }
}

/// Ten facts of one doctor change on seven nights: one or two a night.
fn ten_changes(world: &World, index: u64) -> Vec<Edit> {
    let before = world.doctor(index, 0).last_name.unwrap_or_default();
    let after = format!("{before}-Newname");
    let (due, moved, again) = (world.day(400), world.day(90), world.day(455));
    let (licence, without) = ("Registered with Licence", "Registered without Licence");
    let facts: [(&str, &[(u32, &str)]); 6] = [
        ("DoctorLastName", &[(0, &before), (1, &after)]),
        ("UnderNotice", &[(0, "No"), (2, "Yes"), (4, "On Hold"), (6, "Yes")]),
        ("SubmissionDate", &[(0, &due), (2, &moved), (7, &again)]),
        ("Investigation", &[(0, "No"), (3, "Yes")]),
        ("DoctorStatus", &[(0, licence), (4, without), (6, licence)]),
        ("PreliminaryInvestigation", &[(0, "No"), (5, "Yes")]),
    ];
    let mut edits = Vec::new();
    for (field, values) in facts {
        for (at, (from, value)) in values.iter().enumerate() {
            let until = values.get(at + 1).map(|(next, _)| *next);
            edits.push(set(world, (CHANGING, index), (*from, until), (field, Some(value))));
        }
    }
    edits
}

/// A record without a number, one whose number is not one, and one number twice under different names.
fn three_rejects(world: &World, odd: [u64; 3]) -> Vec<Edit> {
    let numberless = set(world, (REJECTING, odd[0]), (TONIGHT, None), ("GMCReferenceNumber", None));
    let mut record = Box::new(world.doctor(odd[1], TONIGHT));
    record.last_name = Some("Differently-Spelt".to_owned());
    vec![numberless, add(world, REJECTING, record)]
}

fn one_transfer(world: &World, index: u64) -> Vec<Edit> {
    let mut record = Box::new(world.doctor(index, TONIGHT));
    record.date_added = Some(world.day(TONIGHT.into()));
    let what = What::Drop { number: world.number(index) };
    let leaves = Edit { from: TONIGHT, until: None, body: world.bodies[LEFT].clone(), what };
    vec![leaves, add(world, JOINED, record)]
}

fn add(world: &World, body: usize, record: Box<domain::raw::RawDoctor>) -> Edit {
    Edit { from: TONIGHT, until: None, body: world.bodies[body].clone(), what: What::Add { record } }
}
