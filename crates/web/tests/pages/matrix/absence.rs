//! Pairs of addresses, of somebody else's and of nobody's: the answers are the same to the letter.

use domain::access::Role::Approver;
use domain::clock::Clock as _;
use testkit::engines;
use testkit::world::FRESH;

use super::{Answer, over, person, site};

#[tokio::test]
async fn what_is_out_of_scope_is_answered_like_what_never_was() {
    for engine in engines() {
        let site = site(engine).await;
        let one = person(&site.store, "other", &[over(Approver, &[FRESH])], site.clock.now()).await;
        let pairs = [
            ("/doctors/9000001", "/doctors/9000999"),
            ("/bodies/1-AIIDWT", "/bodies/1-ABSENT"),
            ("/rejects/1-AIIDWT", "/rejects/1-ABSENT"),
            ("/holds/00000000-0000-7000-8000-00000000c0de", "/holds/00000000-0000-7000-8000-00000000ffff"),
            ("/snapshots/1-AIIDWT", "/snapshots/1-ABSENT"),
            ("/under-notice?body=1-AIIDWT", "/under-notice?body=1-ABSENT"),
            ("/discrepancies?body=1-AIIDWT", "/discrepancies?body=1-ABSENT"),
            ("/doctors?body=1-AIIDWT", "/doctors?body=1-ABSENT"),
            ("/changes?body=1-AIIDWT&kind=moved", "/changes?body=1-ABSENT&kind=moved"),
            ("/export/doctors?body=1-AIIDWT", "/export/doctors?body=1-ABSENT"),
            ("/doctors?before=9000001", "/doctors?before=9000999"),
            ("/doctors?after=9000001", "/doctors?after=9000999"),
            ("/api/v1/doctors/9000001", "/api/v1/doctors/9000999"),
            ("/api/v1/doctors?body=1-AIIDWT", "/api/v1/doctors?body=1-ABSENT"),
        ];
        for (foreign, absent) in pairs {
            let plain = |answer: Answer, word: &str| {
                let id = answer.headers["x-request-id"].to_str().unwrap().to_owned();
                (answer.status, answer.text.replace(&id, "").replace(word, ""))
            };
            let word = |address: &str| {
                address.split('&').next().unwrap().rsplit(['/', '=']).next().unwrap().to_owned()
            };
            let foreign_answer = plain(site.get_as(&one, foreign).await, &word(foreign));
            let absent_answer = plain(site.get_as(&one, absent).await, &word(absent));
            assert!(foreign_answer.0.is_client_error(), "{engine:?} {foreign}");
            assert_eq!(foreign_answer, absent_answer, "{engine:?} {foreign}");
        }
    }
}
