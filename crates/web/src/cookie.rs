//! The one cookie: it holds the secret of a session and nothing else, and no script can read it.

use axum::http::{HeaderMap, HeaderValue, header};

/// What the cookie is called. `__Host-` binds it to this very host over TLS; over plain HTTP, which is served on the
/// loopback alone, browsers would refuse that name.
pub fn name(public_url: &str) -> &'static str {
    if public_url.starts_with("https://") { "__Host-reval" } else { "reval" }
}

/// The secret that a request brings.
pub fn secret<'a>(headers: &'a HeaderMap, public_url: &str) -> Option<&'a str> {
    let name = name(public_url);
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let found = pairs.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut ours = found.filter(|(known, _)| *known == name).map(|(_, secret)| secret);
    // Two of the same name can only be somebody's trick: neither is believed.
    ours.next().filter(|_| ours.next().is_none())
}

/// The header that gives a browser its secret.
pub fn keep(secret: &str, public_url: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{}={secret}; {}", name(public_url), terms(public_url))).ok()
}

/// The header that takes it back.
pub fn forget(public_url: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{}=; Max-Age=0; {}", name(public_url), terms(public_url))).ok()
}

fn terms(public_url: &str) -> &'static str {
    if public_url.starts_with("https://") {
        "Path=/; Secure; HttpOnly; SameSite=Lax"
    } else {
        "Path=/; HttpOnly; SameSite=Lax"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TLS: &str = "https://reval.example.org";
    const LOOPBACK: &str = "http://127.0.0.1:8080";

    fn brought(cookies: &[&'static str]) -> HeaderMap {
        cookies.iter().map(|text| (header::COOKIE, HeaderValue::from_static(text))).collect()
    }

    #[test]
    fn the_cookie_is_bound_to_its_host_and_hidden_from_scripts() {
        assert_eq!(
            keep("s3", TLS).expect("a header"),
            "__Host-reval=s3; Path=/; Secure; HttpOnly; SameSite=Lax"
        );
        assert_eq!(keep("s3", LOOPBACK).expect("a header"), "reval=s3; Path=/; HttpOnly; SameSite=Lax");
        assert_eq!(
            forget(TLS).expect("a header"),
            "__Host-reval=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax"
        );
    }

    #[test]
    fn a_secret_is_read_from_its_own_cookie_alone() {
        let cases: [(&[&'static str], Option<&str>); 6] = [
            (&["a=b; __Host-reval=s3; c=d"], Some("s3")),
            (&["a=b", "__Host-reval=s3"], Some("s3")),
            (&["reval=s3"], None),
            (&["x__Host-reval=s3"], None),
            (&["__Host-reval=s3; __Host-reval=s4"], None),
            (&[], None),
        ];
        for (cookies, expected) in cases {
            assert_eq!(secret(&brought(cookies), TLS), expected, "{cookies:?}");
        }
        assert_eq!(secret(&brought(&["reval=s3"]), LOOPBACK), Some("s3"));
    }
}
