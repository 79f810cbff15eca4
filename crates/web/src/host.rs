//! Which names the pages answer to: a page of another site that points its own name at this machine reads nothing.

use axum::http::{HeaderMap, header};

/// Names of this machine for itself.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Whether a request asks for us: by a name of the loopback, or by that of the public address. A request without a
/// name comes from no browser.
pub fn is_ours(headers: &HeaderMap, public_url: &str) -> bool {
    let Some(host) = headers.get(header::HOST) else { return true };
    let Ok(asked) = host.to_str() else { return false };
    let public = public_url.split("://").nth(1).unwrap_or(public_url);
    let public = name(public.split('/').next().unwrap_or_default());
    let asked = name(asked);
    LOOPBACK.iter().any(|own| asked.eq_ignore_ascii_case(own)) || asked.eq_ignore_ascii_case(public)
}

/// A host without its port.
fn name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_our_own_names_are_answered() {
        let cases = [
            ("127.0.0.1:8080", true),
            ("localhost", true),
            ("LOCALHOST:1", true),
            ("[::1]:8080", true),
            ("reval.example.org", true),
            ("reval.example.org:8443", true),
            ("rebound.example.com:8080", false),
            ("127.0.0.1.example.com", false),
            ("", false),
        ];
        for (host, ours) in cases {
            let headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(host))]);
            assert_eq!(is_ours(&headers, "https://reval.example.org/reval"), ours, "{host:?}");
        }
        assert!(is_ours(&HeaderMap::new(), "http://127.0.0.1:8080"));
    }
}
