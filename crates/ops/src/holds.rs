//! Holds: what the brake keeps back, why, and what it would do; counts and no doctor.

use domain::ids::BodyCode;
use domain::scope::Scope;

use crate::fault::Fault;
use crate::freshness::Freshness;
use crate::place::Ops;
use crate::rows::HoldRow;

/// Holds shown.
const SHOWN: u64 = 100;

/// Holds of a scope.
#[derive(Clone, Debug)]
pub struct HoldsPage {
    /// How old the lists are.
    pub freshness: Freshness,
    /// Those that wait first, then the newest.
    pub rows: Vec<HoldRow>,
}

/// One hold.
#[derive(Clone, Debug)]
pub struct HoldPage {
    /// How old the list is that stays while it waits.
    pub freshness: Freshness,
    /// The name of its list.
    pub name: String,
    /// The hold.
    pub hold: HoldRow,
}

impl Ops {
    /// Reads the holds of a scope.
    pub async fn holds(&self, scope: &Scope) -> Result<HoldsPage, Fault> {
        let mut tx = self.read().await?;
        let freshness = self.freshness_in(&mut tx, scope).await?;
        let rows = store::hold::recent(&mut tx, SHOWN).await?;
        let rows = rows.into_iter().filter(|hold| covers(scope, &hold.list)).collect();
        Ok(HoldsPage { freshness, rows })
    }

    /// Reads one hold; out of scope is the same as absent.
    pub async fn hold(&self, scope: &Scope, id: &str) -> Result<HoldPage, Fault> {
        let mut tx = self.read().await?;
        let hold = store::hold::get(&mut tx, id).await?.filter(|hold| covers(scope, &hold.list));
        let hold = hold.ok_or_else(|| Fault::not_found("There is no hold with this id."))?;
        let freshness = self.freshness_of(&mut tx, &BodyCode::new(hold.list.as_str())).await?;
        Ok(HoldPage { freshness, name: self.name_of(&hold.list), hold })
    }
}

/// Whether a list is within a scope; TIS belongs to everybody, as it names bodies and not the reverse.
pub fn covers(scope: &Scope, list: &str) -> bool {
    list == store::list::TIS || scope.covers(&BodyCode::new(list))
}
