//! Webhooks and raw bodies.

use super::{Exercise, Material, Page, Shows, Tour};
use crate::request::Request;
use crate::signature::check::CheckId;
use crate::trace::{Section, StageKind};
use crate::walkthrough::{StepKind, Tamper};

const WEBHOOK: Material = Material::Own(include_bytes!("webhook.http"));

pub(super) static TOUR: Tour = Tour {
    id: "webhooks",
    title: "Webhooks and raw bodies",
    about: "A webhook signs the bytes of its body. Parse them too early, and the signature is lost.",
    material: WEBHOOK,
    pages: &[
        Page {
            title: "The server calls you",
            text: &[
                "A webhook is a request from a service to your program. Anybody can send one, so the service signs it.",
                "Both sides share a secret that was set when the webhook was created.",
            ],
            shows: Shows::Request,
        },
        Page {
            title: "What is signed: the body",
            text: &[
                "GitHub signs the body and nothing else. Its text to sign is simply the body, byte for byte.",
            ],
            shows: Shows::Step(StepKind::Makes(StageKind::StringToSign, Section::Body)),
        },
        Page {
            title: "The signature",
            text: &["The secret itself is the key. There is no key chain and no scope."],
            shows: Shows::Step(StepKind::Makes(StageKind::Signature, Section::Whole)),
        },
        Page {
            title: "Check the raw bytes",
            text: &[
                "Many frameworks parse JSON before your code runs. If you write the object out again, the spaces are gone.",
                "It is the same object, but not the same bytes. Keep the raw body and check the signature first.",
            ],
            shows: Shows::Parted(compact),
        },
        Page {
            title: "What is not signed",
            text: &[
                "Path, headers and date are not signed. A copy of this request is accepted forever.",
                "Remember the id of each delivery, and ignore the ones you have seen.",
            ],
            shows: Shows::Parted(|_| {
                vec![Tamper::Header { name: b"x-github-event".to_vec(), value: b"release".to_vec() }]
            }),
        },
        Page {
            title: "Compare in constant time",
            text: &[
                "A comparison that stops at the first wrong character tells an attacker how far a guess was right.",
                "Use the function that your library has for this purpose.",
            ],
            shows: Shows::Step(StepKind::Checks(CheckId::Signature)),
        },
    ],
    exercise: Exercise {
        task: &[
            "A framework parsed the body of this webhook and wrote it out again. The signature is the one that GitHub sent.",
            "Restore the body that was signed.",
        ],
        material: WEBHOOK,
        breaks: compact,
    },
};

/// The body as a library writes it that puts no space behind commas and colons.
fn compact(request: &Request) -> Vec<Tamper> {
    let body = String::from_utf8_lossy(&request.body.bytes()).replace(", ", ",").replace(": ", ":");
    vec![Tamper::Body(body.into_bytes())]
}
