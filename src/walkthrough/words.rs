//! What is said of each step: a title, a sentence, and the mistakes that are made there.

use crate::signature::check::CheckId;
use crate::trace::{Section, StageKind};

/// What is said of one step.
#[derive(Clone, Copy)]
pub(super) struct Said {
    pub(super) title: &'static str,
    pub(super) sentence: &'static str,
    pub(super) causes: &'static [&'static str],
}

const fn said(title: &'static str, sentence: &'static str, causes: &'static [&'static str]) -> Said {
    Said { title, sentence, causes }
}

/// What is said of making each section.
static SAID: [(Section, Said); 16] = [
    (
        Section::Method,
        said(
            "Method",
            "The method comes first, in capitals, so that a signed GET cannot become a DELETE.",
            &["method-changed", "method-case"],
        ),
    ),
    (
        Section::Host,
        said(
            "Host",
            "The host is signed, so that the request is good at this server alone.",
            &["host-changed", "host-with-port"],
        ),
    ),
    (
        Section::Path,
        said(
            "Path: encode it",
            "Both sides must write the path in the same way, so there is one canonical way to encode it.",
            &["path-encoded-twice", "path-not-normalised", "path-prefix-stripped"],
        ),
    ),
    (
        Section::Query,
        said(
            "Query: encode, then sort",
            "Each name and value is percent-encoded, then the pairs are sorted. The order in the URL no longer matters.",
            &["query-unsorted", "query-space-as-plus", "query-encoded-twice", "query-parameter-added"],
        ),
    ),
    (
        Section::Headers,
        said(
            "Headers: lower-case, trim, sort",
            "Proxies change the case, the spaces and the order of headers. The canonical form is the same before and after.",
            &["host-changed", "header-unsorted", "header-not-trimmed", "content-type-changed"],
        ),
    ),
    (
        Section::SignedHeaders,
        said(
            "Signed headers: list the names",
            "The list says which headers the signature protects. Anybody may change a header that is not in it.",
            &["signed-headers-unsorted", "header-not-signed", "header-signed-unnamed"],
        ),
    ),
    (
        Section::Payload,
        said(
            "Payload hash",
            "The body is signed by its hash: change one bit of the body, and this line is another.",
            &["payload-trailing-newline", "payload-json-compact", "payload-empty-hash", "payload-unsigned"],
        ),
    ),
    (
        Section::ContentMd5,
        said(
            "Content-MD5",
            "The header with the MD5 of the body is signed as it was sent; without the header the line is empty.",
            &["header-value-lowercased"],
        ),
    ),
    (
        Section::ContentType,
        said(
            "Content-Type",
            "The media type is signed as it was sent; without the header the line is empty.",
            &["content-type-changed", "content-type-charset-added"],
        ),
    ),
    (
        Section::Date,
        said(
            "Date",
            "The date limits for how long a copied request is good.",
            &["sts-date-differs", "sts-date-form", "clock-skew"],
        ),
    ),
    (
        Section::Resource,
        said(
            "Resource",
            "The bucket, the path and the subresources say what the request is about.",
            &["path-bucket-left-out", "path-encoded-twice"],
        ),
    ),
    (
        Section::Algorithm,
        said(
            "String to sign: name the algorithm",
            "The algorithm is signed too, so that nobody can swap it for a weaker one.",
            &["sts-algorithm"],
        ),
    ),
    (
        Section::Scope,
        said(
            "String to sign: the credential scope",
            "The scope says where the signature is good: on this day and for this service only.",
            &["wrong-region", "wrong-service", "scope-date-differs"],
        ),
    ),
    (
        Section::RequestHash,
        said(
            "String to sign: hash the canonical request",
            "The hash stands for the whole canonical request, however long that is.",
            &["creq-trailing-newline", "creq-crlf", "creq-hash-uppercase"],
        ),
    ),
    (
        Section::Body,
        said(
            "The body is what is signed",
            "The raw bytes of the body are signed. Parse and write the body again, and the signature is wrong.",
            &["payload-json-compact", "payload-json-spaced", "payload-trailing-newline"],
        ),
    ),
    (
        Section::Key,
        said(
            "Derive the key",
            "Each key is made from the one before it, and nobody can compute the way back.",
            &["wrong-region", "key-step-missing", "key-hex"],
        ),
    ),
];

/// Of making a section of a stage.
pub(super) fn of_section(stage: StageKind, section: Section) -> Said {
    let own = SAID.iter().find(|(own, _)| *own == section);
    own.map_or_else(|| of_stage(stage), |(_, said)| *said)
}

