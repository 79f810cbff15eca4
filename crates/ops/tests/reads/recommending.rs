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

#[tokio::test]
async fn an_officer_whom_the_gmc_calls_unlicensed_is_named_no_more() -> Outcome {
    use domain::clock::Clock as _;
    use domain::sending::{Mover, Standing};
    use store::intent::{self, Settled, Step};
    for engine in engines() {
        let (ops, clock, _scratch) = small_world(engine).await;
        officer(&ops, &clock).await;
        let (ids, scope) = (domain::clock::IdSource::new(3), ops.every_body());
        let ana = Actor::person("ana", "a test");
        let by = || Word { actor: &ana, ids: &ids };
        let draft = ops.draft(&scope, "9000002", &WORDS, by()).await?;
        let id = draft.row.id.as_str();
        let submit = |version, token| Submit { version, email: "a@example.org", token };
        let sent = ops.submit(&scope, id, submit(1, "press"), by()).await?;
        clock.advance(jiff::SignedDuration::from_mins(1));
        let step =
            Step { mover: Mover::Sender, actor: "a", sentence: "no", code: Some("95"), at: clock.now() };
        let mut tx = ops.store.begin().await.unwrap();
        let intent_id = sent.row.submission.unwrap().intent_id;
        let claimed = intent::claim(&mut tx, &intent_id, clock.now(), step).await.unwrap().unwrap();
        let (gmc_request_id, gmc_id, next_look) = (None, None, None);
        let settled =
            Settled { standing: Standing::Rejected, is_already: false, gmc_request_id, gmc_id, next_look };
        assert!(intent::settle(&mut tx, &claimed, &settled, step).await.unwrap(), "{engine:?}");
        tx.commit().await.unwrap();
        let page = ops.recommendation(&scope, id).await?;
        assert_eq!(page.row.status().word(), "returned", "{engine:?}: the draft is kept");
        assert_eq!(
            page.problems.iter().map(|problem| problem.code).collect::<Vec<_>>(),
            ["95"],
            "{engine:?}"
        );
        let version = page.row.version;
        let refused = ops.submit(&scope, id, submit(version, "again"), by()).await.err().unwrap();
        assert!(refused.message.contains("not licensed"), "{engine:?}: {}", refused.message);
        clock.advance(jiff::SignedDuration::from_mins(1));
        officer(&ops, &clock).await;
        let sent = ops.submit(&scope, id, submit(version, "once more"), by()).await?;
        assert_eq!(sent.row.status().word(), "submitted", "{engine:?}: once the directory is put right");
    }
    Ok(())
}
