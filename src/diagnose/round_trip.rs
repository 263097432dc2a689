//! Each cause breaks a correct request, is asked for, and must come back.

mod relatives;
mod requests;

use std::collections::BTreeSet;

use super::causes::causes;
use super::change::Change;
use super::engine::{Ahead, Engine, Scratch};
use super::target::Target;
use super::*;
use crate::case::read;
use crate::samples;
use crate::secret::Secret;
use crate::signature::Credentials;
use crate::signature::ecdsa::Nonce;
use crate::verify::Conclusion;
use requests::{ASYMMETRIC, BREAKABLE, FORMS, OBJECT, breakable, clock, form, key, signed, with_search};

#[test]
fn drafts_are_what_the_scheme_signs() {
    for name in FORMS {
        let session = form(name);
        let analysis = analysis(&session, clock());
        let texts = with_search(&session, |engine, _| engine.texts(&[]));
        assert_eq!(
            String::from_utf8_lossy(&texts.0),
            String::from_utf8_lossy(analysis.trace.canonical_request())
        );
        assert_eq!(
            String::from_utf8_lossy(&texts.1),
            String::from_utf8_lossy(analysis.trace.string_to_sign())
        );
    }
    for sample in samples::SAMPLES {
        let case = read(sample.text).unwrap();
        let mut session = Session::new(case.request);
        session.settings = case.settings;
        let analysis = analysis(&session, clock());
        if analysis.scheme.family().is_some() && analysis.claim().is_some() {
            let (_, string) = with_search(&session, |engine, _| engine.texts(&[]));
            let own = as_claimed(&session, &analysis);
            let own = self::analysis(&own, clock());
            assert_eq!(
                String::from_utf8_lossy(&string),
                String::from_utf8_lossy(own.trace.string_to_sign()),
                "{}",
                sample.name
            );
        }
    }
}

/// What is wrong with the diagnosis of a request that was broken by one change of a cause; `None` where all is well.
///
/// The cause must come back with the texts that were signed, first among the proofs or as another reading of the same bytes; and
/// applying its fix must make signer and server agree.
fn wrong_with(name: &str, id: &str, which: usize) -> Option<String> {
    wrong_with_session((name, form(name)), id, which)
}

fn wrong_with_session((name, mut session): (&str, Session), id: &str, which: usize) -> Option<String> {
    let (signature, texts) = with_search(&session, |engine, changes| {
        let own: Vec<&Change> = changes.iter().filter(|change| change.cause.id == id).collect();
        let change = own[which % own.len()];
        (engine.signature(&[change]).unwrap(), engine.texts(&[change]))
    });
    session.received = Some(signature.into_bytes());
    let found = diagnose(&session, clock(), Effort::SINGLES, &Progress::default());
    let is_back = |finding: &&Finding| {
        finding.signed.as_ref() == Some(&texts) && finding.causes.iter().any(|cause| cause.id == id)
    };
    let first = found.findings.first().filter(|finding| finding.certainty == Certainty::Proven);
    let Some((finding, _)) = found.findings.iter().find(is_back).zip(first) else {
        let titles: Vec<_> =
            found.findings.iter().map(|finding| (finding.certainty.name(), finding.title())).collect();
        return Some(format!("{id} in {name}: {titles:#?}"));
    };
    match apply(finding, &session, clock()) {
        Ok((_, Applied::SignedAnew)) if !finding.edits.is_empty() => {
            Some(format!("{id} in {name}: its edits do not make the request that was signed"))
        }
        Ok((fixed, _)) if analysis(&fixed, clock()).agreement().holds() == Some(true) => None,
        Ok((_, how)) => Some(format!("{id} in {name}: after its fix ({how:?}) the signatures still differ")),
        Err(error) => Some(format!("{id} in {name}: {error}")),
    }
}

#[test]
fn every_cause_breaks_a_request_comes_back_and_its_fix_leads_to_a_match() {
    // Which of its changes, in which request: another one for each cause, so that all kinds are met.
    let breakable = breakable();
    let wrong: Vec<String> = breakable
        .iter()
        .enumerate()
        .filter_map(|(turn, (id, names))| wrong_with(names[turn % names.len()], id, turn))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), breakable.len(), wrong.join("\n"));
}

/// Causes of which some changes have edits that make another request than the one that was signed, and why that must be. A diagnosis
/// does not offer these edits.
const VAIN: &[(&str, &str)] = &[
    ("host-changed", "the host says which rules a service has, and the other host is no service's"),
    ("path-bucket-in-host", "as there"),
    ("presign-credential-changed", "the query that was signed names another key than the one that signed"),
    ("presign-date-changed", "the query that was signed has another date than the string to sign"),
    (
        "presign-signed-headers-changed",
        "the query that was signed has another list than the canonical request",
    ),
    ("query-parameter-added", "a URL without one of the parameters of its signature is not signed"),
    ("query-parameter-changed", "nor is one in which such a parameter is empty or misspelt"),
    ("query-values-as-lists", "nor is one in which it is a list"),
    ("query-parameter-removed", "the parameter says what the payload is, and so brings another payload"),
    ("token-encoding", "the token is one whether it is encoded or not, and the query is written from it"),
    ("token-white-space", "white space at the ends of a header's value is trimmed"),
    ("wrong-region", "the query that was signed names another region than the scope"),
    ("wrong-service", "another service has other rules, and an empty one is none"),
];

