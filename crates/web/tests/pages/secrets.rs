//! Secrets that nobody was given: the short form of the fuzzer's target `cookie`, and the same before the store.

use axum::body::Body;
use axum::http::{HeaderValue, Request, StatusCode};
use domain::access::Reach;
use domain::access::Role::Observer;
use domain::clock::Clock as _;
use domain::ids::BodyCode;
use domain::scope::Actor;
use ops::access::TokenWish;
use testkit::world::FRESH;

use super::cookies::judge;
use super::mutation::{Named, corpus, mutated};
use super::people::{over, person};
use super::site;

/// Nothing depends on it.
const SEED: u64 = 10;

#[test]
fn no_bytes_in_place_of_cookies_are_a_secret_that_was_not_brought() {
    let corpus = corpus("cookie");
    assert!(corpus.iter().any(|(_, bytes)| judge(bytes)) && !corpus.iter().all(|(_, bytes)| judge(bytes)));
    let mut chance = fastrand::Rng::with_seed(SEED);
    let tried = (0..10_000).map(|_| judge(&mutated(&corpus, &corpus, b";= \n", &mut chance)));
    let found = tried.filter(|is_found| *is_found).count();
    assert!((1_000..9_000).contains(&found), "{found}");
}

/// Asks with a header, and says whether the answer was given.
async fn answers(pages: &super::Pages, address: &str, header: &'static str, bytes: &[u8]) -> Option<bool> {
    let value = HeaderValue::from_bytes(bytes).ok()?;
    let request = Request::get(address).header(header, value).body(Body::empty()).unwrap();
    let status = pages.send(request).await.status;
    let refused = [StatusCode::SEE_OTHER, StatusCode::UNAUTHORIZED];
    assert!(status == StatusCode::OK || refused.contains(&status), "{status}");
    Some(status == StatusCode::OK)
}

#[tokio::test]
async fn only_a_secret_that_was_given_opens_anything() {
    let pages = site(testkit::Engine::Sqlite).await;
    let one = person(&pages.store, "one", &[over(Observer, &[FRESH])], pages.clock.now()).await;
    let wish = TokenWish {
        owner: "one",
        name: "a-report",
        reach: Reach { bodies: [BodyCode::new(FRESH)].into(), ..Reach::default() },
        days: 30,
    };
    let token = pages.ops.add_api_token(&wish, &Actor::user("one", "to read")).await.unwrap().token;
    let secrets = [one.cookie.clone(), format!("Bearer {token}")];
    let mut chance = fastrand::Rng::with_seed(SEED);
    for ((header, address), secret) in
        [("cookie", "/account"), ("authorization", "/api/v1/lists")].into_iter().zip(secrets)
    {
        assert_eq!(answers(&pages, address, header, secret.as_bytes()).await, Some(true), "{header}");
        let own: Vec<Named> = vec![("given".to_owned(), secret.clone().into_bytes())];
        let (mut opened, mut tried) = (0, 0);
        for _ in 0..500 {
            let bytes = mutated(&own, &own, b"=_ ", &mut chance);
            let Some(is_open) = answers(&pages, address, header, &bytes).await else { continue };
            let text = String::from_utf8_lossy(&bytes);
            // The whole secret may still stand in it, such as after a stretch that was put in before.
            assert!(!is_open || text.contains(&secret), "{header}: {text:?} was never given to anybody");
            opened += u32::from(is_open);
            tried += 1;
        }
        assert!(tried > 300 && opened < tried / 2, "{header}: {opened} of {tried}");
    }
}
