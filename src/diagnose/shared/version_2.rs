//! What goes wrong with Signature Version 2: its string to sign as S3 has it, as the Query API has it, and the policy of a form.
//!
//! What an edit of the request undoes is tried by that edit, and the scheme writes the text; the rest are other ways to write the lines.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::mistakes::Mistake;
use super::{Bytes, Candidate};
use crate::analysis::Analysis;
use crate::diagnose::apply;
use crate::diagnose::causes::text::Escapes;
use crate::diagnose::change::Edit;
use crate::diagnose::facts::decoded;
use crate::diagnose::search::Progress;
use crate::diagnose::write::breaks;
use crate::request::Request;
use crate::scheme::v2::form::Form;
use crate::scheme::{Input, Memo};
use crate::time::{DateForm, Timestamp};
use crate::trace::Trace;

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
    /// What the scheme writes after these edits.
    By(Vec<Edit>),
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
    let rows = match Form::of(request) {
        Some(Form::Header | Form::Presigned) => OF_S3,
        Some(Form::Api(_)) => OF_QUERY_API,
        Some(Form::Policy) => OF_POLICY,
        None => return Vec::new(),
    };
    let sight = Sight { request, text };
    let mut candidates: Vec<Candidate<Bytes>> = Vec::new();
    for (mistake, ways) in rows.iter().take_while(|_| !progress.is_over()) {
        for (signed, words) in ways(&sight) {
            let (what, edits) = match signed {
                Signed::Text(text) => (Some(text), Vec::new()),
                Signed::By(edits) => (after(&edits, request, claimed), edits),
            };
            let Some(what) = what.filter(|what| *what != text).map(Zeroizing::new) else { continue };
            candidates.push(Candidate { what, words, edits, of: Some(mistake) });
        }
    }
    candidates
}

/// The string to sign of the request after these edits.
fn after(edits: &[Edit], request: &Request, claimed: &Analysis) -> Option<Vec<u8>> {
    let mut edited = request.clone();
    edits.iter().for_each(|edit| apply::change(edit, &mut edited));
    let claim = claimed.scheme.claim(&edited)?.ok()?;
    let (situation, received) = (&claimed.situation, claimed.received.as_deref());
    let input = Input { request: &edited, claim: Some(&claim), situation, received };
    let mut trace = Trace::default();
    claimed.scheme.work(input, &mut Memo::default(), &mut trace);
    Some(trace.string_to_sign().to_vec())
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
        content_type,
    ),
    (
        Mistake {
            id: "v2-method",
            rank: 0,
            title: "Another method was signed than the one that is sent.",
            why: "The method is the first line of the string to sign.",
            fix: "Sign the method that is sent: a URL that was presigned for GET is no good for HEAD or PUT.",
            link: S3,
        },
        method,
    ),
    (
        Mistake {
            id: "v2-resource",
            rank: 0,
            title: "Another resource was signed than the one that is asked for.",
            why: "The last line is the bucket, where the host names it, then the path as it is sent, escapes and all, and the sub-resources of the query.",
            fix: "Sign `/bucket` and the encoded path, and of the query only sub-resources such as acl, uploads and versionId.",
            link: S3,
        },
        resource,
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
        date,
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
        content_md5,
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
        amz_headers,
    ),
    (LAYOUT, layout_of_s3),
    (
        Mistake {
            id: "v2-date-second",
            rank: 1,
            title: "Another second was signed than the one that is sent.",
            why: "The date that is signed and the date that is sent were taken from the clock one after the other.",
            fix: "Take the time once, and use it for both.",
            link: S3,
        },
        seconds,
    ),
];

const LAYOUT: Mistake = Mistake {
    id: "v2-lines",
    rank: 1,
    title: "The lines of the string to sign were put together otherwise.",
    why: "A line feed ends each line but the last; a part that is empty keeps its line.",
    fix: "Join the parts with a single line feed each, with none at the end.",
    link: S3,
};

