//! Settings: what was found sound is kept by its digest, and what a node runs on is one row.

use domain::settings::{Accepted, SettingsState};
use store::settings;
use testkit::engines;

use super::{Outcome, hour};

fn accepted(node: &str, hash: &str, at: i64) -> Accepted {
    Accepted { node: node.to_owned(), hash: hash.to_owned(), content: format!("{{{hash}}}"), at: hour(at) }
}

#[tokio::test]
async fn what_was_found_sound_last_is_found_again_by_its_node() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        assert_eq!(settings::newest(&mut tx, "a").await?, None, "{engine:?}");
        for one in [accepted("a", "one", 1), accepted("a", "two", 2), accepted("b", "three", 3)] {
            settings::accept(&mut tx, &one, ("0.1.0", "a")).await?;
        }
        assert_eq!(settings::newest(&mut tx, "a").await?, Some(accepted("a", "two", 2)), "{engine:?}");
        settings::accept(&mut tx, &accepted("a", "one", 4), ("0.1.0", "a")).await?;
        assert_eq!(settings::newest(&mut tx, "a").await?, Some(accepted("a", "one", 4)), "{engine:?}");
        assert_eq!(settings::get(&mut tx, "a", "two").await?, Some(accepted("a", "two", 2)), "{engine:?}");
        assert_eq!(settings::asked(&mut tx).await?, None, "{engine:?}");
        settings::ask(&mut tx, &accepted("a", "one", 5)).await?;
        assert_eq!(settings::asked(&mut tx).await?, Some(hour(5)), "{engine:?}");
        settings::ask(&mut tx, &accepted("a", "two", 4)).await?;
        let later = settings::asked(&mut tx).await?;
        assert!(later > Some(hour(5)), "{engine:?}: whatever the clock says");
    }
    Ok(())
}

#[tokio::test]
async fn a_node_says_what_it_runs_on_in_one_row() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        let mut state = SettingsState {
            node: "a".to_owned(),
            running: "one".to_owned(),
            written: "one".to_owned(),
            problem: String::new(),
            since: hour(1),
        };
        settings::save_state(&mut tx, &state).await?;
        state.written = String::new();
        state.problem = "line 3".to_owned();
        settings::save_state(&mut tx, &state).await?;
        assert_eq!(settings::states(&mut tx).await?, [state], "{engine:?}");
    }
    Ok(())
}
