//! The procedure `rebuild-view`: the rows that people see are made anew beside the live ones and swapped in at once.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use domain::play::Step;
use sync::rebuild::{Effect, discard, stage, swap};

use super::Planned;
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Role};

/// What taking it back means.
pub const NOTHING_TO_UNDO: &str =
    "nothing is to be taken back: the rows follow from the lists, and making them again gives the same";

/// Makes the rows anew, counts what would change, and forgets them.
pub async fn plan(house: &House) -> Result<Planned, Failure> {
    let effect = looked_at(house).await?;
    let Effect { checked, rewritten, dropped, .. } = effect;
    let state = [("doctors", checked), ("rows to be made or changed", rewritten), ("rows to go", dropped)];
    let effect =
        format!("{rewritten} of {checked} rows are made or changed, {dropped} go; readers see it at once");
    let state = state.map(|(name, count)| (name.to_owned(), count.to_string()));
    Ok((state.to_vec(), vec![Step { name: "swap in the rows".to_owned(), effect }]))
}

async fn looked_at(house: &House) -> Result<Effect, Failure> {
    let _work = house.take(Role::Work)?;
    let context = house.context(Arc::new(|_, _| {}))?;
    let effect = stage(&context, &AtomicBool::new(false)).await?;
    discard(&context, &effect.rebuild_id).await?;
    Ok(effect)
}

/// Makes them anew and swaps them in.
pub async fn step(house: &House, reason: &str) -> Result<String, Failure> {
    let _work = house.take(Role::Work)?;
    let context = house.context(Arc::new(|_, _| {}))?;
    let effect = stage(&context, &AtomicBool::new(false)).await?;
    swap(&context, &effect, (&house.actor(reason), None)).await?;
    Ok(format!("{} rows made or changed, {} gone", effect.rewritten, effect.dropped))
}

/// Looks whether another time would change nothing.
pub async fn verify(house: &House) -> Result<String, Failure> {
    let effect = looked_at(house).await?;
    if effect.is_nothing() {
        return Ok(format!("{} doctors looked at, every row as it should be", effect.checked));
    }
    let sentence =
        format!("{} rows are not as the lists say, {} should go", effect.rewritten, effect.dropped);
    Err(Failure::new(Exit::Differs, sentence))
}