/// Of making a stage that has no sections.
fn of_stage(stage: StageKind) -> Said {
    match stage {
        StageKind::CanonicalRequest => said(
            "Canonical request",
            "The request in the form that both sides agree on.",
            &["creq-trailing-newline"],
        ),
        StageKind::Policy => said(
            "Read the policy",
            "The policy says which forms the signature is good for, and until when.",
            &["policy-rewritten"],
        ),
        StageKind::StringToSign => {
            said("String to sign", "This text is what the key signs.", &["sts-trailing-newline"])
        }
        StageKind::KeyChain => said("Key", "The key that signs.", &["key-not-derived"]),
        StageKind::Signature => said(
            "Signature",
            "Only somebody with the key can compute this value. It says nothing about the key.",
            &["secret-trailing-newline", "signature-uppercase", "signature-base64", "signature-key-swapped"],
        ),
        StageKind::LinkToSign => said(
            "String to sign of a part of the body",
            "Each part signs the signature before it, so that none can be left out, repeated or moved.",
            &["chunk-corrupted", "chunk-order-changed"],
        ),
    }
}

/// Of making a check: why it is made, and what makes it fail.
pub(super) fn of_check(id: CheckId) -> Said {
    let (sentence, causes): (_, &[_]) = match id {
        CheckId::Claim => (
            "The server reads which key, which date and which signature the request claims.",
            &["signature-extra-text"],
        ),
        CheckId::Algorithm => {
            ("The server decides which algorithms it takes, not the request.", &["sts-algorithm"])
        }
        CheckId::Date => (
            "Somebody who copies a request can send it again. The window keeps that time short.",
            &["clock-skew", "date-local-time", "presign-expired"],
        ),
        CheckId::Scope => (
            "A signature for another day, region or service is not good here.",
            &["wrong-region", "wrong-service", "scope-date-differs"],
        ),
        CheckId::SignedHeaders => (
            "What matters to the server must be signed, or anybody could change it on the way.",
            &["header-not-signed"],
        ),
        CheckId::Key => (
            "Both sides need the same secret, and only its name is sent.",
            &["secret-of-other-key", "secret-of-example"],
        ),
        CheckId::Payload => (
            "The body must be the one whose hash was signed.",
            &["content-sha256-stale", "payload-trailing-newline"],
        ),
        CheckId::Policy => {
            ("Each field of the form must meet a condition of the policy.", &["policy-rewritten"])
        }
        CheckId::Signature => {
            (CONSTANT_TIME, &["secret-trailing-newline", "host-changed", "payload-json-compact"])
        }
        CheckId::Framing => (
            "The body must have the form that its headers announce.",
            &["chunks-unframed", "decoded-content-length-missing"],
        ),
        CheckId::Chunks => (
            "Each part of the body carries a signature of its own, chained to the one before.",
            &["chunk-corrupted", "chunk-order-changed"],
        ),
        CheckId::Checksum => ("The checksum behind the body must be that of its data.", &["checksum-wrong"]),
    };
    Said { title: id.title(), sentence, causes }
}

const CONSTANT_TIME: &str = "The server compares all digits before it answers. If it stopped at the first wrong digit, its response time \
                             would tell an attacker how many digits were right.";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::causes;

    const SECTIONS: [Section; 17] = [
        Section::Method,
        Section::Host,
        Section::Path,
        Section::Query,
        Section::Headers,
        Section::SignedHeaders,
        Section::Payload,
        Section::ContentMd5,
        Section::ContentType,
        Section::Date,
        Section::Resource,
        Section::Algorithm,
        Section::Scope,
        Section::RequestHash,
        Section::Body,
        Section::Key,
        Section::Whole,
    ];

    const STAGES: [StageKind; 6] = [
        StageKind::CanonicalRequest,
        StageKind::Policy,
        StageKind::StringToSign,
        StageKind::KeyChain,
        StageKind::Signature,
        StageKind::LinkToSign,
    ];

    #[test]
    fn every_section_has_words_of_its_own() {
        let without = SECTIONS.into_iter().filter(|section| SAID.iter().all(|(own, _)| own != section));
        assert_eq!(without.collect::<Vec<_>>(), [Section::Whole]);
    }

    #[test]
    fn every_mistake_that_is_named_stands_in_the_table_of_causes() {
        let of_stages =
            STAGES.into_iter().flat_map(|stage| SECTIONS.map(|section| of_section(stage, section)));
        for said in of_stages.chain(CheckId::ALL.map(of_check)) {
            assert!(said.sentence.ends_with('.') && !said.causes.is_empty(), "{}", said.title);
            for id in said.causes {
                assert!(causes::named(id).is_some(), "{id}");
            }
        }
    }
}
