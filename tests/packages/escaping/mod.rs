//! Whatever a rule says survives in Zeek, and stays data: patterns match what they should, literals have their value,
//! names are names and comments end where they should.
//!
//! Most of it is tested against models of Zeek's scanners that are written here; [`real_zeek`] tests the same against
//! Zeek itself where there is one.

mod dialect;
mod generate;
mod literals;
mod patterns;
mod real_zeek;
mod reference;
