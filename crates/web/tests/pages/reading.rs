//! What a reader is told: how old, why not, what changed; and what nobody is told.

use axum::http::StatusCode;
use domain::overrides::{Override, What};
use domain::scope::Actor;
use jiff::SignedDuration;
use testkit::engines;
use testkit::world::{FAILED_WHY, HOLD, NAMES, RUN};

use super::{ADDRESSES, WITHOUT_DATA, site};

#[tokio::test]
async fn every_page_says_how_old_its_data_are() {
    for engine in engines() {
        let site = site(engine).await;
        for (route, address) in ADDRESSES.iter().filter(|(route, _)| !WITHOUT_DATA.contains(route)) {
            let page = site.get(address).await;
            assert_eq!(page.status, StatusCode::OK, "{engine:?} {route}");
            let gmc = page.text.find("GMC data as of").unwrap_or_else(|| panic!("{engine:?} {route}"));
            let tis = page.text.find("TIS data as of").unwrap_or_else(|| panic!("{engine:?} {route}"));
            assert!(gmc < tis, "{engine:?} {route}");
            assert!(page.text.contains("24 November 2026, 00:00 GMT"), "{engine:?} {route}");
            assert!(page.text.contains("rehearsal: no real doctors"), "{engine:?} {route}");
        }
    }
}

#[tokio::test]
async fn a_frozen_night_turns_every_page_amber_and_then_red() {
    for engine in engines() {
        let mut site = site(engine).await;
        let fresh = site.get("/bodies/1-25U-830").await.text;
        assert!(fresh.contains("Fresh") && !fresh.contains("Amber"), "{engine:?}");
        // The promise is 26 hours; the data are of 20 hours ago.
        for (hours, word) in [(6, "Amber"), (24, "Red")] {
            site.hours_later(hours).await;
            for (route, address) in ADDRESSES.iter().filter(|(route, _)| !WITHOUT_DATA.contains(route)) {
                let text = site.get(address).await.text;
                let tag = format!(">{word}</strong>");
                assert!(text.contains(&tag), "{engine:?} {route} does not say {word}");
            }
            let status = site.get("/status.json").await.text;
            assert!(status.contains(&format!("\"age\":\"{}\"", word.to_lowercase())), "{engine:?} {status}");
        }
    }
}

#[tokio::test]
async fn the_overview_and_the_status_name_no_doctor() {
    for engine in engines() {
        let site = site(engine).await;
        for address in [
            "/",
            "/status.json",
            "/livez",
            "/readyz",
            "/healthz",
            "/metrics",
            "/runs",
            "/holds",
            "/alerts",
            "/snapshots",
        ] {
            let text = site.get(address).await.text;
            for name in NAMES.iter().chain(&["Rawcanary", "alert(1)", "90000", "90001"]) {
                assert!(!text.contains(name), "{engine:?} {address} names {name}");
            }
        }
    }
}

#[tokio::test]
async fn held_and_failed_bodies_are_named_with_their_reason() {
    for engine in engines() {
        let site = site(engine).await;
        for address in ["/", "/doctors", "/under-notice", "/discrepancies"] {
            let text = site.get(address).await.text;
            for told in ["Heldshire", "Failby", "Nevermore", FAILED_WHY, "40 doctors"] {
                assert!(text.contains(told), "{engine:?} {address} does not say {told}");
            }
        }
        let hold = site.get(&format!("/holds/{HOLD}")).await.text;
        assert!(hold.contains(&format!("reval approve {HOLD} --count N --reason")), "{engine:?}");
        assert!(hold.contains(&format!("reval reject {HOLD} --reason")), "{engine:?}");
    }
}

