//! Presigned URLs.

use super::{Exercise, Material, Page, Shows, Tour};
use crate::request::Request;
use crate::trace::{Section, StageKind};
use crate::walkthrough::{StepKind, Tamper};

pub(super) static TOUR: Tour = Tour {
    id: "presigned",
    title: "Presigned URLs",
    about: "A signature inside a URL lends one request to somebody else, for a while.",
    material: Material::Sample("s3-presigned-get"),
    pages: &[
        Page {
            title: "A link that carries its own signature",
            text: &[
                "Everything that usually stands in the Authorization header stands in the query here.",
                "Whoever has this URL can fetch the file. No key is needed, so treat the URL like a password.",
            ],
            shows: Shows::Request,
        },
        Page {
            title: "The parameters are signed",
            text: &[
                "Date, lifetime, key id and signed headers are part of the canonical query.",
                "Only the signature itself is left out: it cannot sign itself.",
            ],
            shows: Shows::Step(StepKind::Makes(StageKind::CanonicalRequest, Section::Query)),
        },
        Page {
            title: "The body is not signed",
            text: &[
                "Whoever makes the URL doesn't know yet what will be uploaded. A fixed word takes the place of the payload hash.",
            ],
            shows: Shows::Step(StepKind::Makes(StageKind::CanonicalRequest, Section::Payload)),
        },
        Page {
            title: "The lifetime",
            text: &[
                "The server accepts the URL from its date until its lifetime ends, as often as it arrives.",
            ],
            shows: Shows::Later(0),
        },
        Page {
            title: "Two days later",
            text: &["The lifetime is over. The signature is still right, but the server refuses the URL."],
            shows: Shows::Later(2 * 24 * 60 * 60),
        },
        Page {
            title: "Nobody can stretch it",
            text: &[
                "The lifetime is signed. Write a longer one into the URL, and the signature no longer fits.",
            ],
            shows: Shows::Parted(stretched),
        },
    ],
    exercise: Exercise {
        task: &[
            "A mail program added a tracking parameter to this presigned URL. S3 refuses it.",
            "Mend the URL.",
        ],
        material: Material::Sample("s3-presigned-get"),
        breaks: tracked,
    },
};

fn query(request: &Request) -> Vec<u8> {
    request.target().query.map_or_else(Vec::new, |range| request.target[range].to_vec())
}

/// A longer lifetime: its first digit is one more.
fn stretched(request: &Request) -> Vec<Tamper> {
    let first = request.pair_value(b"X-Amz-Expires").map(|span| span.start as usize);
    let start = request.target().query.map(|range| range.start);
    let mut query = query(request);
    if let (Some(first), Some(start)) = (first, start) {
        query[first - start] += 1;
    }
    vec![Tamper::Query(query)]
}

fn tracked(request: &Request) -> Vec<Tamper> {
    vec![Tamper::Query([query(request), b"&utm_source=newsletter".to_vec()].concat())]
}
