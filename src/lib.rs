//! Why doesn't this signature match?
//!
//! Countersign shows every step of signing an HTTP request as it is computed, says which input byte produced which output byte, and compares
//! with what a server or another signer computed.
//!
//! ```text
//! text ─▶ request ─▶ canonical request ─▶ string to sign ─▶ key chain ─▶ signature ─▶ verdict ─▶ report
//!                                                                                       │
//!                                                   cli · tui        ◀──────────────────┘  shells, never the other way
//! ```
//!
//! The core is pure: no terminal, no socket, no clock, no environment. It builds with `--no-default-features`.
//!
//! ```
//! use countersign::analysis::{Analysis, Session};
//! use countersign::canon::payload::Hashing;
//! use countersign::request::read;
//! use countersign::scheme::Memo;
//! use countersign::time::Timestamp;
//! use countersign::trace::Trace;
//! use countersign::verify::Conclusion;
//!
//! let case = read(countersign::samples::SAMPLES[0].text)?;
//! let mut session = Session::new(case.request);
//! session.settings = case.settings;
//! let clock = Timestamp::parse(b"20150830T123600Z")?.0;
//! let analysis = Analysis::of(&session, clock, Hashing::Now, &mut Memo::default(), Trace::default());
//! assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match));
//! assert!(analysis.trace.canonical_request().starts_with(b"GET\n/\nAction=ListUsers&Version=2010-05-08\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// ── core ──────────────────────────────────────────────────────────────────────────────────────────────────────────
pub mod analysis;
pub mod canon;
pub mod comparison;
pub mod diagnose;
pub mod diff;
pub mod evidence;
pub mod report;
pub mod request;
pub mod rope;
pub mod samples;
pub mod scheme;
pub mod secret;
pub mod service;
pub mod settings;
pub mod sign;
pub mod stream;
pub mod time;
pub mod trace;
pub mod verify;
pub mod visible;
// ── shells ────────────────────────────────────────────────────────────────────────────────────────────────────────
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "tui")]
pub mod config;
#[cfg(feature = "cli")]
pub mod credentials;
#[cfg(feature = "tui")]
pub mod tui;
