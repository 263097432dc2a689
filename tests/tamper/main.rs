//! Tampering: of a request in any form, one byte of what is signed is changed, and the verdict must notice and say where.
//!
//! Every request is signed, found to match, then changed at a place of each kind that the form has ([`tampering::Kind`]). Chunks
//! and forms are laid out, and messages and policies signed, by hand here, so that writer and reader do not err together.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

#[path = "../common/mod.rs"]
mod common;

mod chunks;
mod events;
mod form;
mod header;
mod presigned;
mod request;
mod tampering;
