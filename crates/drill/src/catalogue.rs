//! The drills there are: each is a night that really went wrong somewhere, with what must hold.

use crate::error::DrillError;
use crate::facts::Facts;
use crate::invariants;
use crate::sandbox::{Own, Place, Sandbox};
use crate::scenarios::{
    deaths, kills, s00, s01, s02, s03, s04, s05, s06, s07, s08, s09, s11, s14, s16, s18, s22, s23, s24, s25,
    s27, s28, s29, s30, s31, s34, s35, s36, sleepers,
};

/// A drill.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// Its name, as typed.
    pub name: &'static str,
    /// What happens in it.
    pub title: &'static str,
    /// Doctors it needs at least; a larger world may be asked for.
    pub doctors: u64,
}

/// All drills.
pub const SCENARIOS: [Scenario; 29] = [
    Scenario { name: "S00", title: "November 2020, whole", doctors: 485 },
    Scenario { name: "S01", title: "The night that never starts", doctors: 485 },
    Scenario { name: "S02", title: "Success in under a second", doctors: 485 },
    Scenario { name: "S03", title: "Wrong job first, and a body that publishes late", doctors: 485 },
    Scenario { name: "S04", title: "The override left behind", doctors: 485 },
    Scenario { name: "S05", title: "Killed at the worst second", doctors: 485 },
    Scenario { name: "S06", title: "Dies half-way through the bodies", doctors: 485 },
    Scenario { name: "S07", title: "Readers all night", doctors: 485 },
    Scenario { name: "S08", title: "The edge says 403", doctors: 485 },
    Scenario { name: "S09", title: "One body refused, twelve fine", doctors: 485 },
    Scenario { name: "S11", title: "The plausible short list", doctors: 485 },
    Scenario { name: "S14", title: "Doctors nobody mentions", doctors: 485 },
    Scenario { name: "S16", title: "Two hundred of no known type", doctors: 2_405 },
    Scenario { name: "S18", title: "Full rebuild on production", doctors: 485 },
    Scenario { name: "S22", title: "Connected at the GMC by somebody else", doctors: 485 },
    Scenario { name: "S23", title: "Accepted, but the answer was lost", doctors: 485 },
    Scenario { name: "S24", title: "Three tries, no takers; one stuck", doctors: 485 },
    Scenario { name: "S25", title: "Small memory, big night", doctors: 60_005 },
    Scenario { name: "S27", title: "The messenger is dead", doctors: 485 },
    Scenario { name: "S28", title: "First failure, flap, repeat", doctors: 485 },
    Scenario { name: "S29", title: "The clocks change", doctors: 485 },
    Scenario { name: "S30", title: "Paused and forgotten", doctors: 485 },
    Scenario { name: "S31", title: "The upgrade that stops the clock", doctors: 485 },
    Scenario { name: "S34", title: "Health that means something", doctors: 485 },
    Scenario { name: "S35", title: "Nobody who knows is in", doctors: 485 },
    Scenario { name: "S36", title: "Twenty-one nights", doctors: 485 },
    Scenario { name: "KILLS", title: "Killed at every named step", doctors: 485 },
    Scenario { name: "SLEEPERS", title: "Asleep with the right to send", doctors: 485 },
    Scenario { name: "DEATHS", title: "Killed at every point of a recommendation's way", doctors: 2_405 },
];

/// Plays a drill in a sandbox of its own and says what held.
pub async fn play(name: &str, place: &Place) -> Result<Facts, DrillError> {
    rehearse(name, place, &Own::default()).await
}

/// Plays one on the heap: whole nights are large, and the stack of a test is small.
async fn on_heap(
    play: impl AsyncFnOnce(&mut Sandbox, &mut Facts) -> Result<(), DrillError>,
    sandbox: &mut Sandbox,
    facts: &mut Facts,
) -> Result<(), DrillError> {
    Box::pin(play(sandbox, facts)).await
}

/// The same with somebody's own settings. A fact that supposes others fails, and says what was seen.
pub async fn rehearse(name: &str, place: &Place, own: &Own) -> Result<Facts, DrillError> {
    let scenario = SCENARIOS.iter().find(|scenario| scenario.name.eq_ignore_ascii_case(name));
    let scenario = scenario.ok_or_else(|| DrillError::Unknown {
        name: name.to_owned(),
        known: SCENARIOS.map(|scenario| scenario.name).join(", "),
    })?;
    let place = Place { doctors: place.doctors.max(scenario.doctors), ..place.clone() };
    let mut sandbox = Sandbox::furnish(&place).await?;
    sandbox.adopt(own);
    let mut facts = Facts::default();
    match scenario.name {
        "S00" => on_heap(s00::play, &mut sandbox, &mut facts).await?,
        "S01" => on_heap(s01::play, &mut sandbox, &mut facts).await?,
        "S02" => on_heap(s02::play, &mut sandbox, &mut facts).await?,
        "S03" => on_heap(s03::play, &mut sandbox, &mut facts).await?,
        "S04" => on_heap(s04::play, &mut sandbox, &mut facts).await?,
        "S05" => on_heap(s05::play, &mut sandbox, &mut facts).await?,
        "S06" => on_heap(s06::play, &mut sandbox, &mut facts).await?,
        "S07" => on_heap(s07::play, &mut sandbox, &mut facts).await?,
        "S08" => on_heap(s08::play, &mut sandbox, &mut facts).await?,
        "S09" => on_heap(s09::play, &mut sandbox, &mut facts).await?,
        "S11" => on_heap(s11::play, &mut sandbox, &mut facts).await?,
        "S14" => on_heap(s14::play, &mut sandbox, &mut facts).await?,
        "S16" => on_heap(s16::play, &mut sandbox, &mut facts).await?,
        "S18" => on_heap(s18::play, &mut sandbox, &mut facts).await?,
        "S22" => on_heap(s22::play, &mut sandbox, &mut facts).await?,
        "S23" => on_heap(s23::play, &mut sandbox, &mut facts).await?,
        "S24" => on_heap(s24::play, &mut sandbox, &mut facts).await?,
        "S25" => on_heap(s25::play, &mut sandbox, &mut facts).await?,
        "S27" => on_heap(s27::play, &mut sandbox, &mut facts).await?,
        "S28" => on_heap(s28::play, &mut sandbox, &mut facts).await?,
        "S29" => on_heap(s29::play, &mut sandbox, &mut facts).await?,
        "S30" => on_heap(s30::play, &mut sandbox, &mut facts).await?,
        "S31" => on_heap(s31::play, &mut sandbox, &mut facts).await?,
        "S34" => on_heap(s34::play, &mut sandbox, &mut facts).await?,
        "S35" => on_heap(s35::play, &mut sandbox, &mut facts).await?,
        "S36" => on_heap(s36::play, &mut sandbox, &mut facts).await?,
        "SLEEPERS" => on_heap(sleepers::play, &mut sandbox, &mut facts).await?,
        "DEATHS" => on_heap(deaths::play, &mut sandbox, &mut facts).await?,
        _ => on_heap(kills::play, &mut sandbox, &mut facts).await?,
    }
    invariants::state(&sandbox, &mut facts).await?;
    sandbox.context.store.close().await;
    Ok(facts)
}
