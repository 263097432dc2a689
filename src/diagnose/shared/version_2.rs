//! What goes wrong with Signature Version 2: its string to sign as S3 has it, as the Query API has it, and the policy of a form.
//!
//! What an edit of the request undoes is tried by that edit, and the scheme writes the text; the rest are other ways to write the lines.

mod pairs;
mod query_api;
mod s3;

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::mistakes::Mistake;
use super::{Bytes, Candidate};
use crate::analysis::Analysis;
use crate::diagnose::apply;
use crate::diagnose::change::Edit;
use crate::diagnose::search::Progress;
use crate::diagnose::write::breaks;
use crate::request::Request;
use crate::scheme::v2::form::Form;
use crate::scheme::{Input, Memo};
use crate::trace::Trace;
use pairs::Pair;

const S3: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html";
const QUERY_API: &str = "https://docs.aws.amazon.com/general/latest/gr/signature-version-2.html";
const POST: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingHTTPPOST.html";

/// What a mistake looks at.
struct Sight<'a> {
    request: &'a Request,
    text: &'a [u8],
}

/// What may have been signed instead.
enum Signed {
    /// What the scheme writes after this edit.
    By(Edit),
    /// This text.
    Text(Vec<u8>),
}

type Ways = Vec<(Signed, Cow<'static, str>)>;
type Row = (Mistake, fn(&Sight<'_>) -> Ways);

/// What may have been signed in place of the string to sign, in the time there is, the likely first.
pub(super) fn candidates(
    text: &[u8],
    request: &Request,
    claimed: &Analysis,
    progress: &Progress,
) -> Vec<Candidate<Bytes>> {
    let (rows, sight) = (rows(request), Sight { request, text });
    let mut candidates: Vec<Candidate<Bytes>> = Vec::new();
    for (mistake, ways) in rows.iter().take_while(|_| !progress.is_over()) {
        for (signed, words) in ways(&sight) {
            let (what, edits) = match signed {
                Signed::Text(text) => (Some(text), Vec::new()),
                Signed::By(edit) => (after(&edit, request, claimed).map(|(_, text)| text), vec![edit]),
            };
            let Some(what) = what.filter(|what| *what != text).map(Zeroizing::new) else { continue };
            candidates.push(Candidate { what, edits, of: vec![(mistake, words)] });
        }
    }
    candidates
}

/// What two mistakes at once make of the string to sign, where `is_it` takes it.
pub(super) fn pairs(
    text: &[u8],
    request: &Request,
    claimed: &Analysis,
    progress: &Progress,
    is_it: &dyn Fn(&[u8]) -> bool,
) -> Vec<Candidate<Bytes>> {
    let found = pairs::find(rows(request), &Sight { request, text }, claimed, progress, is_it);
    let candidate = |pair: Pair| Candidate { what: pair.text, edits: pair.edits, of: pair.mistakes.into() };
    found.into_iter().map(candidate).collect()
}

/// What goes wrong with the form that a request has.
fn rows(request: &Request) -> &'static [Row] {
    match Form::of(request) {
        Some(Form::Header | Form::Presigned) => OF_S3,
        Some(Form::Api(_)) => OF_QUERY_API,
        Some(Form::Policy) => OF_POLICY,
        None => &[],
    }
}

/// The request after an edit, and its string to sign.
fn after(edit: &Edit, request: &Request, claimed: &Analysis) -> Option<(Request, Vec<u8>)> {
    let mut edited = request.clone();
    apply::change(edit, &mut edited);
    let claim = claimed.scheme.claim(&edited)?.ok()?;
    let (situation, received) = (&claimed.situation, claimed.received.as_deref());
    let input = Input { request: &edited, claim: Some(&claim), situation, received };
    let mut trace = Trace::default();
    claimed.scheme.work(input, &mut Memo::default(), &mut trace);
    let text = trace.string_to_sign().to_vec();
    Some((edited, text))
}

/// The names of all mistakes.
#[cfg(test)]
pub(super) fn ids() -> impl Iterator<Item = &'static str> {
    [OF_S3, OF_QUERY_API, OF_POLICY].into_iter().flatten().map(|(mistake, _)| mistake.id)
}

static OF_S3: &[Row] = &[
    (
        Mistake {
            id: "v2-content-type",
            rank: 0,
            title: "Another Content-Type was signed than the one that is sent.",
            why: "Content-Type is the third line of the string to sign, and clients and browsers add one of their own or a charset.",
            fix: "Set Content-Type before the request is signed, and send exactly that; of a presigned URL, send the one that it was made for.",
            link: S3,
        },
        s3::content_type,
    ),
    (METHOD, method),
    (
        Mistake {
            id: "v2-resource",
            rank: 0,
            title: "Another resource was signed than the one that is asked for.",
            why: "The last line is the bucket, where the host names it, then the path as it is sent, escapes and all, and the sub-resources of the query.",
            fix: "Sign `/bucket` and the encoded path, and of the query only sub-resources such as acl, uploads and versionId.",
            link: S3,
        },
        s3::resource,
    ),
    (
        Mistake {
            id: "v2-date",
            rank: 0,
            title: "The line of the date was signed otherwise than the request is sent.",
            why: "The fourth line is the Date header, or nothing where x-amz-date is sent, or Expires in a URL.",
            fix: "Leave the line empty where x-amz-date is sent; else sign the Date header exactly as it goes out.",
            link: S3,
        },
        s3::date,
    ),
    (
        Mistake {
            id: "v2-content-md5",
            rank: 1,
            title: "The line of Content-MD5 was signed otherwise than the request is sent.",
            why: "Content-MD5 is the second line of the string to sign, in base64; the line stays, empty, where none is sent.",
            fix: "Compute Content-MD5 before the request is signed, in base64, or send none.",
            link: S3,
        },
        s3::content_md5,
    ),
    (
        Mistake {
            id: "v2-amz-headers",
            rank: 0,
            title: "The x-amz- headers were signed otherwise than they are sent.",
            why: "Each of them is signed in a line of its own: its name in lower case, a colon, the value; sorted by name.",
            fix: "Sign every header that begins with x-amz-, once all of them are set.",
            link: S3,
        },
        s3::amz_headers,
    ),
    (LAYOUT, s3::layout),
    (
        Mistake {
            id: "v2-date-second",
            rank: 1,
            title: "Another second was signed than the one that is sent.",
            why: "The date that is signed and the date that is sent were taken from the clock one after the other.",
            fix: "Take the time once, and use it for both.",
            link: S3,
        },
        s3::seconds,
    ),
];

const METHOD: Mistake = Mistake {
    id: "v2-method",
    rank: 0,
    title: "Another method was signed than the one that is sent.",
    why: "The method is the first line of the string to sign.",
    fix: "Sign the method that is sent: a URL that was presigned for GET is no good for HEAD or PUT.",
    link: S3,
};

const LAYOUT: Mistake = Mistake {
    id: "v2-lines",
    rank: 1,
    title: "The lines of the string to sign were put together otherwise.",
    why: "A line feed ends each line but the last; a part that is empty keeps its line.",
    fix: "Join the parts with a single line feed each, with none at the end.",
    link: S3,
};

static OF_QUERY_API: &[Row] = &[
    (Mistake { fix: "Sign the method that is sent.", link: QUERY_API, ..METHOD }, method),
    (
        Mistake {
            id: "v2-host",
            rank: 0,
            title: "Another host was signed than the one that is sent.",
            why: "The second line is the value of the Host header in lower case.",
            fix: "Sign the host that the request is sent to, in lower case and as it stands in Host.",
            link: QUERY_API,
        },
        query_api::host,
    ),
    (
        Mistake {
            id: "v2-path",
            rank: 0,
            title: "Another path was signed than the one that is sent.",
            why: "The third line is the path as it is sent, and `/` where there is none.",
            fix: "Sign the path of the request line, with its slashes.",
            link: QUERY_API,
        },
        query_api::path,
    ),
    (
        Mistake {
            id: "v2-parameters",
            rank: 0,
            title: "The parameters were written otherwise in the string to sign.",
            why: "They are sorted by the bytes of their names, encoded by RFC 3986, and joined without Signature.",
            fix: "Sort by bytes, not ignoring case, and write a space as %20, * as %2A and ~ as ~.",
            link: QUERY_API,
        },
        query_api::parameters,
    ),
    (LAYOUT, layout),
];

static OF_POLICY: &[Row] = &[
    (
        Mistake {
            id: "v2-policy",
            rank: 0,
            title: "Another text was signed than the policy as it is sent.",
            why: "What is signed is the base64 of the policy, exactly as it stands in the field.",
            fix: "Encode the policy once, without line breaks, sign that text, and send the same.",
            link: POST,
        },
        policy,
    ),
    (LAYOUT, layout),
];

fn text(text: impl Into<Vec<u8>>, words: impl Into<Cow<'static, str>>) -> (Signed, Cow<'static, str>) {
    (Signed::Text(text.into()), words.into())
}

fn by(edit: Edit, words: impl Into<Cow<'static, str>>) -> (Signed, Cow<'static, str>) {
    (Signed::By(edit), words.into())
}

fn lossy(text: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(text)
}

/// The parameters of the query as they are sent, without the signature; `None` where there is no query.
fn unsigned(request: &Request) -> Option<Vec<String>> {
    let query = request.target().query?;
    let query = lossy(&request.target[query]);
    Some(query.split('&').filter(|pair| !pair.starts_with("Signature=")).map(str::to_owned).collect())
}

fn method(_: &Sight<'_>) -> Ways {
    let others = ["GET", "PUT", "POST", "HEAD", "DELETE"].into_iter();
    others.map(|method| by(Edit::Method(method.into()), format!("signed as {method}"))).collect()
}

fn layout(sight: &Sight<'_>) -> Ways {
    let own = sight.text;
    vec![
        text([own, b"\n"].concat(), "with a line feed at the end"),
        text([b"\n", own].concat(), "with a line feed in front"),
        text(breaks(own, b"\r\n"), "with CR LF between the lines"),
        text(breaks(own, b"\\n"), "with the two characters \\n between the lines"),
        text(breaks(own, b""), "with nothing between the lines"),
        text(breaks(own, b" "), "with spaces between the lines"),
    ]
}

fn policy(sight: &Sight<'_>) -> Ways {
    let Ok(plain) = STANDARD.decode(sight.text) else { return Vec::new() };
    let wrapped = |width: usize, end: &[u8]| sight.text.chunks(width).collect::<Vec<_>>().join(end);
    vec![
        text(plain.clone(), "the policy itself, not its base64"),
        text(STANDARD.encode(sight.text), "the base64 of its base64"),
        text(wrapped(76, b"\n"), "with a line feed after 76 characters, as MIME has it"),
        text(wrapped(60, b"\n"), "with a line feed after 60 characters, as Ruby has it"),
        text(
            [&wrapped(60, b"\n")[..], b"\n"].concat(),
            "with a line feed after 60 characters and at the end, as Ruby has it",
        ),
        text([&wrapped(76, b"\r\n")[..], b"\r\n"].concat(), "with CR LF after 76 characters and at the end"),
        text(STANDARD.encode([&plain[..], b"\n"].concat()), "with a line feed at the end of the policy"),
        text(STANDARD.encode(plain.trim_ascii()), "without the white space at the ends of the policy"),
    ]
}
