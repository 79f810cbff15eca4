//! What people send to the GMC from pages: connections for many at once, recommendations from draft to submission.

use axum::http::{StatusCode, header};
use domain::access::Role::{Admin, Approver, Observer};
use domain::clock::Clock as _;
use domain::recommendation::Officer;
use futures_util::future::join_all;
use store::officer::OfficerRow;
use testkit::engines;
use testkit::world::{DRAFT, FRESH, HELD, INTENT};

use super::people::{over, person};
use super::{Answer, Pages, site};

fn way(answer: &Answer) -> &str {
    answer.headers.get(header::LOCATION).map(|way| way.to_str().unwrap()).unwrap_or_default()
}

/// What stands in a hidden field of a page.
fn hidden(page: &str, name: &str) -> String {
    let field = page.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("the field");
    field.split('"').next().unwrap().to_owned()
}

async fn officer(site: &Pages) {
    let row = OfficerRow {
        body: domain::ids::BodyCode::new(HELD),
        officer: Officer {
            gmc_number: "9900001".into(),
            surname: "Officer-Sample".into(),
            phone: String::new(),
        },
        user_name: "ro".into(),
        email: "ro@example.org".into(),
        updated_at: site.clock.now(),
        updated_by: "a test".into(),
    };
    let mut tx = site.store.begin().await.unwrap();
    store::officer::upsert(&mut tx, &row).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn many_are_connected_at_once_each_with_its_own_outcome_and_twice_is_once() {
    for engine in engines() {
        let site = site(engine).await;
        let admin = person(&site.store, "admin", &[over(Admin, &[FRESH])], site.clock.now()).await;
        let form = site.get_as(&admin, "/connections/new").await.text;
        assert!(form.contains(FRESH) && !form.contains(HELD), "{engine:?}: only bodies one may act for");
        let press = hidden(&form, "press");
        let send = |doctors: &'static str, change: &'static str, body: &'static str| {
            let (site, admin, press) = (&site, &admin, press.as_str());
            async move {
                let reason = ("reason", "began on Monday");
                let fields =
                    [("doctors", doctors), ("change", change), ("body", body), ("press", press), reason];
                site.post_as(admin, "/connections/new", &fields).await
            }
        };
        let wrong = send("9000700", "", FRESH).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine:?}");
        assert!(wrong.text.contains("Choose what is to change") && wrong.text.contains("9000700"));
        let foreign = send("9000700", "connect-1", HELD).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND, "{engine:?}: a body out of scope is none");
        let sent = send("9000700\r\n9000100\nSmith", "connect-1", FRESH).await;
        assert_eq!(sent.status, StatusCode::OK, "{engine:?}: {}", sent.text);
        for told in ["Queued", "has the doctor already", "no GMC number"] {
            assert!(sent.text.contains(told), "{engine:?}: {told}");
        }
        let again = send("9000700", "connect-1", FRESH).await;
        assert!(again.text.contains("Wished already"), "{engine:?}: pressed twice");
        let far = site.get_as(&admin, &format!("/connections?press={press}")).await.text;
        assert!(far.contains("0 of 1 are settled: 1 wait to be sent."), "{engine:?}");
        assert!(far.contains("Queued, 1 before it."), "{engine:?}: another body's goes first");
        let list = site.get_as(&admin, "/connections").await.text;
        assert_eq!(list.matches(">9000700<").count(), 1, "{engine:?}");
        assert!(!list.contains("9000001"), "{engine:?}: other bodies' changes are not there");
    }
}

#[tokio::test]
async fn an_own_change_is_on_the_doctors_page_at_once_and_can_be_given_up_before_it_is_sent() {
    for engine in engines() {
        let site = site(engine).await;
        let admin = person(&site.store, "admin", &[over(Admin, &[HELD])], site.clock.now()).await;
        let doctor = site.get_as(&admin, "/doctors/9000001").await.text;
        assert!(doctor.contains("awaiting the GMC") && doctor.contains("waits to be sent"), "{engine:?}");
        let page = format!("/connections/{INTENT}");
        let settle = format!("{page}/settle");
        let early = site.post_as(&admin, &settle, &[("say", "found"), ("reason", "seen")]).await;
        assert_eq!(early.status, StatusCode::CONFLICT, "{engine:?}: nothing was sent yet");
        let blank = site.post_as(&admin, &settle, &[("say", "give-up")]).await;
        assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine:?}");
        let done = site.post_as(&admin, &settle, &[("say", "give-up"), ("reason", "stays")]).await;
        assert_eq!(way(&done), format!("{page}?done=said"), "{engine:?}");
        assert!(site.get_as(&admin, way(&done)).await.text.contains("Given up"), "{engine:?}");
        let doctor = site.get_as(&admin, "/doctors/9000001").await.text;
        assert!(!doctor.contains("awaiting the GMC"), "{engine:?}");
    }
}

