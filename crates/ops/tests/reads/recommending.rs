//! Submitting a recommendation where a body asks for a second person.

use domain::recommendation::{Kind, Officer, Words};
use domain::scope::Actor;
use ops::Seconded;
use ops::alert::Word;
use ops::recommendations::{SECOND, Submit};
use store::officer::OfficerRow;
use testkit::world::HELD;
use testkit::{VirtualClock, engines};

use super::{Outcome, small_world};

const WORDS: Words = Words { kind: Kind::NonEngagement, deferral_date: None, reason: None, sub_reason: None };

async fn officer(ops: &ops::Ops, clock: &VirtualClock) {
    use domain::clock::Clock as _;
    let row = OfficerRow {
        body: domain::ids::BodyCode::new(HELD),
        officer: Officer {
            gmc_number: "9900001".into(),
            surname: "Officer-Sample".into(),
            phone: String::new(),
        },
        user_name: "ro".into(),
        email: "ro@example.org".into(),
        updated_at: clock.now(),
        updated_by: "a test".into(),
    };
    let mut tx = ops.store.begin().await.unwrap();
    store::officer::upsert(&mut tx, &row).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn where_a_body_asks_for_it_nobody_submits_what_they_drafted_or_changed() -> Outcome {
    for engine in engines() {
        let (mut ops, clock, _scratch) = small_world(engine).await;
        officer(&ops, &clock).await;
        let ids = domain::clock::IdSource::new(3);
        let [ana, ben, cyd] = ["ana", "ben", "cyd"].map(|name| Actor::person(name, "a test"));
        let by = |actor| Word { actor, ids: &ids };
        let scope = ops.every_body();
        let draft = ops.draft(&scope, "9000002", &WORDS, by(&ana)).await?;
        let id = draft.row.id.as_str();
        ops.redraft(&scope, (id, 1), &WORDS, by(&ben)).await?;
        let submit = Submit { version: 2, email: "a@example.org", token: "press" };
        for policy in [Seconded::Everybody, Seconded::Bodies(vec![domain::ids::BodyCode::new(HELD)])] {
            ops.submitting.second_person = policy;
            for first in [&ana, &ben] {
                let refused = ops.submit(&scope, id, submit, by(first)).await.err().unwrap();
                assert_eq!(refused.message, SECOND, "{engine:?}");
            }
        }
        let other = Seconded::Bodies(vec![domain::ids::BodyCode::new("1-OTHER")]);
        assert!(!other.asks(&draft.row.body), "{engine:?}");
        assert_eq!(
            ops.submit(&scope, id, submit, by(&cyd)).await?.row.status().word(),
            "submitted",
            "{engine:?}"
        );
    }
    Ok(())
}
