//! Status, code and message of a refusal, with what these services append to it.

use super::Refused;
use crate::gateway::answer::Protocol;
use crate::gateway::capture::Stop;
use crate::trace::StageKind;
use crate::verify::CheckId;
use crate::verify::refusal::{Reason, refusal};

/// What was refused, as the protocol's error.
pub(super) struct Error {
    pub(super) code: &'static str,
    pub(super) status: u16,
    pub(super) message: String,
}

pub(super) fn error(refused: &Refused<'_>, protocol: &Protocol) -> Error {
    let told = refusal(protocol, reason(refused), refused.aws);
    let mut message = told.message.to_owned();
    // The strings that were signed, as these services append them to the sentence.
    let quotes =
        matches!(protocol, Protocol::Json(_) | Protocol::RestJson | Protocol::Query(_) | Protocol::Cbor);
    if quotes && refused.stop == Stop::Check(CheckId::Signature) {
        let text = |kind| String::from_utf8_lossy(refused.analysis.stage(kind)).into_owned();
        let (request, to_sign) = (text(StageKind::CanonicalRequest), text(StageKind::StringToSign));
        message.push_str(&format!(
            "\n\nThe Canonical String for this request should have been\n'{request}'\n\nThe String-to-Sign should have been\n'{to_sign}'\n"
        ));
    }
    Error { code: told.code, status: told.status, message }
}

fn reason(refused: &Refused<'_>) -> Reason {
    match refused.stop {
        Stop::Check(CheckId::Claim) if refused.analysis.claim.is_none() => Reason::NoClaim,
        Stop::Check(id) => Reason::Check(id, refused.analysis.claim().map(|claim| claim.placement)),
        Stop::Token => Reason::Token,
        Stop::Replay | Stop::Host | Stop::Resign => Reason::Guard,
    }
}
