//! What an exchange came to, and at what it stopped.

use crate::verify::{CheckId, Conclusion};

/// What a request came to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// Every check passed.
    Match,
    /// The signature is another one.
    Mismatch(Refusal),
    /// It was refused before signatures were compared.
    Rejected(Refusal),
    /// It never became a request: what HTTP found, in words.
    Unreadable(String),
    /// A browser that asks what it may send (CORS): it carries no signature of its own.
    Preflight,
}

/// Why a request was refused.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// What failed.
    pub check: Stop,
    /// What was expected and found.
    pub detail: String,
}

/// Where a request was stopped.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stop {
    /// At a check.
    Check(CheckId),
    /// At the session token: another one belongs to the key.
    Token,
    /// At the guard against replays.
    Replay,
    /// At the host: the gateway does not answer for it.
    Host,
    /// Before it is signed again: its signature does not cover what that would vouch for.
    Resign,
}

impl Stop {
    /// Its name in machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Check(id) => id.name(),
            Self::Token => "token",
            Self::Replay => "replay",
            Self::Host => "host",
            Self::Resign => "resign",
        }
    }

    /// What failed, as a title.
    pub fn title(self) -> String {
        match self {
            Self::Check(id) => format!("it fails the check that {}", id.title()),
            Self::Token => "the session token is not that of the key".into(),
            Self::Replay => "the same request was signed before".into(),
            Self::Host => "the gateway does not answer for this host".into(),
            Self::Resign => "its signature covers too little to sign it again".into(),
        }
    }

    /// The stop of this name.
    pub(in crate::gateway) fn named(name: &str) -> Option<Self> {
        let check = CheckId::ALL.into_iter().find(|id| id.name() == name);
        let own = [Self::Token, Self::Replay, Self::Host, Self::Resign]
            .into_iter()
            .find(|stop| stop.name() == name);
        check.map(Self::Check).or(own)
    }
}

impl Outcome {
    /// Its name in machine-readable output.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Match => Conclusion::Match.name(),
            Self::Mismatch(_) => Conclusion::Mismatch.name(),
            Self::Rejected(_) => Conclusion::Rejected.name(),
            Self::Unreadable(_) => "unreadable",
            Self::Preflight => "preflight",
        }
    }

    /// Where it was stopped.
    pub fn check(&self) -> Option<Stop> {
        match self {
            Self::Match | Self::Unreadable(_) | Self::Preflight => None,
            Self::Mismatch(refusal) | Self::Rejected(refusal) => Some(refusal.check),
        }
    }

    /// What was expected and found.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Match | Self::Preflight => None,
            Self::Mismatch(refusal) | Self::Rejected(refusal) => Some(&refusal.detail),
            Self::Unreadable(why) => Some(why),
        }
    }
}
