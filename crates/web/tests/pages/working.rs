//! What somebody who works on doctors is told first, and what they do day by day.

use axum::http::StatusCode;
use domain::access::Role::{Admin, Observer, Operations};
use domain::clock::Clock as _;
use testkit::engines;
use testkit::world::{self, FRESH, HELD, NOTE};

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

#[tokio::test]
async fn a_note_is_kept_with_its_author_worded_anew_by_them_alone_and_never_lost() {
    for engine in engines() {
        let site = site(engine).await;
        let amira = person(&site.store, "amira", &[over(Admin, &[HELD])], site.clock.now()).await;
        let bao = person(&site.store, "bao", &[over(Admin, &[HELD])], site.clock.now()).await;
        let to = "/doctors/9000002/notes";
        let text = "<b>Spoke</b> on\nMonday \u{202e}esrever";
        let kept = site.post_as(&amira, to, &[("note", text)]).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{engine:?} {}", kept.text);
        let page = site.get_as(&bao, "/doctors/9000002").await.text;
        assert!(page.contains("&#60;b&#62;Spoke&#60;/b&#62; on") && !page.contains("<b>Spoke"), "{engine:?}");
        assert!(page.contains("<bdi>Monday \u{202e}esrever</bdi>") && page.contains("amira, "), "{engine:?}");
        assert!(!page.contains("Word this note anew"), "{engine:?}: it is another's");
        let own = site.get_as(&amira, "/doctors/9000002").await.text;
        let id = own.split("action=\"/notes/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let fields = [("reworded", "Spoke on Tuesday"), ("version", "1"), ("number", "9000002")];
        let by_another = site.post_as(&bao, &format!("/notes/{id}"), &fields).await;
        assert_eq!(by_another.status, StatusCode::NOT_FOUND, "{engine:?}");
        let reworded = site.post_as(&amira, &format!("/notes/{id}"), &fields).await;
        assert_eq!(reworded.status, StatusCode::SEE_OTHER, "{engine:?} {}", reworded.text);
        let stale = [("reworded", "My other words"), ("version", "1"), ("number", "9000002")];
        let stale = site.post_as(&amira, &format!("/notes/{id}"), &stale).await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine:?}");
        assert!(stale.text.contains("My other words") && stale.text.contains("has been changed since"));
        let after = site.get_as(&bao, "/doctors/9000002").await.text;
        assert!(after.contains("Spoke on Tuesday") && after.contains("worded anew"), "{engine:?}");
        let list = site.get_as(&bao, "/doctors?q=zoe").await.text;
        assert!(list.contains("/doctors/9000002#notes\">1</a>"), "{engine:?}");
    }
}

