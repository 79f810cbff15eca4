//! The GMC's web services: the wire, the checks, the client.

pub mod answer;
pub mod classify;
pub mod client;
pub mod codes;
pub mod complete_answer;
pub mod incomplete;
pub mod line;
pub mod operations;
pub mod recount;
pub mod request;
pub mod small_answer;
pub mod wsdl;

pub use answer::{Caps, Item, read_doctors};
pub use client::{Event, GmcClient, GmcSettings};
pub use complete_answer::{CompleteAnswer, Expected};
pub use domain::secret::Secret;
pub use incomplete::{Class, Incomplete};
pub use line::{Heard, Line, Lines};
