//! What the findings come to: which of them answer, what was left untried.

use super::{
    ANOTHER_SECRET, Answer, Certainty, Diagnosis, Finding, Named, causes, clock, compare, damage, refused,
    rules, shared,
};
use crate::analysis::{Analysis, Session};
use crate::evidence::{Piece, Rung};
use crate::scheme::Signing;
use crate::scheme::claim::ClaimErrorKind;
use crate::time::Timestamp;
use crate::verify::Agreement;

impl Diagnosis {
    /// Puts what a search found before all else.
    pub(super) fn take(&mut self, told: shared::Told) {
        let shared::Told { answer, findings, tried, changes, exhausted } = told;
        (self.answer, self.tried, self.changes, self.exhausted) = (answer, tried, changes, exhausted);
        self.findings.splice(..0, findings);
    }

    /// What needs no search: two ways to authenticate, a scheme of another maker, a claim that cannot be read.
    pub(super) fn is_told_without_a_search(
        &mut self,
        session: &Session,
        (analysis, claimed): (&Analysis, &Analysis),
        clock: Timestamp,
    ) -> bool {
        let said = session.evidence.iter().flat_map(|piece| compare::of_server(&session.request, piece));
        if let Some(finding) = refused::two_ways(analysis) {
            let is_right = analysis.agreement().holds() == Some(true);
            self.answer = if is_right { Answer::Rejected } else { Answer::Contradicted };
            self.findings.insert(0, finding);
            self.findings.extend(said);
        } else if let Some(foreign) = analysis.foreign {
            self.findings.insert(0, rules::of_another_scheme(foreign, &session.request));
            self.findings.extend(said);
            self.conclude(claimed);
        } else if matches!(analysis.claim, Some(Err(_))) {
            self.answer = Answer::Contradicted;
            match damage::repaired(session, &|session| super::analysis(session, clock)) {
                Some(finding) => {
                    self.answer = Answer::Proven;
                    self.findings.insert(0, finding);
                }
                None => self.unreadable(analysis),
            }
            self.findings.extend(said);
        } else {
            return false;
        }
        true
    }

    /// What the clock, the checks and the evidence add to what was found.
    pub(super) fn judge(&mut self, session: &Session, analysis: &Analysis, claimed: &Analysis) {
        // Where an error names the server's clock, that one counts, and it is told.
        let names_its_clock = session.evidence.iter().any(|piece| clock::told(piece).is_some());
        if let Some(clock) = rules::clock(session, analysis).filter(|_| !names_its_clock) {
            self.add_clock(clock, claimed, session);
        }
        self.tell_that_nothing_is_signed(session);
        if self.answer == Answer::Match {
            self.refuse(refused::refused(analysis));
        }
        // What no part of a diagnosis has told: all is well only where every check says so.
        if self.answer == Answer::Match {
            self.refuse(refused::untold(&session.request, analysis));
        }
        self.conclude(claimed);
    }

    fn unreadable(&mut self, analysis: &Analysis) {
        if let Some(Err(error)) = &analysis.claim {
            let why = error.aws.as_ref().map_or(String::new(), |aws| format!("AWS answers: {aws}"));
            let remark = match error.kind {
                ClaimErrorKind::RegionInScope => {
                    let cause = Named::new(causes::named("scope-region-in-sigv4a"), error.to_string());
                    Named { why: format!("{} {why}", cause.why).trim_end().into(), ..cause }
                }
                ClaimErrorKind::Malformed | ClaimErrorKind::Algorithm | ClaimErrorKind::Scope => {
                    Named::remark(
                        "claim-unreadable",
                        format!("{error}."),
                        why,
                        "Write the signature in the form that the scheme has.",
                    )
                }
            };
            self.findings.insert(0, Finding::of(Certainty::Contradicted, vec![remark]));
        }
    }

    /// What contradicts the request although the signature itself is not explained.
    pub(super) fn contradicted(&mut self, broken: &[Named]) {
        let found = broken.iter().map(|named| Finding::of(Certainty::Contradicted, vec![named.clone()]));
        self.findings.splice(..0, found);
    }

    /// The clock is proven to be the cause only where it is that of the server; this machine's says what would happen now.
    fn add_clock(&mut self, clock: Named, claimed: &Analysis, session: &Session) {
        let right = claimed.agreement().holds() == Some(true);
        let says_otherwise =
            |piece: &Piece| piece.gate.is_some_and(|gate| !matches!(gate.rung, Rung::Date | Rung::Unsaid));
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
    }

    /// A header of another kind explains an error that asks for the parts of a signature, and the error says nothing more.
    fn tell_that_nothing_is_signed(&mut self, session: &Session) {
        let asks = |piece: &Piece| piece.gate.filter(|gate| gate.rung.is_of_reading()).map(|gate| gate.id);
        let asked: Vec<&str> = session.evidence.iter().filter_map(asks).collect();
        let is_not_signed = |finding: &Finding| finding.causes[0].id == rules::NOT_SIGNED;
        if asked.is_empty() || !self.findings.iter().any(is_not_signed) {
            return;
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
        if matches!(self.answer, Answer::NoSignature | Answer::NoSecret) {
            self.answer = Answer::Contradicted;
        }
    }

    /// What a server refuses although the signature is right.
    fn refuse(&mut self, refused: Vec<Finding>) {
        if !refused.is_empty() {
            self.answer = Answer::Rejected;
            self.findings.splice(..0, refused);
        }
    }

    fn conclude(&mut self, claimed: &Analysis) {
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
    }
}

/// Whether the signatures in the body show that the key is right although the request's own signature is not.
fn the_key_is_right(claimed: &Analysis) -> bool {
    let walked = claimed.stream.walked();
    walked.is_some_and(|walked| walked.links.iter().any(|link| link.agreement == Agreement::Equal))
        && claimed.scheme.family().is_some_and(|family| family.signing == Signing::Hmac)
}
