//! Sanctions and investigations: for few eyes, and never unnoticed.

use ops::{Shown, Viewer};
use testkit::engines;
use testkit::world::{FAILED, HELD, SANCTION, number};

use super::{Outcome, only, only_the, small_world, whole};

#[tokio::test]
async fn sanctions_are_for_the_eyes_that_were_granted_them() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        let canary = number(4);
        let before = ops.audit_page(None, 500).await?.len();
        let without = ops.doctor(&only(FAILED), canary.as_str(), None).await?;
        let list = &without.said.lists[0];
        assert_eq!((list.sensitive, list.listing.sanction.as_deref()), (Shown::No, None), "{engine:?}");
        assert_eq!(list.listing.investigation, None, "{engine:?}");
        let told: Vec<_> = without.history.iter().flat_map(|event| &event.changes).collect();
        assert!(told.iter().all(|change| change.after.as_deref() != Some(SANCTION)), "{engine:?}");
        assert_eq!(without.history.len(), 1, "{engine:?}: nor that anything moved");
        assert_eq!(ops.audit_page(None, 500).await?.len(), before, "{engine:?}: nothing was seen");

        let viewer = Viewer { sensitive: only_the(FAILED), ..only(FAILED) };
        let with = ops.doctor(&viewer, canary.as_str(), None).await?;
        let list = &with.said.lists[0];
        assert_eq!(
            (list.sensitive, list.listing.sanction.as_deref()),
            (Shown::Yes, Some(SANCTION)),
            "{engine:?}"
        );
        assert_eq!(with.history.len(), 2, "{engine:?}");
        ops.doctor(&viewer, canary.as_str(), None).await?;
        let rows = ops.audit_page(None, 2).await?;
        assert!(
            rows.iter().all(|row| row.action == "view-sensitive" && row.actor == "user:amira"),
            "{engine:?}"
        );
        assert_eq!(rows[0].object, rows[1].object, "{engine:?}: one word for one doctor");
        assert!(rows[0].object.starts_with("doctor/") && rows[0].detail.contains(FAILED), "{engine:?}");
        let all = ops.audit_page(None, 500).await?;
        let said = |text: &str| all.iter().any(|row| row.object.contains(text) || row.detail.contains(text));
        assert!(!said(canary.as_str()) && !said("Canary"), "{engine:?}: no personal data in the audit");
    }
    Ok(())
}

#[tokio::test]
async fn another_bodys_sanctions_stay_hidden_beside_ones_own() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        let viewer = Viewer { sensitive: only_the(HELD), ..whole(&ops) };
        let page = ops.doctor(&viewer, number(4).as_str(), None).await?;
        assert_eq!(page.said.lists[0].listing.sanction, None, "{engine:?}");
        let then = ops.as_of(&ops.every_body(), FAILED, ops.today().date, "").await?;
        assert!(then.rows.iter().all(|row| row.listing.sanction.is_none()), "{engine:?}: no list shows them");
    }
    Ok(())
}

#[tokio::test]
async fn records_set_aside_are_seen_by_a_right_of_their_own() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        let none = Viewer { rejects: domain::scope::Scope::of([]), ..whole(&ops) };
        assert!(ops.rejects_of(&none, HELD).await.is_err(), "{engine:?}");
        let some = ops.rejects_of(&only(HELD), HELD).await?;
        assert_eq!(some.rows[0].sensitive, Shown::No, "{engine:?}");
        assert!(ops.audit_page(None, 1).await?[0].action != "view-sensitive", "{engine:?}");
        let whole = ops.rejects_of(&whole(&ops), HELD).await?;
        assert_eq!(whole.rows[0].sensitive, Shown::Yes, "{engine:?}");
        let row = ops.audit_page(None, 1).await?.remove(0);
        assert_eq!(
            (row.action.as_str(), row.object),
            ("view-sensitive", format!("list/{HELD}")),
            "{engine:?}"
        );
    }
    Ok(())
}
