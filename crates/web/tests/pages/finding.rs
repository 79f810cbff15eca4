//! How a list is searched, narrowed, sorted, paged and taken away as a file: every state of it is an address.

use axum::http::StatusCode;
use domain::access::Role::Observer;
use domain::clock::Clock as _;
use testkit::engines;
use testkit::world::HELD;

use super::people::{over, person};
use super::{Answer, site};

/// The GMC numbers of a page's rows, in order.
fn rows(page: &Answer) -> Vec<String> {
    let body = page.text.split("<tbody").nth(1).unwrap_or_default();
    let body = body.split("</tbody>").next().unwrap();
    let links = body.split("href=\"/doctors/").skip(1);
    links.filter(|rest| rest[7..].starts_with('"')).map(|rest| rest[..7].to_owned()).collect()
}

/// The address behind a link of a page, by what stands around it.
fn link(page: &Answer, before: &str) -> String {
    let (head, _) = page.text.split_once(before).unwrap_or_else(|| panic!("no {before}: {}", page.text));
    head.rsplit_once("href=\"").unwrap().1.split('"').next().unwrap().replace("&#38;", "&")
}

/// The address behind the heading of a column.
fn heading(page: &Answer, title: &str) -> String {
    let head = page.text.split("<thead").nth(1).unwrap().split("</thead>").next().unwrap();
    let (before, _) = head.split_once(&format!("\">{title}")).unwrap();
    before.rsplit_once("href=\"").unwrap().1.replace("&#38;", "&")
}

#[tokio::test]
async fn a_search_takes_parts_of_a_name_and_a_number_in_any_order_without_accents() {
    for engine in engines() {
        let site = site(engine).await;
        for words in ["aoife", "o samplaigh", "SAMPLAIGH AOIFE", "900000 %C3%93 aoi", "samplaigh 9000001"] {
            let page = site.get(&format!("/doctors?q={}", words.replace(' ', "+"))).await;
            assert_eq!(rows(&page), ["9000001"], "{engine:?} {words}");
        }
        assert!(rows(&site.get("/doctors?q=aoife+nobody").await).is_empty(), "{engine:?}");
    }
}

#[tokio::test]
async fn a_list_is_sorted_by_its_headings_and_says_so_to_those_who_hear_it() {
    for engine in engines() {
        let site = site(engine).await;
        let first = site.get("/doctors").await;
        assert!(first.text.contains("aria-sort=\"ascending\""), "{engine:?}");
        let by_number = site.get(&format!("/doctors{}", heading(&first, "GMC number"))).await;
        assert_eq!(rows(&by_number)[..3], ["9000001", "9000002", "9000003"], "{engine:?}");
        let back = site.get(&format!("/doctors{}", heading(&by_number, "GMC number"))).await;
        assert_eq!(rows(&back)[0], "9000159", "{engine:?}");
        assert!(back.text.contains("aria-sort=\"descending\""), "{engine:?}");
        let again = site.get(&format!("/doctors{}", heading(&back, "GMC number"))).await;
        assert_eq!(rows(&again), rows(&by_number), "{engine:?}");
    }
}

#[tokio::test]
async fn a_list_is_walked_to_its_end_and_back_to_its_beginning() {
    for engine in engines() {
        let site = site(engine).await;
        let first = site.get("/doctors?size=20&order=number&body=1-25U-830").await;
        let second = site.get(&format!("/doctors{}", link(&first, "\" rel=\"next\""))).await;
        let third = site.get(&format!("/doctors{}", link(&second, "\" rel=\"next\""))).await;
        assert!(!third.text.contains("rel=\"next\"") && rows(&third).len() == 20, "{engine:?}");
        let last = site.get("/doctors?size=20&order=number&body=1-25U-830&at=last").await;
        assert_eq!(rows(&last), rows(&third), "{engine:?}");
        let before = site.get(&format!("/doctors{}", link(&last, "\" rel=\"prev\""))).await;
        assert_eq!(rows(&before), rows(&second), "{engine:?}");
        let before = site.get(&format!("/doctors{}", link(&before, "\" rel=\"prev\""))).await;
        assert_eq!(rows(&before), rows(&first), "{engine:?}");
    }
}

