//! The canonical request.

use super::{Exercise, Material, Page, Shows, Tour};
use crate::trace::{Section, StageKind};
use crate::walkthrough::{StepKind, Tamper};

const fn makes(section: Section) -> Shows {
    Shows::Step(StepKind::Makes(StageKind::CanonicalRequest, section))
}

pub(super) static TOUR: Tour = Tour {
    id: "canonical",
    title: "The canonical request",
    about: "Both sides must hash exactly the same bytes. See how they agree on them, line by line.",
    material: Material::Sample("apigateway-get"),
    pages: &[
        Page {
            title: "The same request, written in many ways",
            text: &[
                "Libraries and proxies rewrite requests: they change the case of header names, their order, and how a URL is encoded.",
                "A hash notices every byte. So both sides first write the request in one agreed form, the canonical request.",
            ],
            shows: Shows::Request,
        },
        Page {
            title: "Line 1: the method",
            text: &["The method stands alone on the first line, in capitals."],
            shows: makes(Section::Method),
        },
        Page {
            title: "Line 2: the path",
            text: &[
                "The path is percent-encoded: letters, digits and - . _ ~ stay, every other byte becomes % and two hex digits.",
                "Most services encode the path twice; S3 encodes it once. A signer that mixes them up fails.",
            ],
            shows: makes(Section::Path),
        },
        Page {
            title: "Line 3: the query",
            text: &[
                "Names and values are encoded, then the pairs are sorted. The order in the URL no longer matters.",
            ],
            shows: makes(Section::Query),
        },
        Page {
            title: "The headers",
            text: &[
                "Names become lower case, spaces at both ends of a value are removed, runs of spaces become one, and the lines are sorted.",
                "Only signed headers stand here. An empty line follows them.",
            ],
            shows: makes(Section::Headers),
        },
        Page {
            title: "The list of signed headers",
            text: &["The server reads here which headers the client signed, and takes exactly those."],
            shows: makes(Section::SignedHeaders),
        },
        Page {
            title: "The payload hash",
            text: &[
                "The last line is the hash of the body. A request without a body has the hash of nothing.",
            ],
            shows: makes(Section::Payload),
        },
        Page {
            title: "One hash for all of it",
            text: &[
                "The canonical request is hashed, and this hash goes into the string to sign.",
                "When a server says that signatures don't match, compare the canonical requests first: the first line that differs is the mistake.",
            ],
            shows: Shows::Step(StepKind::Makes(StageKind::StringToSign, Section::RequestHash)),
        },
        Page {
            title: "The order does not matter, the bytes do",
            text: &["Here a proxy reversed the order of all headers. Both sides still compute the same."],
            shows: Shows::Parted(|_| vec![Tamper::ReverseHeaders]),
        },
    ],
    exercise: Exercise {
        task: &[
            "S3 refuses this request: the signer wrote one line of the canonical request wrongly.",
            "Find the line, then sign the request correctly.",
        ],
        material: Material::Sample("broken-path-encoded-twice"),
        breaks: |_| Vec::new(),
    },
};
