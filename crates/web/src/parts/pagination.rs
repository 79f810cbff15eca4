//! The way to the next page of a list, and back to its first.

use askama::Template;

/// Links between pages; shown only if there is one.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "parts/pagination.html")]
pub struct Pagination {
    /// The first page, unless this is it.
    pub first: Option<String>,
    /// The page before, where it has an address.
    pub previous: Option<String>,
    /// The next page, if there is one.
    pub next: Option<String>,
    /// The last page, where it has an address and this is not it.
    pub last: Option<String>,
}
