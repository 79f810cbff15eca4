//! The invented doctors: who they are, on which list, and what changes from night to night.

use std::ops::Range;

use domain::raw::RawDoctor;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::chance::{mix, pick};
use crate::edits::{Edit, What, apply};

const FIRST: &[&str] = &[
    "Testa",
    "Zoë",
    "Probe",
    "Siân",
    "Sample",
    "Ngọc",
    "Łucja",
    "Exempla",
    "Renée",
    "Mock",
    "Jean-Essai",
    "Ada-Lou",
    "Placida",
    "Þóra",
    "Demo",
    "Anu",
    "María José",
    "Null-Free",
    "Bjørn",
    "X",
];
const LAST: &[&str] = &[
    "Testington",
    "O'Fixture",
    "Ó Samplaigh",
    "Exempla-Fictiva",
    "Mockridge",
    "de la Prueba",
    "Szabó-Próba",
    "Placeholm",
    "Van der Teste",
    "Nguyễn-Thử",
    "MacSynthetic",
    "Demoson",
    "Dummyfield",
    "Ñandú-Ensayo",
    "Fabricated",
    "Ng",
    "Ipsum-Dolor-Sit-Amet-Consectetur",
    "Straße-Probe",
    "Imagin",
    "Inventsdóttir",
];

const NOTICE: u64 = 1;
const DATE: u64 = 2;
const ADDED: u64 = 3;
const LEAVES: u64 = 4;
const MOVES: u64 = 5;
const CHANGES: u64 = 1_000;

/// The five doctors of the last body.
const SMALL: u64 = 5;
/// Numbers 9000000 to 9999999 are synthetic by agreement.
const AGREED: u64 = 1_000_000;
/// One doctor in this many leaves each night, and one in this many arrives: no list drifts far from its size.
const LEAVE_ONE_IN: u64 = 2_000;
/// Nights through which a steady doctor neither moves nor changes.
const STEADY_NIGHTS: u32 = 14;

/// A world that follows from its seed.
#[derive(Clone)]
pub struct World {
    /// Everything follows from it.
    pub seed: u64,
    /// Doctors on night 0.
    pub doctors: u64,
    /// Codes; the last is the body of five.
    pub bodies: Vec<String>,
    /// The date of night 0.
    pub epoch: Date,
    /// What stories change.
    pub edits: Vec<Edit>,
}

impl World {
    /// A world of so many doctors in the thirteen bodies.
    pub fn new(seed: u64, doctors: u64, epoch: Date) -> Self {
        Self { seed, doctors, bodies: crate::BODIES.map(str::to_owned).to_vec(), epoch, edits: Vec::new() }
    }

    /// Says which GMC numbers are used, because a large load leaves the synthetic range.
    pub fn numbers_used(&self) -> String {
        if self.in_agreed_range() {
            "GMC numbers 9000000 to 9999999, all synthetic".to_owned()
        } else {
            "the whole range of GMC numbers from 1000000 on, because the load is large; all are still invented".to_owned()
        }
    }

    fn in_agreed_range(&self) -> bool {
        self.doctors <= AGREED * 9 / 10
    }

    /// The number of a doctor by index; beyond 9999999 it goes on at 0000001, where a nine-million load has room left.
    pub fn number(&self, index: u64) -> String {
        let base = if self.in_agreed_range() { 9_000_000 } else { 1_000_000 };
        format!("{:07}", (base + index - 1) % 9_999_999 + 1)
    }

    /// The indices at home on a body's list on night 0.
    pub fn residents(&self, body: usize) -> Range<u64> {
        let large = (self.bodies.len() - 1) as u64;
        let small = SMALL.min(self.doctors);
        if body as u64 == large {
            return 0..small;
        }
        let rest = self.doctors - small;
        let at = |b: u64| small + rest * b / large;
        at(body as u64)..at(body as u64 + 1)
    }

    /// The night a doctor leaves the home list; most never do within a lifetime of nights.
    fn leaves(&self, index: u64) -> Option<u32> {
        if index < SMALL {
            return None;
        }
        u32::try_from(mix(self.seed, index, LEAVES) % LEAVE_ONE_IN).ok().filter(|night| *night > 0)
    }

    fn moves_on(&self, index: u64) -> bool {
        mix(self.seed, index, MOVES).is_multiple_of(2)
    }

    fn has_left(&self, index: u64, night: u32) -> bool {
        self.leaves(index).is_some_and(|leaves| leaves <= night)
    }

