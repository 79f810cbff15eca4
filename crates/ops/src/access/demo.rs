//! The demo's people, one for each role, who come in by a link and have no password; nowhere else do they exist.

use domain::access::{Grant, Role};
use domain::scope::Actor;
use store::account::NewAccount;
use store::account_grant::By;

use super::sign_in::Welcome;
use crate::fault::{Fault, Kind};
use crate::place::Ops;

/// Whoever makes them.
const MAKER: &str = "demo";
/// Bodies of the demo's observer, who shows what a part of the country sees.
const FEW: usize = 2;

impl Ops {
    /// Makes the demo's people where there are none; gives their names, one for each role.
    pub async fn demo_people(&self) -> Result<Vec<String>, Fault> {
        self.is_demo()?;
        let now = self.clock.now();
        let actor = Actor::job(MAKER);
        let mut tx = self.store.begin().await?;
        let mut names = Vec::new();
        for role in Role::ALL {
            let name = format!("demo-{}", role.word());
            let (id, grant_id) = (self.access.mint(now), self.access.mint(now));
            let new = NewAccount { id: &id, name: &name, is_demo: true, actor: &actor.name };
            if store::account::insert(&mut tx, &new, now).await? {
                let by = By { asked: &actor.name, granted: &actor.name };
                store::account_grant::insert(&mut tx, (&grant_id, &id), &self.shown(role), &by, now).await?;
                let detail = serde_json::json!({ "name": name, "grant": self.shown(role) });
                let act = ("add-user", &*format!("account/{id}"), &*detail.to_string());
                self.access.audit(&mut tx, &actor, act, now).await?;
            }
            names.push(name);
        }
        tx.commit().await?;
        Ok(names)
    }

    /// Signs one of the demo's people in by their name alone.
    pub async fn demo_sign_in(&self, name: &str) -> Result<Welcome, Fault> {
        self.is_demo()?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let account = store::account::get(&mut tx, name).await?;
        let account = account.filter(|account| account.is_demo && account.state == "active");
        let account = account.ok_or_else(|| Fault::not_found("The demo has nobody of this name."))?;
        let token = self.seat(&mut tx, (&account.id, &account.name), now).await?;
        tx.commit().await?;
        Ok(Welcome { token, failed_before: 0 })
    }

    fn is_demo(&self) -> Result<(), Fault> {
        if self.access.rules.is_demo {
            Ok(())
        } else {
            Err(Fault::new(Kind::Forbidden, "Links that sign somebody in are the demo's alone."))
        }
    }

    /// What a role of the demo is given: the observer sees two bodies and no sanction, the others all.
    fn shown(&self, role: Role) -> Grant {
        let all = self.bodies.iter().map(|body| body.code.clone());
        let bodies = match role {
            Role::Observer => all.take(FEW).collect(),
            Role::Admin | Role::Approver => all.collect(),
            Role::Operations | Role::Auditor => [].into(),
        };
        Grant { role, bodies, sensitive: role == Role::Approver, ends: None }
    }
}