#[tokio::test]
async fn an_admin_drafts_and_only_an_approver_submits_once() {
    for engine in engines() {
        let site = site(engine).await;
        officer(&site).await;
        let now = site.clock.now();
        let admin = person(&site.store, "admin", &[over(Admin, &[HELD])], now).await;
        let approver = person(&site.store, "approver", &[over(Approver, &[HELD])], now).await;
        let reader = person(&site.store, "observer", &[over(Observer, &[HELD])], now).await;
        let page = format!("/recommendations/{DRAFT}");
        let post = |what: &str| format!("{page}/{what}");
        assert!(!site.get_as(&reader, &page).await.text.contains("Keep the comment"), "{engine:?}");
        let shown = site.get_as(&admin, &page).await.text;
        assert!(shown.contains("Change the draft") && !shown.contains("Submit to the GMC"), "{engine:?}");
        let wrong = [("kind", "defer"), ("date", "soon"), ("seen", "1")];
        let wrong = site.post_as(&admin, &post("change"), &wrong).await;
        assert!(wrong.text.contains("Write the date as year"), "{engine:?}: {}", wrong.text);
        let said = site.post_as(&admin, &post("comment"), &[("comment", "<b>seen</b> & agreed")]).await;
        assert!(site.get_as(&admin, way(&said)).await.text.contains("&#60;b&#62;seen"), "{engine:?}");

        let form = site.get_as(&approver, &page).await.text;
        assert!(
            form.contains("The GMC cannot withdraw") || form.contains("the GMC cannot withdraw"),
            "{engine:?}"
        );
        let (seen, press) = (hidden(&form, "seen"), hidden(&form, "press"));
        let fields = [("seen", seen.as_str()), ("press", press.as_str()), ("email", "a@example.org")];
        let undeclared = site.post_as(&approver, &post("submit"), &fields).await;
        assert!(undeclared.text.contains("Declare it, or do not submit"), "{engine:?}");
        let fields = [&fields[..], &[("declare", "yes")]].concat();
        assert_eq!(site.post_as(&admin, &post("submit"), &fields).await.status, StatusCode::FORBIDDEN);
        let done = site.post_as(&approver, &post("submit"), &fields).await;
        assert_eq!(way(&done), format!("{page}?done=submitted"), "{engine:?}: {}", done.text);
        let twice = site.post_as(&approver, &post("submit"), &fields).await;
        assert_eq!(twice.status, StatusCode::CONFLICT, "{engine:?}");
        let shown = site.get_as(&approver, &page).await.text;
        assert!(shown.contains("on its way to the GMC") && !shown.contains("Change the draft"), "{engine:?}");
        let sent = site.get_as(&approver, "/connections").await.text;
        assert_eq!(sent.matches("Recommendation</a>").count(), 1, "{engine:?}: one intent");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_at_once_make_one_draft_and_submit_it_once() {
    for engine in engines() {
        let site = site(engine).await;
        officer(&site).await;
        let now = site.clock.now();
        let admin = person(&site.store, "admin", &[over(Admin, &[HELD])], now).await;
        let approver = person(&site.store, "approver", &[over(Approver, &[HELD])], now).await;
        let draft = [("kind", "non_engagement")];
        let drafts = (0..64).map(|_| site.post_as(&admin, "/doctors/9000002/recommend", &draft));
        let drafts = join_all(drafts).await;
        let with = |answers: &[Answer], status| answers.iter().filter(|one| one.status == status).count();
        assert_eq!(with(&drafts, StatusCode::SEE_OTHER), 1, "{engine:?}: one row");
        assert_eq!(with(&drafts, StatusCode::CONFLICT), 63, "{engine:?}");
        let made = drafts.iter().find(|one| one.status == StatusCode::SEE_OTHER).unwrap();
        let page = way(made).split('?').next().unwrap().to_owned();
        let submit = format!("{page}/submit");
        // Every second press is one of the same button, the others are of tabs of their own.
        let presses: Vec<String> =
            (0..64).map(|n| format!("press-{}", if n % 2 == 0 { 0 } else { n })).collect();
        let submitted = presses.iter().map(|press| async {
            let fields = [("seen", "1"), ("press", press), ("email", "a@example.org"), ("declare", "yes")];
            site.post_as(&approver, &submit, &fields).await
        });
        let submitted = join_all(submitted).await;
        assert_eq!(with(&submitted, StatusCode::SEE_OTHER), 1, "{engine:?}: {}", submitted[0].text);
        assert_eq!(
            with(&submitted, StatusCode::CONFLICT),
            63,
            "{engine:?}: neither a fault nor a second success"
        );
        let number = domain::ids::GmcNumber::parse("9000002").unwrap();
        let mut tx = site.store.read().await.unwrap();
        let wishes = store::intent::of_doctor(&mut tx, &number).await.unwrap();
        assert_eq!(wishes.len(), 1, "{engine:?}: one wish to be sent");
    }
}

#[tokio::test]
async fn a_session_that_ended_at_submit_loses_no_draft() {
    for engine in engines() {
        let site = site(engine).await;
        officer(&site).await;
        let page = format!("/recommendations/{DRAFT}");
        let approver = person(&site.store, "approver", &[over(Approver, &[HELD])], site.clock.now()).await;
        let form = site.get_as(&approver, &page).await.text;
        let (seen, press) = (hidden(&form, "seen"), hidden(&form, "press"));
        let fields = [
            ("seen", seen.as_str()),
            ("press", press.as_str()),
            ("email", "a@example.org"),
            ("declare", "yes"),
        ];
        site.clock.advance(jiff::SignedDuration::from_hours(24));
        let ended = site.post_as(&approver, &format!("{page}/submit"), &fields).await;
        assert!(way(&ended).starts_with("/sign-in"), "{engine:?}: {} {}", ended.status, way(&ended));
        let number = domain::ids::GmcNumber::parse("9000001").unwrap();
        let wishes = store::intent::of_doctor(&mut site.store.read().await.unwrap(), &number).await.unwrap();
        assert!(
            wishes.iter().all(|row| row.wish != domain::sending::Wish::Recommend),
            "{engine:?}: nothing is sent"
        );
        let again = person(&site.store, "again", &[over(Approver, &[HELD])], site.clock.now()).await;
        let form = site.get_as(&again, &page).await.text;
        assert!(form.contains("Submit to the GMC"), "{engine:?}: the draft is as it was");
        let done = site.post_as(&again, &format!("{page}/submit"), &fields).await;
        assert_eq!(way(&done), format!("{page}?done=submitted"), "{engine:?}: {}", done.text);
    }
}

#[tokio::test]
async fn a_draft_begins_on_the_doctors_page_and_a_doctor_has_one() {
    for engine in engines() {
        let site = site(engine).await;
        let admin = person(&site.store, "admin", &[over(Admin, &[FRESH, HELD])], site.clock.now()).await;
        let doctor = site.get_as(&admin, "/doctors/9000101").await.text;
        assert!(doctor.contains("/doctors/9000101/recommend"), "{engine:?}");
        let drafted = site.post_as(&admin, "/doctors/9000101/recommend", &[("kind", "non_engagement")]).await;
        assert!(way(&drafted).ends_with("?done=drafted"), "{engine:?}: {}", drafted.text);
        let second = site.post_as(&admin, "/doctors/9000101/recommend", &[("kind", "revalidate")]).await;
        assert_eq!(second.status, StatusCode::CONFLICT, "{engine:?}");
        let none = site.post_as(&admin, "/doctors/9000102/recommend", &[("kind", "")]).await;
        assert!(none.text.contains("Choose what is recommended"), "{engine:?}");
        let listed = site.get_as(&admin, "/recommendations").await.text;
        assert!(listed.contains("Non-engagement") && listed.contains("Revalidate"), "{engine:?}");
    }
}
