//! The method.

use super::{Gen, Hypothesis, RULE, cause};
use crate::diagnose::change::Edit;
use crate::diagnose::draft::Slot;

pub(super) static CAUSES: &[Hypothesis] = &[
    cause(
        "method-changed",
        1,
        "The request was signed with another method than it was sent with.",
        "The method is the first line of what is signed: a URL that was presigned for GET is not good for HEAD or PUT.",
        "Sign with the method that is sent; presign one URL for each method.",
        "https://github.com/aws/aws-sdk-js/issues/457",
        changed,
    )
    .transit("Pass the method on as it came: some CDNs turn HEAD into GET."),
    cause(
        "method-case",
        2,
        "The method was not signed in upper case, as it was sent.",
        "The method is signed as it stands in the request line; get and GET are two methods.",
        "Write the method in upper case before it is signed.",
        RULE,
        case,
    ),
];

const METHODS: [&str; 9] = ["GET", "PUT", "POST", "HEAD", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"];

fn changed(g: &mut Gen<'_, '_>) {
    if !g.is_request() {
        return;
    }
    for method in
        METHODS.iter().filter(|method| !g.facts.request.method.eq_ignore_ascii_case(method.as_bytes()))
    {
        let sent = String::from_utf8_lossy(&g.facts.request.method).into_owned();
        if let Some(change) =
            g.put(Slot::METHOD, method.as_bytes(), format!("signed as {method}, sent as {sent}"))
        {
            change.edit(Edit::Method(method.as_bytes().to_vec()));
        }
    }
}

fn case(g: &mut Gen<'_, '_>) {
    if !g.is_request() {
        return;
    }
    let method = g.facts.request.method.clone();
    let title: Vec<u8> = method
        .iter()
        .enumerate()
        .map(|(i, b)| if i == 0 { b.to_ascii_uppercase() } else { b.to_ascii_lowercase() })
        .collect();
    for other in [method.to_ascii_lowercase(), method.to_ascii_uppercase(), title] {
        let words = format!("signed as {}", String::from_utf8_lossy(&other));
        g.put(Slot::METHOD, &other, words);
    }
}