static OF_QUERY_API: &[Row] = &[
    (
        Mistake {
            id: "v2-method",
            rank: 0,
            title: "Another method was signed than the one that is sent.",
            why: "The method is the first line of the string to sign.",
            fix: "Sign the method that is sent.",
            link: QUERY_API,
        },
        method,
    ),
    (
        Mistake {
            id: "v2-host",
            rank: 0,
            title: "Another host was signed than the one that is sent.",
            why: "The second line is the value of the Host header in lower case.",
            fix: "Sign the host that the request is sent to, in lower case and as it stands in Host.",
            link: QUERY_API,
        },
        host,
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
        path,
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
        parameters,
    ),
    (LAYOUT, layout_of_any),
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
    (LAYOUT, layout_of_any),
];

fn text(text: impl Into<Vec<u8>>, words: impl Into<Cow<'static, str>>) -> (Signed, Cow<'static, str>) {
    (Signed::Text(text.into()), words.into())
}

fn by(edit: Edit, words: impl Into<Cow<'static, str>>) -> (Signed, Cow<'static, str>) {
    (Signed::By(vec![edit]), words.into())
}

fn lossy(text: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(text)
}

fn method(_: &Sight<'_>) -> Ways {
    let others = ["GET", "PUT", "POST", "HEAD", "DELETE"].into_iter();
    others.map(|method| by(Edit::Method(method.into()), format!("signed as {method}"))).collect()
}

/// What clients send where nobody sets a type.
const TYPES: [&str; 14] = [
    "application/octet-stream",
    "binary/octet-stream",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-8",
    "application/x-www-form-urlencoded; charset=UTF-8",
    "application/json",
    "application/xml",
    "text/xml",
    "text/plain",
    "text/plain;charset=UTF-8",
    "text/html",
    "image/jpeg",
    "image/png",
    "multipart/form-data",
];

fn content_type(sight: &Sight<'_>) -> Ways {
    let signed =
        |value: &str| if value.is_empty() { "signed with none".into() } else { format!("signed as {value}") };
    let Some((index, header)) = sight.request.header(b"content-type") else {
        let add = |value: &str| by(Edit::AddHeader("Content-Type".into(), value.into()), signed(value));
        return TYPES.into_iter().map(add).collect();
    };
    let own = lossy(&header.value).trim().to_owned();
    let bare = own.split(';').next().unwrap_or_default().trim_end().to_owned();
    let with = ["; charset=utf-8", "; charset=UTF-8", ";charset=utf-8", ";charset=UTF-8"]
        .map(|end| format!("{bare}{end}"));
    let values = [bare, own.to_lowercase()].into_iter().chain(with).chain(TYPES.map(str::to_owned));
    let set = |value: String| by(Edit::Header(index, value.clone().into_bytes()), signed(&value));
    let mut ways = vec![by(Edit::RemoveHeader(index), signed(""))];
    ways.extend(values.map(set));
    ways
}

fn content_md5(sight: &Sight<'_>) -> Ways {
    let Some((index, header)) = sight.request.header(b"content-md5") else { return Vec::new() };
    let value = header.value.trim_ascii();
    let mut ways = vec![by(Edit::RemoveHeader(index), "signed without it")];
    if let Ok(bytes) = STANDARD.decode(value) {
        ways.push(by(Edit::Header(index, hex::encode(bytes).into_bytes()), "signed in hex"));
    }
    if let Ok(bytes) = hex::decode(value) {
        ways.push(by(Edit::Header(index, STANDARD.encode(bytes).into_bytes()), "signed in base64"));
    }
    ways
}

/// The lines of S3's string to sign: method, Content-MD5, Content-Type and date, then the x-amz- headers, and the resource.
struct Lines<'a> {
    head: [&'a [u8]; 4],
    amz: Vec<&'a [u8]>,
    resource: &'a [u8],
}

impl<'a> Lines<'a> {
    fn of(text: &'a [u8]) -> Option<Self> {
        let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
        let (head, rest) = lines.split_first_chunk::<4>()?;
        let (resource, amz) = rest.split_last()?;
        Some(Self { head: *head, amz: amz.to_vec(), resource })
    }

    fn with_date(&self, date: &[u8]) -> Vec<u8> {
        let [method, md5, kind, _] = self.head;
        [&[method, md5, kind, date][..], &self.amz, &[self.resource]].concat().join(&b'\n')
    }

    fn with_amz(&self, amz: &[&[u8]]) -> Vec<u8> {
        [&self.head[..], amz, &[self.resource]].concat().join(&b'\n')
    }

