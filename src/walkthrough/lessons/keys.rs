//! The key chain, and why it is a chain.

use super::{Exercise, Material, Page, Shows, Tour};
use crate::signature::check::CheckId;
use crate::trace::{Section, StageKind};
use crate::walkthrough::StepKind;

pub(super) static TOUR: Tour = Tour {
    id: "keys",
    title: "The key chain, and why it is a chain",
    about: "The secret never signs a request itself. Follow it through four keys.",
    material: Material::Sample("iam-list-users"),
    pages: &[
        Page {
            title: "The scope",
            text: &[
                "Every signature is good for one day, one region and one service. These are its credential scope.",
                "The scope is sent along, so the server can derive the same key.",
            ],
            shows: Shows::Step(StepKind::Makes(StageKind::StringToSign, Section::Scope)),
        },
        Page {
            title: "The first key: the day",
            text: &[
                "The secret, with AWS4 in front of it, is the key of an HMAC over the date.",
                "An HMAC is a hash with a key. Nobody can compute the way back from its result to the key.",
            ],
            shows: Shows::Key(0),
        },
        Page {
            title: "The second key: the region",
            text: &[
                "The result is the key of the next HMAC. Use its raw bytes, not the hex text shown here.",
            ],
            shows: Shows::Key(1),
        },
        Page {
            title: "The third key: the service",
            text: &["A key that leaks from one service is useless at every other service."],
            shows: Shows::Key(2),
        },
        Page {
            title: "The signing key",
            text: &[
                "The last HMAC is over a fixed word that names this version of the scheme.",
                "AWS can hand this key to one service in one region. That service checks your requests all day without ever seeing your secret. This is why the chain exists.",
            ],
            shows: Shows::Key(3),
        },
        Page {
            title: "The signature",
            text: &["The signing key signs the string to sign. The result, in hex, is the signature."],
            shows: Shows::Step(StepKind::Makes(StageKind::Signature, Section::Whole)),
        },
        Page {
            title: "The other side",
            text: &[
                "The server derives the same key, computes the same signature, and compares the two.",
                "If one link differs, say the region, every later value differs as well.",
            ],
            shows: Shows::Step(StepKind::Checks(CheckId::Signature)),
        },
    ],
    exercise: Exercise {
        task: &[
            "This request goes to a bucket in Europe, and S3 refuses it.",
            "Find the link of the key chain that is wrong, then sign the request again.",
        ],
        material: Material::Sample("broken-region"),
        breaks: |_| Vec::new(),
    },
};
