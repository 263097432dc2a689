//! The canonicalized resource: the bucket where the host names it, the path as it was sent, and the sub-resources.

use std::net::Ipv4Addr;
use std::ops::Range;

use smallvec::{SmallVec, smallvec};

use crate::canon::encode::escape;
use crate::request::{Pair, Part, Request, Span};
use crate::scheme::Plus;
use crate::scheme::v4::authorization::header_value;
use crate::trace::writer::Copier;
use crate::trace::{Origin, Rule, Rules, Traced};

/// Query parameters that are a part of the resource, sorted; no other is signed.
///
/// Those of the documentation, and those that botocore's `HmacV1Auth` signs beside them.
const SUB_RESOURCES: [&str; 35] = [
    "accelerate",
    "acl",
    "analytics",
    "cors",
    "defaultObjectAcl",
    "delete",
    "inventory",
    "lifecycle",
    "location",
    "logging",
    "metrics",
    "notification",
    "object-lock",
    "partNumber",
    "policy",
    "replication",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "select",
    "select-type",
    "storageClass",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "website",
];

/// The part of the host that names a bucket; `None` where the bucket stands in the path, or there is none.
pub(super) type Bucket = Option<Span>;

/// How the host may be read, the likeliest first.
///
/// An AWS host says which of its labels are the bucket. Of any other host, each number of labels may be, all of them for a
/// bucket that is called like its domain; an address or a single label is never one.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html>
pub(super) fn buckets(request: &Request) -> SmallVec<[Bucket; 4]> {
    let Some(host) = host(request) else { return smallvec![None] };
    let text = request.at(host).to_ascii_lowercase();
    let len = memchr::memchr(b':', &text).unwrap_or(text.len());
    let name = String::from_utf8_lossy(&text[..len]).into_owned();
    let first = |len: usize| Some(Span { end: host.start + len as u32, ..host }).filter(|_| len > 0);
    let aws = [".amazonaws.com", ".amazonaws.com.cn"].iter().find_map(|end| name.strip_suffix(end));
    if let Some(labels) = aws {
        return smallvec![first(bucket_of_aws(labels))];
    }
    let mut readings = smallvec![None];
    if name.len() == len && name.contains('.') && name.parse::<Ipv4Addr>().is_err() {
        let ends = name.match_indices('.').map(|(at, _)| at).chain([len]);
        readings.extend(ends.map(first).filter(Option::is_some));
    }
    readings
}

/// How many bytes of `bucket.s3.us-west-1` are the bucket. It may hold dots, and labels that look like an endpoint's.
fn bucket_of_aws(labels: &str) -> usize {
    let mut end = labels.len();
    for label in labels.rsplit('.') {
        let start = end - label.len();
        if label == "s3" || label.starts_with("s3-") {
            return start.saturating_sub(1);
        }
        end = start.saturating_sub(1);
    }
    0
}

/// Where the host stands: in its header, else in what stands for it.
pub(super) fn host(request: &Request) -> Option<Span> {
    header_value(request, "host").or_else(|| request.authority())
}

// <CanonicalizedResource>
pub(super) fn write(out: &mut Traced, request: &Request, bucket: &Bucket, plus: Plus) {
    if let Some(span) = bucket {
        out.fixed(b"/");
        write_host(out, request, *span);
    }
    write_path(out, request);
    let mut pairs: Vec<(usize, Pair)> = request
        .target()
        .pairs(&request.target)
        .filter(|pair| is_sub_resource(&request.target[pair.name.clone()]))
        .enumerate()
        .collect();
    pairs.sort_by(|(_, a), (_, b)| request.target[a.name.clone()].cmp(&request.target[b.name.clone()]));
    let mut last = 0;
    for (index, (place, pair)) in pairs.into_iter().enumerate() {
        out.fixed(if index == 0 { b"?" } else { b"&" });
        let moved = if place < last { Rule::Sorted.into() } else { Rules::NONE };
        last = last.max(place);
        // A value that is empty counts as none, and then there is no `=` either.
        let value = pair.value.filter(|value| !value.is_empty());
        let name = pair.name.start..value.as_ref().map_or(pair.name.end, |value| value.start);
        out.put(in_target(&name), moved, &request.target[name]);
        if let Some(value) = value {
            write_decoded(out, &request.target, value, plus);
        }
    }
}

/// The path as it was sent, escapes and all; `/` where there is none.
pub(super) fn write_path(out: &mut Traced, request: &Request) {
    let path = request.target().path;
    match path.is_empty() {
        true => out.put(Origin::Scheme, Rule::EmptyPath.into(), b"/"),
        false => out.put(in_target(&path), Rules::NONE, &request.target[path]),
    }
}

/// A host, or a part of one, in lower case.
pub(super) fn write_host(out: &mut Traced, request: &Request, span: Span) {
    let (text, lower) = (request.at(span), request.at(span).to_ascii_lowercase());
    let rules = if text == lower { Rules::NONE } else { Rule::HostLowerCased.into() };
    out.put(Origin::Request(span), rules, &lower);
}

/// A value of the query without its percent-encoding.
pub(super) fn write_decoded(out: &mut Traced, target: &[u8], range: Range<usize>, plus: Plus) {
    let text = &target[range.clone()];
    let mut copier = Copier::new(out, Part::Target, text, range.start, Rules::NONE);
    let mut at = 0;
    while at < text.len() {
        at += match (text[at], escape(&text[at..])) {
            (b'%', Some(byte)) => {
                copier.turn(at, at + 3, &[byte], Rule::PercentDecoded.into());
                3
            }
            (b'+', _) if plus == Plus::Space => {
                copier.turn(at, at + 1, b" ", Rule::PlusReadAsSpace.into());
                1
            }
            _ => 1,
        };
    }
    copier.finish();
}

fn in_target(range: &Range<usize>) -> Origin {
    Origin::Request(Span::new(Part::Target, range.clone()))
}

fn is_sub_resource(name: &[u8]) -> bool {
    SUB_RESOURCES.iter().any(|other| other.as_bytes() == name)
}