#[tokio::test]
async fn filters_say_how_many_of_ones_own_they_find_and_can_each_be_taken_off() {
    for engine in engines() {
        let site = site(engine).await;
        let all = site.get("/doctors").await;
        assert!(all.text.contains("Under notice (2)") && all.text.contains("Transfer (1)"), "{engine:?}");
        let one = person(&site.store, "one", &[over(Observer, &[HELD])], site.clock.now()).await;
        let own = site.get_as(&one, "/doctors").await;
        assert!(own.text.contains("Under notice (1)") && own.text.contains("Not under notice (1)"));
        let narrowed = site.get("/doctors?notice=yes&programme=cardio&col=grade").await;
        assert_eq!(rows(&narrowed), ["9000001"], "{engine:?}");
        assert!(narrowed.text.contains("Programme: cardio") && narrowed.text.contains("ST3"), "{engine:?}");
        let without = link(&narrowed, "Programme: cardio");
        assert_eq!(without, "?notice=yes&col=grade", "{engine:?}");
        assert_eq!(rows(&site.get("/under-notice?due-from=2026-12-01&due-to=01/12/2026").await).len(), 2);
        assert!(rows(&site.get("/under-notice?due-from=2026-12-02").await).is_empty(), "{engine:?}");
    }
}

#[tokio::test]
async fn a_file_holds_what_the_page_shows_and_the_audit_says_who_took_it() {
    for engine in engines() {
        let site = site(engine).await;
        let page = site.get("/doctors?order=number&way=down&col=due&col=body&size=20").await;
        let file = link(&page, "\" download>CSV");
        let csv = site.get(&file).await;
        assert_eq!(csv.status, StatusCode::OK, "{engine:?}");
        assert!(csv.headers["content-disposition"].to_str().unwrap().contains("doctors-2026-11-24.csv"));
        let mut lines = csv.text.trim_start_matches('\u{feff}').lines();
        let titles = "Doctor,Body,Submission date,GMC data as of,TIS data as of";
        assert_eq!(lines.next(), Some(titles), "{engine:?}");
        let lines: Vec<&str> = lines.collect();
        assert_eq!(lines.len(), 65, "{engine:?}: every page, and whom TIS alone claims");
        assert!(lines[0].starts_with("\"Specimen 059, Made-Up\",1-25U-830,"), "{engine:?} {}", lines[0]);
        assert!(lines[0].contains("2026-11-24 00:00 +00:00"), "{engine:?} {}", lines[0]);
        let xlsx = site.get(&link(&page, "\" download>Excel")).await;
        assert!(xlsx.status == StatusCode::OK && xlsx.text.starts_with("PK"), "{engine:?}");
        let one = person(&site.store, "one", &[over(Observer, &[HELD])], site.clock.now()).await;
        let own = site.get_as(&one, &file).await;
        assert_eq!(own.text.lines().count(), 5, "{engine:?}: two listed, two claimed");
        let audit = site.get("/audit").await.text;
        assert!(audit.matches(">export<").count() >= 3 || audit.matches("export").count() >= 3, "{engine:?}");
    }
}

#[tokio::test]
async fn a_file_that_makes_no_sense_is_refused_in_words() {
    for engine in engines() {
        let site = site(engine).await;
        for (address, status) in [
            ("/export/passwords", 404),
            ("/export/doctors?form=exe", 422),
            ("/export/doctors?order=love", 422),
            ("/export/doctors?body=nowhere", 422),
        ] {
            let answer = site.get(address).await;
            assert_eq!(answer.status.as_u16(), status, "{engine:?} {address}");
            assert!(!answer.text.contains("9000001"), "{engine:?} {address}");
        }
    }
}
