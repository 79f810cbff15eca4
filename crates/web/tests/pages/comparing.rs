//! GMC Connect's export beside our list.

use axum::http::StatusCode;
use domain::access::Grant;
use domain::access::Role::Observer;
use domain::clock::Clock as _;
use testkit::engines;
use testkit::world::HELD;

use super::people::{over, person};
use super::site;

const COMPARE: &str = "/bodies/1-AIIDWT/compare";

#[tokio::test]
async fn an_export_is_compared_and_nobody_is_on_one_list_unseen() {
    for engine in engines() {
        let site = site(engine).await;
        assert_eq!(site.get(COMPARE).await.status, StatusCode::OK);
        let answer = site.upload_as(&site.everybody, COMPARE, "export", b"9000001\n9000099\n").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        for told in
            ["Only in the export (1)", "/doctors/9000099", "Elsewhere", "/doctors/9000001", "last name"]
        {
            assert!(answer.text.contains(told), "{told} is not in {}", answer.text);
        }
    }
}

#[tokio::test]
async fn what_is_no_export_is_told_beside_the_field() {
    for engine in engines() {
        let site = site(engine).await;
        let cases: [(&[u8], &str); 2] = [(b"", "Choose the export"), (b"\xFF\xFE", "the export is no text")];
        for (bytes, told) in cases {
            let answer = site.upload_as(&site.everybody, COMPARE, "export", bytes).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.text.contains(told), "{told} is not in {}", answer.text);
        }
        let other = site.upload_as(&site.everybody, COMPARE, "other", b"9000001").await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "a field that the page does not have");
        let huge = site.upload_as(&site.everybody, COMPARE, "export", &vec![b' '; 5 * 1024 * 1024]).await;
        assert!(huge.status.is_client_error(), "{}", huge.status);
        let large = site.upload_as(&site.everybody, COMPARE, "export", &vec![b' '; 3 * 1024 * 1024]).await;
        assert_eq!(large.status, StatusCode::OK, "an export of three megabytes without a doctor is taken");
    }
}

#[tokio::test]
async fn the_list_of_a_body_out_of_scope_is_compared_with_nothing() {
    for engine in engines() {
        let site = site(engine).await;
        let elsewhere: [Grant; 1] = [over(Observer, &[testkit::world::FRESH])];
        let stranger = person(&site.store, "stranger", &elsewhere, site.clock.now()).await;
        let answer = site.upload_as(&stranger, COMPARE, "export", b"9000001\n").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(!answer.text.contains(HELD));
    }
}
