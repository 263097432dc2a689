//! What the findings come to: which of them answer, what was left untried.

use super::{
    ANOTHER_SECRET, Answer, Certainty, Diagnosis, Finding, Named, causes, clock, compare, damage, refused,
    rules,
};
use crate::analysis::{Analysis, Session};
use crate::evidence::{Piece, Rung};
use crate::scheme::Signing;
use crate::scheme::claim::{ClaimError, ClaimErrorKind};
use crate::time::Timestamp;
use crate::verify::Agreement;

/// What needs no search: two ways to authenticate, a scheme of another maker, a claim that cannot be read.
pub(super) fn without_a_search(
    session: &Session,
    (analysis, claimed): (&Analysis, &Analysis),
    noticed: &[Finding],
    clock: Timestamp,
) -> Option<Diagnosis> {
    let said = session.evidence.iter().flat_map(|piece| compare::of_server(&session.request, piece));
    let told = |answer, first: Finding| {
        Diagnosis::at_once(answer, vec![first]).with(noticed.iter().cloned()).with(said)
    };
    if let Some(finding) = refused::two_ways(analysis) {
        let is_right = analysis.agreement().holds() == Some(true);
        return Some(told(if is_right { Answer::Rejected } else { Answer::Contradicted }, finding));
    }
    if let Some(foreign) = analysis.foreign {
        let finding = rules::of_another_scheme(foreign, &session.request);
        return Some(told(Answer::NoSignature, finding).concluded(claimed));
    }
    let Some(Err(error)) = &analysis.claim else { return None };
    Some(match damage::repaired(session, &|session| super::analysis(session, clock)) {
        Some(finding) => told(Answer::Proven, finding),
        None => told(Answer::Contradicted, unreadable(error)),
    })
}

/// A claim that cannot be read.
fn unreadable(error: &ClaimError) -> Finding {
    let why = error.aws.as_ref().map_or(String::new(), |aws| format!("AWS answers: {aws}"));
    let remark = match error.kind {
        ClaimErrorKind::RegionInScope => {
            let cause = Named::new(causes::named("scope-region-in-sigv4a"), error.to_string());
            Named { why: format!("{} {why}", cause.why).trim_end().into(), ..cause }
        }
        ClaimErrorKind::Malformed | ClaimErrorKind::Algorithm | ClaimErrorKind::Scope => Named::remark(
            "claim-unreadable",
            format!("{error}."),
            why,
            "Write the signature in the form that the scheme has.",
        ),
    };
    Finding::of(Certainty::Contradicted, vec![remark])
}

impl Diagnosis {
    /// What the clock and the checks add to what was found, and the answer that all of it comes to.
    pub(super) fn judged(self, session: &Session, analysis: &Analysis, claimed: &Analysis) -> Self {
        // Where an error names the server's clock, that one counts, and it is told.
        let names_its_clock = session.evidence.iter().any(|piece| clock::told(piece).is_some());
        let clock = rules::clock(session, analysis).filter(|_| !names_its_clock);
        self.timed(clock, claimed, session)
            .unsigned(session)
            .refused(|| refused::refused(analysis))
            // What no part of a diagnosis has told: all is well only where every check says so.
            .refused(|| refused::untold(&session.request, analysis))
            .concluded(claimed)
    }

    /// The clock is proven to be the cause only where it is that of the server; this machine's says what would happen now.
    fn timed(mut self, clock: Option<Named>, claimed: &Analysis, session: &Session) -> Self {
        let Some(clock) = clock else { return self };
        let right = claimed.agreement().holds() == Some(true);
        let says_otherwise = |piece: &Piece| piece.gate.is_some_and(|gate| gate.rung != Rung::Date);
        let certainty = match (right, session.settings.now) {
            (false, _) => Certainty::Noticed,
            (true, _) if session.evidence.iter().any(says_otherwise) => Certainty::Noticed,
            (true, Some(_)) => Certainty::Proven,
            (true, None) => Certainty::Contradicted,
        };
        let place = self.findings.iter().take_while(|finding| finding.certainty <= certainty).count();
        if certainty != Certainty::Noticed && self.answer == Answer::Match {
            self.answer = Answer::Rejected;
        }
        self.findings.insert(place, Finding::of(certainty, vec![clock]));
        self
    }

