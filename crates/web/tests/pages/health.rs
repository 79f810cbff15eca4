//! What programs ask: alive, ready, how fresh.

use std::sync::atomic::Ordering;

use axum::http::StatusCode;
use domain::clock::Clock;
use ops::health::Code;
use store::watcher::Watcher;
use testkit::world::{FAILED, FRESH, HELD, HOLD, NEVER};
use testkit::{Engine, engines};

use super::{Answer, Pages, site};

#[tokio::test]
async fn draining_is_not_ready_and_still_alive() {
    for engine in engines() {
        let site = site(engine).await;
        let ready = site.get("/readyz").await;
        assert_eq!(ready.status, StatusCode::OK, "{engine:?}");
        assert!(
            !ready.headers.contains_key("connection"),
            "{engine:?}: the next request may come the same way"
        );
        site.drain();
        let refused = site.get("/readyz").await;
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{engine:?}");
        assert_eq!(refused.text, "not ready: draining\n", "{engine:?}");
        for address in ["/", "/livez", "/none"] {
            let closes = site.get(address).await.headers.get("connection").cloned();
            assert_eq!(closes.unwrap(), "close", "{engine:?}: {address}");
        }
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
async fn deep_health_says_why_and_stale_data_alone_do_not_make_it_fail() {
    for engine in engines() {
        let site = site(engine).await;
        let deep = |answer: &Answer| serde_json::from_str::<serde_json::Value>(&answer.text).unwrap();
        let codes = |health: &serde_json::Value| -> Vec<String> {
            let reasons = health["reasons"].as_array().unwrap();
            reasons.iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect()
        };
        let answer = site.get("/healthz").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{engine:?}: nobody watches");
        assert!(codes(&deep(&answer)).contains(&"nobody_watches".to_owned()), "{engine:?}");
        watched(&site).await;
        let answer = site.get("/healthz").await;
        let health = deep(&answer);
        assert_eq!((answer.status, &health["status"]), (StatusCode::OK, &"degraded".into()), "{engine:?}");
        assert_eq!(
            codes(&health)[..3],
            ["list_not_refreshed", "list_not_refreshed", "list_never_loaded"],
            "{engine:?}"
        );
        assert_eq!(
            (&health["oldest_stuck"]["what"], &health["oldest_stuck"]["id"]),
            (&"hold".into(), &HOLD.into())
        );
        assert_eq!(health["undelivered_alerts"]["count"], 0, "{engine:?}");
        site.clock.advance(jiff::SignedDuration::from_hours(40));
        watched(&site).await;
        let answer = site.get("/healthz").await;
        assert_eq!(answer.status, StatusCode::OK, "{engine:?}: old data");
        assert!(codes(&deep(&answer)).contains(&"list_stale".to_owned()), "{engine:?}");
        assert_eq!(site.get("/readyz").await.status, StatusCode::OK, "{engine:?}");
    }
}

/// A watch says that it lives.
async fn watched(site: &Pages) {
    let watcher = Watcher {
        node: "a".to_owned(),
        started_at: site.clock.now(),
        beat_at: site.clock.now(),
        can_alert: true,
        build: String::new(),
        config_hash: String::new(),
    };
    let mut tx = site.store.begin().await.unwrap();
    store::watcher::beat(&mut tx, &watcher, site.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn every_page_says_in_red_that_nobody_was_told() {
    let site = site(engines()[0]).await;
    assert!(!site.get("/").await.text.contains("Nobody was told"));
    site.unheard.store(3, Ordering::Relaxed);
    for address in ["/", "/doctors", "/runs", "/nowhere"] {
        let text = site.get(address).await.text;
        assert!(text.contains("nhsuk-tag--red\">Nobody was told</strong> 3 alerts"), "{address}: {text}");
    }
}

#[tokio::test]
async fn metrics_are_passed_on_as_they_are() {
    for engine in engines() {
        assert_eq!(site(engine).await.get("/metrics").await.text, "reval_build_info 1\n", "{engine:?}");
    }
}

#[tokio::test]
async fn one_that_cannot_read_the_store_is_not_ready_and_old_data_are_no_reason() {
    for engine in engines() {
        let mut site = site(engine).await;
        site.hours_later(200).await;
        assert_eq!(site.get_as_nobody("/readyz").await.status, StatusCode::OK, "{engine:?}: data are old");
        site.close_store().await;
        let answer = site.get_as_nobody("/readyz").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{engine:?}");
        assert!(answer.text.contains("the store cannot be read"), "{engine:?}: {}", answer.text);
        assert_eq!(
            site.get_as_nobody("/livez").await.status,
            StatusCode::OK,
            "{engine:?}: the process lives"
        );
    }
}

#[test]
fn each_deep_check_stands_in_the_table_beside_one_from_outside_and_what_a_balancer_sees() {
    let text = include_str!("../../../../docs/alerts.md");
    let table = text.split("### Which check covers what").nth(1).unwrap();
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| what"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let deep: Vec<&str> = rows.iter().map(|row| row[2].trim_matches('`')).collect();
    let mut known: Vec<&str> = Code::ALL.iter().map(|code| code.word()).collect();
    let mut named = deep.clone();
    named.sort_unstable();
    known.sort_unstable();
    assert_eq!(named, known, "each reason of /healthz has one row, and each row one reason");
    let addresses: Vec<&str> = web::entrances().iter().map(|one| one.path).collect();
    for row in &rows {
        assert!(row.len() == 4 && row.iter().all(|cell| !cell.is_empty()), "{row:?}");
        assert!(row[3].starts_with("`/readyz`") || row[3] == "nothing, on purpose", "{row:?}");
        for address in row.iter().flat_map(|cell| cell.split('`')).filter(|part| part.starts_with('/')) {
            assert!(addresses.contains(&address), "{address} in {row:?}");
        }
    }
}

#[tokio::test]
async fn whoever_is_cut_off_from_the_store_says_so_at_once_and_serves_on_once_it_is_back() {
    let site = site(Engine::Sqlite).await;
    site.find_store(false);
    assert!(site.get("/readyz").await.text.contains("the store cannot be read"));
    for address in ["/", "/under-notice", "/api/v1/doctors"] {
        let refused = site.get(address).await;
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{address}");
        assert!(refused.text.contains("cannot reach its store just now"), "{address}: {}", refused.text);
    }
    let sent = site.post_as(&site.everybody, "/doctors/9000001/notes", &[("note", "x")]).await;
    assert_eq!(sent.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(sent.text.contains("look before you send it again"), "{}", sent.text);
    assert_eq!(site.get("/livez").await.status, StatusCode::OK);
    site.find_store(true);
    assert_eq!(site.get("/readyz").await.status, StatusCode::OK);
    assert_eq!(site.get("/").await.status, StatusCode::OK);
}