#[test]
fn every_change_is_found_by_its_signature_and_its_edits_make_the_request_that_was_signed() {
    let mut vain = BTreeSet::new();
    for name in BREAKABLE {
        let session = form(name);
        with_search(&session, |engine, changes| {
            let mut scratch = engine.scratch();
            let base = engine.ahead(0, &mut scratch);
            for change in changes {
                let signature = engine.signature(&[change]).expect("there is a key");
                let target = Target::Mac(hex::decode(&signature).expect("a signature in hex"));
                let own = Engine { target: &target, ..*engine };
                assert!(
                    agrees(&own, change, &base, &mut scratch),
                    "{} ({}) in {name}",
                    change.cause.id,
                    change.detail
                );
                if !change.edits.is_empty() && !are_right(change, &session, signature) {
                    vain.insert(change.cause.id);
                }
            }
        });
    }
    assert_eq!(vain, VAIN.iter().map(|(id, _)| *id).collect());
}

/// Whether the search takes a change for one that comes to the target.
fn agrees(engine: &Engine<'_>, change: &Change, base: &Ahead, scratch: &mut Scratch) -> bool {
    engine.apply(change, &mut scratch.values);
    let computed = engine.computed(change, base, scratch);
    let agrees = engine.agrees(base, change, &computed, scratch);
    engine.undo(change, &mut scratch.values);
    agrees
}

/// Whether the edits of a change make the request that has this signature.
fn are_right(change: &Change, session: &Session, signature: String) -> bool {
    let mut edited = session.clone();
    change.edits.iter().for_each(|edit| apply::make(edit, &mut edited));
    edited.received = Some(signature.into_bytes());
    analysis(&edited, clock()).agreement().holds() == Some(true)
}

#[test]
fn mistakes_of_sigv4a_come_back() {
    for id in ASYMMETRIC {
        assert_eq!(wrong_with("spanning", id, 0), None);
    }
}

#[test]
fn every_cause_that_can_be_tried_has_a_request_that_it_breaks() {
    let breakable = breakable();
    let never: Vec<&str> = causes()
        .filter(|cause| cause.generate.is_some())
        .map(|cause| cause.id)
        .filter(|id| !(breakable.contains_key(id) || ASYMMETRIC.contains(id) || relatives::OWN.contains(id)))
        .collect();
    assert!(never.is_empty(), "{never:?}");
}

#[test]
fn a_random_signature_proves_nothing() {
    for name in FORMS {
        let mut session = form(name);
        session.received =
            Some(hex::encode(<[u8; 32]>::from(<sha2::Sha256 as sha2::Digest>::digest(name))).into_bytes());
        let found = diagnose(&session, clock(), Effort::SINGLES, &Progress::default());
        assert_eq!(found.answer, Answer::Open, "{name}");
        assert!(found.findings.iter().all(|finding| finding.certainty == Certainty::Noticed), "{name}");
        assert!(found.findings.iter().any(|finding| finding.causes[0].id == "another-secret"), "{name}");
    }
}

#[test]
fn a_correct_request_matches_and_another_secret_is_said() {
    for name in FORMS {
        let mut session = form(name);
        let found = diagnose(&session, clock(), Effort::SINGLES, &Progress::default());
        let proven = found.findings.iter().any(|finding| finding.certainty == Certainty::Proven);
        // A diagnosis says that all is well exactly where the verdict does. One of the forms announces chunks that it does not have.
        let is_match = analysis(&session, clock()).verdict.conclusion() == Some(Conclusion::Match);
        assert_eq!(found.answer, if is_match { Answer::Match } else { Answer::Rejected }, "{name}");
        assert_eq!(proven, name == "packed", "{name}");
        session.keys =
            vec![Credentials { secret: Secret::new("A5vdcxsXYAz0NeiYkuHC19ZtaxjM8qMxyQXAHWV4"), ..key() }];
        let found = diagnose(&session, clock(), Effort::SINGLES, &Progress::default());
        assert_eq!(found.answer, Answer::Open, "{name}");
        assert_eq!(
            found.findings.iter().filter(|finding| finding.certainty == Certainty::Proven).count(),
            0,
            "{name}"
        );
    }
}

#[test]
fn asymmetric_signatures_are_explained_too() {
    let text = OBJECT
        .replace("# @service s3", "# @service s3\n# @scheme AWS4-ECDSA-P256-SHA256\n# @region-set us-east-1");
    for id in ["path-normalised", "secret-trailing-newline", "creq-trailing-newline", "method-changed"] {
        let mut session = signed(&text);
        let signature = with_search(&session, |engine, changes| {
            let change = changes.iter().find(|change| change.cause.id == id).expect(id);
            engine.signature(&[change]).expect(id)
        });
        session.settings.nonce = Some(Nonce::Deterministic);
        session.received = Some(signature.into_bytes());
        let effort = Effort { depth: 1, most: 1, threads: 1 };
        let found = diagnose(&session, clock(), effort, &Progress::default());
        let ids: Vec<_> =
            found.findings.iter().flat_map(|finding| &finding.causes).map(|cause| cause.id).collect();
        assert!(ids.contains(&id), "{id}: {ids:?}");
    }
}
