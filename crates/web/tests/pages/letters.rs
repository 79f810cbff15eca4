//! Where somebody wants to be mailed about outcomes, on the page of their account.

use axum::http::StatusCode;
use testkit::engines;

use super::site;

#[tokio::test]
async fn letters_are_wanted_and_not_wanted_any_more_by_their_reader_alone() {
    for engine in engines() {
        let site = site(engine).await;
        let keep =
            async |email: &str| site.post_as(&site.everybody, "/account/letters", &[("email", email)]).await;
        let wished = async || {
            let mut tx = site.store.read().await.unwrap();
            store::letter::wished(&mut tx, &site.everybody.account).await.unwrap()
        };
        assert_eq!(keep("ana@example.org").await.status, StatusCode::SEE_OTHER, "{engine:?}");
        assert!(site.get("/account").await.text.contains("value=\"ana@example.org\""), "{engine:?}");
        let wrong = keep("ana").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine:?}");
        assert!(wrong.text.contains("This is no e-mail address"), "{engine:?}");
        assert_eq!(wished().await.as_deref(), Some("ana@example.org"), "{engine:?}: nothing was changed");
        keep("").await;
        assert_eq!(wished().await, None, "{engine:?}");
    }
}