#[tokio::test]
async fn a_note_that_cannot_be_kept_comes_back_with_why() {
    for engine in engines() {
        let site = site(engine).await;
        let to = "/doctors/9000001/notes";
        let long = "x".repeat(10_001);
        for (text, why) in [
            (long.as_str(), "from one to 10,000 characters"),
            ("a \u{7} bell", "a character that no screen shows"),
            ("", "from one to 10,000 characters"),
        ] {
            let answer = site.post_as(&site.everybody, to, &[("note", text)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine:?} {why}");
            assert!(answer.text.contains(why) && answer.text.contains(text), "{engine:?} {why}");
        }
        let huge = "x".repeat(10 * 1024 * 1024);
        let answer = site.post_as(&site.everybody, to, &[("note", &huge)]).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{engine:?}");
        let zero = site.post_as(&site.everybody, to, &[("note", "a\0b")]).await;
        assert_eq!(zero.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine:?}");
        for address in ["/doctors?programme=%00", "/runs/%00", "/notes/%00", "/doctors?q=%00"] {
            let answer = site.get(address).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{engine:?} {address}");
            assert!(answer.text.contains("a character that no address of Reval has"), "{engine:?} {address}");
        }
        assert!(site.get("/doctors/9000001").await.text.contains("waits for the form"), "{engine:?} {NOTE}");
    }
}

#[tokio::test]
async fn doctors_are_allocated_one_by_one_evenly_and_all_that_match() {
    for engine in engines() {
        let site = site(engine).await;
        let amira = person(&site.store, "amira", &[over(Admin, &[FRESH])], site.clock.now()).await;
        person(&site.store, "bao", &[over(Admin, &[FRESH, HELD])], site.clock.now()).await;
        person(&site.store, "cleo", &[over(Observer, &[FRESH])], site.clock.now()).await;
        let list = site.get_as(&amira, "/doctors?notice=no").await.text;
        assert!(
            list.contains("Select all 60 that match") && list.contains("id=\"pick-9000100\""),
            "{engine:?}"
        );
        let all = [("list", "doctors"), ("query", "notice=no"), ("all", "yes"), ("expected", "60")];
        let ask = site.post_as(&amira, "/allocate", &all).await;
        assert!(ask.text.contains("60 doctors chosen") && ask.text.contains("amira (you)"), "{engine:?}");
        assert!(ask.text.contains("value=\"bao\"") && !ask.text.contains("cleo"), "{engine:?}");
        let give = [("step", "give"), ("to", "amira"), ("to", "bao")];
        let fields: Vec<(&str, &str)> = all.iter().chain(&give).copied().collect();
        let given = site.post_as(&amira, "/allocate", &fields).await;
        assert_eq!(given.status, StatusCode::SEE_OTHER, "{engine:?} {}", given.text);
        assert_eq!(given.headers["location"], "/doctors?notice=no&done=allocated", "{engine:?}");
        for (admin, doctors) in [("amira", "30 doctors"), ("bao", "30 doctors"), ("nobody", "0 doctors")] {
            let page = site.get_as(&amira, &format!("/doctors?admin={admin}")).await.text;
            assert!(page.contains(&format!("<p role=\"status\">{doctors}</p>")), "{engine:?} {admin}");
        }
        let one = [("doctor", "9000100"), ("step", "give"), ("to", "amira")];
        let given = site.post_as(&amira, "/allocate", &one).await;
        assert_eq!(given.headers["location"], "/doctors/9000100?done=allocated", "{engine:?}");
        let mut stale = fields.clone();
        stale[3] = ("expected", "61");
        let stale = site.post_as(&amira, "/allocate", &stale).await;
        assert!(stale.text.contains("60 match on the lists that you may change, not 61"), "{engine:?}");
        let foreign = [("doctor", "9000001"), ("step", "give"), ("to", "amira")];
        assert_eq!(site.post_as(&amira, "/allocate", &foreign).await.status, StatusCode::NOT_FOUND);
        let to_nobody = [("doctor", "9000100"), ("step", "give"), ("to", "cleo")];
        assert_eq!(site.post_as(&amira, "/allocate", &to_nobody).await.status, 422, "{engine:?}");
    }
}

#[tokio::test]
async fn a_discrepancy_is_taken_up_hidden_for_a_while_and_shown_again() {
    for engine in engines() {
        let mut site = site(engine).await;
        let all = site.get("/discrepancies").await.text;
        assert!(all.contains("Transfer (1)") && all.contains("Work on those selected"), "{engine:?}");
        let to = "/discrepancies/work";
        let one = [("doctor", "9000003"), ("list", "discrepancies"), ("query", "kind=transfer")];
        let ask = site.post_as(&site.everybody, to, &one).await;
        assert!(
            ask.text.contains("1 doctor chosen") && ask.text.contains("Accept it for a while"),
            "{engine:?}"
        );
        let with = |more: &[(&'static str, &'static str)]| [&one[..], more].concat();
        let stand = with(&[("step", "stand"), ("stage", "waiting_gmc"), ("said", "asked them")]);
        let stood = site.post_as(&site.everybody, to, &stand).await;
        assert_eq!(stood.headers["location"], "/discrepancies?kind=transfer&done=worked", "{engine:?}");
        let list = site.get("/discrepancies?kind=transfer").await.text;
        for told in ["Waiting for the GMC</strong>", "everybody", "asked them"] {
            assert!(list.contains(told), "{engine:?} {told}");
        }
        let waiting = site.get("/discrepancies?stage=waiting_gmc").await.text;
        let new = site.get("/discrepancies?stage=new").await.text;
        assert!(waiting.contains("9000003") && !new.contains("9000003"), "{engine:?}");
        let silent = with(&[("step", "hide")]);
        assert!(site.post_as(&site.everybody, to, &silent).await.text.contains("Say why"), "{engine:?}");
        let past = with(&[("step", "hide"), ("reason", "known"), ("until", "2026-11-23")]);
        let past = site.post_as(&site.everybody, to, &past).await;
        assert!(past.text.contains("today or later"), "{engine:?}");
        let hide = with(&[("step", "hide"), ("reason", "known"), ("until", "2026-11-25")]);
        assert_eq!(
            site.post_as(&site.everybody, to, &hide).await.status,
            StatusCode::SEE_OTHER,
            "{engine:?}"
        );
        assert!(site.get("/discrepancies").await.text.contains("Transfer (0)"), "{engine:?}");
        let hidden = site.get("/discrepancies?state=hidden").await.text;
        assert!(hidden.contains("9000003") && hidden.contains("Hidden discrepancies"), "{engine:?}");
        let page = site.get("/doctors/9000003").await.text;
        assert!(page.contains("known") && page.contains("Show the discrepancy again"), "{engine:?}");
        let stranger = person(&site.store, "fresh", &[over(Admin, &[FRESH])], site.clock.now()).await;
        let shows: Vec<&str> = page.split("action=\"").filter(|to| to.starts_with("/hidden/")).collect();
        assert_eq!(shows.len(), 2, "{engine:?}: both bodies of a transfer are theirs");
        for show in shows {
            let show = show.split('"').next().unwrap();
            let refused = site.post_as(&stranger, show, &[]).await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND, "{engine:?}");
            let shown = site.post_as(&site.everybody, show, &[]).await;
            assert_eq!(shown.headers["location"], "/doctors/9000003?done=shown", "{engine:?}");
        }
        assert!(site.get("/discrepancies").await.text.contains("Transfer (1)"), "{engine:?}");
        assert_eq!(
            site.post_as(&site.everybody, to, &hide).await.status,
            StatusCode::SEE_OTHER,
            "{engine:?}"
        );
        site.hours_later(48).await;
        let after = site.get("/discrepancies").await.text;
        assert!(after.contains("Transfer (1)"), "{engine:?}: its day is over");
    }
}
