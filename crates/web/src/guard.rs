//! What is refused before any page is asked: other sites' names, addresses and headers beyond a browser's needs, and
//! changes of which nobody can tell where they come from.

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};

use crate::{around, host, ping};

/// Longest address taken, bytes. Source: reliability.md 5.4.
const ADDRESS_BYTES_MAX: usize = 4 * 1024;
/// Most bytes of headers taken, names and values. Source: reliability.md 5.4.
const HEADER_BYTES_MAX: usize = 16 * 1024;

/// Says why a request is refused, if it is.
pub fn refusal(request: &Request, public_url: &str) -> Option<StatusCode> {
    if !host::is_ours(request.headers(), public_url) {
        return Some(StatusCode::MISDIRECTED_REQUEST);
    }
    if request.uri().path_and_query().is_some_and(|asked| asked.as_str().len() > ADDRESS_BYTES_MAX) {
        return Some(StatusCode::URI_TOO_LONG);
    }
    // No number, word or day has a zero byte, and no store takes one.
    if request.uri().path_and_query().is_some_and(|asked| asked.as_str().contains("%00")) {
        return Some(StatusCode::BAD_REQUEST);
    }
    let bytes: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if bytes > HEADER_BYTES_MAX {
        return Some(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    }
    // A report and a program's change come from no browser, bring no cookie that counts, and act by key or token alone.
    let path = request.uri().path();
    let is_safe =
        request.method().is_safe() || [ping::PLACE, around::API].iter().any(|place| path.starts_with(place));
    (!is_safe && !says_where_from(request.headers())).then_some(StatusCode::FORBIDDEN)
}

/// Every browser says where a change comes from; what it says is judged by the layer that knows the rules of Go 1.25.
fn says_where_from(headers: &HeaderMap) -> bool {
    headers.contains_key("sec-fetch-site") || headers.contains_key(header::ORIGIN)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Method;

    use super::*;

    fn refused(method: Method, address: &str, headers: &[(&str, &str)]) -> Option<u16> {
        let request = Request::builder().method(method).uri(address);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let request = request.body(Body::empty()).expect("a request");
        refusal(&request, "https://reval.example.org").map(|status| status.as_u16())
    }

    #[test]
    fn what_is_just_small_enough_is_taken_and_one_byte_more_is_not() {
        let address = |bytes: usize| format!("/{}", "a".repeat(bytes - 1));
        assert_eq!(refused(Method::GET, &address(ADDRESS_BYTES_MAX), &[]), None);
        assert_eq!(refused(Method::GET, &address(ADDRESS_BYTES_MAX + 1), &[]), Some(414));
        let value = |bytes: usize| "a".repeat(bytes - "x-long".len());
        assert_eq!(refused(Method::GET, "/", &[("x-long", &value(HEADER_BYTES_MAX))]), None);
        assert_eq!(refused(Method::GET, "/", &[("x-long", &value(HEADER_BYTES_MAX + 1))]), Some(431));
    }

    #[test]
    fn a_change_of_unknown_origin_is_refused_and_a_read_is_not() {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            assert_eq!(refused(method.clone(), "/", &[]), Some(403), "{method}");
            assert_eq!(refused(method.clone(), "/", &[("sec-fetch-site", "same-origin")]), None, "{method}");
            assert_eq!(refused(method, "/", &[("origin", "https://reval.example.org")]), None);
        }
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert_eq!(refused(method.clone(), "/", &[]), None, "{method}");
        }
    }

    #[test]
    fn another_name_is_not_ours_however_small_the_request() {
        assert_eq!(refused(Method::GET, "/", &[("host", "elsewhere.example")]), Some(421));
        assert_eq!(refused(Method::GET, "/", &[("host", "reval.example.org")]), None);
    }
}
