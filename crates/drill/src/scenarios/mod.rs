//! One file a night that went wrong.

pub mod deaths;
pub mod kills;
pub mod s00;
pub mod s01;
pub mod s02;
pub mod s03;
pub mod s04;
pub mod s05;
pub mod s06;
pub mod s07;
pub mod s08;
pub mod s09;
pub mod s11;
pub mod s14;
pub mod s16;
pub mod s18;
pub mod s22;
pub mod s23;
pub mod s24;
pub mod s25;
pub mod s27;
pub mod s28;
pub mod s29;
pub mod s30;
pub mod s31;
pub mod sleepers;
