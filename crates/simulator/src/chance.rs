//! Chance by index: the same seed, doctor and topic always give the same number, so nothing need be remembered.

/// Mixes a seed, an index and a topic into a number (SplitMix64's finaliser).
pub fn mix(seed: u64, index: u64, topic: u64) -> u64 {
    let mut z = seed ^ index.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ topic.wrapping_mul(0xD1B5_4A32_D192_ED03);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Picks one of a pool by a mixed number.
pub fn pick<'a>(pool: &[&'a str], number: u64) -> &'a str {
    // Unwrap safety: pools are constants with members, and a remainder fits.
    pool[usize::try_from(number % pool.len() as u64).unwrap_or_default()]
}
