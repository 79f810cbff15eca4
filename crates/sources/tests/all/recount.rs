//! The count of an answer's bytes beside what the simulator knows it sent, and beside answers that are cut anywhere.

use std::collections::BTreeSet;

use domain::raw::RawDoctor;
use jiff::civil::date;
use proptest::collection::vec;
use proptest::prelude::*;
use simulator::BODIES;
use simulator::answer::{Ids, Shape, fault, pieces};
use simulator::population::World;
use sources::gmc::operations::Soap;
use sources::gmc::recount::{Counted, Counter};

fn ids() -> Ids {
    Ids { client: "ours".to_owned(), gmc: "theirs".to_owned() }
}

fn good() -> Shape {
    Shape { code: "0".to_owned(), ..Shape::default() }
}

fn written(shape: Shape, doctors: Vec<RawDoctor>) -> String {
    pieces(Soap::V11, shape, ids(), doctors.into_iter()).collect()
}

fn count(bytes: &[u8], piece: usize) -> Option<Counted> {
    let mut counter = Counter::new("ours", 1 << 30);
    bytes.chunks(piece.max(1)).try_for_each(|piece| counter.feed(piece)).ok()?;
    counter.finish().ok()
}

fn numbered(number: Option<&str>, name: &str) -> RawDoctor {
    RawDoctor {
        gmc_reference_number: number.map(str::to_owned),
        last_name: Some(name.to_owned()),
        ..RawDoctor::default()
    }
}

#[test]
fn each_list_of_a_night_counts_as_many_as_the_simulator_sent() {
    let world = World::new(1, 2_405, date(2026, 11, 16));
    for (night, body) in [(0, BODIES[0]), (3, BODIES[6]), (7, BODIES[12])] {
        let doctors: Vec<RawDoctor> = world.list(body, night).unwrap().collect();
        let sent: BTreeSet<&str> =
            doctors.iter().filter_map(|doctor| doctor.gmc_reference_number.as_deref()).collect();
        let (sent, twice) = (sent.len() as u64, Shape { twice: true, ..good() });
        for shape in [good(), twice] {
            let counted = count(written(shape, doctors.clone()).as_bytes(), 4096);
            assert_eq!(counted.map(|counted| counted.doctors()), Some(sent), "{body} on night {night}");
        }
    }
}

#[test]
fn what_says_no_list_gives_no_number() {
    let doctor = vec![numbered(Some("9000001"), "Sample")];
    for shape in [
        Shape { no_list: true, ..good() },
        Shape { nil_list: true, ..good() },
        Shape { code: "98".to_owned(), ..good() },
    ] {
        assert_eq!(count(written(shape, doctor.clone()).as_bytes(), 64), None);
    }
    assert_eq!(count(fault(Soap::V12, "busy").as_bytes(), 64), None);
}

/// Numbers that meet, miss each other and repeat; names that look like markup.
fn doctors() -> impl Strategy<Value = Vec<RawDoctor>> {
    let number = "(900000[0-9]|[ \u{a0}]900000[0-9] |N/A|0000000|[0-9A-Z]{0,8})";
    let name = "([A-Za-z' ]{0,9}|<GMCReferenceNumber>9000001</GMCReferenceNumber>|]]>|--> &amp; \"'/>)";
    vec((proptest::option::of(number), name, any::<bool>()), 0..30).prop_map(|all| {
        let doctor = |(number, name, nil): (Option<String>, String, bool)| RawDoctor {
            nil: nil && number.is_none(),
            ..numbered(number.as_deref(), &name)
        };
        all.into_iter().map(doctor).collect()
    })
}

/// As the simulator knows it: each usable number once, and each record without one.
fn known(doctors: &[RawDoctor]) -> Counted {
    let usable = |doctor: &RawDoctor| {
        let number = doctor.gmc_reference_number.as_deref()?.trim();
        let is_number =
            number.len() == 7 && number.bytes().all(|b| b.is_ascii_digit()) && number != "0000000";
        is_number.then(|| number.to_owned())
    };
    let numbers: BTreeSet<String> = doctors.iter().filter_map(usable).collect();
    let without = doctors.iter().filter(|doctor| usable(doctor).is_none()).count();
    Counted { numbers: numbers.len() as u64, without_number: without as u64 }
}

proptest! {
    #[test]
    fn any_answer_counts_as_it_was_sent_however_it_is_cut_into_pieces(doctors in doctors(), piece in 1_usize..99) {
        let answer = written(good(), doctors.clone());
        prop_assert_eq!(count(answer.as_bytes(), piece), Some(known(&doctors)));
    }

    #[test]
    fn an_answer_that_lacks_its_end_gives_no_number(doctors in doctors(), part in 0.0..1.0_f64) {
        let answer = written(good(), doctors);
        let most = answer.len() - 1;
        let cut = ((most as f64 * part) as usize).min(most);
        prop_assert_eq!(count(&answer.as_bytes()[..cut], 64), None);
    }

    #[test]
    fn any_bytes_at_all_are_counted_or_refused(bytes in vec(any::<u8>(), 0..400), piece in 1_usize..99) {
        prop_assert_eq!(count(&bytes, piece), count(&bytes, 1));
    }
}
