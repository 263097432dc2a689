//! Replay and clocks.

use super::{Exercise, Material, Page, Shows, Tour};
use crate::signature::check::CheckId;
use crate::trace::{Section, StageKind};
use crate::walkthrough::{StepKind, Tamper};

pub(super) static TOUR: Tour = Tour {
    id: "replay",
    title: "Replay and clocks",
    about: "A copied request is still signed correctly. The date limits how long that helps anybody.",
    material: Material::Sample("apigateway-get"),
    pages: &[
        Page {
            title: "Copies are perfect",
            text: &[
                "Somebody records this request and sends it again. Every byte is the same, so the signature is right.",
                "No signature can stop this by itself. Signed requests carry a date for that reason.",
            ],
            shows: Shows::Request,
        },
        Page {
            title: "The date is signed",
            text: &["The date stands in the string to sign. Changing it breaks the signature."],
            shows: Shows::Step(StepKind::Makes(StageKind::StringToSign, Section::Date)),
        },
        Page {
            title: "The window",
            text: &[
                "The server compares the date with its own clock. It allows some minutes, because no two clocks agree.",
                "Inside the window a copy is accepted, unless the server remembers which signatures it has seen.",
            ],
            shows: Shows::Later(60),
        },
        Page {
            title: "An hour later",
            text: &[
                "Outside the window the copy is worthless. The server need not remember older signatures.",
            ],
            shows: Shows::Later(60 * 60),
        },
        Page {
            title: "What the server says",
            text: &[
                "The check of the date comes before the signature. An old request is refused although its signature is right.",
            ],
            shows: Shows::Parted(|_| vec![Tamper::Later(60 * 60)]),
        },
        Page {
            title: "A clock that is wrong",
            text: &[
                "A machine whose clock is wrong signs requests that are old, or not valid yet, from the start.",
                "Set the clock with NTP. Don't write local time with a Z: the Z means UTC.",
            ],
            shows: Shows::Step(StepKind::Checks(CheckId::Date)),
        },
    ],
    exercise: Exercise {
        task: &[
            "The server's clock stands still at the moment given below as `now`. It refuses this request.",
            "Make a request that it accepts. Moving the server's clock is not allowed.",
            "`countersign sign --help` lists what a signer can set.",
        ],
        material: Material::Sample("broken-clock"),
        breaks: |_| Vec::new(),
    },
};
