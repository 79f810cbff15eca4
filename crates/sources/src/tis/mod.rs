//! TIS.
