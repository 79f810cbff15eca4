//! Who works on whom: doctors are given to one person, or evenly to several, those chosen or all that a filter finds.

use std::collections::BTreeSet;

use domain::access::{Right, Visitor};
use domain::ids::GmcNumber;
use domain::scope::Scope;
use store::Tx;
use store::listing::{Place, Query, Start};

use crate::fault::{Fault, Kind};
use crate::filter::Filter;
use crate::place::Ops;

/// Doctors in one press of a button. Source: a large body, all of it.
const MANY: u64 = 20_000;
/// Rows read at once.
const PART: u64 = 500;

/// Which doctors an act is about.
#[derive(Clone, Debug)]
pub enum Chosen {
    /// These GMC numbers.
    These(Vec<String>),
    /// All that a filter finds; as many as its reader was told.
    Matching(Box<Filter>, u64),
}

impl Ops {
    /// Who may work on doctors of a scope, by name.
    pub async fn admins(&self, scope: &Scope) -> Result<Vec<String>, Fault> {
        let today = self.today().date;
        let people = self.people().await?;
        let works = |grant: &domain::access::Grant| {
            let covers = grant.bodies.iter().any(|body| scope.covers(body));
            grant.is_in_force(today) && grant.role.may(Right::EditNotes) && covers
        };
        let people = people.into_iter().filter(|person| {
            person.account.state == "active" && person.grants.iter().any(|row| works(&row.grant))
        });
        Ok(people.map(|person| person.account.name).collect())
    }

    /// Gives the chosen doctors to these people, one after the other in turn; to nobody where there are none. Says how many
    /// doctors it were.
    pub async fn allocate(&self, by: &Visitor, chosen: &Chosen, to: &[String]) -> Result<u64, Fault> {
        let scope = by.scope(Right::EditNotes);
        let known = self.admins(&scope).await?;
        if to.iter().any(|name| !known.contains(name)) {
            return Err(Fault::invalid("Choose people who work on doctors of your bodies."));
        }
        let (actor, now) = (by.actor(""), self.clock.now());
        let mut tx = self.store.begin().await?;
        let numbers = self.chosen(&mut tx, &scope, chosen).await?;
        if to.is_empty() {
            store::allocation::clear(&mut tx, &numbers).await?;
        } else {
            let turns = numbers.iter().zip(to.iter().cycle().map(String::as_str));
            let rows: Vec<(&GmcNumber, &str)> = turns.collect();
            store::allocation::put(&mut tx, &rows, &actor.name, now).await?;
        }
        let detail = serde_json::json!({ "doctors": numbers.len(), "to": to });
        self.access.audit(&mut tx, &actor, ("allocate", "doctors", &detail.to_string()), now).await?;
        tx.commit().await?;
        Ok(numbers.len() as u64)
    }

    /// The numbers of the chosen doctors, in order; one that is out of scope refuses all of them.
    pub(crate) async fn chosen(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        chosen: &Chosen,
    ) -> Result<Vec<GmcNumber>, Fault> {
        let numbers = match chosen {
            Chosen::These(typed) => these(tx, scope, typed).await?,
            Chosen::Matching(filter, told) => {
                let shown = self.narrowed(scope, filter.body.as_ref())?;
                let numbers = matching(tx, &shown, filter).await?;
                if numbers.len() as u64 != *told {
                    let sentence = format!(
                        "{} match on the lists that you may change, not {told}. Open the list again, or choose a body of \
                         yours. Nothing was changed.",
                        numbers.len()
                    );
                    return Err(Fault::new(Kind::Conflict, sentence));
                }
                numbers
            }
        };
        if numbers.is_empty() {
            return Err(Fault::invalid("No doctor was chosen."));
        }
        Ok(numbers)
    }
}

async fn these(tx: &mut Tx, scope: &Scope, typed: &[String]) -> Result<Vec<GmcNumber>, Fault> {
    let absent = || Fault::not_found("One of the doctors chosen is not on the lists you may change.");
    if typed.len() as u64 > PART {
        return Err(Fault::invalid("At most 500 doctors one by one; choose all that match instead."));
    }
    let mut numbers = Vec::new();
    for text in typed.iter().collect::<BTreeSet<_>>() {
        let number = GmcNumber::parse(text).ok_or_else(absent)?;
        store::doctor::get(tx, scope, &number).await?.ok_or_else(absent)?;
        numbers.push(number);
    }
    Ok(numbers)
}

async fn matching(tx: &mut Tx, shown: &Scope, filter: &Filter) -> Result<Vec<GmcNumber>, Fault> {
    let terms = filter.terms();
    let query = Query { limit: PART, ..filter.query(shown, &terms) };
    let (mut numbers, mut place): (Vec<GmcNumber>, Option<Place>) = (Vec::new(), None);
    loop {
        let start = place.as_ref().map_or(Start::First, Start::After);
        let part = store::doctor::placed(tx, &Query { start, ..query }).await?;
        let is_last = (part.len() as u64) < PART;
        numbers.extend(part.iter().filter_map(|(row, _)| GmcNumber::parse(&row.view.gmc_number)));
        if numbers.len() as u64 > MANY {
            return Err(Fault::invalid("At most 20,000 doctors at once. Choose a body, or a filter."));
        }
        place = part.into_iter().next_back().map(|(_, place)| place);
        if is_last {
            return Ok(numbers);
        }
    }
}
