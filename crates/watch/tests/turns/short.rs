//! The short form of the fuzzer's target `address`: its corpus, and seeded mutations of it.

use super::address::{Leads, judge};
use super::mutation::{corpus, mutated};

#[test]
fn no_way_of_writing_an_address_inside_passes_for_one_outside() {
    let corpus = corpus("address");
    for (name, bytes) in &corpus {
        let leads = match judge(bytes) {
            Leads::Nowhere => "bad",
            Leads::Out => "out",
            Leads::In => "in",
        };
        // What the fuzzer found has no hyphen, and a number has no way of writing.
        if let Some((expected, _)) = name.split_once('-').filter(|(expected, _)| *expected != "number") {
            assert_eq!(leads, expected, "{name}");
        }
    }
    let mut chance = fastrand::Rng::with_seed(10);
    let tried: Vec<Leads> =
        (0..10_000).map(|_| judge(&mutated(&corpus, &corpus, b"./:@[", &mut chance))).collect();
    for leads in [Leads::Nowhere, Leads::Out, Leads::In] {
        assert!(tried.iter().filter(|one| **one == leads).count() > 100, "{leads:?}");
    }
    for _ in 0..10_000 {
        judge(&chance.u32(..).to_be_bytes());
        // Half of them begin as something special does.
        let special = [0x0064_ff9b_u128 << 96, 0x2001 << 112, 0x2002 << 112, 0xffff << 32, 0xfc00 << 112, 0];
        let number = chance.u128(..) >> chance.u8(0..100);
        judge(&(number | chance.choice(special).unwrap()).to_be_bytes());
    }
}
