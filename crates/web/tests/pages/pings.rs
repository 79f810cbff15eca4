//! What programs report that somebody else runs.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::scope::Actor;
use testkit::engines;

use super::site::REPORTED;
use super::*;

async fn key(site: &Pages) -> (String, String) {
    let made = site.ops.add_report_key(REPORTED, &Actor::person("ana", "the warehouse")).await.unwrap();
    (made.id, made.key)
}

async fn asked(site: &Pages, method: &str, address: &str) -> StatusCode {
    site.send(Request::builder().method(method).uri(address).body(Body::empty()).unwrap()).await.status
}

#[tokio::test]
async fn a_key_reports_by_every_method_that_clients_use_and_ends_with_its_revocation() {
    for engine in engines() {
        let site = site(engine).await;
        let (id, key) = key(&site).await;
        for method in ["GET", "HEAD", "POST"] {
            for what in ["", "/start", "/fail", "/0", "/255"] {
                let status = asked(&site, method, &format!("/ping/{key}{what}?rid=41")).await;
                assert_eq!(status, StatusCode::OK, "{engine:?} {method} {what}");
            }
            assert_eq!(asked(&site, method, &format!("/ping/{key}/log")).await, StatusCode::CONFLICT);
            for absent in [format!("/ping/{key}/256"), format!("/ping/{key}/other"), format!("/ping/{id}")] {
                assert_eq!(asked(&site, method, &absent).await, StatusCode::NOT_FOUND, "{method} {absent}");
            }
        }
        let long = format!("/ping/{key}?rid={}", "x".repeat(201));
        assert_eq!(asked(&site, "POST", &long).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(asked(&site, "PUT", &format!("/ping/{key}")).await, StatusCode::METHOD_NOT_ALLOWED);
        let keys = site.ops.report_keys().await.unwrap();
        assert!(keys.len() == 1 && keys[0].used_at.is_some(), "{keys:?}");
        let ana = Actor::person("ana", "it was lost");
        site.ops.revoke_report_key(&id, &ana).await.unwrap();
        assert_eq!(asked(&site, "POST", &format!("/ping/{key}")).await, StatusCode::NOT_FOUND);
        assert!(site.ops.revoke_report_key(&id, &ana).await.is_err(), "there is none any more");
    }
}

#[tokio::test]
async fn no_key_stands_in_the_store() {
    for engine in engines() {
        let site = site(engine).await;
        let (_, key) = key(&site).await;
        let rows = site.ops.audit_page(None, 99).await.unwrap();
        let said = format!("{rows:?}");
        assert!(said.contains("add-report-key") && !said.contains(&key[4..]), "{engine:?}");
    }
}
