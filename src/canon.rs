//! Building blocks that signing schemes share: percent-encoding, path, query, headers and payload hash.
//!
//! Each writes into a [`Traced`](crate::trace::Traced) text, so every byte keeps its origin. Where services disagree, the caller says which
//! way by a value of [`Dialect`](reading::Dialect).

pub mod encode;
pub mod headers;
pub mod path;
pub mod payload;
pub mod query;
pub mod reading;
pub mod term;
