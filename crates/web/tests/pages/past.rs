//! What a service before ours recommended, on the page of its doctor.

use domain::recommendation::past::{self, Past};
use testkit::engines;

use super::site;

fn of(gmc_id: &str, kind: &str) -> Past {
    let values =
        [("gmc_number", "9000001"), ("gmc_id", gmc_id), ("kind", kind), ("submitted_on", "2019-03-15")];
    past::read(&values.map(|(column, value)| (column, value.to_owned())).into()).unwrap()
}

#[tokio::test]
async fn what_was_imported_stands_on_the_doctors_page_marked_and_as_text() {
    for engine in engines() {
        let site = site(engine).await;
        let (known, lacking) = (of("GMC-7", "defer"), of("", "<b>sideways"));
        let mut tx = site.store.begin().await.unwrap();
        for past in [&known, &lacking] {
            assert!(
                store::past_recommendation::insert(&mut tx, past, "os:ana", testkit::start()).await.unwrap()
            );
        }
        tx.commit().await.unwrap();
        let page = site.get("/doctors/9000001").await.text;
        for said in
            ["Earlier recommendations, imported", "15 March 2019", "GMC-7", "No id", "&#60;b&#62;sideways"]
        {
            assert!(page.contains(said), "{engine:?}: {said}");
        }
    }
}
