//! TIS: training records, read from extracts of its tables.

mod error;
pub mod extracts;
mod table;

pub use error::TisError;
