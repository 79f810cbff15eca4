//! TIS: training records, read from its database or from extracts of its tables; one set of rules judges both.

mod address;
mod definitions;
mod error;
pub mod extracts;
mod file;
mod gather;
pub mod mysql;
mod row;

pub use address::{TisAddress, TisDatabase};
pub use error::{Origin, Place, TisError};
pub use gather::TisExtract;
