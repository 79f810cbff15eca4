//! Where somebody goes on after they have signed in: an address of ours, and of ours alone.

use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::params::encoded;

/// Longest way remembered, bytes; arbitrary, our own addresses are far shorter.
const WAY_BYTES_MAX: usize = 1024;

/// A way that is safe to send somebody on: absolute within this site, and nothing that a browser could read as another.
pub fn safe(asked: Option<&str>) -> Option<&str> {
    asked.filter(|way| {
        way.starts_with('/')
            && !way.starts_with("//")
            && way.len() <= WAY_BYTES_MAX
            && way.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
    })
}

/// A way as it may be told to another site, whose logs are not ours: nothing of a search, and nothing of a doctor.
pub fn untelling(way: &str) -> &str {
    let path = way.split(['?', '#']).next().unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if path.split('/').any(is_number) { "" } else { path }
}

/// Sends somebody on by a read, so that loading again repeats nothing.
pub fn see(way: &str) -> Response {
    // Unwrap safety: not needed; a way that is no header leads to the first page.
    let way = HeaderValue::from_str(way).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, way)]).into_response()
}

/// Sends somebody to a page that asks who they are, and from there back to where they wanted to be. A change cannot be
/// repeated for them: they come back to the page above it, where its form is.
pub fn by(gate: &str, method: &Method, uri: &Uri) -> Response {
    let wanted = uri.path_and_query().map_or("/", |asked| asked.as_str());
    let wanted = if method.is_safe() { wanted } else { above(uri.path()) };
    match safe(Some(wanted)).filter(|way| *way != "/") {
        Some(way) => see(&format!("{gate}?next={}", encoded(way))),
        None => see(gate),
    }
}

fn above(path: &str) -> &str {
    path.rsplit_once('/').map_or("/", |(above, _)| if above.is_empty() { "/" } else { above })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_way_leads_to_another_site() {
        let kept = ["/", "/doctors?q=a&order=due", "/bodies/1-AII-DH1/as-of?on=2026-11-24"];
        for way in kept {
            assert_eq!(safe(Some(way)), Some(way));
        }
        let refused = [
            "",
            "doctors",
            "//elsewhere.example",
            "/\\elsewhere.example",
            "https://elsewhere.example",
            "/\t/elsewhere",
            "/ /elsewhere",
            "/\r\nset-cookie:a=b",
            "javascript:alert(1)",
            "\\\\elsewhere.example",
            "/é",
        ];
        for way in refused {
            assert_eq!(safe(Some(way)), None, "{way:?}");
        }
        let long = format!("/{}", "a".repeat(WAY_BYTES_MAX));
        assert_eq!(safe(Some(&long)), None);
    }

    #[test]
    fn another_site_learns_of_no_search_and_no_doctor() {
        let cases = [
            ("/doctors?q=Amira", "/doctors"),
            ("/doctors/9000001", ""),
            ("/doctors/9000001/recommend", ""),
            ("/recommendations/019-a", "/recommendations/019-a"),
            ("/bodies/1-AIIDWT/as-of?on=2026-11-24", "/bodies/1-AIIDWT/as-of"),
        ];
        for (way, told) in cases {
            assert_eq!(untelling(way), told, "{way}");
        }
    }

    #[test]
    fn somebody_comes_back_to_the_page_or_to_the_one_above_their_change() {
        let to = |method: Method, uri: &'static str| {
            let response = by("/sign-in", &method, &Uri::from_static(uri));
            response.headers()[header::LOCATION].to_str().expect("text").to_owned()
        };
        assert_eq!(to(Method::GET, "/doctors?q=a"), "/sign-in?next=%2Fdoctors%3Fq%3Da");
        assert_eq!(to(Method::GET, "/"), "/sign-in");
        assert_eq!(to(Method::POST, "/holds/h1/approve"), "/sign-in?next=%2Fholds%2Fh1");
        assert_eq!(to(Method::POST, "/sign-out"), "/sign-in");
    }
}
