//! People of the small world: accounts with grants, and the cookies of their sessions.

use std::collections::BTreeSet;

use domain::access::{Grant, Role};
use domain::ids::BodyCode;
use store::Store;
use store::account::NewAccount;
use store::account_grant::By;

/// A person who is signed in.
pub struct Person {
    /// Their account.
    pub account: String,
    /// What their browser sends.
    pub cookie: String,
    /// What their forms send.
    pub form_token: String,
}

/// A role over some bodies, without end.
pub fn over(role: Role, bodies: &[&str]) -> Grant {
    let bodies: BTreeSet<BodyCode> = bodies.iter().map(|code| BodyCode::new(*code)).collect();
    Grant { role, bodies, sensitive: false, ends: None }
}

/// Makes an account with grants, and a session of it at an instant.
pub async fn person(store: &Store, name: &str, grants: &[Grant], now: jiff::Timestamp) -> Person {
    let id = format!("account-{name}");
    let mut tx = store.begin().await.unwrap();
    let new = NewAccount { id: &id, name, is_demo: true, actor: "test" };
    assert!(store::account::insert(&mut tx, &new, now).await.unwrap(), "{name} is there already");
    for (n, grant) in grants.iter().enumerate() {
        let by = By { asked: "test", granted: "another" };
        store::account_grant::insert(&mut tx, (&format!("{id}-{n}"), &id), grant, &by, now).await.unwrap();
    }
    tx.commit().await.unwrap();
    session(store, &id, 1, now).await
}

/// Disables an account, and nothing else of it.
pub async fn disable(store: &Store, person: &Person, now: jiff::Timestamp) {
    let mut tx = store.begin().await.unwrap();
    store::account::set_state(&mut tx, &person.account, "disabled", ("test", now)).await.unwrap();
    tx.commit().await.unwrap();
}

/// Opens one more session of an account.
pub async fn session(store: &Store, account: &str, number: u32, now: jiff::Timestamp) -> Person {
    let secret = format!("{:0>64}", format!("{:x}", of_its_own(account, number)));
    let mut tx = store.begin().await.unwrap();
    let id = format!("{account}-session-{number}");
    store::session::open(&mut tx, (&id, account), &secret, now).await.unwrap();
    tx.commit().await.unwrap();
    Person {
        account: account.to_owned(),
        cookie: format!("reval={secret}"),
        form_token: web::form_token(&secret),
    }
}

/// A number of its own for each session of the tests; nothing is secret here.
fn of_its_own(account: &str, number: u32) -> u64 {
    account.bytes().chain(number.to_le_bytes()).fold(14_695_981_039_346_656_037, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(1_099_511_628_211)
    })
}
