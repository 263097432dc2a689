//! What a signature protects and what not; and why a bearer token protects less.

use super::{Exercise, Material, Page, Shows, Tour};
use crate::request::Request;
use crate::signature::check::CheckId;
use crate::trace::{Section, StageKind};
use crate::walkthrough::{StepKind, Tamper};

pub(super) static TOUR: Tour = Tour {
    id: "protects",
    title: "What a signature protects, and what it does not",
    about: "Change a signed request in transit and see what the server notices. Why not just send a token?",
    material: Material::Sample("apigateway-post"),
    pages: &[
        Page {
            title: "A signed request",
            text: &[
                "This request asks an API to add a pet. The last header holds a signature.",
                "The client computed it from the request and a secret key. The key itself is not in the request.",
            ],
            shows: Shows::Request,
        },
        Page {
            title: "Why not a bearer token?",
            text: &[
                "A bearer token is a password in a header. Whoever reads it once, in a log or at a proxy, can send any request with it until it expires.",
                "A signature is different for every request. Whoever copies it gets this one request, for a few minutes, and never the key.",
                "A token also says nothing about the request around it: change the body, and the token is still good.",
            ],
            shows: Shows::Step(StepKind::Makes(StageKind::Signature, Section::Whole)),
        },
        Page {
            title: "Change the body",
            text: &[
                "Somebody on the way lowers the price. The client signed the hash of the old body; the server hashes the new one.",
                "Two hashes of similar texts have nothing in common. From here on, both sides compute different values.",
            ],
            shows: Shows::Parted(cheaper),
        },
        Page {
            title: "Change the method",
            text: &["The method is signed too. A POST cannot be turned into a DELETE."],
            shows: Shows::Parted(|_| vec![Tamper::Method(b"DELETE".to_vec())]),
        },
        Page {
            title: "Add a header that is not signed",
            text: &[
                "Proxies add headers all the time, so the signature covers only the headers that its list names.",
                "The server accepts this request. Never base a decision on a header that is not signed.",
            ],
            shows: Shows::Parted(|_| {
                vec![Tamper::AddHeader { name: b"X-Role".to_vec(), value: b"admin".to_vec() }]
            }),
        },
        Page {
            title: "What API Gateway wants signed",
            text: &[
                "API Gateway asks for two signed headers: host and x-amz-date. With a body, sign content-type as well.",
                "Host ties the request to one API, x-amz-date to one moment, and content-type says how to read the body.",
            ],
            shows: Shows::Step(StepKind::Makes(StageKind::CanonicalRequest, Section::SignedHeaders)),
        },
        Page {
            title: "What a signature does not do",
            text: &[
                "A signature hides nothing: everybody on the way can read the request. That is the job of TLS.",
                "It also doesn't stop a copy that is sent again at once. The tour `replay` shows what does.",
                "When all checks pass, the server knows two things: who signed, and that nothing signed was changed.",
            ],
            shows: Shows::Step(StepKind::Checks(CheckId::Signature)),
        },
    ],
    exercise: Exercise {
        task: &[
            "A proxy changed a signed part of this request, and API Gateway refuses it.",
            "Find what was changed and put it back, or sign the request again as it is.",
        ],
        material: Material::Sample("apigateway-post"),
        breaks: |_| vec![Tamper::Header { name: b"content-type".to_vec(), value: b"text/plain".to_vec() }],
    },
};

/// The body with a digit of the price taken off.
fn cheaper(request: &Request) -> Vec<Tamper> {
    let mut body = request.body.bytes().to_vec();
    if let Some(digit) = body.iter().rposition(u8::is_ascii_digit) {
        body.remove(digit);
    }
    vec![Tamper::Body(body)]
}
