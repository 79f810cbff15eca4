//! The design system's components that pages are made of, each with its own small template.

mod callout;
mod cell;
mod chart;
mod day_form;
mod filter_form;
mod lanes;
mod pagination;
mod post_form;
mod summary;
mod table;
mod tag;

pub use callout::{Callout, Errors, Weight};
pub use cell::Cell;
pub use chart::{Bar, Chart};
pub use day_form::DayForm;
pub use filter_form::{Choice, FilterForm, Select, TextFilter};
pub use lanes::{Bars, Lane, Stretch, Timeline, fill};
pub use pagination::Pagination;
pub use post_form::{Field, Kind, PostForm};
pub use summary::Summary;
pub use table::{Sorting, Table};
pub use tag::Tag;

#[cfg(test)]
mod tests;