    /// Doctors who stay on a body's list and as they are through the first fortnight: whom a story may rely on.
    pub fn steady(&self, body: usize) -> impl Iterator<Item = u64> + use<'_> {
        self.residents(body)
            .filter(|i| !self.has_left(*i, STEADY_NIGHTS) && self.changed(*i, STEADY_NIGHTS) == 0)
    }

    /// New doctors of a large body each night.
    fn arrivals(&self) -> u64 {
        let residents = self.residents(0);
        (residents.end - residents.start) / LEAVE_ONE_IN
    }

    /// Indices on a body's list on a night, before edits.
    fn listed(&self, body: usize, night: u32) -> impl Iterator<Item = u64> + Send + use<'_> {
        let large = self.bodies.len() - 1;
        let stay = self.residents(body).filter(move |i| !self.has_left(*i, night));
        let from = if body < large { self.residents((body + large - 1) % large) } else { 0..0 };
        let moved = from.filter(move |i| self.has_left(*i, night) && self.moves_on(*i));
        let nights = if body < large { u64::from(night) } else { 0 };
        let each = self.arrivals();
        let first = move |when: u64| self.doctors + (when * large as u64 + body as u64) * each;
        let arrived = (0..nights).flat_map(move |when| first(when)..first(when) + each);
        stay.chain(moved).chain(arrived)
    }

    /// One body's list on a night, in no promised order, computed as it is read.
    pub fn list(&self, code: &str, night: u32) -> Option<impl Iterator<Item = RawDoctor> + Send + use<'_>> {
        let body = self.bodies.iter().position(|known| known == code)?;
        let edits: Vec<&Edit> = self.edits.iter().filter(|edit| edit.shows(code, night)).collect();
        let added: Vec<RawDoctor> = edits
            .iter()
            .filter_map(|edit| match &edit.what {
                What::Add { record } => Some(record.as_ref().clone()),
                What::Set { .. } | What::Drop { .. } => None,
            })
            .collect();
        let listed =
            self.listed(body, night).filter_map(move |index| apply(&edits, self.doctor(index, night)));
        Some(listed.chain(added))
    }

    /// Finds a doctor by number on a night: the body whose list shows them, if any does, and their facts.
    pub fn find(&self, number: &str, night: u32) -> Option<(Option<String>, RawDoctor)> {
        let index = self.index(number)?;
        let body = self.place(index, night)?.map(|body| self.bodies[body].clone());
        let edits: Vec<&Edit> = match &body {
            Some(code) => self.edits.iter().filter(|edit| edit.shows(code, night)).collect(),
            None => Vec::new(),
        };
        match apply(&edits, self.doctor(index, night)) {
            Some(doctor) => Some((body, doctor)),
            None => Some((None, self.doctor(index, night))),
        }
    }

    /// The index behind a number, if the world has come so far.
    fn index(&self, number: &str) -> Option<u64> {
        if number.len() != 7 {
            return None;
        }
        let number: u64 = number.parse().ok().filter(|n| *n > 0)?;
        let base = if self.in_agreed_range() { 9_000_000 } else { 1_000_000 };
        Some((number + 9_999_999 - base) % 9_999_999)
    }

    /// On whose list an index stands; `None` outside if there is no such doctor yet.
    fn place(&self, index: u64, night: u32) -> Option<Option<usize>> {
        let large = self.bodies.len() - 1;
        if index < self.doctors {
            let home = (0..=large).find(|body| self.residents(*body).contains(&index))?;
            let moved = || self.moves_on(index).then_some((home + 1) % large);
            return Some(if self.has_left(index, night) { moved() } else { Some(home) });
        }
        let nth = (index - self.doctors).checked_div(self.arrivals())?;
        let (when, body) = (nth / large as u64, nth % large as u64);
        (when < u64::from(night)).then_some(usize::try_from(body).ok())
    }

    /// The date of a night.
    pub fn today(&self, night: u32) -> Date {
        self.epoch.saturating_add(i64::from(night).days())
    }

    /// The last night up to this one on which a doctor's facts moved; about one in a hundred moves each night.
    fn changed(&self, index: u64, night: u32) -> u32 {
        (1..=night)
            .rev()
            .find(|n| mix(self.seed, index, CHANGES + u64::from(*n)).is_multiple_of(100))
            .unwrap_or(0)
    }

    /// One doctor's facts on a night.
    pub fn doctor(&self, index: u64, night: u32) -> RawDoctor {
        let seed = self.seed;
        let changed = self.changed(index, night);
        let turn = mix(seed, index, CHANGES * 2 + u64::from(changed));
        let notice = if changed > 0 && turn.is_multiple_of(3) { turn / 3 } else { mix(seed, index, NOTICE) };
        let due = if changed > 0 && turn % 3 == 1 { turn / 3 } else { mix(seed, index, DATE) };
        let under_notice = match notice % 200 {
            0..20 => "Yes",
            20 => "On Hold",
            _ => "No",
        };
        let days = if under_notice == "Yes" { due % 150 } else { 150 + due % 1500 };
        let mut last = pick(LAST, mix(seed, index, 11)).to_owned();
        if changed > 0 && turn % 3 == 2 {
            last = format!("{last}-Renamed");
        }
        RawDoctor {
            gmc_reference_number: Some(self.number(index)),
            first_name: Some(pick(FIRST, mix(seed, index, 10)).to_owned()),
            last_name: Some(last),
            submission_date: Some(self.day(i64::try_from(days).unwrap_or(0) - 20)),
            doctor_status: Some("Registered with Licence".to_owned()),
            date_added: Some(self.day(-(i64::try_from(mix(seed, index, ADDED) % 1200).unwrap_or(0)))),
            under_notice: Some(under_notice.to_owned()),
            sanction: Some("No".to_owned()),
            ..RawDoctor::default()
        }
    }

    /// A date in the GMC's form, so many days from night 0.
    pub(crate) fn day(&self, days: i64) -> String {
        let date = self.epoch.checked_add(days.days()).unwrap_or(self.epoch);
        format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world(doctors: u64) -> World {
        World::new(7, doctors, jiff::civil::date(2026, 11, 1))
    }

    fn size(world: &World, body: &str, night: u32) -> usize {
        world.list(body, night).map_or(0, Iterator::count)
    }

    #[test]
    fn twelve_bodies_share_evenly_and_the_thirteenth_has_five() {
        let world = world(54_005);
        let sizes: Vec<usize> = world.bodies.iter().map(|body| size(&world, body, 0)).collect();
        assert_eq!(sizes[..12], [4500; 12]);
        assert_eq!(sizes[12], 5);
        assert_eq!(world.number(54_004), "9054004");
    }

    #[test]
    fn a_night_changes_about_one_doctor_in_a_hundred_and_no_list_much() {
        let world = world(54_005);
        let body = world.bodies[3].clone();
        let before: Vec<RawDoctor> = world.list(&body, 3).expect("known").collect();
        let after: Vec<RawDoctor> = world.list(&body, 4).expect("known").collect();
        let kept = after.iter().filter(|doctor| before.contains(doctor)).count();
        assert!((4400..4490).contains(&kept), "{kept}");
        assert!(after.len().abs_diff(before.len()) < 10);
    }

    #[test]
    fn everybody_is_found_by_number_on_the_list_that_shows_them() {
        for (doctors, night) in [(485, 5), (54_005, 3)] {
            let world = world(doctors);
            for body in &world.bodies {
                for doctor in world.list(body, night).expect("known") {
                    let number = doctor.gmc_reference_number.clone().expect("a number");
                    let (place, found) = world.find(&number, night).expect("somebody");
                    assert_eq!((place.as_ref(), &found), (Some(body), &doctor), "{number}");
                }
            }
        }
        let world = world(485);
        for nobody in ["", "900000", "9000485", "0000000", "no digit", "90000001"] {
            assert!(world.find(nobody, 0).is_none(), "{nobody}");
        }
    }

    #[test]
    fn who_moves_leaves_one_list_and_joins_the_next_in_the_same_night() {
        let world = world(54_005);
        let everyone = |night| -> Vec<String> {
            let lists = world.bodies.iter().filter_map(|body| world.list(body, night));
            lists.flatten().filter_map(|doctor| doctor.gmc_reference_number).collect()
        };
        let mut seen = everyone(5);
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count, "nobody stands on two lists");
    }

    #[test]
    fn the_same_seed_gives_the_same_world_and_another_does_not() {
        let (one, two) = (world(485), world(485));
        let other = World { seed: 8, ..world(485) };
        let list = |world: &World| world.list("1-1RSG4X0", 2).map(Iterator::collect::<Vec<_>>);
        assert_eq!(list(&one), list(&two));
        assert_ne!(list(&one), list(&other));
    }

    #[test]
    fn the_largest_load_still_has_a_number_for_everybody() {
        let world = world(9_000_000);
        assert_eq!(world.number(8_999_999), "9999999");
        assert_eq!((world.number(9_000_000), world.number(9_052_500)), ("0000001".into(), "0052501".into()));
    }

    #[test]
    fn no_list_drifts_far_from_its_size() {
        for doctors in [245, 485, 12_005, 54_005] {
            let world = world(doctors);
            let (first, last) = (size(&world, &world.bodies[0], 0), size(&world, &world.bodies[0], 7));
            assert!(first.abs_diff(last) <= 2 + first / 200, "{doctors}: {first} became {last}");
        }
    }

    #[test]
    fn a_large_load_says_that_it_uses_the_whole_range() {
        assert!(world(5_400_000).numbers_used().contains("whole range"));
        assert!(world(54_005).numbers_used().contains("9000000"));
    }
}