#[tokio::test]
async fn what_the_gmc_says_stands_beside_what_we_show() {
    for engine in engines() {
        let site = site(engine).await;
        for address in ["/".to_owned(), format!("/runs/{RUN}")] {
            let text = site.get(&address).await.text;
            assert!(text.contains("GMC says") && text.contains("60"), "{engine:?} {address}");
            for apart in ["1 more than we show, and nothing explains it", "no complete answer in this run"] {
                assert!(text.contains(apart), "{engine:?} {address} does not say: {apart}");
            }
        }
        let body = site.get("/bodies/1-25U-830").await.text;
        assert!(body.contains("GMC says 60, we show 60 (counted 1 hour ago)."), "{engine:?}");
    }
}

#[tokio::test]
async fn what_data_have_resolved_is_listed_with_its_day() {
    for engine in engines() {
        let site = site(engine).await;
        let standing = site.get("/discrepancies").await.text;
        assert!(standing.contains("state=resolved") && !standing.contains("Samplaigh"), "{engine:?}");
        for address in ["/discrepancies?state=resolved", "/discrepancies?state=resolved&body=1-AIIDWT"] {
            let text = site.get(address).await.text;
            for part in ["Samplaigh", "Unknown programme owner", "1 day 16 hours ago", "20 hours ago"] {
                assert!(text.contains(part), "{engine:?} {address} does not say {part}");
            }
        }
        let elsewhere = site.get("/discrepancies?state=resolved&body=1-25U-830").await.text;
        assert!(!elsewhere.contains("Samplaigh"), "{engine:?}");
        let doctor = site.get("/doctors/9000001").await.text;
        assert!(doctor.contains("Discrepancies there were") && doctor.contains("Unknown programme owner"));
    }
}

