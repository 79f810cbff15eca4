//! What somebody who works on doctors is told first, and what they do day by day.

use axum::http::StatusCode;
use domain::access::Role::{Observer, Operations};
use domain::clock::Clock as _;
use testkit::engines;
use testkit::world::{self, FRESH, HELD};

use super::people::{over, person};
use super::site;

#[tokio::test]
async fn the_first_page_counts_what_is_due_and_each_count_is_a_way_to_its_list() {
    for engine in engines() {
        let mut site = site(engine).await;
        let page = site.get("/").await.text;
        for told in [
            "href=\"/under-notice?due-from=2026-11-24&#38;due-to=2026-12-08\">2 doctors</a>",
            "href=\"/under-notice?due-to=2026-11-23\">0 doctors</a>",
            "href=\"/discrepancies?kind=transfer\">1 doctor</a>",
            "href=\"/holds\">1 list</a>",
            "<svg",
            "What changed last night",
        ] {
            assert!(page.contains(told), "{engine:?} {told}: {page}");
        }
        assert_eq!(site.get("/under-notice?due-from=2026-11-24&due-to=2026-12-08").await.status, 200);
        site.hours_later(24 * 8).await;
        let page = site.get("/").await.text;
        assert!(
            page.contains("href=\"/under-notice?due-to=2026-12-01\">2 doctors</a>"),
            "{engine:?} overdue"
        );
        assert!(site.get("/under-notice").await.text.contains(">Overdue</strong>"), "{engine:?}");
        let one = person(&site.store, "one", &[over(Observer, &[FRESH])], site.clock.now()).await;
        let own = site.get_as(&one, "/").await.text;
        assert!(own.contains("href=\"/under-notice\">0 doctors</a>"), "{engine:?}");
        let machine = person(&site.store, "machine", &[over(Operations, &[])], site.clock.now()).await;
        assert!(!site.get_as(&machine, "/").await.text.contains("What changed last night"), "{engine:?}");
    }
}

#[tokio::test]
async fn what_changed_last_night_is_told_body_by_body_and_doctor_by_doctor() {
    for engine in engines() {
        let site = site(engine).await;
        let page = site.get("/changes").await.text;
        assert!(page.contains("href=\"/changes?body=1-AIIDWT&#38;kind=under-notice\">1</a>"), "{engine:?}");
        assert!(page.contains("href=\"/changes?body=1-AIIDWT&#38;kind=disconnected\">1</a>"), "{engine:?}");
        assert!(page.contains("href=\"/changes?body=1-AII-DH1&#38;kind=connected\">1</a>"), "{engine:?}");
        assert!(page.contains("first list"), "{engine:?}: everybody is new on a first list");
        let who = site.get("/changes?body=1-AIIDWT&kind=under-notice").await.text;
        assert!(who.contains("Samplaigh") && !who.contains("Example-Specimen"), "{engine:?}");
        let dates = site.get("/changes?body=1-AIIDWT&kind=moved").await.text;
        assert!(dates.contains("received as “soon”") && dates.contains("1 December 2026"), "{engine:?}");
        world::move_tonight(&site.store).await.unwrap();
        let one = person(&site.store, "one", &[over(Observer, &[HELD])], site.clock.now()).await;
        let own = site.get_as(&one, "/changes").await.text;
        assert!(own.contains("Heldshire") && !own.contains("Freshton"), "{engine:?}");
        for wrong in ["/changes?kind=love", "/changes?body=nowhere&kind=moved"] {
            assert_eq!(site.get(wrong).await.status, StatusCode::NOT_FOUND, "{engine:?} {wrong}");
        }
    }
}

#[tokio::test]
async fn each_line_of_a_doctor_s_history_leads_to_how_it_stood_that_day() {
    for engine in engines() {
        let site = site(engine).await;
        let page = site.get("/doctors/9000001").await.text;
        assert!(page.contains("href=\"/doctors/9000001?on=2026-11-23\">As of that day</a>"), "{engine:?}");
        assert!(page.contains("job:gmc-sync"), "{engine:?}: and who published it");
        let then = site.get("/doctors/9000001?on=2026-11-23").await.text;
        assert!(then.contains("This is what readers saw at the end of 23 November 2026"), "{engine:?}");
    }
}
