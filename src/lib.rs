//! Why doesn't this signature match?
//!
//! Countersign shows every step of signing an HTTP request as it is computed, says which input byte produced which output byte, compares
//! with what a server or another signer computed ([`evidence`], [`comparison`]), and names the mistake ([`mod@diagnose`]): the change that
//! reproduces the signature that was received.
//!
//! ```text
//! text ─▶ request ─▶ canonical request ─▶ string to sign ─▶ key chain ─▶ signature ─▶ verdict ─▶ report
//!                                                                                       │
//!                                           cli · tui · gateway      ◀──────────────────┘  shells, never the other way
//! ```
//!
//! [`mod@diagnose`] takes a session with a signature that does not match:
//!
//! ```
//! use countersign::analysis::Session;
//! use countersign::diagnose::{Answer, Effort, Progress, diagnose};
//! use countersign::case::read;
//! use countersign::time::Timestamp;
//!
//! let text = String::from_utf8_lossy(countersign::samples::SAMPLES[0].text).replace("GET /?", "POST /?");
//! let case = read(text.as_bytes())?;
//! let session = Session { settings: case.settings, ..Session::new(case.request) };
//! let clock = Timestamp::parse(b"20150830T123600Z")?.0;
//! let found = diagnose(&session, clock, Effort::SINGLES, &Progress::default());
//! assert_eq!(found.answer, Answer::Proven);
//! assert_eq!(found.findings[0].causes[0].id, "method-changed");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `gateway` (behind the feature of that name) is a local server that records what real clients send, verifies it by the same checks, and
//! answers as a service would.
//!
//! The core is pure: no terminal, no socket, no clock, no environment. It builds with `--no-default-features`.
//!
//! ```
//! use countersign::analysis::{Analysis, Session};
//! use countersign::canon::payload::Hashing;
//! use countersign::case::read;
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
pub mod case;
pub mod comparison;
pub mod diagnose;
pub mod diff;
pub mod evidence;
pub mod frames;
pub mod redact;
pub mod report;
pub mod request;
pub mod rope;
pub mod samples;
pub mod scheme;
pub mod secret;
pub mod service;
pub mod settings;
pub mod signature;
pub mod time;
pub mod trace;
pub mod verify;
pub mod visible;
pub mod walkthrough;
// ── shells ────────────────────────────────────────────────────────────────────────────────────────────────────────
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod credentials;
#[cfg(feature = "cli")]
mod files;
#[cfg(feature = "gateway")]
pub mod gateway;
#[cfg(feature = "cli")]
mod host;
#[cfg(feature = "cli")]
mod machine;
#[cfg(feature = "tui")]
pub mod tui;

/// Runs the program with these arguments, its name first. Here alone one shell meets the other: the command line is handed the
/// screen that it may open.
#[cfg(feature = "cli")]
pub fn run(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> std::process::ExitCode {
    #[cfg(feature = "tui")]
    let screen = Some(&cli::Screen { inspect: tui::open, gateway: tui::open_gateway });
    #[cfg(not(feature = "tui"))]
    let screen = None;
    cli::run(arguments, screen)
}
