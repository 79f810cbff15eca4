//! People: who has an account, who is added, whose grants are taken back, who is shut out.

use domain::scope::Actor;
use store::Tx;
use store::account::NewAccount;

use super::invitations::Token;
use super::{another, folded, reasoned};
use crate::fault::{Fault, Kind};
use crate::place::Ops;
use crate::rows::{AccountRow, GrantRow};

const ABSENT: &str = "There is no account of this name.";

/// An account with what it was given.
#[derive(Clone, Debug)]
pub struct Person {
    /// The account.
    pub account: AccountRow,
    /// What it was given and nobody has taken back; some may have ended.
    pub grants: Vec<GrantRow>,
}

impl Ops {
    /// Reads everybody, by name.
    pub async fn people(&self) -> Result<Vec<Person>, Fault> {
        let mut tx = self.read().await?;
        let grants = store::account_grant::all(&mut tx).await?;
        let people = store::account::all(&mut tx).await?.into_iter().map(|account| Person {
            grants: grants.iter().filter(|row| row.account == account.id).cloned().collect(),
            account,
        });
        Ok(people.collect())
    }

    /// Adds somebody who may do nothing so far; the token is for them alone.
    pub async fn add_person(&self, name: &str, actor: &Actor) -> Result<Token, Fault> {
        reasoned(actor)?;
        let name = named(name)?;
        another(actor, &name)?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let id = self.access.mint(now);
        let new = NewAccount { id: &id, name: &name, is_demo: false, actor: &actor.name };
        if !store::account::insert(&mut tx, &new, now).await? {
            return Err(Fault::new(Kind::Conflict, "There is an account of this name. Nothing was changed."));
        }
        let token = self.invited(&mut tx, Some(&id), (&actor.name, now)).await?;
        let detail = serde_json::json!({ "name": name });
        let act = ("add-user", &*format!("account/{id}"), &*detail.to_string());
        self.access.audit(&mut tx, actor, act, now).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// Takes a grant back; it acts on the next request. One person is enough: it only takes away.
    pub async fn revoke(&self, name: &str, grant: &str, actor: &Actor) -> Result<(), Fault> {
        reasoned(actor)?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let account = existing(&mut tx, name).await?;
        another(actor, &account.name)?;
        if !store::account_grant::revoke(&mut tx, (grant, &account.id), (&actor.name, now)).await? {
            return Err(Fault::not_found("This account has no such grant."));
        }
        let detail = serde_json::json!({ "name": account.name, "grant": grant });
        let act = ("revoke", &*format!("account/{}", account.id), &*detail.to_string());
        self.access.audit(&mut tx, actor, act, now).await?;
        Ok(tx.commit().await?)
    }

    /// Shuts somebody out: their sessions end, and the next request is refused. One person is enough.
    pub async fn disable(&self, name: &str, actor: &Actor) -> Result<(), Fault> {
        reasoned(actor)?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let account = existing(&mut tx, name).await?;
        another(actor, &account.name)?;
        if !store::account::set_state(&mut tx, &account.id, "disabled", (&actor.name, now)).await? {
            return Err(Fault::new(Kind::Conflict, "This account is disabled already."));
        }
        let ended = store::session::end_all(&mut tx, &account.id, 0, now).await?;
        let detail = serde_json::json!({ "name": account.name, "sessions": ended });
        let act = ("disable", &*format!("account/{}", account.id), &*detail.to_string());
        self.access.audit(&mut tx, actor, act, now).await?;
        Ok(tx.commit().await?)
    }
}

/// The account of a name.
pub(super) async fn existing(tx: &mut Tx, name: &str) -> Result<AccountRow, Fault> {
    store::account::get(tx, &folded(name)).await?.ok_or_else(|| Fault::not_found(ABSENT))
}

/// Takes a name that an account may have: it stands in the audit and in addresses.
pub(super) fn named(typed: &str) -> Result<String, Fault> {
    let name = folded(typed);
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-_".contains(&b);
    let begins = name.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    if begins && (2..=64).contains(&name.len()) && name.bytes().all(is_plain) {
        Ok(name)
    } else {
        Err(Fault::invalid(
            "A name has 2 to 64 letters a to z, digits, dots, hyphens and underscores, and begins with a letter.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_plain_and_kept_in_lower_case() {
        let cases = [
            ("amira", Some("amira")),
            (" Amira.Okafor-2 ", Some("amira.okafor-2")),
            ("a", None),
            ("2fast", None),
            ("amira okafor", None),
            ("аmira", None),
            ("user:amira", None),
            ("ami\nra", None),
            ("", None),
        ];
        for (typed, expected) in cases {
            assert_eq!(named(typed).ok().as_deref(), expected, "{typed:?}");
        }
    }
}