    /// A header of another kind explains an error that asks for the parts of a signature, and the error says nothing more.
    fn unsigned(mut self, session: &Session) -> Self {
        let asks = |piece: &Piece| piece.gate.filter(|gate| gate.rung.is_of_reading()).map(|gate| gate.id);
        let asked: Vec<&str> = session.evidence.iter().filter_map(asks).collect();
        let is_not_signed = |finding: &Finding| finding.causes[0].id == rules::NOT_SIGNED;
        if asked.is_empty() || !self.findings.iter().any(is_not_signed) {
            return self;
        }
        for finding in &mut self.findings {
            let id = finding.causes[0].id;
            match () {
                () if id == rules::NOT_SIGNED => {
                    finding.certainty = Certainty::Contradicted;
                    finding.causes[0].rank = 0;
                }
                () if asked.contains(&id) => finding.certainty = Certainty::Noticed,
                () => {}
            }
        }
        match self.answer {
            Answer::NoSignature | Answer::NoSecret => self.answering(Answer::Contradicted),
            Answer::Match
            | Answer::Proven
            | Answer::Rejected
            | Answer::Contradicted
            | Answer::Open
            | Answer::Incomplete
            | Answer::Pending => self,
        }
    }

    /// What a server refuses although the signature is right.
    fn refused(self, refused: impl FnOnce() -> Vec<Finding>) -> Self {
        let refused = if self.answer == Answer::Match { refused() } else { Vec::new() };
        match refused.is_empty() {
            true => self,
            false => self.answering(Answer::Rejected).behind(refused),
        }
    }

    fn concluded(mut self, claimed: &Analysis) -> Self {
        // Proofs stand in the order of the search; of remarks the likelier come first.
        let rank = |finding: &Finding| match finding.certainty {
            Certainty::Proven | Certainty::Contradicted => 0,
            Certainty::Noticed => finding.rank(),
        };
        self.findings.sort_by_key(|finding| (finding.certainty, rank(finding)));
        if self.answer == Answer::Open && self.findings.iter().any(Finding::explains_the_mismatch) {
            self.answer = Answer::Incomplete;
            self.findings.sort_by_key(|finding| (finding.certainty, !finding.explains_the_mismatch()));
        }
        // What is known to differ says more than that nothing reproduces the signature.
        if self.answer == Answer::Open
            && self.findings.iter().any(|finding| finding.certainty == Certainty::Contradicted)
        {
            self.answer = Answer::Contradicted;
        }
        // That the server reads the request as it is here says more, and leaves open which of the two it is.
        let is_told = |id: &str| self.findings.iter().any(|finding| finding.causes[0].id == id);
        if self.answer == Answer::Open && !is_told(compare::READ_AS_SENT.id) && !is_told(ANOTHER_SECRET) {
            let remark = match the_key_is_right(claimed) {
                true => Named::remark(
                    "signed-part-changed",
                    "Something that is signed was changed to a value that cannot be known: the key is right, as the signatures in the body show.",
                    "The chunks of the body are signed with the same key, and they are right.",
                    "Compare what the client signed with what arrived: its debug log shows its canonical request.",
                ),
                false => Named::another_secret(
                    "Either something signed has a value that nobody can guess, or another secret was used.",
                    "Check that key ID and secret belong together. Then add the signer's debug log: its canonical request shows what was signed.",
                ),
            };
            let place =
                self.findings.iter().take_while(|finding| finding.certainty < Certainty::Noticed).count();
            self.findings.insert(place, Finding::of(Certainty::Noticed, vec![remark]));
        }
        self
    }
}

/// Whether the signatures in the body show that the key is right although the request's own signature is not.
fn the_key_is_right(claimed: &Analysis) -> bool {
    let walked = claimed.stream.walked();
    walked.is_some_and(|walked| walked.links.iter().any(|link| link.agreement == Agreement::Equal))
        && claimed.scheme.family().is_some_and(|family| family.signing == Signing::Hmac)
}