#[tokio::test]
async fn an_unknown_a_malformed_and_an_impossible_number_get_one_answer() {
    for engine in engines() {
        let site = site(engine).await;
        let mut told = Vec::new();
        for number in ["9000999", "12", "abc", "0000000", "%27%20or%201=1"] {
            let page = site.get(&format!("/doctors/{number}")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{engine:?} {number}");
            let id = page.headers["x-request-id"].to_str().unwrap().to_owned();
            told.push(page.text.replace(&id, ""));
        }
        told.dedup();
        assert_eq!(told.len(), 1, "{engine:?}");
    }
}

#[tokio::test]
async fn a_name_that_would_run_is_shown_as_text() {
    for engine in engines() {
        let site = site(engine).await;
        for address in
            ["/bodies/1-AII-DH1", "/doctors/9000004", "/discrepancies", "/under-notice", "/doctors?q=canary"]
        {
            let text = site.get(address).await.text;
            assert!(text.contains("script&#62;alert(1)"), "{engine:?} {address}");
            assert!(!text.contains("<script>"), "{engine:?} {address}");
        }
        let echoed = site.get("/doctors?q=%22%3E%3Cscript%3Ealert(2)%3C/script%3E").await.text;
        assert!(!echoed.contains("<script>") && echoed.contains("alert(2)"), "{engine:?}");
    }
}

#[tokio::test]
async fn a_doctor_page_shows_what_changed_and_how_it_stood_on_a_day() {
    for engine in engines() {
        let site = site(engine).await;
        let now = site.get("/doctors/9000003").await.text;
        for told in
            ["Failby", "Transfer", "Connected to 1-AII-DH1", "Left", "Arrived", "Cardiology of Nowhere"]
        {
            assert!(now.contains(told), "{engine:?} {told}");
        }
        let then = site.get("/doctors/9000003?on=2026-11-23").await.text;
        assert!(
            then.contains("at the end of 23 November 2026") && then.contains("Heldshire, snapshot 1"),
            "{engine:?}"
        );
        let changed = site.get("/doctors/9000001").await.text;
        assert!(changed.contains("<del>no</del>") && changed.contains("<ins>yes</ins>"), "{engine:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_a_sentence_and_no_list() {
    for engine in engines() {
        let site = site(engine).await;
        let cases = [
            ("/doctors?kind=love", "Choose a discrepancy from the list"),
            ("/doctors?body=nowhere", "Choose a designated body from the list"),
            ("/doctors?order=random", "Choose an order from the list"),
            ("/doctors?order=why", "Choose an order from the list"),
            ("/doctors?way=round", "A list runs up or down"),
            ("/doctors?size=100000", "A page has 20, 50, 100 or 200 rows"),
            ("/doctors?at=middle", "There is no such page of this list"),
            ("/doctors?col=password_hash", "Choose columns from the list"),
            ("/under-notice?due-from=soon", "Enter a day, like"),
            ("/doctors?end-from=2027-01-02&end-to=2027-01-01", "The last day must not be before the first"),
            ("/under-notice?notice=perhaps", "Choose a notice from the list"),
            ("/discrepancies?kind=love", "Choose a discrepancy from the list"),
            ("/bodies/1-AIIDWT/as-of?on=tomorrow", "Enter a day, like"),
            ("/doctors/9000001?on=2027-01-01", "The day must be today or earlier"),
        ];
        for (address, sentence) in cases {
            let page = site.get(address).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine:?} {address}");
            assert!(
                page.text.contains(sentence) && page.text.contains("<title>Error: "),
                "{engine:?} {address}"
            );
            assert!(page.text.contains("GMC data as of"), "{engine:?} {address}");
        }
        for address in
            ["/bodies/nowhere", "/rejects/nowhere", "/holds/none", "/runs/none", "/snapshots/none", "/none"]
        {
            assert_eq!(site.get(address).await.status, StatusCode::NOT_FOUND, "{engine:?} {address}");
        }
    }
}

#[tokio::test]
async fn the_next_page_goes_on_where_this_one_ends() {
    for engine in engines() {
        let site = site(engine).await;
        for first in [
            "/bodies/1-25U-830",
            "/bodies/1-25U-830/as-of?on=2026-11-24",
            "/doctors?body=1-25U-830&order=due",
        ] {
            let page = site.get(first).await.text;
            let (before, _) =
                page.split_once("\" rel=\"next\"").unwrap_or_else(|| panic!("{engine:?} {first}"));
            let query = before.rsplit_once("href=\"").unwrap().1.replace("&#38;", "&");
            let path = first.split('?').next().unwrap();
            let next = site.get(&format!("{path}{query}")).await;
            assert_eq!(next.status, StatusCode::OK, "{engine:?} {first}");
            assert!(page.contains("9000149") && !page.contains("9000150"), "{engine:?} {first}");
            assert!(next.text.contains("9000150") && next.text.contains("9000159"), "{engine:?} {first}");
            assert!(
                !next.text.contains("9000149") && !next.text.contains("rel=\"next\""),
                "{engine:?} {first}"
            );
        }
    }
}

#[tokio::test]
async fn the_page_of_tis_accounts_for_every_person_by_rule() {
    for engine in engines() {
        let text = site(engine).await.get("/tis").await.text;
        let sum = "3 kept + 1 excluded + 1 not processed = 5 persons read";
        assert!(text.contains(sum), "{engine:?} {text}");
        for word in [
            "Role is that of a dummy",
            "Membership type not recognised",
            "The GMC&#39;s lists it was joined to",
        ] {
            assert!(text.contains(word), "{engine:?} {word} is not said: {text}");
        }
    }
}

#[tokio::test]
async fn a_run_over_tis_names_the_snapshots_it_was_joined_to() {
    for engine in engines() {
        let text = site(engine).await.get(&format!("/runs/{RUN}")).await.text;
        let table = text.split("The GMC&#39;s lists it was joined to").nth(1).unwrap();
        let table = table.split("</table>").next().unwrap();
        assert_eq!(table.matches("<tr").count(), 3, "{engine:?} {table}");
        assert!(table.contains("23 November 2026, 00:00 GMT"), "{engine:?} {table}");
    }
}

#[tokio::test]
async fn an_empty_list_says_why_it_is_empty() {
    for engine in engines() {
        let site = site(engine).await;
        let cases = [
            ("/bodies/1-NEVER", "never published without a person"),
            ("/snapshots/1-NEVER", "Nothing was ever published for this list"),
            ("/bodies/1-AIIDWT/as-of?on=2026-01-01", "Nothing had been published for this body by then"),
            ("/rejects/1-25U-830", "Every record of this body"),
            ("/doctors?q=nobodyatall", "matches all of what was entered"),
        ];
        for (address, why) in cases {
            assert!(site.get(address).await.text.contains(why), "{engine:?} {address}");
        }
    }
}

#[tokio::test]
async fn raw_text_of_a_reject_stands_on_its_body_s_page_alone() {
    for engine in engines() {
        let site = site(engine).await;
        assert!(site.get("/rejects/1-AIIDWT").await.text.contains("Rawcanary"), "{engine:?}");
        for (_, address) in ADDRESSES.iter().filter(|(_, address)| *address != "/rejects/1-AIIDWT") {
            assert!(!site.get(address).await.text.contains("Rawcanary"), "{engine:?} {address}");
        }
    }
}

#[tokio::test]
async fn what_is_different_for_a_while_stands_on_every_page_until_it_ends() {
    for engine in engines() {
        let mut site = site(engine).await;
        let now = testkit::start();
        let actor = Actor::person("ana", "the GMC changes its address");
        let one = Override {
            id: "o-1".to_owned(),
            what: What::Pause { job: "gmc-sync".to_owned() },
            owner: actor.name.clone(),
            reason: actor.reason.clone(),
            answers: None,
            starts_at: now,
            ends_at: now + SignedDuration::from_hours(3),
            ended_at: None,
            ended_by: String::new(),
        };
        let mut tx = site.store.begin().await.unwrap();
        store::overrides::insert(&mut tx, &one, &actor, now).await.unwrap();
        tx.commit().await.unwrap();
        let said = "gmc-sync is paused until 2026-11-24 23:00 UTC by os:ana: the GMC changes its address.";
        for hours in [0, 3] {
            site.hours_later(hours).await;
            for (route, address) in ADDRESSES.iter().filter(|(route, _)| !WITHOUT_DATA.contains(route)) {
                let text = site.get(address).await.text;
                // The page of a run says so for ever, if the run was touched.
                let is_said = hours == 0 || *route == "/runs/{id}";
                assert_eq!(text.contains(said), is_said, "{engine:?} {route} after {hours} hours");
            }
        }
    }
}

#[tokio::test]
async fn jobs_show_their_last_runs_and_their_next_and_a_night_stands_on_one_axis() {
    for engine in engines() {
        let site = site(engine).await;
        let jobs = site.get("/jobs").await.text;
        let bars = "aria-label=\"The last runs, the newest last: failed\"";
        assert!(jobs.contains(bars), "{engine:?} {jobs}");
        assert!(jobs.contains("25 November 2026, 00:05 GMT"), "{engine:?}: when it is due next");
        assert!(jobs.contains("published 1 of 3"), "{engine:?}: what the newest came to");
        let night = site.get("/nights").await.text;
        assert!(night.contains("The night to 25 November 2026"), "{engine:?}");
        assert!(night.contains("The night on one axis of time: gmc-sync failed"), "{engine:?} {night}");
        let empty = site.get("/nights?on=2026-11-20").await.text;
        assert!(empty.contains("Nothing was due in this night"), "{engine:?}");
        for address in ["/nodes", "/overrides", "/api/v1/nodes", "/api/v1/overrides"] {
            assert_eq!(site.get(address).await.status, StatusCode::OK, "{engine:?} {address}");
        }
        let next = site.get("/api/v1/next").await.text;
        assert!(next.contains("\"slot\":\"2026-11-25T00:05#1\""), "{engine:?} {next}");
        let listed = site.get("/api/v1/jobs").await.text;
        assert!(listed.contains("\"alias\":\"gmc-sync-prod\""), "{engine:?} {listed}");
    }
}
