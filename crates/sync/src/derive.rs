//! Makes the joined rows of the doctors that a publish touches, in the same transaction.

use std::collections::BTreeMap;

use domain::ids::{BodyCode, GmcNumber};
use domain::joined::{Placed, join};
use domain::trainee::Trainee;
use domain::view::ViewRow;
use jiff::Timestamp;
use store::entry::PlacedEntry;
use store::list::TIS;
use store::{StoreError, Tx};

/// What both worlds say of one doctor.
#[derive(Default)]
struct Worlds {
    placed: Vec<Placed>,
    trainee: Option<(Trainee, u64)>,
}

/// Rows as they should be, and doctors who should have none.
#[derive(Default)]
pub struct Derived {
    /// Joined rows.
    pub rows: Vec<ViewRow>,
    /// Doctors of whom nobody says anything.
    pub gone: Vec<GmcNumber>,
    /// Which bodies TIS claims the doctors for.
    pub claims: Vec<(String, String)>,
}

/// Joins the current entries of these doctors.
pub async fn of(tx: &mut Tx, numbers: &[GmcNumber]) -> Result<Derived, StoreError> {
    let mut worlds: BTreeMap<GmcNumber, Worlds> =
        numbers.iter().map(|number| (number.clone(), Worlds::default())).collect();
    for entry in store::entry::of_doctors(tx, numbers).await? {
        if let Some(world) = worlds.get_mut(&entry.entry.gmc_number) {
            add(world, entry)?;
        }
    }
    let mut derived = Derived::default();
    for (number, world) in worlds {
        let (trainee, tis_snapshot) = world.trainee.map_or((None, None), |(t, s)| (Some(t), Some(s)));
        let claimants = trainee.as_ref().map(Trainee::claimants).unwrap_or_default();
        derived.claims.extend(claimants.into_iter().map(|body| (number.to_string(), body.to_string())));
        match join(number.clone(), world.placed, trainee) {
            Some(joined) => derived.rows.push(ViewRow::of(&joined, tis_snapshot)),
            None => derived.gone.push(number),
        }
    }
    Ok(derived)
}

fn add(world: &mut Worlds, entry: PlacedEntry) -> Result<(), StoreError> {
    let corrupt = |what| move |_: serde_json::Error| StoreError::Corrupt { what };
    if entry.list == TIS {
        let trainee = serde_json::from_str(&entry.entry.content).map_err(corrupt("trainee"))?;
        world.trainee = Some((trainee, entry.from_snapshot));
        return Ok(());
    }
    world.placed.push(Placed {
        body: BodyCode::new(entry.list),
        snapshot: entry.from_snapshot,
        presence: entry.entry.presence,
        listed_since_ms: entry.entry.since_ms,
        listing: serde_json::from_str(&entry.entry.content).map_err(corrupt("listing"))?,
    });
    Ok(())
}

/// Writes what was derived, and with it where the two worlds disagree now and what has been resolved.
pub async fn write(
    tx: &mut Tx,
    derived: &Derived,
    numbers: &[GmcNumber],
    by: (&str, Timestamp),
) -> Result<(), StoreError> {
    let (actor, now) = by;
    store::doctor::upsert(tx, &derived.rows, actor, now).await?;
    store::doctor::delete(tx, &derived.gone).await?;
    store::discrepancy::note(tx, &derived.rows, &derived.gone, now).await?;
    store::doctor::replace_claims(tx, numbers, &derived.claims).await
}

/// Settles those who left a list and appeared on no other: now that every list has answered or failed, they are
/// connected to none of ours.
pub async fn settle_left(tx: &mut Tx, by: (&str, Timestamp)) -> Result<u64, StoreError> {
    let mut settled = 0;
    loop {
        let numbers = store::doctor::left_after(tx, "", 500).await?;
        if numbers.is_empty() {
            return Ok(settled);
        }
        settled += numbers.len() as u64;
        let derived = of(tx, &numbers).await?;
        write(tx, &derived, &numbers, by).await?;
    }
}
