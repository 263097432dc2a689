//! The next step: the one text that would settle the matter, of those that are not there yet.

use super::finding::{Certainty, Finding, Named};
use super::{Answer, Diagnosis};
use crate::analysis::Session;
use crate::case::Format;
use crate::evidence::{self, Piece, Side, Tool};
use crate::request::Request;

/// The one thing that would settle the matter, for whatever made this request; `None` where all of it is there.
pub(super) fn step(session: &Session, diagnosis: &Diagnosis) -> Option<Finding> {
    let there = There::of(session, diagnosis);
    let wanted = match diagnosis.answer {
        Answer::Match | Answer::Proven | Answer::Rejected | Answer::Pending => return None,
        Answer::NoSignature if there.request => return None,
        Answer::NoSecret => there.beside_the_secret(),
        Answer::NoSignature | Answer::Contradicted
            if session.request.is_absent() && is_settled(diagnosis) =>
        {
            return None;
        }
        Answer::NoSignature | Answer::Contradicted | Answer::Open | Answer::Incomplete => {
            vec![there.missing()?]
        }
    };
    let tool = session.evidence.iter().find_map(|piece| piece.tool).or_else(|| tool_of(&session.request));
    let of_signer = wanted.iter().any(|text| text.is_of_signer());
    let how = tool.filter(|_| of_signer).map(|tool| format!("For {}: {}.", tool.name, tool.switch));
    let words: Vec<String> = wanted.iter().map(|text| text.words().to_owned()).chain(how).collect();
    let named = Named::remark(
        "next-step",
        "What would settle it next.",
        "One more text of the other side tells more than any guess.",
        words.join(" "),
    );
    Some(Finding::of(Certainty::Noticed, vec![named]))
}

/// Which texts are at hand.
struct There {
    /// The request itself, not one that was rebuilt.
    request: bool,
    /// Anything that was rebuilt from evidence.
    rebuilt: bool,
    /// The signature that was sent.
    signature: bool,
    signer: bool,
    server: bool,
    /// Texts of which nobody says whose they are.
    unnamed: usize,
    /// Whether all of them are of one attempt, as far as anybody can tell.
    are_of_one: bool,
}

/// Findings that say otherwise.
const OF_OTHERS: [&str; 2] = ["another-attempt", "evidence-of-another-request"];

/// What can be asked for.
#[derive(Clone, Copy)]
enum Wanted {
    Secret,
    Signature,
    Names,
    Signer,
    Server,
    Other,
    ServerAndRequest,
    OneAttempt,
}

impl There {
    fn of(session: &Session, diagnosis: &Diagnosis) -> Self {
        let quotes = |piece: &&Piece| {
            piece.quotes_a_text() || piece.fragment.as_ref().is_some_and(|part| part.claim.is_none())
        };
        let of =
            |side: Side| session.evidence.iter().filter(quotes).filter(|piece| piece.side == side).count();
        let rebuilt = !session.request.is_absent() && session.format == Format::Evidence;
        Self {
            request: !session.request.is_absent() && !rebuilt,
            rebuilt,
            signature: !has_zeros(&session.request),
            signer: of(Side::Signer) > 0,
            server: of(Side::Server) > 0,
            unnamed: of(Side::Unknown),
            are_of_one: !diagnosis.findings.iter().any(|finding| OF_OTHERS.contains(&finding.causes[0].id)),
        }
    }

    /// The text that is missing; whose a text is comes before another one.
    fn missing(&self) -> Option<Wanted> {
        match (self.signer, self.server) {
            _ if self.unnamed > 1 => Some(Wanted::Names),
            (false, false) if self.unnamed == 1 && !self.request => Some(Wanted::Other),
            (false, false) if self.request || self.rebuilt => Some(Wanted::Signer),
            (false, false) => Some(Wanted::ServerAndRequest),
            (false, true) => Some(Wanted::Signer),
            (true, false) => Some(Wanted::Server),
            (true, true) => (!self.are_of_one).then_some(Wanted::OneAttempt),
        }
    }

    /// The secret, and what to bring where it is not to be had.
    fn beside_the_secret(&self) -> Vec<Wanted> {
        let first = if self.signature { Wanted::Secret } else { Wanted::Signature };
        [first].into_iter().chain(self.missing()).collect()
    }
}

impl Wanted {
    fn words(self) -> &'static str {
        match self {
            Self::Secret => "Type the secret: it stays on this machine.",
            Self::Signature => {
                "Bring the Authorization header or the presigned URL: with its signature and the secret the mistake can be searched for."
            }
            Self::Names => "Write `client:` or `server:` above each text: then the mistake can be named.",
            Self::Signer => "Bring the signer's debug log: its canonical request shows what was signed.",
            Self::Server => {
                "Bring the whole body of the server's answer: many services quote the canonical request that they computed."
            }
            Self::Other => {
                "Bring the text of the other side as well: the server's answer or the signer's debug log."
            }
            Self::ServerAndRequest => {
                "Bring the whole body of the answer, which quotes what the server computed for many services, and the request as it was sent or the signer's debug log."
            }
            Self::OneAttempt => {
                "Bring what signer and server say of one attempt: turn retries off, then send the request once."
            }
        }
    }

    fn is_of_signer(self) -> bool {
        match self {
            Self::Signer | Self::Other | Self::ServerAndRequest => true,
            Self::Secret | Self::Signature | Self::Names | Self::Server | Self::OneAttempt => false,
        }
    }
}

/// Whether a gate has said already what is wrong: no text of either side would add to that.
fn is_settled(diagnosis: &Diagnosis) -> bool {
    diagnosis.findings.iter().any(|finding| finding.certainty == Certainty::Contradicted)
}

/// Whether zeros stand where a rebuilt request has no signature.
fn has_zeros(request: &Request) -> bool {
    let zeros = format!("Signature={}", "0".repeat(64));
    let holds = |text: &[u8]| memchr::memmem::find(text, zeros.as_bytes()).is_some();
    holds(&request.target) || request.value(b"authorization").is_some_and(holds)
}

fn tool_of(request: &Request) -> Option<&'static Tool> {
    let agent = request.value(b"user-agent")?;
    evidence::tool_of(&String::from_utf8_lossy(agent))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there(signer: bool, server: bool) -> There {
        There { request: false, rebuilt: true, signature: true, signer, server, unnamed: 0, are_of_one: true }
    }

    #[test]
    fn what_is_there_is_not_asked_for() {
        let words = |there: There| there.missing().map_or("", Wanted::words);
        assert!(words(there(false, true)).contains("debug log"));
        assert!(words(there(true, false)).contains("the server's answer"));
        assert_eq!(words(there(true, true)), "");
        assert!(words(There { unnamed: 1, ..there(false, false) }).contains("the other side"));
        assert!(words(There { are_of_one: false, ..there(true, true) }).contains("one attempt"));
        assert!(words(There { unnamed: 2, ..there(false, false) }).contains("above each text"));
        let beside =
            |there: There| there.beside_the_secret().into_iter().map(Wanted::words).collect::<Vec<_>>();
        assert!(beside(there(true, true))[0].contains("Type the secret"));
        assert!(beside(There { signature: false, ..there(true, true) })[0].contains("Authorization header"));
    }
}
