//! The gateway over real sockets: what arrives is recorded byte for byte, judged by a signer that is not ours, and answered.
//!
//! Requests are signed with the `aws-sigv4` crate. Nothing here sleeps: what takes time is waited for.
#![cfg(feature = "gateway")]
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod forward;
mod http2;
mod limits;
mod protocol;
mod served;
mod signed;
mod verdicts;