    fn with_resource(&self, resource: &[u8]) -> Vec<u8> {
        [&self.head[..], &self.amz, &[resource]].concat().join(&b'\n')
    }
}

fn date(sight: &Sight<'_>) -> Ways {
    let Some(lines) = Lines::of(sight.text) else { return Vec::new() };
    let header = |name: &str| sight.request.value(name.as_bytes()).map(<[u8]>::to_vec);
    let (sent, other) = (header("date"), header("x-amz-date"));
    let mut ways = vec![text(lines.with_date(b""), "the line was left empty")];
    ways.extend(
        sent.iter()
            .map(|date| text(lines.with_date(date), "with the Date header, though x-amz-date is sent")),
    );
    ways.extend(
        other.iter().map(|date| text(lines.with_date(date), "with x-amz-date, which has a line of its own")),
    );
    if let Some((instant, _)) = other.or(sent).and_then(|date| Timestamp::parse(&date).ok()) {
        ways.extend(
            written(instant).into_iter().map(|(date, words)| text(lines.with_date(date.as_bytes()), words)),
        );
    }
    ways
}

/// The ways to write an instant.
fn written(instant: Timestamp) -> [(String, &'static str); 6] {
    let format = |format: &str| instant.format(format);
    [
        (format("%a, %d %b %Y %H:%M:%S GMT"), "written with GMT"),
        (format("%a, %d %b %Y %H:%M:%S +0000"), "written with +0000"),
        (format("%a, %d %b %Y %H:%M:%S UTC"), "written with UTC"),
        (format("%Y%m%dT%H%M%SZ"), "written as Version 4 has it"),
        (format("%Y-%m-%dT%H:%M:%SZ"), "written as ISO 8601"),
        (instant.unix().to_string(), "written in seconds"),
    ]
}

/// By how many seconds the two may differ.
const APART: i64 = 300;

fn seconds(sight: &Sight<'_>) -> Ways {
    let Some(lines) = Lines::of(sight.text) else { return Vec::new() };
    let Ok((instant, form)) = Timestamp::parse(lines.head[3]) else { return Vec::new() };
    let line = lossy(lines.head[3]);
    let format = match form {
        DateForm::Http if line.ends_with("GMT") => "%a, %d %b %Y %H:%M:%S GMT",
        DateForm::Http if line.ends_with("UTC") => "%a, %d %b %Y %H:%M:%S UTC",
        DateForm::Http => "%a, %d %b %Y %H:%M:%S +0000",
        DateForm::Unix => "%s",
        DateForm::Basic | DateForm::Extended => return Vec::new(),
    };
    let other = |apart: i64| {
        let date = instant.plus(apart).format(format);
        let (away, when) = (apart.unsigned_abs(), if apart < 0 { "before" } else { "after" });
        text(lines.with_date(date.as_bytes()), format!("{away} s {when} the one that is sent"))
    };
    (1..=APART).flat_map(|apart| [-apart, apart]).map(other).collect()
}

fn amz_headers(sight: &Sight<'_>) -> Ways {
    let Some(lines) = Lines::of(sight.text) else { return Vec::new() };
    let is_of_amz = |name: &[u8]| name.get(..6).is_some_and(|begin| begin.eq_ignore_ascii_case(b"x-amz-"));
    let sent: Vec<(usize, &[u8])> = sight
        .request
        .sent()
        .map(|(index, header)| (index, &header.name[..]))
        .filter(|(_, name)| is_of_amz(name))
        .collect();
    let without = |(index, name): &(usize, &[u8])| {
        by(Edit::RemoveHeader(*index), format!("signed without {}", lossy(name).to_lowercase()))
    };
    let mut ways: Vec<_> = sent.iter().map(without).collect();
    ways.push(text(lines.with_amz(&[]), "signed without any of them"));
    let name_of = |line: &[u8]| line.split(|byte| *byte == b':').next().unwrap_or_default().to_vec();
    let own = |name: &[u8]| lines.amz.iter().find(|line| name_of(line) == name.to_ascii_lowercase()).copied();
    let in_order: Vec<&[u8]> = sent.iter().filter_map(|(_, name)| own(name)).collect();
    ways.push(text(lines.with_amz(&in_order), "in the order in which they are sent"));
    let as_sent: Vec<Vec<u8>> =
        sent.iter().filter_map(|(_, name)| Some([name, own(name)?.get(name.len()..)?].concat())).collect();
    let borrowed: Vec<&[u8]> = as_sent.iter().map(Vec::as_slice).collect();
    ways.push(text(lines.with_amz(&borrowed), "with the names as they are sent"));
    let spaced: Vec<Vec<u8>> =
        lines.amz.iter().map(|line| lossy(line).replacen(':', ": ", 1).into_bytes()).collect();
    let borrowed: Vec<&[u8]> = spaced.iter().map(Vec::as_slice).collect();
    ways.push(text(lines.with_amz(&borrowed), "with a space after the colon"));
    ways
}

fn resource(sight: &Sight<'_>) -> Ways {
    let Some(lines) = Lines::of(sight.text) else { return Vec::new() };
    let (request, target) = (sight.request, sight.request.target());
    let own = lossy(lines.resource).into_owned();
    let path = lossy(&request.target[target.path.clone()]).into_owned();
    let unsigned = |query: &str| {
        query.split('&').filter(|pair| !pair.starts_with("Signature=")).collect::<Vec<_>>().join("&")
    };
    let query = target.query.clone().map(|range| unsigned(&lossy(&request.target[range])));
    let (base, sub) =
        own.split_once('?').map_or((&*own, String::new()), |(base, sub)| (base, format!("?{sub}")));
    let host = request.host().map(lossy).unwrap_or_default();
    let label = host.split(['.', ':']).next().unwrap_or_default();
    let plain = lossy(&decoded(path.as_bytes())).into_owned();
    let encode = |text: &str| {
        let escapes = Escapes { bare: b"/", ..Escapes::RIGHT };
        lossy(&escapes.text(text.as_bytes())).into_owned()
    };
    let bucket = base.strip_suffix(&*path).unwrap_or_default();
    let within =
        path.trim_start_matches('/').split_once('/').map_or("/".to_owned(), |(_, rest)| format!("/{rest}"));
    let whole = query.map_or(String::new(), |query| format!("?{query}"));
    let ways = [
        (format!("{path}{sub}"), "without the bucket that the host names"),
        (format!("/{label}{path}{sub}"), "with the first label of the host as the bucket"),
        (format!("{within}{sub}"), "without the bucket that the path names"),
        (format!("/{label}{within}{sub}"), "with the bucket of the host in place of the path's"),
        (base.to_owned(), "without the sub-resources of the query"),
        (format!("{base}{whole}"), "with the whole query"),
        (format!("{bucket}{plain}{sub}"), "with the path decoded"),
        (format!("{bucket}{}{sub}", encode(&plain)), "with the path encoded by RFC 3986"),
        (format!("{bucket}{}{sub}", encode(&path)), "with the path encoded twice"),
        (format!("{}/{sub}", base.trim_end_matches('/')), "with a slash at the end"),
        (format!("{}{sub}", base.trim_end_matches('/')), "without the slash at the end"),
        (
            format!("{bucket}/{}{sub}", path.trim_start_matches('/')),
            "with one slash where the path begins with more",
        ),
        (base.trim_start_matches('/').to_owned() + &sub, "without the slash before it"),
        (own.to_lowercase(), "in lower case"),
        (
            format!("{base}{}", lossy(&decoded(sub.as_bytes())).replace('+', " ")),
            "with decoded values of the query",
        ),
        (format!("{base}{}", sub.replace('=', "")), "with sub-resources without their values"),
    ];
    ways.into_iter().map(|(other, words)| text(lines.with_resource(other.as_bytes()), words)).collect()
}

fn layout_of_s3(sight: &Sight<'_>) -> Ways {
    let mut ways = layout_of_any(sight);
    if let Some(Lines { head, amz, resource }) = Lines::of(sight.text) {
        let mut filled = [&head[..], &amz, &[resource]].concat();
        filled.retain(|line| !line.is_empty());
        ways.push(text(filled.join(&b'\n'), "without the lines that are empty"));
        let [method, _, kind, date] = head;
        ways.push(text(
            [&[method, kind, date][..], &amz, &[resource]].concat().join(&b'\n'),
            "without the line of Content-MD5",
        ));
        ways.push(text([&head[..], &amz].concat().join(&b'\n'), "without the resource"));
        ways.push(text(
            [&head[..], &amz, &[b"", resource]].concat().join(&b'\n'),
            "with an empty line before the resource",
        ));
        let joined = [&head[..], &amz].concat().join(&b'\n');
        ways.push(text([&joined[..], resource].concat(), "with no line feed before the resource"));
    }
    ways
}

fn layout_of_any(sight: &Sight<'_>) -> Ways {
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

/// The lines of the Query API's string to sign: method, host, path, and the parameters in one.
fn lines_of_api(text: &[u8]) -> Option<[&[u8]; 4]> {
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    lines.try_into().ok()
}

fn host(sight: &Sight<'_>) -> Ways {
    let Some([method, own, path, query]) = lines_of_api(sight.text) else { return Vec::new() };
    let with = |host: &[u8], words: &'static str| text([method, host, path, query].join(&b'\n'), words);
    let sent = sight.request.host().unwrap_or_default();
    let end = memchr::memrchr(b':', own).unwrap_or(own.len());
    let bare = &own[..end];
    vec![
        with(sent, "in the case in which it is sent"),
        with(bare, "without its port"),
        with(&[bare, b":443"].concat(), "with port 443"),
        with(&[bare, b":80"].concat(), "with port 80"),
        with(b"", "the line was left empty"),
        with(&[b"https://", own].concat(), "with https:// before it"),
    ]
}

fn path(sight: &Sight<'_>) -> Ways {
    let Some([method, host, own, query]) = lines_of_api(sight.text) else { return Vec::new() };
    let with = |path: &[u8], words: &'static str| text([method, host, path, query].join(&b'\n'), words);
    let bare = own.strip_suffix(b"/").unwrap_or(own);
    vec![
        with(b"/", "signed as /"),
        with(b"", "the line was left empty"),
        with(&[bare, b"/"].concat(), "with a slash at the end"),
        with(bare, "without the slash at the end"),
        with(&[b"/", own].concat(), "with two slashes in front"),
        with(&decoded(own), "decoded"),
    ]
}

fn parameters(sight: &Sight<'_>) -> Ways {
    let Some([method, host, path, own]) = lines_of_api(sight.text) else { return Vec::new() };
    let with =
        |query: String, words: &'static str| text([method, host, path, query.as_bytes()].join(&b'\n'), words);
    let own = lossy(own).into_owned();
    let mut by_case: Vec<&str> = own.split('&').collect();
    by_case.sort_by_key(|pair| pair.to_lowercase());
    let mut whole: Vec<&str> = own.split('&').collect();
    whole.sort_unstable();
    let mut ways = vec![
        with(by_case.join("&"), "sorted without regard to case"),
        with(whole.join("&"), "sorted as pairs, not by their names"),
        with(own.replace("%20", "+"), "with + for a space"),
        with(own.replace("%2A", "*"), "with * left as it is"),
        with(own.replace('~', "%7E"), "with ~ encoded"),
        with(own.replace("%2C", ","), "with commas left as they are"),
        with(own.replace("%3A", ":"), "with colons left as they are"),
        with(own.replace("%2F", "/"), "with slashes left as they are"),
        with(lower_escapes(&own), "with escapes in lower case"),
        with(own.replace('%', "%25"), "encoded twice"),
        with(lossy(&decoded(own.as_bytes())).into_owned(), "not encoded"),
        with(format!("?{own}"), "with a question mark before them"),
    ];
    let target = sight.request.target();
    if let Some(range) = target.query.clone() {
        let sent = lossy(&sight.request.target[range]).into_owned();
        let unsigned: Vec<&str> = sent.split('&').filter(|pair| !pair.starts_with("Signature=")).collect();
        ways.push(with(unsigned.join("&"), "in the order and the encoding in which they are sent"));
        let mut sorted = unsigned;
        sorted.sort_unstable();
        ways.push(with(sorted.join("&"), "in the encoding in which they are sent"));
    }
    ways
}

/// `%2F` becomes `%2f`.
fn lower_escapes(text: &str) -> String {
    let mut within = 0;
    text.chars()
        .map(|letter| {
            let is_digit = within > 0;
            within = if letter == '%' { 2 } else { within - i32::from(within > 0) };
            if is_digit { letter.to_ascii_lowercase() } else { letter }
        })
        .collect()
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
