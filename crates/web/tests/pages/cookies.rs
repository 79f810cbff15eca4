//! What must hold for any bytes in place of the cookies that a browser brings; shared with the fuzzer.

use axum::http::{HeaderMap, HeaderValue, header};
use web::cookie::{keep, name, secret};

/// Reads each line as a header of cookies, over TLS and without; nothing about them may make it panic. Says whether a
/// secret was found.
///
/// A secret is found only where one pair, and no other, has its very name; and what we give a browser is what we read.
pub fn judge(bytes: &[u8]) -> bool {
    let lines = bytes.split(|byte| *byte == b'\n');
    let headers: HeaderMap =
        lines.filter_map(|line| Some((header::COOKIE, HeaderValue::from_bytes(line).ok()?))).collect();
    let mut is_found = false;
    for place in ["https://reval.example.org", "http://127.0.0.1:8080"] {
        let found = secret(&headers, place);
        let begins = format!("{}=", name(place));
        let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = values.flat_map(|text| text.split(';')).map(str::trim);
        let ours: Vec<&str> = pairs.filter_map(|pair| pair.strip_prefix(&begins)).collect();
        match (found, &ours[..]) {
            (Some(found), [ours]) => {
                assert_eq!(found, *ours, "another secret than was brought");
                given_is_read(found, place);
                is_found = true;
            }
            (None, [_]) => panic!("a secret was lost"),
            (Some(_), _) => panic!("a secret that nobody brought, or one of two"),
            (None, _) => {}
        }
    }
    is_found
}

fn given_is_read(given: &str, place: &str) {
    let Some(kept) = keep(given, place) else { return };
    let text = kept.to_str().expect("what we give is plain");
    // A browser brings back what stands before the first semicolon.
    let pair = text.split(';').next().unwrap_or_default();
    let brought = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(pair).expect("a header"))]);
    assert_eq!(secret(&brought, place), Some(given), "what was given is not what is read");
}
