//! What S3's string to sign may have been: other parts, and other ways to put them together.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};

use super::{Sight, Ways, by, lossy, text, unsigned};
use crate::diagnose::causes::text::Escapes;
use crate::diagnose::change::Edit;
use crate::diagnose::facts::decoded;
use crate::request::Request;
use crate::time::{DateForm, Timestamp};

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

pub(super) fn content_type(sight: &Sight<'_>) -> Ways {
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

pub(super) fn content_md5(sight: &Sight<'_>) -> Ways {
    let Some((index, header)) = sight.request.header(b"content-md5") else {
        return md5_unsent(sight.request);
    };
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

/// Content-MD5 of the body, or of none, which a client signed and left out.
fn md5_unsent(request: &Request) -> Ways {
    let body = request.body.rope().map(|_| request.body.bytes());
    let bodies = [
        (body, "signed as that of the body, and not sent"),
        (Some(b""[..].into()), "signed as that of an empty body, and not sent"),
    ];
    let add = |(body, words): (Option<Cow<'_, [u8]>>, &'static str)| {
        Some(by(
            Edit::AddHeader("Content-MD5".into(), STANDARD.encode(Md5::digest(body?)).into_bytes()),
            words,
        ))
    };
    bodies.into_iter().filter_map(add).collect()
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

pub(super) fn date(sight: &Sight<'_>) -> Ways {
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

pub(super) fn seconds(sight: &Sight<'_>) -> Ways {
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

pub(super) fn amz_headers(sight: &Sight<'_>) -> Ways {
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

pub(super) fn resource(sight: &Sight<'_>) -> Ways {
    let Some(lines) = Lines::of(sight.text) else { return Vec::new() };
    let (request, target) = (sight.request, sight.request.target());
    let own = lossy(lines.resource).into_owned();
    let path = lossy(&request.target[target.path.clone()]).into_owned();
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
    let whole = unsigned(request).map_or(String::new(), |pairs| format!("?{}", pairs.join("&")));
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

pub(super) fn layout(sight: &Sight<'_>) -> Ways {
    let mut ways = super::layout(sight);
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
