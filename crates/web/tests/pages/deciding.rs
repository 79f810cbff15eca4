//! What people decide on pages: held lists by their count, alerts by whoever keeps the program running.

use axum::http::{StatusCode, header};
use domain::access::Role::{Approver, Observer, Operations};
use domain::clock::Clock as _;
use testkit::engines;
use testkit::world::{FRESH, HELD, HOLD};

use super::people::{over, person};
use super::{Answer, site};

const ALERT: &str = "00000000-0000-7000-8000-0000000000d1";

fn way(answer: &Answer) -> &str {
    answer.headers.get(header::LOCATION).map(|way| way.to_str().unwrap()).unwrap_or_default()
}

#[tokio::test]
async fn a_held_list_is_published_by_its_count_and_a_reason() {
    for engine in engines() {
        let site = site(engine).await;
        let one = person(&site.store, "one", &[over(Approver, &[HELD])], site.clock.now()).await;
        let page = format!("/holds/{HOLD}");
        let offered = site.get_as(&one, &page).await.text;
        assert!(offered.contains("Publish this list") && offered.contains("Throw it away"), "{engine:?}");
        let approve = format!("{page}/approve");
        let complaints = [
            (vec![("reason", "looked")], "Type the number of doctors"),
            (vec![("count", "many"), ("reason", "looked")], "Type the number of doctors"),
            (vec![("count", "2"), ("reason", " ")], "Say why"),
            (vec![("count", "42"), ("reason", "looked")], "another number of doctors"),
        ];
        for (fields, sentence) in complaints {
            let answer = site.post_as(&one, &approve, &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine:?} {fields:?}");
            assert!(
                answer.text.contains(sentence) && answer.text.contains("<title>Error: "),
                "{engine:?} {fields:?}"
            );
        }
        let done = site.post_as(&one, &approve, &[("count", "2"), ("reason", "looked")]).await;
        assert_eq!(way(&done), format!("{page}?done=proposed"), "{engine:?}");
        assert!(
            site.get_as(&one, way(&done)).await.text.contains("Another person must confirm it"),
            "{engine:?}"
        );
        let thrown = site.post_as(&one, &format!("{page}/reject"), &[("reason", "short")]).await;
        assert_eq!(way(&thrown), format!("{page}?done=rejected"), "{engine:?}");
    }
}

#[tokio::test]
async fn whose_list_it_is_not_decides_nothing_and_is_offered_nothing() {
    for engine in engines() {
        let site = site(engine).await;
        let now = site.clock.now();
        let page = format!("/holds/{HOLD}");
        let fields = [("count", "2"), ("reason", "looked")];
        let mixed = [over(Approver, &[FRESH]), over(Observer, &[HELD])];
        let mixed = person(&site.store, "mixed", &mixed, now).await;
        let shown = site.get_as(&mixed, &page).await;
        assert!(shown.status == StatusCode::OK && !shown.text.contains("Publish this list"), "{engine:?}");
        let answer = site.post_as(&mixed, &format!("{page}/approve"), &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{engine:?}");
        let keeper = person(&site.store, "keeper", &[over(Operations, &[])], now).await;
        assert!(!site.get_as(&keeper, &page).await.text.contains("Publish this list"), "{engine:?}");
        let answer = site.post_as(&keeper, &format!("{page}/approve"), &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{engine:?}");
    }
}

#[tokio::test]
async fn an_alert_is_taken_and_closed_by_a_name_and_a_reason() {
    for engine in engines() {
        let site = site(engine).await;
        let one = person(&site.store, "keeper", &[over(Operations, &[])], site.clock.now()).await;
        let page = format!("/alerts/{ALERT}");
        let taken = site.post_as(&one, &format!("{page}/acknowledge"), &[("reason", "looking")]).await;
        assert_eq!(way(&taken), format!("{page}?done=taken"), "{engine:?}");
        let shown = site.get_as(&one, way(&taken)).await.text;
        assert!(shown.contains("user:keeper") && shown.contains("It is yours"), "{engine:?}");
        let silent = site.post_as(&one, &format!("{page}/resolve"), &[]).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine:?}: closing needs a reason");
        let closed = site.post_as(&one, &format!("{page}/resolve"), &[("reason", "it is known")]).await;
        assert_eq!(way(&closed), format!("{page}?done=resolved"), "{engine:?}");
        let again = site.post_as(&one, &format!("{page}/resolve"), &[("reason", "it is known")]).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "{engine:?}");
        let audit = site.get("/audit").await.text;
        assert!(audit.contains("user:keeper") && audit.contains("it is known"), "{engine:?}");
        let reader = person(&site.store, "reader", &[over(Observer, &[HELD])], site.clock.now()).await;
        assert!(!site.get_as(&reader, &page).await.text.contains("Take it"), "{engine:?}");
    }
}

#[tokio::test]
async fn who_keeps_the_program_running_begins_rests_and_wakes_a_job_with_a_reason() {
    for engine in engines() {
        let site = site(engine).await;
        let one = person(&site.store, "keeper", &[over(Operations, &[])], site.clock.now()).await;
        let asked = |to: &'static str, fields: &'static [(&'static str, &'static str)]| {
            let (site, one) = (&site, &one);
            async move { site.post_as(one, to, fields).await }
        };
        let silent = asked("/jobs/begin", &[("job", "gmc-sync"), ("reason", " ")]).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine:?}");
        assert!(silent.text.contains("This needs a reason"), "{engine:?}");
        let begun = asked("/jobs/begin", &[("job", "gmc-sync"), ("reason", "lists are old")]).await;
        assert_eq!(way(&begun), "/jobs?done=asked", "{engine:?}");
        assert!(site.get_as(&one, way(&begun)).await.text.contains("It was asked for"), "{engine:?}");

        let job = ("job", "gmc-sync");
        let complaints: [(&'static [(&'static str, &'static str)], &str); 3] = [
            (&[("job", "gmc-sync"), ("until", "whenever"), ("reason", "work")], "whenever"),
            (&[("job", "gmc-sync"), ("until", "20d"), ("reason", "work")], "14 days"),
            (&[("job", "gmc-sync"), ("until", "2h"), ("reason", "")], "reason"),
        ];
        for (fields, told) in complaints {
            let refused = asked("/overrides/pause", fields).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine:?} {fields:?}");
            assert!(refused.text.contains(told), "{engine:?} {fields:?}");
        }
        let rests = site.post_as(&one, "/overrides/pause", &[job, ("until", "2h"), ("reason", "work")]).await;
        assert_eq!(way(&rests), "/overrides?done=resting", "{engine:?}");
        let shown = site.get_as(&one, way(&rests)).await.text;
        assert!(shown.contains("user:keeper") && shown.contains("End: "), "{engine:?}");
        let id = shown
            .split("/overrides/")
            .filter_map(|rest| rest.split_once("/end"))
            .next()
            .unwrap()
            .0
            .to_owned();
        let ended = site.post_as(&one, &format!("/overrides/{id}/end"), &[("reason", "done")]).await;
        assert_eq!(way(&ended), "/overrides?done=again", "{engine:?}");
        let reader = person(&site.store, "reader", &[over(Observer, &[HELD])], site.clock.now()).await;
        for page in ["/jobs", "/overrides"] {
            assert!(
                !site.get_as(&reader, page).await.text.contains("<form action=\"/jobs"),
                "{engine:?} {page}"
            );
        }
    }
}
