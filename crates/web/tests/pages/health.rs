//! What programs ask: alive, ready, how fresh.

use axum::http::StatusCode;
use testkit::engines;
use testkit::world::{FAILED, FRESH, HELD, HOLD, NEVER};

use super::site;

#[tokio::test]
async fn draining_is_not_ready_and_still_alive() {
    for engine in engines() {
        let site = site(engine).await;
        assert_eq!(site.get("/readyz").await.status, StatusCode::OK, "{engine:?}");
        site.drain();
        assert_eq!(site.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE, "{engine:?}");
        assert_eq!(site.get("/livez").await.status, StatusCode::OK, "{engine:?}");
        assert_eq!(site.get("/").await.status, StatusCode::OK, "{engine:?}: requests under way are answered");
    }
}

#[tokio::test]
async fn the_status_tells_programs_what_pages_tell_people() {
    for engine in engines() {
        let site = site(engine).await;
        let status: serde_json::Value = serde_json::from_str(&site.get("/status.json").await.text).unwrap();
        assert_eq!(status["environment"], "rehearsal", "{engine:?}");
        assert!(status["schema_version"].as_i64().unwrap() > 0, "{engine:?}");
        let bodies = status["bodies"].as_array().unwrap();
        let ages: Vec<_> =
            bodies.iter().map(|b| (b["code"].as_str().unwrap(), b["age"].as_str().unwrap())).collect();
        assert_eq!(
            ages,
            [(HELD, "amber"), (FAILED, "amber"), (FRESH, "fresh"), (NEVER, "never")],
            "{engine:?}"
        );
        assert_eq!(bodies[2]["age_seconds"], 20 * 3600, "{engine:?}");
        assert_eq!(bodies[1]["outcome"], "failed", "{engine:?}");
        assert_eq!(status["open_holds"][0]["id"], HOLD, "{engine:?}");
        assert_eq!(
            (status["open_alerts"]["page"].as_u64(), status["rejects"].as_u64()),
            (Some(1), Some(1)),
            "{engine:?}"
        );
        assert_eq!(status["last_runs"][0]["state"], "failed", "{engine:?}");
    }
}

#[tokio::test]
async fn metrics_are_passed_on_as_they_are() {
    for engine in engines() {
        assert_eq!(site(engine).await.get("/metrics").await.text, "reval_build_info 1\n", "{engine:?}");
    }
}
